/**
 * Finds the way back after damage: the next place in the file where a record begins that fits what it says of itself. A
 * file in chunks is searched for records that are whole in themselves only, never for messages, since those would be
 * taken from inside a chunk without its checksum.
 */
import type { ReadLimits } from '../recording/index.ts';
import type { BlockWindow } from './block-window.ts';
import { Cursor, lengthAt, viewOf } from './cursor.ts';
import { headFits } from './record-fit.ts';
import { MAGIC, Opcode, RECORD_HEAD_BYTES } from './opcodes.ts';
import {
  CHUNK_HEAD_BYTES_MAX,
  MESSAGE_HEAD_BYTES,
  parseAttachmentHead,
  parseChannel,
  parseChunkHead,
  parseMetadata,
  parseSchema,
} from './records.ts';

/** What looking for a way back may cost in one file: a look at one place is 1, other work is counted in that. */
const LOOKS_FREE = 200_000;
/** So many bytes of the file pay for one more look. */
const BYTES_PER_LOOK = 64;
const LOOK_BYTES = 256;
const READ_LOOKS = 100;
const MOVE_LOOKS = 20_000;
const ATTACHMENT_HEAD_BYTES_MAX = 256 * 1024;
const SEARCH_STEP_BYTES = 64 * 1024;

export class Resync {
  readonly #window: BlockWindow;
  readonly #limits: ReadLimits;
  readonly #knowsChannel: (id: number) => boolean;
  #looks = 0;
  /** No chunk begins before this offset, as far as was looked. */
  #noChunksBefore = -1;

  constructor(window: BlockWindow, limits: ReadLimits, knowsChannel: (id: number) => boolean) {
    this.#window = window;
    this.#limits = limits;
    this.#knowsChannel = knowsChannel;
  }

