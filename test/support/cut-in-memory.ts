/**
 * The chunk stage without threads or files: a spool in memory, a compressor on the spot, a format that gives the events
 * it was told. Buffers that the contract calls borrowed are spoilt as soon as they may be, so that a kept one shows.
 */
import { createHash } from 'node:crypto';
import { crc32, crc32c } from '@node-rs/crc32';
import { encodeZstd } from '@pitlane/compressor-zstd';
import type { DriveId, RecordingId } from '@pitlane/contracts/identity';
import type { ChunkFacts } from '@pitlane/contracts/manifest';
import { type Selection, WINDOW_NS } from '@pitlane/contracts/plan';
import type { TopicFilter } from '@pitlane/contracts/topic-filter';
import { contentOfFile } from '@pitlane/formats/content';
import { DEFAULT_READ_LIMITS, type RecordingEvent, type RecordingFormat } from '@pitlane/formats/recording';
import type { ChunkCompressor } from '@pitlane/ports/compressor';
import { recordingFolder, type Spool, type SpoolFile } from '@pitlane/ports/spool';
import {
  type ChunkEvent,
  type ChunkJob,
  type ChunkTools,
  chunkName,
  chunkOpaque,
  chunkRecording,
} from '@pitlane/stages/40-chunk';
import { memorySource } from './byte-source.ts';
import { testDecompressors } from './decompressors.ts';

export class MemorySpool implements Spool {
  /** Sealed files by `folder/name`. */
  readonly files = new Map<string, Uint8Array>();
  readonly created: string[] = [];
  readonly growing = new Set<string>();
  /** Set it, and appending fails from so many bytes on. */
  bytesMax = Infinity;
  #bytes = 0;

