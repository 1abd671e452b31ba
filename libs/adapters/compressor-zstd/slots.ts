/**
 * Memory for compressing jobs: raw bytes on one side, room for what becomes of them on the other. There are as many slots as
 * jobs were under way at once. What is larger than most inner chunks has buffers of its own, which go when it is done: of
 * memory that threads share the collector does not know how much there is, so that none of it may be left to it.
 */
import { encodedBytesMax } from './encode-zstd.ts';

/** An inner chunk, and the schemas and channels that may stand before its messages. */
const FIRST_BYTES = 1024 * 1024 + 128 * 1024;
const SHARED_BYTES_MAX = 4 * FIRST_BYTES;

export interface Slot {
  readonly raw: Uint8Array;
  readonly out: Uint8Array;
  /** What a thread is given for good, and gives back with its answer; the rest it sees. */
  readonly transferred: ArrayBuffer[];
}

export class Slots {
  readonly #idle: Slot[] = [];

  take(bytes: number): Slot {
    if (bytes > SHARED_BYTES_MAX) return ownSlot(bytes);
    const fit = this.#idle.findLastIndex(({ raw }) => raw.byteLength >= bytes);
    const [slot] = this.#idle.splice(fit, 1);
    // One that is too small makes room for one that fits them all.
    return fit >= 0 && slot ? slot : sharedSlot(bytes);
  }

  giveBack(slot: Slot): void {
    if (slot.transferred.length === 0) this.#idle.push(slot);
  }
}

function sharedSlot(bytes: number): Slot {
  let roomBytes = FIRST_BYTES;
  while (roomBytes < bytes) roomBytes *= 2;
  const raw = new Uint8Array(new SharedArrayBuffer(roomBytes));
  const out = new Uint8Array(new SharedArrayBuffer(encodedBytesMax(roomBytes)));
  return { raw, out, transferred: [] };
}

function ownSlot(bytes: number): Slot {
  const [raw, out] = [new ArrayBuffer(bytes), new ArrayBuffer(encodedBytesMax(bytes))];
  return { raw: new Uint8Array(raw), out: new Uint8Array(out), transferred: [raw, out] };
}
