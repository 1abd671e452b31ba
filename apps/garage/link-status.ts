/** What is told of the way to the cloud: what is yet to be sent, how fast it goes, and whether anybody answers there. */
import { timeTextOf } from './actions/action-status.ts';
import type { Backlog, BacklogStatus, ToSend } from './backlog.ts';
import type { CloudWatch } from './cloud-watch.ts';
import type { Deliveries } from './deliveries.ts';
import type { ShipQueue } from './ship-queue.ts';

export interface LinkStatus extends BacklogStatus {
  /** What the settings allow; null for no cap. */
  readonly capBytesPerS: number | null;
  /** Decimal nanoseconds; null while nothing moves. */
  readonly clearsAt: string | null;
  readonly isCloudAway: boolean;
  readonly cloudAwaySince: string | null;
  /** How long the oldest has been here that is not signed for. */
  readonly oldestWaitingMs: number;
}

export interface LinkStatusTools {
  readonly backlog: Backlog;
  readonly queue: Pick<ShipQueue, 'status'>;
  readonly delivering: Iterable<Pick<Deliveries, 'bytes' | 'count'>>;
  readonly cloud: Pick<CloudWatch, 'awaySinceMs'>;
  readonly oldestSinceMs: number | undefined;
  readonly capBytesPerS: number | null;
  readonly nowMs: number;
}

export function linkStatus(tools: LinkStatusTools): LinkStatus {
  const { backlog, queue, delivering, cloud, oldestSinceMs, capBytesPerS, nowMs } = tools;
  const status = backlog.status(toSend(queue, delivering));
  const { clearsInSeconds } = status;
  const { awaySinceMs } = cloud;
  return {
    ...status,
    capBytesPerS,
    clearsAt: clearsInSeconds === null ? null : timeTextOf(nowMs + 1000 * clearsInSeconds),
    isCloudAway: awaySinceMs !== undefined,
    cloudAwaySince: awaySinceMs === undefined ? null : timeTextOf(awaySinceMs),
    oldestWaitingMs: oldestSinceMs === undefined ? 0 : Math.max(0, nowMs - oldestSinceMs),
  };
}

/** What waits, and what is on its way. */
function toSend(queue: Pick<ShipQueue, 'status'>, delivering: LinkStatusTools['delivering']): ToSend {
  let [bytes, chunks, heldBytes] = [0, 0, 0];
  for (const waiting of queue.status()) {
    bytes += waiting.bytes;
    chunks += waiting.chunks;
    if (waiting.isHeld) heldBytes += waiting.bytes;
  }
  for (const one of delivering) {
    bytes += one.bytes;
    chunks += one.count;
  }
  return { bytes, chunks, heldBytes };
}
