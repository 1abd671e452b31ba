/**
 * Where rows lie of drives that are indexed whole. The event tables hold a chunk as it came, and every question about
 * chunks first finds those that count; over ten million that takes seconds. So the rows of whole drives move here, with
 * what was found said beside them, and the event tables keep the few drives that are under way.
 *
 * Invariants: the rows of a drive in `CHUNK_TABLES` lie all in `event` or all in `settled`, those of one chunk's tracks likewise; they move in one transaction, and move
 * back whole before anything comes that could change which of them count; an origin is a drive under one vehicle, numbered
 * in the order of settling, so that a drive's rows lie together and a filter on it passes over all others.
 */
import { type TableName, TABLES } from '@pitlane/contracts/catalog';
import { SQL_TYPE } from './sql-types.ts';

/** What is added to the columns of each table that moves. */
export const MOVED = {
  /** `newest` of its recording and ordinal, `shown` if the recording counts too, `once` for one of each chunk of a drive. */
  chunk_events: 'newest BOOLEAN, shown BOOLEAN, once BOOLEAN, recording_ids VARCHAR[], start_ns BIGINT, end_ns BIGINT',
  chunk_channel_events: 'shown BOOLEAN, start_ns BIGINT, end_ns BIGINT',
  channel_events: 'newest BOOLEAN',
  /** Derived behind the settling of their drive, as often as not: `settle-tracks.ts` moves them. */
  track_events: 'shown BOOLEAN, start_ns BIGINT, end_ns BIGINT',
  track_cell_events: 'shown BOOLEAN, start_ns BIGINT, end_ns BIGINT',
  frame_events: 'shown BOOLEAN',
} as const satisfies Partial<Record<TableName, string>>;

export type MovedTable = keyof typeof MOVED;
export const MOVED_TABLES = Object.keys(MOVED) as MovedTable[];
export const TRACK_TABLES = ['track_events', 'track_cell_events', 'frame_events'] as const;
export const CHUNK_TABLES = ['chunk_events', 'chunk_channel_events', 'channel_events'] as const;

const ORIGIN_COLUMNS: ReadonlySet<string> = new Set(['tenant', 'drive_id', 'vehicle_id']);

/** The columns of an event table without those that its origin holds. */
export const movedColumns = (table: MovedTable): readonly string[] =>
  Object.keys(TABLES[table]).filter((name) => !ORIGIN_COLUMNS.has(name));

/** Sums over the moved rows of a drive, as the views want them. */
const SUMS: Readonly<Record<string, string>> = {
  origins: 'origin INTEGER, tenant VARCHAR, drive_id VARCHAR, vehicle_id VARCHAR',
  drive_sums: 'tenant VARCHAR, drive_id VARCHAR, chunks BIGINT, messages BIGINT, bytes_landed BIGINT',
  topics: `tenant VARCHAR, drive_id VARCHAR, vehicle_id VARCHAR, topic VARCHAR, messages BIGINT, bytes BIGINT,
    start_u UBIGINT, end_u UBIGINT, schema_name VARCHAR, schema_encoding VARCHAR, message_encoding VARCHAR,
    channels BIGINT, mean_hz DOUBLE`,
  recording_topics: 'tenant VARCHAR, drive_id VARCHAR, recording_id VARCHAR, topics VARCHAR[]',
  indexed_runs: `tenant VARCHAR, drive_id VARCHAR, vehicle_id VARCHAR, topic VARCHAR, start_u UBIGINT, end_u UBIGINT,
    messages BIGINT`,
};

/** All of them hold rows of settled drives only. */
export const SUM_TABLES = Object.keys(SUMS);

export function settledTableStatements(): string[] {
  const moved = MOVED_TABLES.map((table) => {
    const types = TABLES[table] as Readonly<Record<string, keyof typeof SQL_TYPE>>;
    const columns = movedColumns(table).map((name) => `${name} ${SQL_TYPE[types[name] ?? 'text']}`);
    return `CREATE TABLE IF NOT EXISTS settled.${table} (origin INTEGER, ${columns.join(', ')}, ${MOVED[table]})`;
  });
  const sums = SUM_TABLES.map((name) => `CREATE TABLE IF NOT EXISTS settled.${name} (${SUMS[name]})`);
  return ['CREATE SCHEMA IF NOT EXISTS settled', ...sums, ...moved];
}
