/**
 * Events from a file of somebody else's: CSV with a head line, Parquet, JSON (a list) or a JSON object a line. The columns that
 * are known are `id`, `drive`, `vehicle`, `tenant`, `time` (or `start`), `end`, `kind` and `note`; all others become labels.
 */
import { open, readFile } from 'node:fs/promises';
import { extname } from 'node:path';
import { PitlaneError } from '@pitlane/base/errors';
import type { EventAsked } from '@pitlane/catalog-api';

export type EventRow = Readonly<Record<string, unknown>>;

/** The whole file is held: annotations are thousands, not millions. */
const FILE_BYTES_MAX = 256 * 1024 * 1024;

const FIELDS: Readonly<Record<string, keyof EventAsked>> = {
  id: 'eventId',
  event_id: 'eventId',
  drive: 'driveId',
  drive_id: 'driveId',
  vehicle: 'vehicleId',
  vehicle_id: 'vehicleId',
  tenant: 'tenant',
  time: 'time',
  start: 'time',
  start_ns: 'time',
  end: 'endTime',
  end_ns: 'endTime',
  kind: 'kind',
  note: 'note',
};

export async function readEventRows(path: string): Promise<EventRow[]> {
  const file = await open(path).catch((cause: unknown) => {
    throw new PitlaneError('not-found', `${path} cannot be opened: name a file that is there`, { cause });
  });
  const { size } = await file.stat();
  await file.close();
  if (size > FILE_BYTES_MAX) {
    throw new PitlaneError(
      'limit-exceeded',
      `${path} has over 256 MiB: cut it into parts, and import one after another`,
    );
  }
  const extension = extname(path).toLowerCase();
  try {
    if (extension === '.parquet') return await parquetRows(path);
    const text = await readFile(path, 'utf8');
    if (extension === '.csv') return await csvRows(text);
    return jsonRows(text);
  } catch (cause) {
    if (cause instanceof PitlaneError) throw cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new PitlaneError('corrupt-input', `${path} is no ${KIND_OF[extension] ?? 'JSON'}: ${reason}`, { cause });
  }
}

const KIND_OF: Readonly<Record<string, string>> = { '.csv': 'CSV with a head line', '.parquet': 'Parquet' };

async function csvRows(text: string): Promise<EventRow[]> {
  const { parse } = await import('csv-parse/sync');
  return parse(text, { columns: true, bom: true, skip_empty_lines: true, trim: true }) as unknown as EventRow[];
}

async function parquetRows(path: string): Promise<EventRow[]> {
  const { asyncBufferFromFile, parquetReadObjects } = await import('hyparquet');
  return parquetReadObjects({ file: await asyncBufferFromFile(path) });
}

/** A list, or an object a line. */
function jsonRows(text: string): EventRow[] {
  if (text.trimStart().startsWith('[')) return JSON.parse(text) as EventRow[];
  return text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => JSON.parse(line) as EventRow);
}

/**
 * @param defaults what holds for rows that say nothing of it
 * @param where names the row in messages
 */
export function eventFromRow(row: EventRow, defaults: Partial<EventAsked>, where: string): EventAsked {
  if (typeof row !== 'object' || row === null || Array.isArray(row)) throw wrongRow(where, 'it is no object');
  const fields: Record<string, string> = {};
  const labels: Record<string, string> = {};
  for (const [column, value] of Object.entries(row)) {
    if (value === null || value === undefined || value === '') continue;
    const field = FIELDS[column];
    if (field !== undefined) fields[field] = textOf(value, where, column);
    else if (column === 'labels' && typeof value === 'object') Object.assign(labels, labelsOf(value, where));
    else labels[column] = textOf(value, where, column);
  }
  const event = {
    ...defaults,
    ...fields,
    source: 'import' as const,
    ...(Object.keys(labels).length > 0 && { labels }),
  };
  if (event.time === undefined) throw wrongRow(where, 'it has no time');
  if (event.kind === undefined) throw wrongRow(where, 'it has no kind: give all of them one with --kind');
  return event as EventAsked;
}

const labelsOf = (value: object, where: string): Record<string, string> =>
  Object.fromEntries(Object.entries(value).map(([name, item]) => [name, textOf(item, where, name)]));

/** Times of Parquet and CSV come as dates, whole numbers or text; nanoseconds that a float has rounded are refused. */
function textOf(value: unknown, where: string, column: string): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'bigint' || typeof value === 'boolean') return String(value);
  if (value instanceof Date) return value.toISOString();
  if (typeof value === 'number' && (!Number.isInteger(value) || Number.isSafeInteger(value))) return String(value);
  if (typeof value === 'number')
    throw wrongRow(where, `${column} is a number that has lost its last digits: write it as text`);
  return JSON.stringify(value);
}

const wrongRow = (where: string, why: string): PitlaneError =>
  new PitlaneError('bad-usage', `${where} is no event: ${why}`);