  async create(folder: string, name: string): Promise<SpoolFile> {
    const path = `${folder}/${name}`;
    const parts: Uint8Array[] = [];
    const settle = (): void => void this.growing.delete(path);
    this.created.push(name);
    this.growing.add(path);
    let bytes = 0;
    return {
      get bytes() {
        return bytes;
      },
      append: async (more) => {
        for (const part of more) {
          bytes += part.byteLength;
          this.#bytes += part.byteLength;
        }
        if (this.#bytes > this.bytesMax) throw new Error('the spool is full');
        await Promise.resolve();
        for (const part of more) parts.push(part.slice());
      },
      seal: async () => {
        const whole = new Uint8Array(Buffer.concat(parts));
        this.files.set(path, whole);
        settle();
        const sha256 = createHash('sha256').update(whole).digest('hex');
        return { path, bytes, crc32c: crc32c(whole).toString(16).padStart(8, '0'), sha256 };
      },
      discard: async () => settle(),
    };
  }

  async find(folder: string, name: string) {
    const file = this.files.get(`${folder}/${name}`);
    return file && { path: `${folder}/${name}`, bytes: file.byteLength };
  }

  async folders(): Promise<readonly string[]> {
    return [...new Set([...this.files.keys()].map((path) => path.split('/')[0] as string))];
  }

  async folderBytes(): Promise<number> {
    return this.#bytes;
  }

  async free(): Promise<number> {
    return 0;
  }

  async disk() {
    return { freeBytes: 1, totalBytes: 1 };
  }
}

/** Compresses every other chunk, by its bytes, and spoils what it gave once that is released. */
export const spoilingCompressor: ChunkCompressor = {
  jobsMax: 3,
  async compress(raw, level) {
    const bytes = new Uint8Array(raw);
    const crc = crc32(bytes) >>> 0;
    const compressed = crc % 2 === 0;
    const stored = compressed ? encodeZstd(bytes, level).slice() : bytes;
    await new Promise((resolve) => setImmediate(resolve));
    const release = (): void => void stored.fill(0xdd);
    return { compression: compressed ? 'zstd' : '', stored, crc32: crc, release };
  },
  async close() {},
};

export type Batches = readonly (readonly RecordingEvent[])[];

/** Gives the batches as they are; data is spoilt when the next batch is pulled. */
export const givingFormat = (given: Batches): RecordingFormat => ({
  name: 'given',
  recognises: () => true,
  inspect: async () => ({
    profile: 'ros2',
    library: 'given',
    indexed: false,
    messages: undefined,
    startTimeNs: undefined,
    endTimeNs: undefined,
    topics: [],
  }),
  async *read() {
    for (const batch of given) {
      const lent = batch.map(lend);
      yield lent;
      for (const event of lent) {
        if (event.kind === 'message') event.message.data.fill(0xee);
        if (event.kind === 'attachment') event.attachment.data.fill(0xee);
      }
    }
  },
});

function lend(event: RecordingEvent): RecordingEvent {
  if (event.kind === 'message')
    return { kind: 'message', message: { ...event.message, data: event.message.data.slice() } };
  if (event.kind === 'attachment') {
    return { kind: 'attachment', attachment: { ...event.attachment, data: event.attachment.data.slice() } };
  }
  return event;
}

export const CUT_DRIVE = {
  tenant: 'default',
  vehicleId: 'car-1',
  driveId: 'car-1-20260101T000000Z-00000000' as DriveId,
};

export const RECORDING = 'ab'.repeat(32) as RecordingId;

const jobOf = (done: ReadonlyMap<string, ChunkFacts>, recordingId: RecordingId): ChunkJob => ({
  ...CUT_DRIVE,
  recordingId,
  done,
});

export const placeOf = ({ kind, group, windowStart, part }: ChunkFacts): string =>
  chunkName(kind, group, windowStart === null ? null : BigInt(windowStart) / WINDOW_NS, part);

export interface CutDone {
  readonly chunks: ChunkFacts[];
  /** Places of chunks that were told to be known. */
  readonly known: Set<string>;
  readonly end: ChunkEvent & { type: 'end' };
  readonly spool: MemorySpool;
  /** The chunk's bytes as they lie in the spool. */
  bytesOf(chunk: ChunkFacts): Uint8Array;
}

export interface CutOptions {
  readonly done?: readonly ChunkFacts[];
  readonly fileBytes?: Uint8Array;
  readonly spool?: MemorySpool;
  readonly recordingId?: RecordingId;
  readonly filter?: TopicFilter;
  /** Told of each chunk when it is told of. */
  readonly onChunk?: (spool: MemorySpool) => void;
}

export const cutBatches = (given: Batches, options: CutOptions = {}): Promise<CutDone> =>
  toTheEnd(options, (job, source, tools) => chunkRecording(job, contentOfFile(source), givingFormat(given), tools));

export const cutOpaque = (fileBytes: Uint8Array, options: CutOptions = {}): Promise<CutDone> =>
  toTheEnd({ ...options, fileBytes }, chunkOpaque);

/** A pass over selected chunks. */
export async function cutSelected(given: Batches, only: readonly Selection[], options: CutOptions = {}) {
  const { end, ...cut } = await gather(options, (job, source, tools) =>
    chunkRecording({ ...job, only }, contentOfFile(source), givingFormat(given), tools),
  );
  if (end) throw new Error('a pass over selected chunks told an end');
  return cut;
}

type Cutting = (
  job: ChunkJob,
  source: ReturnType<typeof memorySource>,
  tools: ChunkTools,
) => AsyncGenerator<ChunkEvent>;

async function toTheEnd(options: CutOptions, cut: Cutting): Promise<CutDone> {
  const { end, ...done } = await gather(options, cut);
  if (!end) throw new Error('the cut told no end');
  return { ...done, end };
}

async function gather(
  {
    done = [],
    fileBytes = new Uint8Array(0),
    spool = new MemorySpool(),
    recordingId = RECORDING,
    filter,
    onChunk,
  }: CutOptions,
  cut: Cutting,
) {
  const decompressors = await testDecompressors();
  const tools = { compressor: spoilingCompressor, decompressors, limits: DEFAULT_READ_LIMITS, spool, crc32 };
  const own = jobOf(new Map(done.map((facts) => [placeOf(facts), facts])), recordingId);
  const job = filter ? { ...own, filter } : own;
  const chunks: ChunkFacts[] = [];
  const known = new Set<string>();
  let end: CutDone['end'] | undefined;
  for await (const event of cut(job, memorySource(fileBytes), tools)) {
    if (end) throw new Error('an event came after the end');
    if (event.type === 'end') end = event;
    if (event.type !== 'chunk') continue;
    chunks.push(event.facts);
    onChunk?.(spool);
    if (event.known) known.add(placeOf(event.facts));
  }
  const bytesOf = (chunk: ChunkFacts) =>
    spool.files.get(`${recordingFolder(job)}/${placeOf(chunk)}`) ?? new Uint8Array(0);
  return { chunks, known, end, spool, bytesOf };
}
