/**
 * Slices as a service of a program: planned here beside the catalog, cut in processes of their own, made whole into files
 * for those who ask for ranges.
 */
import type { FileHandle } from 'node:fs/promises';
import { moduleBeside, StreamingChildren } from '@pitlane/base/spawn';
import type { Catalog } from '@pitlane/ports/catalog';
import {
  type ChunkCheck,
  type ExportRequest,
  type Fault,
  type ManifestObject,
  planSlice,
  type SliceFormat,
  type SlicePlan,
  sliceTag,
} from '@pitlane/stages/90-serve';
import { SliceCache } from './slice-cache.ts';
import { SentRate } from './sent-rate.ts';
import type { SliceJob } from './slice-job.ts';

/** Heap of a process; buffers come on top, within what a slice may use. */
const HEAP_MIB = 256;

export interface SliceParts {
  readonly catalog: Pick<Catalog, 'query'>;
  /** What opens the store in another process. */
  readonly storeSpec: object;
  /** For slices that are made whole; of this program alone. */
  readonly cacheFolder: string;
  readonly cacheBytesMax: number;
  /** So many are cut at once. */
  readonly atOnceMax: number;
  /** Of the program and of its compressor: they are part of every tag. */
  readonly versions: readonly string[];
}

export interface PlannedSlice extends SlicePlan {
  /** Equal as long as the bytes are. */
  readonly tag: string;
}

export class Slices {
  readonly #parts: SliceParts;
  readonly #children: StreamingChildren<SliceJob>;
  readonly #cache: SliceCache;
  readonly #sent = new SentRate();

  constructor(parts: SliceParts) {
    this.#parts = parts;
    this.#cache = new SliceCache(parts.cacheFolder, parts.cacheBytesMax);
    this.#children = new StreamingChildren({
      module: moduleBeside(import.meta.url, './slice.child'),
      processesMax: parts.atOnceMax,
      busyText: `${parts.atOnceMax} slices are cut already: try again in a moment`,
      diedText: 'the process of the slice died: an object may be damaged, `pitlane verify` tells',
      nodeArguments: [`--max-old-space-size=${HEAP_MIB}`],
    });
  }

  async plan(request: ExportRequest, format: SliceFormat): Promise<PlannedSlice> {
    const slice = await planSlice(this.#parts.catalog, request, format);
    return { ...slice, tag: sliceTag(slice, this.#parts.versions) };
  }

  /** The bytes from the beginning, made as they are read. */
  async *stream(
    { format, plan, note }: PlannedSlice,
    signal: AbortSignal,
  ): AsyncGenerator<Uint8Array, object, undefined> {
    const { storeSpec } = this.#parts;
    const parts = this.#children.run({ storeSpec, work: { kind: 'slice', slice: { format, plan, note } } }, signal);
    const startedMs = performance.now();
    let bytes = 0;
    try {
      for (;;) {
        const next = await parts.next();
        if (next.done) return next.value;
        bytes += next.value.byteLength;
        yield next.value;
      }
    } finally {
      this.#sent.add(bytes, performance.now() - startedMs);
      await parts.return({});
    }
  }

  /** How quickly slices went out lately; undefined before enough of them did. */
  bytesPerS(): number | undefined {
    return this.#sent.bytesPerS;
  }

  /** Reads one object whole and says what is wrong with it. */
  async check(check: ChunkCheck, signal: AbortSignal): Promise<readonly Fault[]> {
    const { storeSpec } = this.#parts;
    const parts = this.#children.run({ storeSpec, work: { kind: 'check', check } }, signal);
    for (;;) {
      const next = await parts.next();
      if (next.done) return (next.value as { faults: Fault[] }).faults;
    }
  }

  /** The size of the slice, if it is there whole. */
  bytesOf({ tag }: PlannedSlice): number | undefined {
    return this.#cache.bytesOf(tag);
  }

  /** The whole slice as a file, if it is there; the caller closes it. */
  open({ tag }: PlannedSlice): Promise<FileHandle | undefined> {
    return this.#cache.open(tag);
  }

  /** Makes it whole, so that its size is known and any part can be read. */
  make(planned: PlannedSlice, signal: AbortSignal): Promise<void> {
    return this.#cache.make(planned.tag, (stopped) => this.stream(planned, stopped), signal);
  }

  /** Where the bytes of the slice lie, object by object. */
  async *manifest({ plan }: PlannedSlice, signal: AbortSignal): AsyncGenerator<ManifestObject> {
    const { storeSpec } = this.#parts;
    const parts = this.#children.run({ storeSpec, work: { kind: 'manifest', plan } }, signal);
    for await (const line of linesOf(parts)) yield JSON.parse(line) as ManifestObject;
  }

  async close(): Promise<void> {
    await this.#cache.close();
    this.#children.close();
  }
}

/** Whole lines; the stream ends with one. */
async function* linesOf(parts: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  let rest = '';
  for await (const part of parts) {
    const lines = (rest + Buffer.from(part).toString('latin1')).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) yield Buffer.from(line, 'latin1').toString('utf8');
  }
}
