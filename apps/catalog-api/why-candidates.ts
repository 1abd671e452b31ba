/**
 * What somebody may have meant who gave no whole id: the beginning of one, as the tables print it, or the path of a log,
 * as it lies below a docked folder or as the catalog has it.
 */
import type { DriveId } from '@pitlane/contracts/identity';
import type { Catalog, SqlRow } from '@pitlane/ports/catalog';

export interface Candidate {
  readonly id: string;
  /** `recording LOG.mcap of DRIVE`: for a list to choose from. */
  readonly text: string;
}

/** As the journal has it. */
export interface DockedFolder {
  readonly path: string;
  readonly driveIds: readonly DriveId[];
}

/** Shorter beginnings are words by chance. */
const PREFIX = /^[0-9a-f]{8,63}$/;
export const CANDIDATES_MAX = 20;

const OF_PREFIX = [
  `SELECT DISTINCT recording_id AS id, 'recording' AS kind, path, drive_id FROM recordings WHERE starts_with(recording_id, ?)`,
  `SELECT DISTINCT chunk_id AS id, 'chunk' AS kind, '' AS path, drive_id FROM chunks WHERE starts_with(chunk_id, ?)`,
  `SELECT DISTINCT receipt_id AS id, 'receipt' AS kind, '' AS path, drive_id FROM receipts WHERE starts_with(receipt_id, ?)`,
];

/** Different ids, at most one more than `CANDIDATES_MAX`. */
export async function candidatesFor(
  asked: string,
  catalog: Pick<Catalog, 'query'>,
  docks: readonly DockedFolder[],
): Promise<Candidate[]> {
  const rows: SqlRow[] = [];
  const prefix = asked.toLowerCase();
  if (PREFIX.test(prefix)) {
    for (const sql of OF_PREFIX) {
      rows.push(...(await catalog.query(`${sql} ORDER BY id LIMIT ${CANDIDATES_MAX + 1}`, [prefix])));
    }
  }
  if (rows.length === 0) rows.push(...(await ofPath(asked, undefined, catalog)));
  const candidates = new Map(rows.map(candidateFrom).map((one) => [one.id, one] as const));
  for (const { path, driveIds } of docks) {
    if (path === asked) for (const id of driveIds) candidates.set(id, { id, text: `drive ${id}` });
    if (!asked.startsWith(`${path}/`)) continue;
    for (const driveId of driveIds) {
      for (const row of await ofPath(asked.slice(path.length + 1), driveId, catalog)) {
        const one = candidateFrom(row);
        candidates.set(one.id, one);
      }
    }
  }
  return [...candidates.values()].slice(0, CANDIDATES_MAX + 1);
}

/** A drive may lie in a folder below the docked one: the longest end of the path that is a log's is meant. */
async function ofPath(path: string, driveId: DriveId | undefined, catalog: Pick<Catalog, 'query'>): Promise<SqlRow[]> {
  const parts = path.split('/');
  const ends = driveId === undefined ? [path] : parts.map((_, at) => parts.slice(at).join('/'));
  for (const end of ends) {
    const rows = await catalog.query(
      `SELECT DISTINCT recording_id AS id, 'recording' AS kind, path, drive_id FROM recordings WHERE path = ?${
        driveId === undefined ? '' : ' AND drive_id = ?'
      } ORDER BY id LIMIT ${CANDIDATES_MAX + 1}`,
      driveId === undefined ? [end] : [end, driveId],
    );
    if (rows.length > 0) return [...rows];
  }
  return [];
}

function candidateFrom(row: SqlRow): Candidate {
  const of = (column: string): string => (typeof row[column] === 'string' ? row[column] : '');
  const path = of('path') === '' ? '' : `, ${of('path')}`;
  return { id: of('id'), text: `${of('kind')} ${of('id')}${path} of ${of('drive_id')}` };
}
