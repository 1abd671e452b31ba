/**
 * What a slice says of itself: what was asked for, and what of it is missing in the result. It stands in the MCAP file
 * as the metadata record `pitlane.slice`, in NDJSON as the last line, so that a slice with a hole never looks whole.
 */
import type { Catalog, SqlValue } from '@pitlane/ports/catalog';
import type { DriveKey } from '../catalog-rows.ts';
import type { ExportRequest } from '../export/planned-objects.ts';

/** A slice with more holes tells how many more there are. */
export const MISSING_RUNS_MAX = 1000;

/** A run of one topic that is not in the slice. Log times [start, end]; null where nobody knows. */
export interface MissingRun {
  readonly topic: string;
  readonly startTime: string | null;
  readonly endTime: string | null;
  /** `on-dock`, `in-flight` or `lost`. */
  readonly state: string;
  /** Why it is lost: `withheld` where a filter keeps it in the garage. */
  readonly reason: string | null;
}

export interface SliceNote {
  readonly version: 1;
  readonly tenant: string;
  readonly driveId: string;
  /** Globs; null for all topics. */
  readonly topics: readonly string[] | null;
  /** Log times [start, end). */
  readonly startTime: string | null;
  readonly endTime: string | null;
  readonly primer: string;
  readonly missing: readonly MissingRun[];
  /** Beside those that are listed. */
  readonly missingMore: number;
}

export const SLICE_METADATA = 'pitlane.slice';

/** All runs of the drive that are not in the catalog's chunks, in order of topic and time. */
export async function missingRuns(
  catalog: Pick<Catalog, 'query'>,
  { tenant, driveId }: DriveKey,
): Promise<readonly MissingRun[]> {
  const rows = await catalog.query(
    'SELECT topic, start_ns, end_ns, state, reason FROM coverage WHERE tenant = ? AND drive_id = ? AND state <> ? ORDER BY topic, start_ns, end_ns, state',
    [tenant, driveId, 'indexed'],
  );
  return rows.map(({ topic, start_ns: start, end_ns: end, state, reason }) => ({
    topic: textOf(topic) ?? '',
    startTime: textOf(start),
    endTime: textOf(end),
    state: textOf(state) ?? '',
    reason: textOf(reason),
  }));
}

const textOf = (value: SqlValue | undefined): string | null =>
  typeof value === 'string' || typeof value === 'number' ? String(value) : null;

/** @param isWanted whether a topic is among those that are asked for */
export function noteOf(
  request: ExportRequest,
  runs: readonly MissingRun[],
  isWanted: (topic: string) => boolean,
): SliceNote {
  const { tenant, driveId, topics, startNs, endNs, primer = 'none' } = request;
  const overlaps = ({ startTime, endTime }: MissingRun): boolean =>
    (startNs === undefined || endTime === null || BigInt(endTime) >= startNs) &&
    (endNs === undefined || startTime === null || BigInt(startTime) < endNs);
  const missing = runs.filter((run) => isWanted(run.topic) && overlaps(run));
  return {
    version: 1,
    tenant,
    driveId,
    topics: topics && topics.length > 0 ? topics : null,
    startTime: startNs?.toString() ?? null,
    endTime: endNs?.toString() ?? null,
    primer,
    missing: missing.slice(0, MISSING_RUNS_MAX),
    missingMore: Math.max(0, missing.length - MISSING_RUNS_MAX),
  };
}

/** The note as the entries of a metadata record: text as it is, all else as JSON. */
export function entriesOf(note: SliceNote): Map<string, string> {
  return new Map(
    Object.entries(note).map(([name, value]) => [name, typeof value === 'string' ? value : JSON.stringify(value)]),
  );
}