  /**
   * Whether a record could begin at `offset`, judged by its first fields; the end of the file fits as well, and so
   * does a record that it cuts off, unless that must be `whole`.
   */
  async vouches(offset: number, chain = 1, whole = false): Promise<boolean> {
    const left = this.#window.fileEnd - offset;
    if (left < RECORD_HEAD_BYTES) return left >= 0;
    const seenBytes = Math.min(left, RECORD_HEAD_BYTES + CHUNK_HEAD_BYTES_MAX);
    if (!this.#window.holds(offset, seenBytes)) this.#looks += READ_LOOKS;
    const head = await this.#window.peek(offset, seenBytes);
    if (head.byteLength < seenBytes) return false;
    const view = viewOf(head);
    const opcode = head[0] as number;
    if (whole && lengthAt(view, 1) > left - RECORD_HEAD_BYTES) return false;
    if (!headFits(head, view, 0, head.byteLength, left - RECORD_HEAD_BYTES)) return false;
    if (opcode <= Opcode.DataEnd && opcode !== Opcode.Message) return true;
    if (opcode === MAGIC[0] && Buffer.compare(head.subarray(0, MAGIC.byteLength), MAGIC) === 0) return true;
    const known = opcode === Opcode.Message && this.#knowsChannel(view.getUint16(RECORD_HEAD_BYTES, true));
    if (known || chain === 0) return known;
    const end = offset + RECORD_HEAD_BYTES + lengthAt(view, 1);
    return end <= this.#window.fileEnd && this.vouches(end, chain - 1);
  }

  /** The next record from `from` on; loose records (messages and definitions outside of chunks) only if `loose`. */
  async search(from: number, loose: boolean): Promise<number | undefined> {
    const window = this.#window;
    let at = from;
    while (at + RECORD_HEAD_BYTES <= window.fileEnd) {
      await window.moveTo(at, Math.min(SEARCH_STEP_BYTES, window.fileEnd - at));
      at = this.#nextTrail(at, loose);
      if (at + RECORD_HEAD_BYTES > window.end) continue;
      if (this.#spent(1)) return undefined;
      if (await this.isRecord(at, loose)) return at;
      at += 1;
    }
    return undefined;
  }

  /** Whether the bytes in view hold the head of a chunk or of a message index, which tells a file in chunks. */
  async seesChunks(from: number): Promise<boolean> {
    const window = this.#window;
    if (from < this.#noChunksBefore) return false;
    await window.moveTo(from, SEARCH_STEP_BYTES);
    const seenEnd = window.end;
    this.#noChunksBefore = seenEnd;
    let at = from;
    for (let tried = 0; tried < 1_000; tried += 1) {
      at = this.#nextTrail(at, false);
      if (at + RECORD_HEAD_BYTES > window.end || at >= seenEnd) return false;
      const opcode = window.bytes[at - window.start];
      const tells = opcode === Opcode.Chunk || opcode === Opcode.MessageIndex;
      if (tells && (await this.isRecord(at, false))) return true;
      at += 1;
    }
    return false;
  }

  /** The first offset from `from` on, in the window, whose nine bytes could be a head; near the window's end if none. */
  #nextTrail(from: number, loose: boolean): number {
    const { bytes, view, start, end, fileEnd } = this.#window;
    const stop = end - start - RECORD_HEAD_BYTES;
    for (let i = from - start; i <= stop; i += 1) {
      const opcode = bytes[i] as number;
      if (opcode > Opcode.DataEnd || opcode < Opcode.Footer) continue;
      if (!(loose ? LOOSE : WHOLE)[opcode]) continue;
      // The upper three bytes of the length: no record has 2^40 bytes.
      if ((view.getUint32(i + 5, true) & 0xff_ff_ff_00) !== 0) continue;
      const left = fileEnd - start - i - RECORD_HEAD_BYTES;
      if (opcode !== Opcode.Chunk && lengthAt(view, i + 1) > left) continue;
      if (!headFits(bytes, view, i, end - start, left)) continue;
      return start + i;
    }
    return start + stop + 1;
  }

  /** Whether a whole record that agrees with itself and with what follows begins at `offset`. */
  async isRecord(offset: number, loose: boolean): Promise<boolean> {
    const window = this.#window;
    const headBytes = Math.min(RECORD_HEAD_BYTES + CHUNK_HEAD_BYTES_MAX, window.fileEnd - offset);
    if (headBytes < RECORD_HEAD_BYTES) return false;
    await this.#hold(offset, headBytes);
    const opcode = window.bytes[offset - window.start] as number;
    const length = lengthAt(window.view, offset - window.start + 1);
    const contentOffset = offset + RECORD_HEAD_BYTES;
    if (opcode === Opcode.Chunk) return this.#isChunk(contentOffset, length);
    if (contentOffset + length > window.fileEnd || !(loose ? LOOSE : WHOLE)[opcode]) return false;
    const end = contentOffset + length;
    if (opcode === Opcode.MessageIndex) {
      if (length < 6) return false;
      const entriesBytes = window.view.getUint32(contentOffset - window.start + 2, true);
      return entriesBytes === length - 6 && entriesBytes % 16 === 0;
    }
    if (opcode === Opcode.DataEnd) return length === 4 && (await this.vouches(end));
    if (opcode === Opcode.Footer) return length === 20 && end + MAGIC.byteLength === window.fileEnd;
    if (opcode === Opcode.Attachment) return this.#isAttachment(contentOffset, length);
    if (opcode === Opcode.Message) return this.#isMessage(contentOffset, length);
    return this.#isDefinition(opcode, contentOffset, length);
  }

  /** Whether a record is where an index says that there is one. */
  async isAnchor(offset: number): Promise<boolean> {
    if (this.#spent(0)) return false;
    const near = this.#window.holds(offset, RECORD_HEAD_BYTES + CHUNK_HEAD_BYTES_MAX);
    const found = await this.isRecord(offset, true);
    if (!found && !near) this.#looks += MOVE_LOOKS;
    return found;
  }

  /** Counts work; true once there was too much of it. */
  #spent(looks: number): boolean {
    this.#looks += looks;
    return this.#looks > LOOKS_FREE + this.#window.fileEnd / BYTES_PER_LOOK;
  }

  #isChunk(contentOffset: number, length: number): boolean {
    const head = parseChunkHead(this.#cursor(contentOffset, CHUNK_HEAD_BYTES_MAX), length);
    if (!head || head.bodyAt + head.bodyBytes !== length) return false;
    return head.compression === '' || head.compression === 'zstd' || head.compression === 'lz4';
  }

  async #isAttachment(contentOffset: number, length: number): Promise<boolean> {
    const headBytes = Math.min(length, ATTACHMENT_HEAD_BYTES_MAX);
    if (this.#spent(headBytes / LOOK_BYTES / 8)) return false;
    await this.#hold(contentOffset, headBytes);
    const head = parseAttachmentHead(this.#cursor(contentOffset, headBytes), length);
    return head !== undefined && head.dataAt + head.dataBytes + 4 === length;
  }

  async #isMessage(contentOffset: number, length: number): Promise<boolean> {
    if (length < MESSAGE_HEAD_BYTES || length > this.#limits.messageBytesMax) return false;
    const channelId = this.#window.view.getUint16(contentOffset - this.#window.start, true);
    if (!this.#knowsChannel(channelId)) return false;
    return this.vouches(contentOffset + length);
  }

  async #isDefinition(opcode: number, contentOffset: number, length: number): Promise<boolean> {
    if (length > Math.min(this.#limits.headerBytesMax, 4 * 1024 * 1024)) return false;
    if (this.#spent(length / LOOK_BYTES)) return false;
    await this.#hold(contentOffset, length);
    const cursor = this.#cursor(contentOffset, length);
    let record: object | undefined;
    if (opcode === Opcode.Schema) record = parseSchema(cursor);
    else if (opcode === Opcode.Channel) record = parseChannel(cursor);
    else record = parseMetadata(cursor);
    const fits = record !== undefined && cursor.at === cursor.end && !cursor.lossyText;
    return fits && this.vouches(contentOffset + length);
  }

  #cursor(offset: number, bytes: number): Cursor {
    const { start, end } = this.#window;
    return new Cursor(this.#window.bytes, this.#window.view, offset - start, Math.min(offset + bytes, end) - start);
  }

  /** Brings bytes into the window without losing sight of what stands before them, where that can be. */
  async #hold(offset: number, bytes: number): Promise<void> {
    if (!this.#window.holds(offset, bytes)) await this.#window.moveTo(offset, bytes);
  }
}

const WHOLE = opcodeTable(
  Opcode.Footer,
  Opcode.Chunk,
  Opcode.MessageIndex,
  Opcode.Attachment,
  Opcode.Metadata,
  Opcode.DataEnd,
);
const LOOSE = WHOLE.map((whole, opcode) => {
  return whole || opcode === Opcode.Schema || opcode === Opcode.Channel || opcode === Opcode.Message;
});

function opcodeTable(...opcodes: number[]): boolean[] {
  return Array.from({ length: 16 }, (_, opcode) => opcodes.includes(opcode));
}
