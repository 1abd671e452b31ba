/**
 * The frame log: durable, ordered, binary frames from garage to cloud, in three lanes that do not wait for each other.
 * Frames of one key keep their order and lie in one partition; each may be delivered more than once; a group's offset moves
 * only when the reader settles it, which may be long after the frame was handed over. It never looks into a frame.
 */
import type { Frame, Lane } from '@pitlane/contracts/frame';

export interface DeliveredFrame extends Frame {
  readonly partition: number;
  /** Rises within a partition; numbers may be left out. */
  readonly offset: bigint;
}

/**
 * Moves the group's offset of `partition`: what lies before `nextOffset` is not delivered again. It never moves back. It
 * returns at once; the log makes it durable soon, at the latest before `consume` resolves. A settle for a partition that
 * has been revoked since the frames were handed over with this very function is ignored.
 */
export type Settle = (partition: number, nextOffset: bigint) => void;

export interface ConsumeFramesOptions {
  /** One call of the handler is given at most so many bytes of bodies, but always one frame. */
  readonly batchBytesMax: number;
  readonly signal: AbortSignal;
  /**
   * These partitions are no longer ours: everything unsettled comes again to whoever gets them, be it us. When the signal
   * aborts it is told of all partitions, and there alone its promise is awaited and settles still count until it resolves:
   * the place to finish what is under way.
   */
  readonly onRevoked: (partitions: readonly number[]) => Promise<void>;
}

/**
 * Given frames of one partition, in order. The next frames of that partition come when it has resolved, however long that
 * takes: this is the backpressure, and membership in the group does not suffer by it. Calls for different partitions may
 * run at the same time. The bodies belong to the handler.
 */
export type FrameHandler = (frames: readonly DeliveredFrame[], settle: Settle) => Promise<void>;

export interface FrameLog {
  /**
   * Resolves when all frames are durable, in their order. The bodies belong to the log until then. When it rejects, some of
   * the frames may be durable: what they belong to is begun anew. Errors: `unavailable`, `interrupted`.
   */
  publish(lane: Lane, frames: readonly Frame[], signal?: AbortSignal): Promise<void>;
  /**
   * Joins `group` and hands over its share of the lane's partitions, each from the group's offset on, until the signal
   * aborts; then waits for the handlers under way and for `onRevoked`, and resolves. When a handler throws, consuming ends
   * with that error. A group that is new starts at the first frame. Frames that the log no longer keeps are passed over.
   */
  consume(lane: Lane, group: string, options: ConsumeFramesOptions, handler: FrameHandler): Promise<void>;
  /** Frames of the lane that the group has not settled, those that the log no longer keeps left out. */
  lag(lane: Lane, group: string): Promise<number>;
  close(): Promise<void>;
}
