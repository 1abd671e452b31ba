/**
 * Reads a bag in the order of its bytes. The index is not needed, so bags that were never closed read like any other.
 * A record is believed when something sensible follows it; otherwise the next record is searched for, and what lies
 * between goes to the diary. Chunks without compression are entered as if their records stood in the file itself, so a
 * bag that was cut off is readable to its last whole record; compressed chunks are taken whole or not at all.
 */
import { KIB, MIB } from '@pitlane/base/bytes';
import { messageOf } from '@pitlane/base/errors';
import type { ByteSource, LossReason, ReadLimits, ReadTools, RecordingEvent } from '../recording/index.ts';
import { BagEvents } from './bag-events.ts';
import { ByteWindow } from './byte-window.ts';
import { isDamagedNext, nextCandidate, STEP_BACK_BYTES, standsAlone } from './find-record.ts';
import { MAGIC, readIndexSection } from './index-section.ts';
import { messageTooLarge, readChunk } from './read-chunk.ts';
import { OP, type Parsed, parseRecord, RecordView } from './record.ts';

/** How much must be in view to judge whether a record begins somewhere. */
const LOOK_AHEAD_BYTES = 4 * KIB;
const SKIPPED_AND_LOADED_BYTES_MAX = 256 * KIB;
const RATIO_FREE_BYTES = 64 * MIB;
/** Past this many false starts in one recording its rest is given up, so that a hostile file costs seconds at most. */
const FALSE_STARTS_MAX = 200_000;

/** What the synchronous part of the reader cannot do by itself. */
type Need =
  | { readonly kind: 'load'; readonly bytes: number }
  | { readonly kind: 'hand-on' }
  | { readonly kind: 'judge' }
  | { readonly kind: 'chunk' }
  | { readonly kind: 'broken'; readonly searchFrom: number; readonly reason: LossReason; readonly text: string }
  | { readonly kind: 'end' };

export async function* readBag(source: ByteSource, tools: ReadTools): AsyncGenerator<readonly RecordingEvent[]> {
  const index = await readIndexSection(source, tools.limits);
  const events = new BagEvents(index, tools.limits);
  const reader = new BagReader(new ByteWindow(source), events, tools);
  if (index.position === 0) events.note('the bag was never closed: it is not indexed');
  yield* reader.batches();
  if (!index.isWhole) reader.sayWhatIsMissing(index.position);
  events.finish(source.sizeBytes);
  if (!events.isEmpty) yield events.take();
}

class BagReader {
  readonly #window: ByteWindow;
  readonly #events: BagEvents;
  readonly #tools: ReadTools;
  readonly #limits: ReadLimits;
  #view = new RecordView();
  #ahead = new RecordView();
  /** Where in the file `#ahead` was parsed whole, or -1. */
  #aheadAt = -1;
  #at = MAGIC.length;
  /** The uncompressed chunk that is being read, `[start, end)`; -1 outside of one. */
  #chunkStart = -1;
  #chunkEnd = -1;
  /** False behind damage until a chunk or index record shows that these are no compressed bytes. */
  #trusted = true;
  /** Whether the record under the cursor was judged by what follows it. */
  #judgedAt = -1;
  #falseStarts = 0;

  constructor(window: ByteWindow, events: BagEvents, tools: ReadTools) {
    this.#window = window;
    this.#events = events;
    this.#tools = tools;
    this.#limits = tools.limits;
  }

