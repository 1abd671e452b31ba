/**
 * Plans the export of a drive's previews as one file: what they hold stands in their own summaries, for no channel of them
 * is in the catalog. It is carried out as any other export.
 */
import { MIB } from '@pitlane/base/bytes';
import { PitlaneError } from '@pitlane/base/errors';
import type { Catalog } from '@pitlane/ports/catalog';
import type { ObjectStore } from '@pitlane/ports/object-store';
import type { DriveKey } from '../catalog-rows.ts';
import { ObjectBytes } from '../objects/object-bytes.ts';
import { descriptorKey, descriptorOf } from '../objects/object-index.ts';
import type { ExportPlan, OutputChannel, PlannedObject } from './export-plan.ts';

/** Previews are read one after another. */
const READ_MEMORY_BYTES = 16 * MIB;
/** More would be a plan that nobody can hold; a drive has a few dozen. */
const PREVIEWS_MAX = 10_000;

export async function planPreviewExport(
  catalog: Pick<Catalog, 'query'>,
  store: ObjectStore,
  { tenant, driveId }: DriveKey,
): Promise<ExportPlan> {
  const rows = await catalog.query(
    `SELECT object, bytes_stored, generation, crc32c FROM previews WHERE tenant = ? AND drive_id = ? ORDER BY path, preview_id LIMIT ${PREVIEWS_MAX}`,
    [tenant, driveId],
  );
  if (rows.length === 0) {
    const text = `there is no preview of drive ${JSON.stringify(driveId)} in the catalog`;
    throw new PitlaneError('not-found', `${text}: \`pitlane why ${driveId}\` tells where the drive stands`);
  }
  const bytes = new ObjectBytes(store, READ_MEMORY_BYTES);
  const outputs = new Map<string, number>();
  const channels: OutputChannel[] = [];
  const channelSets: number[][] = [];
  const objects: PlannedObject[] = [];
  for (const row of rows) {
    const opened = await bytes.open(row['object'] as string, Number(row['bytes_stored']));
    const { index, name } = opened;
    const set = index.channels.map((channel) => {
      const descriptor = descriptorOf(channel);
      const key = descriptorKey(descriptor);
      const output = outputs.get(key) ?? channels.push({ ...descriptor, twin: 0 }) - 1;
      outputs.set(key, output);
      return output;
    });
    const starts = index.inners.map(({ startTimeNs }) => startTimeNs);
    const ends = index.inners.map(({ endTimeNs }) => endTimeNs);
    const startNs = starts.reduce((a, b) => (a < b ? a : b), starts[0] ?? 0n);
    const endNs = ends.reduce((a, b) => (a > b ? a : b), 0n);
    objects.push({
      name,
      bytes: opened.bytes,
      generation: row['generation'] as string,
      crc32c: row['crc32c'] as string,
      startNs: String(startNs),
      endNs: String(endNs),
      channelSet: channelSets.push(set) - 1,
      readsWhole: true,
    });
    bytes.close(opened);
  }
  const whole = { version: 1, profile: '', startNs: null, endNs: null, byTopic: false, prefix: '' } as const;
  return {
    ...whole,
    tenant,
    driveId,
    driveState: '',
    channels,
    channelSets,
    objects,
    twins: {},
    primers: [],
    primerDepths: {},
    extras: [],
  };
}
