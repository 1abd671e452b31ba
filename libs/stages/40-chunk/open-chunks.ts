/**
 * Which chunks are open, and which closes next: the plan's rules applied message by message. A group has at most two
 * windows open and a recording at most 64 chunks; a message for a window that has closed opens a continuation part.
 */
import {
  CHUNK_BYTES_MAX,
  CHUNK_CHANNELS_MAX,
  CHUNK_TOPIC_BYTES_MAX,
  CHUNKS_MAX,
  LATE_PARTS_MAX,
  OPEN_CHUNKS_MAX,
  OPEN_WINDOWS_MAX,
  WINDOW_NS,
  windowOf,
} from '@pitlane/contracts/plan';
import { LandOpaque } from '@pitlane/formats/recording';

export interface ChunkKey {
  readonly group: string;
  readonly window: bigint;
  readonly part: number;
}

/** What the rules need to know of a chunk that fills. */
export interface Filling {
  readonly bytesRaw: number;
}

/** What the rules need to know of a record that comes. */
export interface Incoming {
  readonly group: string;
  readonly logTimeNs: bigint;
  readonly recordBytes: number;
  /** The channel's number in the recording, and the size of its topic. */
  readonly channel: number;
  readonly topicBytes: number;
}

export interface OpenChunk<T extends Filling> {
  readonly key: ChunkKey;
  readonly chunk: T;
  /** Its window and group as one text. */
  readonly name: string;
  /** The window is [startNs, endNs). */
  readonly startNs: bigint;
  readonly endNs: bigint;
  readonly channels: Set<number>;
  topicBytes: number;
  sourceStart: number;
  sourceEnd: number;
}

export class OpenChunks<T extends Filling> {
  readonly #open: (key: ChunkKey) => T;
  readonly #close: (chunk: OpenChunk<T>) => void;
  /** In order of last use: the first is the one longest without a message. */
  readonly #chunks = new Map<string, OpenChunk<T>>();
  /** The chunk of each group that took its last record; it may be closed by now. */
  readonly #byGroup = new Map<string, OpenChunk<T>>();
  readonly #windows = new Map<string, bigint[]>();
  /** By group, how many parts each window has had; windows as numbers, which are exact far beyond 64 bits of nanoseconds. */
  readonly #parts = new Map<string, Map<number, number>>();
  #latest: OpenChunk<T> | undefined;
  #lateParts = 0;
  #opened = 0;

  constructor(open: (key: ChunkKey) => T, close: (chunk: OpenChunk<T>) => void) {
    this.#open = open;
    this.#close = close;
  }

  /** The chunk that takes the record; closes whichever has to make room. */
  take(incoming: Incoming): OpenChunk<T> {
    const open = this.#near(incoming) ?? this.#far(incoming);
    if (!open.channels.has(incoming.channel)) {
      open.channels.add(incoming.channel);
      open.topicBytes += incoming.topicBytes;
    }
    if (open !== this.#latest) {
      this.#chunks.delete(open.name);
      this.#chunks.set(open.name, open);
      this.#latest = open;
    }
    return open;
  }

  /** The chunk that took the group's record before, if it takes this one too: so it is for nearly all. */
  #near({ group, logTimeNs, ...record }: Incoming): OpenChunk<T> | undefined {
    const open = this.#byGroup.get(group);
    if (!open || logTimeNs < open.startNs || logTimeNs >= open.endNs) return undefined;
    return this.#chunks.get(open.name) === open && !isFullFor(open, record) ? open : undefined;
  }

  #far(incoming: Incoming): OpenChunk<T> {
    const { group, logTimeNs } = incoming;
    const window = windowOf(logTimeNs);
    const name = `${window}\n${group}`;
    let open = this.#chunks.get(name);
    if (open && isFullFor(open, incoming)) {
      this.#closeNow(name, open);
      open = undefined;
    }
    open ??= this.#openNew(name, group, window);
    this.#byGroup.set(group, open);
    return open;
  }

  closeAll(): void {
    for (const [name, chunk] of this.#chunks) this.#closeNow(name, chunk);
  }

  [Symbol.iterator](): Iterator<OpenChunk<T>> {
    return this.#chunks.values();
  }

  #openNew(name: string, group: string, window: bigint): OpenChunk<T> {
    this.#makeRoom(group, window);
    const parts = this.#parts.get(group) ?? new Map<number, number>();
    const part = parts.get(Number(window)) ?? 0;
    this.#parts.set(group, parts.set(Number(window), part + 1));
    this.#opened += 1;
    if (this.#opened > CHUNKS_MAX) throw new LandOpaque(`it would make more than ${CHUNKS_MAX} chunks`);
    const key = { group, window, part };
    const opened = {
      key,
      chunk: this.#open(key),
      name,
      startNs: window * WINDOW_NS,
      endNs: (window + 1n) * WINDOW_NS,
      channels: new Set<number>(),
      topicBytes: 0,
      sourceStart: -1,
      sourceEnd: 0,
    };
    this.#chunks.set(name, opened);
    return opened;
  }

  #makeRoom(group: string, window: bigint): void {
    const windows = this.#windows.get(group) ?? [];
    this.#windows.set(group, windows);
    if (this.#parts.get(group)?.has(Number(window)) && !windows.includes(window)) {
      this.#lateParts += 1;
      if (this.#lateParts > LATE_PARTS_MAX) {
        throw new LandOpaque(`its times jump about: more than ${LATE_PARTS_MAX} chunks would continue a closed window`);
      }
    }
    if (!windows.includes(window)) windows.push(window);
    if (windows.length > OPEN_WINDOWS_MAX) {
      const earliest = windows.filter((other) => other !== window).reduce((a, b) => (a < b ? a : b));
      windows.splice(windows.indexOf(earliest), 1);
      const name = `${earliest}\n${group}`;
      const chunk = this.#chunks.get(name);
      if (chunk) this.#closeNow(name, chunk);
    }
    if (this.#chunks.size >= OPEN_CHUNKS_MAX) {
      const [idle] = this.#chunks;
      if (idle) this.#closeNow(...idle);
    }
  }

  #closeNow(name: string, chunk: OpenChunk<T>): void {
    this.#chunks.delete(name);
    this.#close(chunk);
  }
}

function isFullFor<T extends Filling>(
  open: OpenChunk<T>,
  { recordBytes, channel, topicBytes }: Pick<Incoming, 'recordBytes' | 'channel' | 'topicBytes'>,
): boolean {
  if (open.chunk.bytesRaw + recordBytes > CHUNK_BYTES_MAX) return true;
  if (open.channels.has(channel)) return false;
  return open.channels.size >= CHUNK_CHANNELS_MAX || open.topicBytes + topicBytes > CHUNK_TOPIC_BYTES_MAX;
}

export const windowStartText = (window: bigint): string => String(window * WINDOW_NS);
