/** Where something stands: the garage's journal first, where there is one, then the catalog, then the store itself. */
import { messageOf, PitlaneError } from '@pitlane/base/errors';
import { nearestText } from '@pitlane/base/nearest';
import { textFromTimeNs } from '@pitlane/base/time';
import { DRIFT_TOLD_PPB } from '@pitlane/contracts/clock';
import { counted, textFromBytes } from '@pitlane/base/units';
import type { Catalog, SqlRow, SqlValue } from '@pitlane/ports/catalog';
import type { ObjectStore } from '@pitlane/ports/object-store';
import { refuseLostCatalog } from './drive-tenant.ts';
import { sampleLines } from './why-sample.ts';
import { CANDIDATES_MAX, candidatesFor, type DockedFolder } from './why-candidates.ts';

const ROWS_MAX = 20;

/** What the garage knows. */
export interface GarageAsked {
  why(id: string): Promise<readonly string[]>;
  docks(): Promise<readonly DockedFolder[]>;
}

interface Parts {
  readonly catalog: Pick<Catalog, 'query'>;
  readonly store: Pick<ObjectStore, 'stat' | 'list'>;
}

/** Where no garage is at hand. */
export const NO_GARAGE: GarageAsked = { why: async () => [], docks: async () => [] };

/** @param asked an id, the beginning of one, a topic, or the path of a log. Throws `not-found`. */
export async function whyLines(asked: string, garage: GarageAsked, parts: Parts): Promise<string[]> {
  const lines = await linesOf(asked, garage, parts);
  if (lines.length > 0) return lines;
  const candidates = await candidatesFor(asked, parts.catalog, await garage.docks());
  const [first, second] = candidates;
  if (first && !second) return linesOf(first.id, garage, parts);
  if (first) {
    const all = candidates.length > CANDIDATES_MAX ? `more than ${CANDIDATES_MAX}` : String(candidates.length);
    const listed = candidates.slice(0, CANDIDATES_MAX).map(({ text: one }) => `  ${one}`);
    return [`${JSON.stringify(asked)} may be ${all} things, ask for one of them:`, ...listed];
  }
  await refuseLostCatalog(parts);
  const names = (await parts.catalog.query(NAMES)).map(({ name }) => name as string);
  const nearest = names.length > 0 ? nearestText(asked, names) : '';
  throw new PitlaneError(
    'not-found',
    `${garage === NO_GARAGE ? 'the catalog does not know' : 'neither garage nor catalog knows'} ${JSON.stringify(asked)}${nearest}: give a drive, a topic, the path of a log, or the first 8 digits or more of a recording, chunk or receipt`,
  );
}

/** What a mistyped one is compared with. */
const NAMES = `SELECT name FROM (SELECT drive_id AS name FROM drives UNION DISTINCT SELECT topic AS name FROM topics) AS names
  ORDER BY name LIMIT 20000`;

/** Of a drive only what is not as it should be: most clocks have nothing to say. */
const CLOCKS = `SELECT path, text FROM (
    SELECT c.drive_id, c.recording_id, c.segment, r.path, c.text, CASE
      WHEN c.applied OR c.step_ns IS NOT NULL OR c.topic IS NOT NULL OR c.quality = 'unknown' OR ABS(c.drift_ppm) >= ${DRIFT_TOLD_PPB / 1000}
      THEN c.drive_id ELSE '' END AS wrong_in_drive
    FROM clocks AS c JOIN recordings AS r USING (tenant, drive_id, recording_id)
  ) AS told WHERE ? IN (wrong_in_drive, recording_id) ORDER BY path, recording_id, segment`;

