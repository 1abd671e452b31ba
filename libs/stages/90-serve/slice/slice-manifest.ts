/**
 * Where the bytes of a slice lie, for readers that fetch them by themselves: of each object the inner chunks that hold
 * anything of it, and the summary, which names its schemas and channels. It reads one summary an object and no message.
 */
import type { ExportPlan, PlannedObject } from '../export/export-plan.ts';
import type { MergeDeps } from '../export/merged-messages.ts';
import { OpenedObjects } from '../export/opened-objects.ts';
import { ObjectBytes } from '../objects/object-bytes.ts';

const READ_BUDGET_BYTES = 16 * 1024 * 1024;

export interface ManifestObject {
  /** In the store. */
  readonly object: string;
  readonly generation: string;
  readonly bytes: number;
  readonly crc32c: string;
  /** The topics of the slice that it holds. */
  readonly topics: readonly string[];
  /** Bytes [offset, bytes) of the object: schemas, channels and indexes. */
  readonly summaryOffset: number;
  /** Chunk records, head included, in the order of the file. */
  readonly innerChunks: readonly {
    readonly offset: number;
    readonly bytes: number;
    readonly uncompressedBytes: number;
    readonly startTime: string;
    readonly endTime: string;
  }[];
}

export async function* manifestObjects(plan: ExportPlan, deps: MergeDeps): AsyncGenerator<ManifestObject> {
  const bytes = new ObjectBytes(deps.store, READ_BUDGET_BYTES, deps.signal);
  const objects = new OpenedObjects(plan, bytes, deps, () => {});
  try {
    for (const [row, planned] of plan.objects.entries()) {
      const next = [1, 2, 3, 4].map((ahead) => row + ahead).filter((ahead) => ahead < plan.objects.length);
      const opened = await objects.open(row, next);
      const entry = entryOf(plan, planned, opened.object.summaryOffset, opened.wanted);
      objects.close(opened);
      if (entry.innerChunks.length > 0) yield entry;
    }
  } finally {
    await objects.settle();
    await bytes.settle();
  }
}

type Wanted = Awaited<ReturnType<OpenedObjects['open']>>['wanted'];

function entryOf(
  plan: ExportPlan,
  { name, generation, bytes, crc32c, channelSet }: PlannedObject,
  summaryOffset: number,
  wanted: Wanted,
): ManifestObject {
  const outputs = plan.channelSets[channelSet] ?? [];
  return {
    object: `${plan.prefix}${name}`,
    generation,
    bytes,
    crc32c,
    topics: [...new Set(outputs.map((output) => plan.channels[output]?.topic ?? ''))].sort(),
    summaryOffset,
    innerChunks: wanted.map((inner) => ({
      offset: inner.offset,
      bytes: inner.bytes,
      uncompressedBytes: inner.uncompressedBytes,
      startTime: String(inner.startTimeNs),
      endTime: String(inner.endTimeNs),
    })),
  };
}
