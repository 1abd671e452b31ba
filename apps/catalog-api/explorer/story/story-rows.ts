/** What a drive's story is told from: a few rows of each view. */
import { DRIFT_TOLD_PPB } from '@pitlane/contracts/clock';
import type { Catalog, SqlRow } from '@pitlane/ports/catalog';
import { type DriveKey, OF_DRIVE } from '../of-drive.ts';

/** Of each kind. */
export const TOLD_MAX = 20;

/** One more tells that there are more. */
const of = (view: string, order: string, condition = ''): string =>
  `SELECT * FROM ${view} WHERE ${OF_DRIVE}${condition} ORDER BY ${order} LIMIT ${TOLD_MAX + 1}`;

/** Of a drive only what is not as it should be: most clocks have nothing to say. */
const WRONG_CLOCK = ` AND (applied OR step_ns IS NOT NULL OR topic IS NOT NULL OR quality = 'unknown'
  OR ABS(drift_ppm) >= ${DRIFT_TOLD_PPB / 1000})`;

export const STORY_SQL = {
  recordings: `SELECT garage, state, set_state, COUNT(*) AS recordings, SUM(bytes) AS bytes FROM recordings
    WHERE ${OF_DRIVE} GROUP BY garage, state, set_state ORDER BY garage, state, set_state`,
  verdicts: `SELECT * FROM verdicts WHERE ${OF_DRIVE}`,
  findings: of('findings', 'ordinal', " AND kind <> 'gap'"),
  gaps: of('gaps', 'start_ns, topic, end_ns'),
  clocks: of('clocks', 'recording_id, segment', WRONG_CLOCK),
  losses: of('losses', 'start_ns, path, byte_offset, reason'),
  events: of('events', 'start_ns, event_id'),
  receipts: of('receipts', 'signed_at, receipt_id'),
  corrections: of('corrections', 'corrected_at, correction_id'),
  derivations: `SELECT deriver, COUNT(*) AS chunks, SUM(messages) AS messages, SUM(undecoded) AS undecoded FROM derivations
    WHERE ${OF_DRIVE} GROUP BY deriver ORDER BY deriver`,
  datasets: `SELECT name, snapshot_id FROM datasets
    WHERE tenant = ? AND EXISTS (SELECT 1 FROM sample_runs r
      WHERE r.tenant = datasets.tenant AND r.snapshot_id = datasets.snapshot_id AND r.drive_id = ?)
    ORDER BY created_at, snapshot_id LIMIT ${TOLD_MAX + 1}`,
} as const;

export type StoryPart = keyof typeof STORY_SQL;
export type StoryRows = Readonly<Record<StoryPart, readonly SqlRow[]>> & {
  readonly drive: SqlRow;
  /** Recordings that stand in no receipt. */
  readonly uncovered: number;
};

export async function storyRows(
  catalog: Pick<Catalog, 'query'>,
  { tenant, driveId }: DriveKey,
  beside: Pick<StoryRows, 'drive' | 'uncovered'>,
): Promise<StoryRows> {
  const parts = await Promise.all(
    Object.entries(STORY_SQL).map(async ([part, sql]) => [part, await catalog.query(sql, [tenant, driveId])] as const),
  );
  return { ...(Object.fromEntries(parts) as Record<StoryPart, readonly SqlRow[]>), ...beside };
}
