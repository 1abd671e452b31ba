/** The heap of the merge: what comes next over all inner chunks, by log time, topic, sequence, recording and source. */
import type { InnerMessages } from '../objects/inner-messages.ts';
import type { InnerChunkPlace } from '../objects/object-index.ts';
import type { OpenedObject } from './opened-objects.ts';

/** One inner chunk under way: the key of its next message, and its messages while they are in memory. */
export interface InnerCursor {
  readonly opened: OpenedObject;
  readonly place: InnerChunkPlace;
  /** Of the whole inner chunk, only the messages whose content begins there; undefined for all that the filter lets through. */
  readonly only: readonly number[] | undefined;
  messages: InnerMessages | undefined;
  /** Of the next message among the sorted ones. */
  position: number;
  timeHigh: number;
  timeLow: number;
  /** -1 before the first load: then the key is the start of the inner chunk, ahead of every message of that time. */
  topicRank: number;
  sequence: number;
  offset: number;
}

export function comesBefore(a: InnerCursor, b: InnerCursor): boolean {
  if (a.timeHigh !== b.timeHigh) return a.timeHigh < b.timeHigh;
  if (a.timeLow !== b.timeLow) return a.timeLow < b.timeLow;
  if (a.topicRank !== b.topicRank) return a.topicRank < b.topicRank;
  if (a.sequence !== b.sequence) return a.sequence < b.sequence;
  if (a.opened.row !== b.opened.row) return a.opened.row < b.opened.row;
  if (a.place.ordinal !== b.place.ordinal) return a.place.ordinal < b.place.ordinal;
  return a.offset < b.offset;
}

export class Frontier {
  readonly #heap: InnerCursor[] = [];

  get first(): InnerCursor | undefined {
    return this.#heap[0];
  }

  add(cursor: InnerCursor): void {
    const heap = this.#heap;
    let at = heap.push(cursor) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!comesBefore(cursor, heap[parent] as InnerCursor)) break;
      heap[at] = heap[parent] as InnerCursor;
      at = parent;
    }
    heap[at] = cursor;
  }

  removeFirst(): void {
    const last = this.#heap.pop();
    if (last === undefined || this.#heap.length === 0) return;
    this.#heap[0] = last;
    this.firstMoved();
  }

  /** The first cursor's key has grown: puts it where it belongs now. */
  firstMoved(): void {
    const heap = this.#heap;
    const cursor = heap[0] as InnerCursor;
    const length = heap.length;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= length) break;
      if (child + 1 < length && comesBefore(heap[child + 1] as InnerCursor, heap[child] as InnerCursor)) child += 1;
      if (!comesBefore(heap[child] as InnerCursor, cursor)) break;
      heap[at] = heap[child] as InnerCursor;
      at = child;
    }
    heap[at] = cursor;
  }
}
