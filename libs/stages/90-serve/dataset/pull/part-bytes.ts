/** Bytes as they were read, part by part: nothing is copied together. Every part but the last is `PART_BYTES` long. */
import { MIB } from '@pitlane/base/bytes';

/** A multiple of a tar's block, so that no head lies in two parts. */
export const PART_BYTES = 8 * MIB;

export class PartBytes {
  readonly #parts: readonly Uint8Array[];
  readonly byteLength: number;

  constructor(parts: readonly Uint8Array[]) {
    this.#parts = parts;
    this.byteLength = parts.reduce((sum, part) => sum + part.byteLength, 0);
  }

  /** `[at, at + bytes)`, all of it in one part. */
  block(at: number, bytes: number): Buffer {
    const part = this.#parts[Math.floor(at / PART_BYTES)] ?? new Uint8Array();
    const within = at % PART_BYTES;
    return Buffer.from(part.buffer, part.byteOffset + within, Math.min(bytes, part.byteLength - within));
  }

  /** `[start, end)` in as many pieces as parts that it lies in. */
  slices(start: number, end: number): Uint8Array[] {
    const slices: Uint8Array[] = [];
    for (let at = start; at < end; ) {
      const number = Math.floor(at / PART_BYTES);
      const until = Math.min(end, (number + 1) * PART_BYTES);
      slices.push((this.#parts[number] as Uint8Array).subarray(at - number * PART_BYTES, until - number * PART_BYTES));
      at = until;
    }
    return slices;
  }
}
