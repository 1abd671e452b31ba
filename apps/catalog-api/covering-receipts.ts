/**
 * The receipts that stand for a drive. A receipt speaks for its own docking alone, so that a drive of two disks, or one
 * docked half and then whole, has several: the newest come first, and older ones for what those do not cover.
 */
import type { Catalog } from '@pitlane/ports/catalog';

export interface CoveredRecording {
  readonly recordingId: string;
  /** Where it lay below the docked folder. */
  readonly path: string;
  readonly bytes: number;
}

export interface CoveringReceipts {
  /** Newest first; each covers what those before it do not. */
  readonly receipts: readonly { readonly object: string; readonly recordings: readonly CoveredRecording[] }[];
  /** Recordings of the drive that stand in no receipt. */
  readonly uncovered: readonly CoveredRecording[];
}

export async function coveringReceipts(
  catalog: Pick<Catalog, 'query'>,
  tenant: string,
  driveId: string,
): Promise<CoveringReceipts> {
  const signed = await catalog.query(
    'SELECT object, recording_ids FROM receipts WHERE tenant = ? AND drive_id = ? ORDER BY signed_at DESC, receipt_id',
    [tenant, driveId],
  );
  const rows = await catalog.query(
    'SELECT recording_id, path, bytes FROM recordings WHERE tenant = ? AND drive_id = ? ORDER BY path, recording_id',
    [tenant, driveId],
  );
  const recordings = rows.map(({ recording_id: id, path, bytes }): CoveredRecording => {
    return { recordingId: id as string, path: path as string, bytes: Number(bytes) };
  });
  const open = new Set(recordings.map(({ recordingId }) => recordingId));
  const receipts: CoveringReceipts['receipts'][number][] = [];
  for (const { object, recording_ids: ids } of signed) {
    const covers = new Set(Array.isArray(ids) ? ids.map(String) : []);
    const isNeeded = receipts.length === 0 || [...covers].some((id) => open.has(id));
    if (typeof object !== 'string' || !isNeeded) continue;
    for (const id of covers) open.delete(id);
    receipts.push({ object, recordings: recordings.filter(({ recordingId }) => covers.has(recordingId)) });
  }
  return { receipts, uncovered: recordings.filter(({ recordingId }) => open.has(recordingId)) };
}
