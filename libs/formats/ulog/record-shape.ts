/**
 * Judges in constant time whether a record may begin somewhere. A ULog has no checksums, so a record is as firm as what
 * it says of itself can be contradicted: the size of a data record follows from its format, that of a parameter from
 * its type, and a sync record holds eight fixed bytes. The others are loose and need a record that follows.
 */
import type { ChannelTable } from './channel-table.ts';
import { type FormatTable, fits } from './format-table.ts';
import { keyValueFrom } from './key-value.ts';
import { asciiOf, EXACT_HIGH, KIND, RECORD_HEADER_BYTES, SYNC_MAGIC, u16, u32 } from './record.ts';

export const NONE = 0;
/** Is a record where one is due and another follows. */
export const WEAK = 1;
/** Is a record where one is due, and is no reason to believe that one begins. */
export const STRAY = 2;
/** Like `WEAK`, and speaks for the record in front of it: data of a known id that contradicts an untried format. */
export const DISPUTED = 3;
/** Is where a record begins if another follows. */
export const LOOSE = 4;
/** Is where a record begins. */
export const FIRM = 5;

const NAME = /^[a-zA-Z0-9_/-]+$/;
const NAME_BYTES_MAX = 255;
/** The colon behind a format's name is looked for in this many bytes. */
const FORMAT_HEAD_BYTES = 64;
const COLON = 0x3a;
const SEMICOLON = 0x3b;

const isNameByte = Uint8Array.from({ length: 256 }, (_, byte) => (NAME.test(String.fromCharCode(byte)) ? 1 : 0));

export class RecordShape {
  readonly #formats: FormatTable;
  readonly #channels: ChannelTable;

  constructor(formats: FormatTable, channels: ChannelTable) {
    this.#formats = formats;
    this.#channels = channels;
  }

  /** How firmly a whole record stands at `at`; what ends behind `limit` is none. */
  at(bytes: Uint8Array, at: number, limit: number): number {
    const start = at + RECORD_HEADER_BYTES;
    if (start > limit) return NONE;
    const size = u16(bytes, at);
    const end = start + size;
    if (end > limit) return NONE;
    switch (bytes[at + 2]) {
      case KIND.data:
        return this.#data(bytes, start, size);
      case KIND.parameter:
      case KIND.info:
        return keyed(bytes, start, end);
      case KIND.infoMultiple:
        return size > 0 && (bytes[start] as number) <= 1 ? keyed(bytes, start + 1, end) : NONE;
      case KIND.defaultParameter:
        return size > 0 && bytes[start] !== 0 ? keyed(bytes, start + 1, end) : NONE;
      case KIND.sync:
        return size === SYNC_MAGIC.length && isSync(bytes, start) ? FIRM : NONE;
      case KIND.dropout:
      case KIND.unsubscription:
        return size === 2 ? LOOSE : NONE;
      case KIND.text:
        return size >= 9 ? spoken(bytes, start, start + 1) : NONE;
      case KIND.taggedText:
        return size >= 11 ? spoken(bytes, start, start + 3) : NONE;
      case KIND.format:
        return format(bytes, start, end);
      case KIND.subscription:
        return this.#subscription(bytes, start, end);
      default:
        return NONE;
    }
  }

  #data(bytes: Uint8Array, start: number, size: number): number {
    if (size < 2) return NONE;
    const subscription = this.#channels.subscriptionOf(u16(bytes, start));
    if (subscription === undefined) return STRAY;
    const { layout, isConfirmed } = subscription;
    if (layout === undefined) return LOOSE;
    if (fits(layout, size - 2)) return FIRM;
    return isConfirmed ? NONE : DISPUTED;
  }

  #subscription(bytes: Uint8Array, start: number, end: number): number {
    const nameBytes = end - start - 3;
    if (nameBytes < 1 || nameBytes > NAME_BYTES_MAX) return NONE;
    const name = asciiOf(bytes, start + 3, end);
    if (!NAME.test(name)) return NONE;
    return this.#formats.has(name) ? FIRM : STRAY;
  }
}

function keyed(bytes: Uint8Array, start: number, end: number): number {
  const pair = keyValueFrom(bytes, start, end);
  if (pair === undefined) return NONE;
  return pair.isExact ? FIRM : LOOSE;
}

function isSync(bytes: Uint8Array, start: number): boolean {
  for (let i = 0; i < SYNC_MAGIC.length; i += 1) if (bytes[start + i] !== SYNC_MAGIC[i]) return false;
  return true;
}

function spoken(bytes: Uint8Array, levelAt: number, timeAt: number): number {
  const level = bytes[levelAt] as number;
  return level >= 0x30 && level <= 0x37 && u32(bytes, timeAt + 4) < EXACT_HIGH ? LOOSE : WEAK;
}

function format(bytes: Uint8Array, start: number, end: number): number {
  if (isNameByte[bytes[start] as number] === 0 || start >= end) return NONE;
  // Writers end the last field too; asking for it first is what keeps the search fast among letters.
  if (bytes[end - 1] !== SEMICOLON) return STRAY;
  const headEnd = Math.min(end, start + FORMAT_HEAD_BYTES);
  for (let at = start; at < headEnd; at += 1) {
    if (bytes[at] === COLON) return at > start ? LOOSE : NONE;
    if (isNameByte[bytes[at] as number] === 0) return NONE;
  }
  return headEnd < end ? STRAY : NONE;
}
