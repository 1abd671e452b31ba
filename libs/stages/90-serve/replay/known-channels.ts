/** The channels of a plan with their schemas, before a message was read: from the summaries of as few objects as it takes. */
import { ObjectBytes } from '../objects/object-bytes.ts';
import type { SchemaOf } from '../objects/object-index.ts';
import type { ExportPlan } from '../export/export-plan.ts';
import { MERGE_MEMORY_BYTES, type MergeDeps, type MergedChannel } from '../export/merged-messages.ts';
import { OpenedObjects } from '../export/opened-objects.ts';

export async function knownChannels(plan: ExportPlan, deps: MergeDeps): Promise<readonly MergedChannel[]> {
  const bytes = new ObjectBytes(deps.store, deps.memoryBytesMax ?? MERGE_MEMORY_BYTES, deps.signal);
  const schemas = new Map<number, SchemaOf>();
  const objects = new OpenedObjects(plan, bytes, deps, (output, schema) => void schemas.set(output, schema));
  try {
    for (const [row, { channelSet }] of plan.objects.entries()) {
      if ((plan.channelSets[channelSet] ?? []).every((channel) => schemas.has(channel))) continue;
      objects.close(await objects.open(row));
    }
  } finally {
    await objects.settle();
    await bytes.settle();
  }
  return plan.channels.map((channel, index) => ({ ...channel, index, schema: schemas.get(index) }));
}

/** Log times of the first and the last message that a plan may hold; undefined where it holds none. */
export function spanOf({ objects, startNs, endNs }: ExportPlan): { startNs: bigint; endNs: bigint } | undefined {
  const starts = objects.map((object) => BigInt(object.startNs));
  const ends = objects.map((object) => BigInt(object.endNs));
  if (objects.length === 0) return undefined;
  const first = starts.reduce((a, b) => (a < b ? a : b));
  const last = ends.reduce((a, b) => (a > b ? a : b));
  return {
    startNs: startNs !== null && BigInt(startNs) > first ? BigInt(startNs) : first,
    endNs: endNs !== null && BigInt(endNs) - 1n < last ? BigInt(endNs) - 1n : last,
  };
}
