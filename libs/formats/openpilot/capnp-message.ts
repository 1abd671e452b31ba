/**
 * Cap'n Proto's stream framing and the few pointers that lead to an event's own fields. A message says in front how many segments
 * it has and how long each is; all of that, and every pointer, is a claim that is checked against what is there. No
 * pointer is followed more than a few steps, so a circle of them ends like any other lie.
 */

const WORD_BYTES = 8;
/** Where Cap'n Proto's own readers stop. */
const SEGMENTS_MAX = 512;

/** A message that begins at `at` in `bytes`, of which [at, filled) is there. */
export interface MessageFrame {
  readonly at: number;
  /** Its whole size with its table. */
  readonly bytes: number;
  readonly segments: number;
}

/** `none`: no message begins here. `see-more`: what is there does not say. */
export function frameAt(bytes: Uint8Array, at: number, filled: number): MessageFrame | 'none' | 'see-more' {
  if (at + 4 > filled) return 'see-more';
  const segments = u32(bytes, at) + 1;
  if (segments > SEGMENTS_MAX) return 'none';
  const tableBytes = tableBytesOf(segments);
  // The first segment has the root pointer and is never empty.
  if (at + 8 <= filled && u32(bytes, at + 4) === 0) return 'none';
  if (at + tableBytes > filled) return 'see-more';
  let words = 0;
  for (let i = 0; i < segments; i += 1) words += u32(bytes, at + 4 + 4 * i);
  return { at, bytes: tableBytes + words * WORD_BYTES, segments };
}

const tableBytesOf = (segments: number): number => Math.ceil((4 + 4 * segments) / WORD_BYTES) * WORD_BYTES;

/** A struct in a message: where its two sections begin in `bytes`, and how many words each has. */
export interface StructPlace {
  readonly segment: number;
  readonly dataAt: number;
  readonly dataWords: number;
  readonly pointersAt: number;
  readonly pointerWords: number;
}

/** Text is a list of bytes. */
interface BytesPlace {
  readonly at: number;
  readonly bytes: number;
}

type Place = 'none' | 'see-more';

const STRUCT = 0;
const LIST = 1;
const FAR = 2;
const LIST_OF_BYTES = 2;

/** One message's segments and what its pointers point at, as far as it is there. */
export class MessageView {
  readonly #bytes: Uint8Array;
  readonly #filled: number;
  readonly #frame: MessageFrame;

  constructor(bytes: Uint8Array, filled: number, frame: MessageFrame) {
    this.#bytes = bytes;
    this.#filled = filled;
    this.#frame = frame;
  }

  root(): StructPlace | Place {
    return this.structAt(0, this.#segmentStart(0));
  }

  /** The struct that the pointer at `pointerAt`, in a segment, points at. */
  structAt(segment: number, pointerAt: number): StructPlace | Place {
    const pointer = this.#landed(segment, pointerAt);
    if (typeof pointer === 'string') return pointer;
    const { low, high, contentAt, in: home } = pointer;
    if ((low & 3) !== STRUCT || (low === 0 && high === 0)) return 'none';
    const dataWords = high & 0xffff;
    const pointerWords = high >>> 16;
    const end = contentAt + (dataWords + pointerWords) * WORD_BYTES;
    if (!this.#isIn(home, contentAt, end)) return 'none';
    if (contentAt + dataWords * WORD_BYTES > this.#filled) return 'see-more';
    const pointersAt = contentAt + dataWords * WORD_BYTES;
    return { segment: home, dataAt: contentAt, dataWords, pointersAt, pointerWords };
  }

  /** The bytes of a Text that the pointer at `pointerAt` points at, without its closing zero. */
  textAt(segment: number, pointerAt: number): BytesPlace | Place {
    const pointer = this.#landed(segment, pointerAt);
    if (typeof pointer === 'string') return pointer;
    const { low, high, contentAt, in: home } = pointer;
    const bytes = high >>> 3;
    if ((low & 3) !== LIST || (high & 7) !== LIST_OF_BYTES || bytes === 0) return 'none';
    if (!this.#isIn(home, contentAt, contentAt + bytes)) return 'none';
    return contentAt + bytes > this.#filled ? 'see-more' : { at: contentAt, bytes: bytes - 1 };
  }

  /** A pointer with where its content begins, over the one or two far pointers that may stand for it. */
  #landed(segment: number, pointerAt: number): LandedPointer | Place {
    const near = this.#pointer(segment, pointerAt);
    if (typeof near === 'string' || (near.low & 3) !== FAR) return near;
    const isDouble = (near.low & 4) !== 0;
    const pad = this.#wordOf(near.high, near.low >>> 3);
    if (pad === undefined) return 'none';
    const landing = this.#pointer(near.high, pad);
    if (typeof landing === 'string') return landing;
    if (!isDouble) return (landing.low & 3) === FAR ? 'none' : landing;
    // The content lies in a third segment; the pointer's kind and sizes stand behind the landing pad.
    const tag = this.#pointer(near.high, pad + WORD_BYTES);
    if (typeof tag === 'string') return tag;
    const contentAt = this.#wordOf(landing.high, landing.low >>> 3);
    if ((landing.low & 7) !== FAR || (tag.low & 3) === FAR || contentAt === undefined) return 'none';
    return { low: tag.low, high: tag.high, contentAt, in: landing.high };
  }

  #pointer(segment: number, at: number): LandedPointer | Place {
    if (!this.#isIn(segment, at, at + WORD_BYTES)) return 'none';
    if (at + WORD_BYTES > this.#filled) return 'see-more';
    const low = u32(this.#bytes, at);
    const offsetWords = (low | 0) >> 2;
    return { low, high: u32(this.#bytes, at + 4), contentAt: at + WORD_BYTES * (1 + offsetWords), in: segment };
  }

  #wordOf(segment: number, word: number): number | undefined {
    return segment < this.#frame.segments ? this.#segmentStart(segment) + word * WORD_BYTES : undefined;
  }

  #isIn(segment: number, from: number, end: number): boolean {
    if (segment >= this.#frame.segments) return false;
    const start = this.#segmentStart(segment);
    return from >= start && end <= start + this.#segmentBytes(segment);
  }

  #segmentStart(segment: number): number {
    let start = this.#frame.at + tableBytesOf(this.#frame.segments);
    for (let i = 0; i < segment; i += 1) start += this.#segmentBytes(i);
    return start;
  }

  #segmentBytes(segment: number): number {
    return u32(this.#bytes, this.#frame.at + 4 + 4 * segment) * WORD_BYTES;
  }
}

interface LandedPointer {
  readonly low: number;
  readonly high: number;
  /** Of a struct or list: where it begins. */
  readonly contentAt: number;
  /** In which segment that is. */
  readonly in: number;
}

export function u32(bytes: Uint8Array, at: number): number {
  const [a = 0, b = 0, c = 0, d = 0] = [bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]];
  return (a | (b << 8) | (c << 16) | (d << 24)) >>> 0;
}

export const u64 = (bytes: Uint8Array, at: number): bigint =>
  BigInt(u32(bytes, at)) | (BigInt(u32(bytes, at + 4)) << 32n);
