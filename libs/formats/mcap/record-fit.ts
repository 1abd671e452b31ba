/** Whether a few bytes can be the beginning of a record: the judgement on which finding a way back rests. */
import { Cursor, lengthAt, viewOf } from './cursor.ts';
import { MAGIC, Opcode, RECORD_HEAD_BYTES } from './opcodes.ts';
import { CHUNK_HEAD_BYTES_MAX, MESSAGE_HEAD_BYTES, parseChunkHead } from './records.ts';

/** A record that the end of the file cuts off is believed up to this length. */
const CUT_RECORD_BYTES_MAX = 0x4000_0000;

/** The least that a record's content can be, by opcode. */
const CONTENT_BYTES_MIN: readonly number[] = [
  0,
  8,
  20,
  14,
  16,
  MESSAGE_HEAD_BYTES,
  40,
  6,
  68,
  36,
  48,
  46,
  8,
  20,
  17,
  4,
];

/**
 * Whether the bytes from `at` on can begin a record, in a file that has `left` more bytes behind the first nine; those up
 * to `seenEnd` are there to be looked at.
 */
export function headFits(bytes: Uint8Array, view: DataView, at: number, seenEnd: number, left: number): boolean {
  const opcode = bytes[at] as number;
  const length = lengthAt(view, at + 1);
  if (opcode > Opcode.DataEnd) {
    if (opcode === MAGIC[0] && bytes[at + 1] === MAGIC[1] && bytes[at + 2] === MAGIC[2]) return true;
    return opcode >= 0x80 && length <= left;
  }
  if (opcode === 0 || length < (CONTENT_BYTES_MIN[opcode] as number)) return false;
  if (length > left && length > CUT_RECORD_BYTES_MAX) return false;
  // Nearly all heads looked at are those of messages, which say no more than this.
  if (opcode === Opcode.Message) return true;
  const seen = bytes.subarray(at, Math.min(seenEnd, at + RECORD_HEAD_BYTES + CHUNK_HEAD_BYTES_MAX));
  return seen.byteLength < RECORD_HEAD_BYTES + 24 || fieldsFit(seen, viewOf(seen), length);
}

/** Whether the first fields of the record that begins `bytes` fit its `length`; `bytes` may end before it does. */
export function fieldsFit(bytes: Uint8Array, view: DataView, length: number): boolean {
  const u32At = (at: number): number => (at + 4 <= bytes.byteLength ? view.getUint32(at, true) : 0);
  switch (bytes[0]) {
    case Opcode.Chunk:
      if (bytes.byteLength < RECORD_HEAD_BYTES + 40) return true;
      return parseChunkHead(new Cursor(bytes, view, RECORD_HEAD_BYTES, bytes.byteLength), length) !== undefined;
    case Opcode.MessageIndex:
      return u32At(RECORD_HEAD_BYTES + 2) === length - 6;
    case Opcode.DataEnd:
      return length === 4;
    case Opcode.Footer:
      return length === 20;
    case Opcode.Header:
    case Opcode.Metadata:
      return u32At(RECORD_HEAD_BYTES) <= length - 8;
    case Opcode.Schema:
      return u32At(RECORD_HEAD_BYTES + 2) <= length - 14;
    case Opcode.Channel:
      return u32At(RECORD_HEAD_BYTES + 4) <= length - 16;
    case Opcode.Attachment:
      return u32At(RECORD_HEAD_BYTES + 16) <= length - 36;
    default:
      return true;
  }
}

/**
 * Whether a message behind a chunk is rather that chunk's message index, with one bit of its opcode flipped: its fields
 * fit exactly, and what would be the publish time is an offset inside the chunk.
 */
export function isIndexInDisguise(view: DataView, contentAt: number, length: number, chunkBytes: number): boolean {
  const entriesBytes = view.getUint32(contentAt + 2, true);
  return entriesBytes === length - 6 && entriesBytes % 16 === 0 && lengthAt(view, contentAt + 14) < chunkBytes;
}
