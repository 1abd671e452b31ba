/**
 * A frame log in memory, for tests of what stands above the port. Every `consume` of one group is a member as if it were a
 * program of its own; members share the partitions and lose all of them when one joins or leaves, as in an eager rebalance.
 * It keeps the port's promises, and lets a test rebalance or kill a member in the middle.
 */
import { setImmediate } from 'node:timers/promises';
import type { Frame, Lane } from '@pitlane/contracts/frame';
import type { ConsumeFramesOptions, DeliveredFrame, FrameHandler, FrameLog } from '@pitlane/ports/frame-log';

export interface MemoryFrameLogOptions {
  readonly partitions?: number;
  /** Told of each offset that a group moves. */
  readonly onSettled?: (lane: Lane, group: string, partition: number, nextOffset: bigint) => void;
}

interface Member {
  readonly options: ConsumeFramesOptions;
  readonly handler: FrameHandler;
  /** Partition by partition the handlers of this member, one after another. */
  readonly tails: Map<number, Promise<void>>;
  /** The assignment that counts; frames and settles of earlier ones are void. */
  assignment: { readonly partitions: readonly number[] } | undefined;
  readonly fail: (error: unknown) => void;
}

export class MemoryFrameLog implements FrameLog {
  readonly #partitionCount: number;
  readonly #onSettled: MemoryFrameLogOptions['onSettled'];
  readonly #frames = new Map<string, DeliveredFrame[]>();
  readonly #groups = new Map<string, { members: Member[]; offsets: Map<number, bigint> }>();
  #wakers: (() => void)[] = [];

  constructor({ partitions = 4, onSettled }: MemoryFrameLogOptions = {}) {
    this.#partitionCount = partitions;
    this.#onSettled = onSettled;
  }

  async publish(lane: Lane, frames: readonly Frame[], signal?: AbortSignal): Promise<void> {
    await setImmediate();
    signal?.throwIfAborted();
    for (const { key, head, body } of frames) {
      const partition = this.partitionOf(key);
      const list = this.#list(lane, partition);
      list.push({ key, head, body: new Uint8Array(body), partition, offset: BigInt(list.length) });
    }
    this.#wake();
  }

  async consume(lane: Lane, group: string, options: ConsumeFramesOptions, handler: FrameHandler): Promise<void> {
    const { signal } = options;
    if (signal.aborted) return;
    const state = this.#group(lane, group);
    const stopped = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
    let fail = (_: unknown): void => {};
    const failed = new Promise<never>((_, reject) => (fail = reject));
    const member: Member = { options, handler, tails: new Map(), assignment: undefined, fail };
    state.members.push(member);
    this.rebalance(lane, group);
    try {
      await Promise.race([stopped, failed]);
      this.#wake();
      await Promise.race([Promise.all(member.tails.values()), failed]);
      if (member.assignment) await options.onRevoked(member.assignment.partitions);
    } finally {
      this.kill(lane, group, member);
    }
  }

  async lag(lane: Lane, group: string): Promise<number> {
    let count = 0;
    for (let partition = 0; partition < this.#partitionCount; partition += 1) {
      count += this.#list(lane, partition).length - Number(this.settledOffset(lane, group, partition));
    }
    return count;
  }

  async close(): Promise<void> {}

  /** Revokes all partitions of a group and shares them out anew. */
  rebalance(lane: Lane, group: string): void {
    const { members } = this.#group(lane, group);
    for (const { assignment, options } of members) {
      if (assignment) void options.onRevoked(assignment.partitions);
    }
    members.forEach((member, place) => {
      const all = Array.from({ length: this.#partitionCount }, (_, partition) => partition);
      const partitions = all.filter((partition) => partition % members.length === place);
      member.assignment = { partitions };
      for (const partition of partitions) this.#start(lane, group, member, partition);
    });
    this.#wake();
  }

  /** A member is gone without a word, as after kill -9: without one named, all of them. */
  kill(lane: Lane, group: string, gone?: Member): void {
    const state = this.#group(lane, group);
    const left = gone ? state.members.filter((member) => member !== gone) : [];
    if (left.length === state.members.length) return;
    for (const member of state.members) if (!left.includes(member)) member.assignment = undefined;
    state.members = left;
    this.rebalance(lane, group);
  }

  settledOffset(lane: Lane, group: string, partition: number): bigint {
    return this.#group(lane, group).offsets.get(partition) ?? 0n;
  }

  framesOf(lane: Lane, partition: number): readonly DeliveredFrame[] {
    return this.#list(lane, partition);
  }

  partitionOf(key: string): number {
    let sum = 0;
    for (const character of key) sum = (sum * 31 + character.charCodeAt(0)) >>> 0;
    return sum % this.#partitionCount;
  }

  #start(lane: Lane, group: string, member: Member, partition: number): void {
    const { assignment } = member;
    const before = member.tails.get(partition) ?? Promise.resolve();
    const run = before.then(() =>
      this.#deliver(lane, group, member, partition, () => member.assignment === assignment),
    );
    member.tails.set(
      partition,
      run.catch((error: unknown) => member.fail(error)),
    );
  }

  async #deliver(lane: Lane, group: string, member: Member, partition: number, isOurs: () => boolean): Promise<void> {
    const { offsets } = this.#group(lane, group);
    const { signal, batchBytesMax } = member.options;
    let position = offsets.get(partition) ?? 0n;
    const settle = (settled: number, nextOffset: bigint): void => {
      if (!isOurs() || nextOffset <= (offsets.get(settled) ?? 0n)) return;
      offsets.set(settled, nextOffset);
      this.#onSettled?.(lane, group, settled, nextOffset);
    };
    while (isOurs() && !signal.aborted) {
      const batch = batchFrom(this.#list(lane, partition), Number(position), batchBytesMax);
      const last = batch.at(-1);
      if (last) {
        await member.handler(batch, settle);
        position = last.offset + 1n;
      } else {
        await new Promise<void>((resolve) => this.#wakers.push(resolve));
      }
    }
  }

  #group(lane: Lane, group: string) {
    const key = `${lane} ${group}`;
    const found = this.#groups.get(key) ?? { members: [], offsets: new Map<number, bigint>() };
    this.#groups.set(key, found);
    return found;
  }

  #list(lane: Lane, partition: number): DeliveredFrame[] {
    const key = `${lane} ${partition}`;
    const list = this.#frames.get(key) ?? [];
    this.#frames.set(key, list);
    return list;
  }

  #wake(): void {
    const wakers = this.#wakers;
    this.#wakers = [];
    for (const wake of wakers) wake();
  }
}

function batchFrom(list: readonly DeliveredFrame[], from: number, bytesMax: number): DeliveredFrame[] {
  const batch: DeliveredFrame[] = [];
  let bytes = 0;
  for (let at = from; at < list.length; at += 1) {
    const frame = list[at] as DeliveredFrame;
    bytes += frame.body.byteLength;
    if (batch.length > 0 && bytes > bytesMax) break;
    batch.push({ ...frame, body: new Uint8Array(frame.body) });
  }
  return batch;
}
