/**
 * A block of the file in one buffer of fixed size. Whoever reads moves it to the first byte not yet judged; slices of
 * `bytes` are valid until then. Units are bounded well below a block, so it never has to grow.
 */
import { MIB } from '@pitlane/base/bytes';
import type { ByteSource } from '../recording/index.ts';

export const BLOCK_BYTES = MIB;

export class BlockView {
  /** A Buffer for its fast text; what leaves the reader is made by `slice`. */
  readonly bytes: Buffer;
  /** Offset in the file of `bytes[0]`. */
  start = 0;
  /** How many of `bytes` are in view. */
  length = 0;
  /** Shrinks if the file turns out to be shorter than it was said to be. */
  fileEnd: number;
  readonly #source: ByteSource;

  constructor(source: ByteSource) {
    this.#source = source;
    this.fileEnd = source.sizeBytes;
    this.bytes = Buffer.allocUnsafeSlow(Math.min(BLOCK_BYTES, source.sizeBytes));
  }

  /** Whether nothing of the file lies behind the view. */
  get isLast(): boolean {
    return this.start + this.length >= this.fileEnd;
  }

  /** `[at, end)` of the view without a copy, as no Buffer: a Buffer's own `slice` would not copy for the receiver. */
  slice(at: number, end: number): Uint8Array {
    return new Uint8Array(this.bytes.buffer, this.bytes.byteOffset + at, end - at);
  }

  /** Moves the view forward to `offset`, which lies in it or just behind it, and fills it. */
  async moveTo(offset: number): Promise<void> {
    const from = offset - this.start;
    if (from > 0) this.bytes.copyWithin(0, from, this.length);
    this.length -= from;
    this.start = offset;
    const wanted = Math.min(this.bytes.byteLength, this.fileEnd - offset);
    if (this.length >= wanted) return;
    this.length += await this.#source.read(offset + this.length, this.slice(this.length, wanted));
    if (this.length < wanted) this.fileEnd = offset + this.length;
  }
}

/** So long is a head by which a format is recognised; a shorter one is the whole file. */
export const HEAD_BYTES = 4096;

/** The head of a file as a view, to recognise it by. */
export function viewOfHead(head: Uint8Array): BlockView {
  const isCut = head.byteLength >= HEAD_BYTES;
  const read = (): Promise<number> => Promise.resolve(0);
  const view = new BlockView({ name: 'head', sizeBytes: head.byteLength, read });
  view.bytes.set(head);
  view.length = head.byteLength;
  if (isCut) view.fileEnd = Number.MAX_SAFE_INTEGER;
  return view;
}