async function linesOf(id: string, garage: GarageAsked, { catalog, store }: Parts): Promise<string[]> {
  const lines = [...(await garage.why(id))];
  const ask = (sql: string): Promise<readonly SqlRow[]> => catalog.query(`${sql} LIMIT ${ROWS_MAX}`, [id]);
  for (const row of await ask('SELECT * FROM drives WHERE drive_id = ?')) lines.push(driveLine(row));
  for (const row of await ask('SELECT * FROM recordings WHERE recording_id = ?')) lines.push(recordingLine(row));
  for (const row of await ask(CLOCKS)) lines.push(`clock: ${text(row['path'])} ${text(row['text'])}`);
  for (const row of await ask('SELECT * FROM topics WHERE topic = ? ORDER BY drive_id')) lines.push(topicLine(row));
  for (const row of await ask('SELECT * FROM chunks WHERE chunk_id = ?')) {
    lines.push(chunkLine(row));
    lines.push(await objectLine(text(row['object'])));
  }
  for (const row of await ask('SELECT * FROM losses WHERE ? IN (drive_id, recording_id) ORDER BY byte_offset')) {
    lines.push(
      `lost: ${text(row['path'])} at byte ${text(row['byte_offset'])}, ${bytes(row['bytes'])}: ${text(row['text'])}`,
    );
  }
  for (const row of await ask('SELECT * FROM previews WHERE ? IN (drive_id, preview_id) ORDER BY path')) {
    lines.push(previewLine(row));
    lines.push(await objectLine(text(row['object'])));
  }
  for (const row of await ask('SELECT * FROM verdicts WHERE drive_id = ?')) lines.push(verdictLine(row));
  for (const row of await ask('SELECT * FROM findings WHERE drive_id = ? ORDER BY ordinal'))
    lines.push(`found: ${text(row['text'])}`);
  for (const row of await ask('SELECT * FROM receipts WHERE ? IN (drive_id, receipt_id) ORDER BY signed_at')) {
    lines.push(
      `catalog: receipt ${text(row['receipt_id'])} of ${text(row['drive_id'])} over ${number(row['chunks'], 'object')}, signed ${text(row['signed_at'])}`,
    );
  }
  lines.push(...(await sampleLines(id, catalog)));
  return lines;

  async function objectLine(name: string): Promise<string> {
    try {
      const info = await store.stat(name);
      if (!info) return `store: MISSING, there is no ${name}: dock the drive again`;
      return `store: ${name}, ${textFromBytes(info.bytes)}, CRC-32C ${info.crc32c}, generation ${info.generation}`;
    } catch (error) {
      return `store: ${name} cannot be looked at: ${messageOf(error)}`;
    }
  }
}

const text = (value: SqlValue | undefined): string =>
  typeof value === 'string' ? value : JSON.stringify(value ?? null);
const number = (value: SqlValue | undefined, noun: string): string => counted(Number(value ?? 0), noun);
const bytes = (value: SqlValue | undefined): string => textFromBytes(Number(value ?? 0));

function driveLine(row: SqlRow): string {
  const receipt = row['receipt_id'] === null ? 'no receipt yet' : `receipt ${text(row['receipt_id']).slice(0, 12)}`;
  const counts = `${number(row['recordings'], 'recording')}, ${number(row['chunks'], 'chunk')}, ${number(row['messages'], 'message')}`;
  return `catalog: drive ${text(row['drive_id'])} is ${text(row['state'])}: ${counts}, ${receipt}`;
}

function previewLine(row: SqlRow): string {
  const inside = `${number(row['messages'], 'message')}, ${number(row['frames'], 'frame')} among them`;
  return `catalog: a first look at ${text(row['path'])} of ${text(row['drive_id'])}: ${inside}, in ${bytes(row['bytes_stored'])}`;
}

function verdictLine(row: SqlRow): string {
  const by = row['vehicle_type'] === null ? 'without a profile' : `by the profile of ${text(row['vehicle_type'])}`;
  return `verdict: ${text(row['drive_id'])} is judged from its ${text(row['judged_from'])}, ${by}: ${text(row['summary'])}`;
}

function recordingLine(row: SqlRow): string {
  const set = row['set_state'] === 'active' ? 'its chunks count' : `its chunks are ${text(row['set_state'])}`;
  const by = row['superseded_by'] === null ? '' : ` by ${text(row['superseded_by']).slice(0, 12)}`;
  return `catalog: recording ${text(row['path'])} of ${text(row['drive_id'])} is ${text(row['state'])}; ${set}${by}`;
}

const topicLine = (row: SqlRow): string =>
  `catalog: ${text(row['topic'])} in ${text(row['drive_id'])}: ${number(row['messages'], 'message')}, ${bytes(row['bytes'])}${span(row)}`;

const chunkLine = (row: SqlRow): string =>
  `catalog: chunk of ${text(row['drive_id'])} is ${text(row['state'])}: ${number(row['messages'], 'message')}${span(row)}`;

function span(row: SqlRow): string {
  const [start, end] = [row['start_ns'], row['end_ns']];
  if (typeof start !== 'string' || typeof end !== 'string') return '';
  return `, ${textFromTimeNs(BigInt(start))} to ${textFromTimeNs(BigInt(end))}`;
}
