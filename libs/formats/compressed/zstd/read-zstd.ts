/**
 * Reads zstd block by block, so that a frame that was cut off gives what is whole of it, and a frame of any size costs its
 * window. What follows a broken block in its frame cannot be decoded, so it goes on at what looks like the next frame.
 */
import { MIB } from '@pitlane/base/bytes';
import type { ByteSource, LossReason, ReadTools, ZstdStream } from '../../recording/index.ts';
import { FileWindow } from '../file-window.ts';
import { type Hole, hole, type Piece } from '../piece.ts';
import {
  BLOCK_BYTES_MAX,
  BLOCK_HEADER_BYTES,
  blockHeader,
  CHECKSUM_BYTES,
  FRAME_HEADER_BYTES_MAX,
  type FrameHeader,
  findFrame,
  frameHeader,
  MAGIC_BYTES,
  skippableBytes,
} from './frame-layout.ts';

const WINDOW_BYTES = MIB;
/** Each one that fails costs a fresh decoder: a file of mere headers must not cost one for every few bytes. */
const FAILED_IN_A_ROW_MAX = 256;
const PAST_END = 'a zstd frame goes on behind the end of the file';

type Fault = readonly [text: string, reasonAtEnd?: LossReason];

/** What a part of a frame gave, and what is wrong with it. */
interface Part {
  readonly bytes: Uint8Array;
  readonly fileFrom: number;
  readonly fault: Fault | undefined;
}

const NO_BLOCK: Part = { bytes: new Uint8Array(0), fileFrom: 0, fault: ['no zstd block is like this'] };

export function readZstd(source: ByteSource, tools: ReadTools): AsyncGenerator<Piece> {
  return new ZstdFile(source, tools).pieces();
}

class ZstdFile {
  readonly #window: FileWindow;
  readonly #tools: ReadTools;
  readonly #content = new Uint8Array(BLOCK_BYTES_MAX);
  /** Decodes frame after frame; a broken one leaves it of no use. */
  #stream: ZstdStream | undefined;
  /** Offset in the file of what is read next. */
  #at = 0;
  #failedInARow = 0;

  constructor(source: ByteSource, tools: ReadTools) {
    this.#window = new FileWindow(source, WINDOW_BYTES);
    this.#tools = tools;
  }

  async *pieces(): AsyncGenerator<Piece> {
    while (this.#at < this.#window.fileEnd) {
      this.#tools.signal?.throwIfAborted();
      const head = await this.#next(FRAME_HEADER_BYTES_MAX);
      const header = frameHeader(head);
      const skipped = skippableBytes(head);
      if (this.#failedInARow > FAILED_IN_A_ROW_MAX) yield this.#rest('no zstd frame decodes any more');
      else if (header !== undefined) yield* this.#frame(header);
      else if (skipped === undefined) yield await this.#search('no zstd frame begins here');
      else if (this.#at + skipped > this.#window.fileEnd) yield await this.#search(PAST_END, 'truncated');
      else this.#at += skipped;
    }
  }

  /** The next `count` bytes, or what the file has of them. */
  async #next(count: number): Promise<Uint8Array> {
    await this.#window.hold(this.#at, count);
    return this.#window.slice(this.#at, Math.min(this.#at + count, this.#window.end));
  }

  async *#frame(header: FrameHeader): AsyncGenerator<Piece> {
    this.#failedInARow += 1;
    this.#decode(await this.#next(header.bytes));
    let fault: Fault | undefined =
      this.#stream === undefined ? ['a zstd frame asks for more than is given'] : undefined;
    if (fault === undefined) this.#at += header.bytes;
    for (let isLast = false; !isLast && fault === undefined; ) {
      const block = blockHeader(await this.#next(BLOCK_HEADER_BYTES));
      const taken = block === undefined ? NO_BLOCK : await this.#part(block.bytes);
      fault = taken.fault;
      isLast = block?.isLast === true;
      if (taken.bytes.byteLength === 0) continue;
      this.#failedInARow = 0;
      yield { kind: 'bytes', bytes: taken.bytes, fileFrom: taken.fileFrom, fileEnd: this.#at };
    }
    if (fault === undefined && header.hasChecksum) ({ fault } = await this.#part(CHECKSUM_BYTES));
    if (fault === undefined) this.#failedInARow = 0;
    else yield await this.#search(...fault);
  }

  /** Decodes the next `count` bytes of a frame and moves behind them, unless they are at fault. */
  async #part(count: number): Promise<Part> {
    const stored = await this.#next(count);
    const fileFrom = this.#at;
    const none = { bytes: this.#content.subarray(0, 0), fileFrom };
    if (stored.byteLength < count) return { ...none, fault: [PAST_END, 'truncated'] };
    const written = this.#decode(stored);
    if (this.#stream === undefined)
      return { ...none, fault: ['a zstd frame does not decode, or has another checksum'] };
    this.#at += count;
    return { bytes: this.#content.subarray(0, written), fileFrom, fault: undefined };
  }

  /** How much content came out; there is no stream any more where none could. */
  #decode(bytes: Uint8Array): number {
    this.#stream ??= this.#tools.decompressors.zstdStream();
    try {
      let [consumed, produced] = [0, 0];
      // The library stops short of either end where a frame begins or ends.
      for (let isMoving = true; isMoving && produced < BLOCK_BYTES_MAX; ) {
        const step = this.#stream.push(bytes.subarray(consumed), this.#content.subarray(produced));
        consumed += step.consumedBytes;
        produced += step.producedBytes;
        isMoving = step.consumedBytes + step.producedBytes > 0;
      }
      if (consumed === bytes.byteLength) return produced;
    } catch {
      // What is broken is told by the stream that is gone.
    }
    this.#stream = undefined;
    return 0;
  }

  /** What is lost from here to the next frame, whose beginning nothing says: what looks like one is searched for. */
  async #search(text: string, reasonAtEnd: LossReason = 'corrupt-chunk'): Promise<Hole> {
    const from = this.#at;
    this.#stream = undefined;
    for (let at = from + 1; ; ) {
      await this.#window.hold(at, MAGIC_BYTES);
      const { bytes, base, filled, end, fileEnd } = this.#window;
      const found = findFrame(bytes.subarray(0, filled), at - base);
      at = found === undefined ? Math.max(at, end - MAGIC_BYTES + 1) : base + found;
      if (found === undefined && end < fileEnd) continue;
      this.#at = found === undefined ? fileEnd : at;
      return hole(found === undefined ? reasonAtEnd : 'corrupt-chunk', text, from, this.#at);
    }
  }

  #rest(text: string): Hole {
    const from = this.#at;
    this.#at = this.#window.fileEnd;
    return hole('corrupt-chunk', text, from, this.#at);
  }
}