  async *batches(): AsyncGenerator<readonly RecordingEvent[]> {
    for (;;) {
      const need = this.#readOn();
      // The slices that were collected end with the next load, so they go out first.
      if (!this.#events.isEmpty) yield this.#events.take();
      this.#tools.signal?.throwIfAborted();
      if (need.kind === 'end') return;
      if (need.kind === 'load') await this.#load(this.#at, need.bytes);
      if (need.kind === 'judge') await this.#judge();
      if (need.kind === 'broken') await this.#passOver(need.searchFrom, need.reason, need.text);
      if (need.kind === 'chunk') yield* this.#compressedChunk();
    }
  }

  /** Bytes that the bag speaks of and that the file does not have. */
  sayWhatIsMissing(indexPosition: number | undefined): void {
    const size = this.#window.sizeBytes;
    if (this.#events.lostUpTo >= size) return;
    const reason = 'truncated';
    if (this.#chunkEnd > size) {
      const text = `the file ends between two records of the chunk at ${this.#chunkStart}, ${this.#chunkEnd - size} bytes early`;
      this.#events.lost({ reason, text, offset: size, end: size });
    } else if (indexPosition !== undefined && indexPosition > size) {
      const text = `the file ends between two records, at least ${indexPosition - size} bytes early`;
      this.#events.lost({ reason, text, offset: size, end: size });
    } else if (indexPosition === size) {
      this.#events.note('the file ends where its index should begin: it is not indexed');
    }
  }

  /** Reads records for as long as nothing is missing from view. */
  #readOn(): Need {
    for (;;) {
      if (this.#events.isFull) return { kind: 'hand-on' };
      if (this.#at >= this.#window.sizeBytes) return { kind: 'end' };
      this.#leaveChunk();
      const parsed = this.#parseHere();
      if (parsed === 'short') {
        const bytes = this.#bytesForHeader();
        if (!this.#window.holds(this.#at, bytes)) return { kind: 'load', bytes };
        return this.#broken(this.#at + 1, 'truncated', 'the file ends inside a record');
      }
      if (parsed === 'bad') return this.#broken(this.#at + 1, 'corrupt-record', 'no record begins here');
      const need = this.#readRecord(this.#view);
      if (need !== undefined) return need;
    }
  }

  /** Takes the record in `view` and moves on, or says what has to be done first. */
  #readRecord(view: RecordView): Need | undefined {
    const window = this.#window;
    if (view.op === OP.chunk) {
      if (isText(view.text(window.bytes), 'none')) return this.#enterChunk(view);
      return { kind: 'chunk' };
    }
    const dataStart = window.base + view.dataStart;
    const end = window.base + view.dataEnd;
    if (!view.typical) return this.#broken(dataStart, 'corrupt-record', `a record of kind ${view.op} lacks fields`);
    if (end > window.sizeBytes) {
      return this.#broken(
        dataStart,
        'truncated',
        `a record declares ${view.dataBytes} bytes, past the end of the file`,
      );
    }
    const isContent = view.op === OP.message || view.op === OP.connection;
    const isOversize = view.op === OP.message && view.dataBytes > this.#limits.messageBytesMax;
    const bytes = end - this.#at + LOOK_AHEAD_BYTES;
    if (this.#judgedAt !== this.#at && !window.holds(this.#at, bytes)) {
      const isLoaded = isContent ? !isOversize : bytes <= SKIPPED_AND_LOADED_BYTES_MAX;
      return isLoaded ? { kind: 'load', bytes } : { kind: 'judge' };
    }
    if (this.#judgedAt !== this.#at && !this.#isBelieved(end)) {
      return this.#broken(
        dataStart,
        'corrupt-record',
        'a record is followed by none, so its length is not to be trusted',
      );
    }
    if (isOversize) throw messageTooLarge(view.dataBytes, this.#limits);
    this.#takeContent(view, end);
    this.#at = end;
    return undefined;
  }

  #takeContent(view: RecordView, end: number): void {
    const { bytes } = this.#window;
    const offset = this.#at;
    if (view.op === OP.message) {
      if (this.#events.message(view, bytes, offset) === 'taken') return;
      const text = `messages of connection ${view.conn}, which is declared nowhere`;
      const spanKey = this.#chunkStart < 0 ? undefined : `unknown in ${this.#chunkStart}`;
      this.#events.lost({ reason: 'unknown-channel', text, offset, end, ...(spanKey ? { spanKey } : {}) });
    } else if (view.op === OP.connection) {
      const fits = view.dataBytes <= this.#limits.headerBytesMax;
      if (fits && this.#events.connection(view, bytes) === 'taken') return;
      this.#events.lost({ reason: 'corrupt-record', text: `connection ${view.conn} has a broken header`, offset, end });
    }
  }

  #enterChunk(view: RecordView): undefined {
    this.#chunkStart = this.#at;
    this.#at = this.#window.base + view.dataStart;
    this.#chunkEnd = this.#window.base + view.dataEnd;
    this.#trusted = true;
    return undefined;
  }

  #leaveChunk(): void {
    if (this.#chunkEnd < 0 || this.#at < this.#chunkEnd) return;
    if (this.#at > this.#chunkEnd)
      this.#events.note(`the chunk at ${this.#chunkStart} declares another length than it has`);
    this.#chunkStart = -1;
    this.#chunkEnd = -1;
  }

  async *#compressedChunk(): AsyncGenerator<readonly RecordingEvent[]> {
    const { sizeBytes, dataBytes } = this.#view;
    const dataStart = this.#window.base + this.#view.dataStart;
    const place = { offset: this.#at, end: dataStart + dataBytes };
    const codec = textOf(this.#view.text(this.#window.bytes).subarray(0, 16));
    this.#chunkStart = -1;
    this.#chunkEnd = -1;
    if (place.end > this.#window.sizeBytes) {
      await this.#passOver(dataStart, 'truncated', `the file ends inside a chunk of ${dataBytes} bytes`, true);
      return;
    }
    const cap = this.#limits.sourceChunkBytesMax;
    const isBomb = sizeBytes > RATIO_FREE_BYTES && sizeBytes > this.#limits.ratioMax * dataBytes;
    if (sizeBytes > cap || dataBytes > cap || isBomb) {
      const text = `a chunk declares ${sizeBytes} bytes in ${dataBytes} compressed ones`;
      await this.#passOverChunk(dataStart, place.end, 'chunk-bomb', text);
      return;
    }
    if (codec !== 'lz4' && codec !== 'bz2') {
      await this.#passOverChunk(dataStart, place.end, 'corrupt-chunk', `no compression is called "${codec}"`);
      return;
    }
    await this.#load(this.#at, place.end - this.#at + LOOK_AHEAD_BYTES);
    const from = dataStart - this.#window.base;
    let content: Uint8Array;
    try {
      content = this.#tools.decompressors[codec](this.#window.bytes.subarray(from, from + dataBytes), sizeBytes);
    } catch (error) {
      await this.#passOverChunk(dataStart, place.end, 'corrupt-chunk', messageOf(error));
      return;
    }
    yield* readChunk(content, place, this.#events, this.#limits);
    if (!this.#events.isEmpty) yield this.#events.take();
    this.#at = place.end;
    this.#trusted = true;
  }

  /** Leaves out a whole chunk: up to its declared end if something begins there, else up to what is found behind it. */
  async #passOverChunk(dataStart: number, end: number, reason: LossReason, text: string): Promise<void> {
    const offset = this.#at;
    const isSound = end === this.#window.sizeBytes || (await this.#startsAt(end));
    this.#at = isSound ? end : await this.#find(dataStart, true);
    this.#events.lostChunk({ reason, text: `chunk at ${offset}: ${text}`, offset, end: this.#at });
  }

  async #passOver(searchFrom: number, reason: LossReason, text: string, isCompressed = false): Promise<void> {
    const offset = this.#at;
    const end = await this.#find(searchFrom, isCompressed);
    // What was taken for the cut end of the file is damage if more records come behind it.
    const isCut = reason === 'truncated' && end === this.#window.sizeBytes;
    this.#events.lost({ reason: isCut ? reason : 'corrupt-record', text: `at ${offset}: ${text}`, offset, end });
    this.#at = end;
  }

  /**
   * The next offset from `from` on where a record can be believed to begin, or the end of the file. Among compressed
   * bytes only those records count that never lie inside a chunk.
   */
  async #find(from: number, isCompressed: boolean): Promise<number> {
    const window = this.#window;
    let search = from;
    this.#trusted = false;
    while (search < window.sizeBytes && this.#falseStarts < FALSE_STARTS_MAX) {
      this.#tools.signal?.throwIfAborted();
      const lowest = Math.max(from, search - STEP_BACK_BYTES);
      if (!window.holds(lowest, search - lowest + 2 * LOOK_AHEAD_BYTES)) await this.#load(lowest, 2 * LOOK_AHEAD_BYTES);
      const isLast = window.end >= window.sizeBytes;
      const found = nextCandidate(window.bytes, search - window.base, window.filled, lowest - window.base, this.#view);
      // A header that sticks out of view is looked at again after the next load.
      const surely = isLast ? window.end : window.end - LOOK_AHEAD_BYTES;
      if (found === undefined || found.hit + window.base >= surely) {
        if (isLast) break;
        search = Math.max(search, surely);
        continue;
      }
      const isStart = found.start >= 0 && (await this.#isFound(isCompressed));
      if (isStart) return this.#foundAt(window.base + found.start);
      this.#falseStarts += 1;
      search = window.base + found.hit + 1;
    }
    return window.sizeBytes;
  }

  #foundAt(offset: number): number {
    this.#trusted = standsAlone(this.#view) || offset < this.#chunkEnd;
    return offset;
  }

  async #isFound(isCompressed: boolean): Promise<boolean> {
    if (isCompressed || standsAlone(this.#view)) return standsAlone(this.#view);
    const end = this.#window.base + this.#view.dataEnd;
    return end === this.#window.sizeBytes || (end < this.#window.sizeBytes && (await this.#startsAt(end)));
  }

  /** Whether a whole header stands at `offset`, in view or not. */
  async #startsAt(offset: number): Promise<boolean> {
    if (offset > this.#window.sizeBytes) return false;
    const window = this.#window;
    this.#aheadAt = -1;
    if (window.holds(offset, LOOK_AHEAD_BYTES)) return this.#parseAt(offset, this.#ahead) === 'whole';
    const bytes = await window.peekCopy(offset, LOOK_AHEAD_BYTES);
    return parseRecord(bytes, 0, bytes.byteLength, this.#ahead, this.#limits.headerBytesMax) !== 'bad';
  }

  /** Judges a record that is too large to be held in view by what stands behind it. */
  async #judge(): Promise<void> {
    const dataStart = this.#window.base + this.#view.dataStart;
    const end = dataStart + this.#view.dataBytes;
    if (end === this.#window.sizeBytes || end === this.#chunkEnd || (await this.#startsAt(end))) {
      this.#judgedAt = this.#at;
    } else {
      await this.#passOver(
        dataStart,
        'corrupt-record',
        `a record declares ${end - dataStart} bytes and is followed by none`,
      );
    }
  }

  /** Whether what stands at `end` speaks for the record before it. Keeps the parsed header for the next turn. */
  #isBelieved(end: number): boolean {
    const window = this.#window;
    if (end === window.sizeBytes || (this.#trusted && end === this.#chunkEnd)) return true;
    const parsed = this.#parseAt(end, this.#ahead);
    this.#aheadAt = parsed === 'whole' ? end : -1;
    if (parsed !== 'bad') return true;
    const { dataStart, dataEnd } = this.#view;
    return this.#trusted && isDamagedNext(window.bytes, dataStart, dataEnd, window.filled, this.#ahead);
  }

  #parseHere(): Parsed {
    if (this.#aheadAt !== this.#at) return this.#parseAt(this.#at, this.#view);
    [this.#view, this.#ahead] = [this.#ahead, this.#view];
    this.#aheadAt = -1;
    return 'whole';
  }

  #parseAt(offset: number, view: RecordView): Parsed {
    const window = this.#window;
    if (offset < window.base || offset > window.end) return 'short';
    return parseRecord(window.bytes, offset - window.base, window.filled, view, this.#limits.headerBytesMax);
  }

  /** How many bytes have to be in view to parse the header under the cursor. */
  #bytesForHeader(): number {
    const { bytes, base, filled } = this.#window;
    const at = this.#at - base;
    if (at < 0 || at + 4 > filled) return LOOK_AHEAD_BYTES;
    const declared = new DataView(bytes.buffer, bytes.byteOffset + at, 4).getUint32(0, true);
    return Math.max(LOOK_AHEAD_BYTES, declared + 8);
  }

  #broken(searchFrom: number, reason: LossReason, text: string): Need {
    return { kind: 'broken', searchFrom, reason, text };
  }

  async #load(offset: number, bytes: number): Promise<void> {
    this.#aheadAt = -1;
    await this.#window.load(offset, bytes);
  }
}

const textOf = (bytes: Uint8Array): string => String.fromCharCode(...bytes);

const isText = (bytes: Uint8Array, text: string): boolean => bytes.byteLength === text.length && textOf(bytes) === text;
