/** The lists as tables: the columns that people look for; `--json` has all of them. */
import { textFromTimeNs } from '@pitlane/base/time';
import { textFromBytes, textFromCount, textFromSeconds } from '@pitlane/base/units';
import { type Column, tableText } from './table.ts';
import type { Terminal } from './terminal.ts';

type Row = Readonly<Record<string, unknown>>;

const text = (title: string, field: string): Column<Row> => ({ title, value: (row) => textOf(row[field]) });
const count = (title: string, field: string): Column<Row> => ({
  title,
  value: (row) => (row[field] === null || row[field] === undefined ? '' : textFromCount(Number(row[field]))),
  align: 'right',
});
const bytes = (title: string, field: string): Column<Row> => ({
  title,
  value: (row) => (row[field] === null || row[field] === undefined ? '' : textFromBytes(Number(row[field]))),
  align: 'right',
});
const start: Column<Row> = { title: 'start', value: (row) => timeText(row['startTime']) };
const span: Column<Row> = { title: 'span', value: (row) => spanText(row['startTime'], row['endTime']), align: 'right' };

const COLUMNS: Readonly<Record<string, readonly Column<Row>[]>> = {
  drives: [
    text('drive', 'driveId'),
    text('vehicle', 'vehicleId'),
    text('state', 'state'),
    start,
    span,
    count('recordings', 'recordings'),
    count('chunks', 'chunks'),
    count('messages', 'messages'),
    bytes('in', 'bytesIn'),
    bytes('landed', 'bytesLanded'),
    bytes('lost', 'bytesLost'),
  ],
  recordings: [
    { title: 'recording', value: (row) => textOf(row['recordingId']).slice(0, 12) },
    text('path', 'path'),
    text('format', 'format'),
    { title: 'state', value: (row) => recordingStateText(row) },
    bytes('size', 'bytes'),
    count('messages', 'messages'),
    count('topics', 'topics'),
    start,
    span,
    bytes('lost', 'bytesLost'),
    text('drive', 'driveId'),
  ],
  topics: [
    text('topic', 'topic'),
    text('schema', 'schemaName'),
    count('messages', 'messages'),
    bytes('size', 'bytes'),
    { title: 'Hz', value: (row) => (row['meanHz'] === null ? '' : Number(row['meanHz']).toFixed(1)), align: 'right' },
    span,
    text('drive', 'driveId'),
  ],
  chunks: [
    { title: 'chunk', value: (row) => textOf(row['chunkId']).slice(0, 12) },
    { title: 'topics', value: topicsText },
    start,
    span,
    count('messages', 'messages'),
    bytes('raw', 'bytesRaw'),
    bytes('stored', 'bytesStored'),
    text('state', 'state'),
    text('drive', 'driveId'),
  ],
  signals: [
    { title: 'time', value: (row) => timeText(row['time']) },
    text('signal', 'signal'),
    { title: 'value', value: (row) => textOf(row['value'] ?? row['text']), align: 'right' },
    text('unit', 'unit'),
    text('topic', 'topic'),
  ],
  clocks: [
    { title: 'recording', value: (row) => textOf(row['recordingId']).slice(0, 12) },
    start,
    { title: 'offset', value: (row) => offsetText(row['offsetNs']), align: 'right' },
    { title: 'ppm', value: (row) => (row['driftPpm'] ? Number(row['driftPpm']).toFixed(1) : ''), align: 'right' },
    text('by', 'source'),
    text('quality', 'quality'),
    { title: 'applied', value: (row) => (row['applied'] === true ? 'yes' : 'no') },
    text('', 'text'),
    text('drive', 'driveId'),
  ],
  days: [
    text('vehicle', 'vehicleId'),
    text('day', 'day'),
    text('topic', 'topic'),
    text('state', 'state'),
    text('reason', 'reason'),
    { title: 'time', value: (row) => textFromSeconds(Number(row['seconds'])), align: 'right' },
    count('drives', 'drives'),
    count('messages', 'messages'),
  ],
  events: [
    { title: 'event', value: (row) => textOf(row['eventId']) },
    text('kind', 'kind'),
    start,
    span,
    text('note', 'note'),
    text('by', 'author'),
    text('source', 'source'),
    text('drive', 'driveId'),
  ],
  gaps: [text('topic', 'topic'), start, span, text('found by', 'foundBy'), text('', 'text'), text('drive', 'driveId')],
  datasets: [
    text('name', 'name'),
    { title: 'id', value: (row) => textOf(row['snapshotId']).slice(0, 12) },
    count('drives', 'drives'),
    count('samples', 'samples'),
    count('shards', 'shards'),
    count('built', 'shardsBuilt'),
    bytes('stored', 'bytesStored'),
    text('created', 'createdAt'),
  ],
  coverage: [
    text('topic', 'topic'),
    start,
    span,
    text('state', 'state'),
    text('reason', 'reason'),
    count('messages', 'messages'),
    text('drive', 'driveId'),
  ],
};

/** Whose a row is stands there only where rows of several tenants are shown. */
export function listText(name: string, rows: readonly Row[], terminal: Pick<Terminal, 'bold'>): string {
  const columns = COLUMNS[name] ?? [];
  const tenants = new Set(rows.map((row) => row['tenant']));
  return tableText(rows, tenants.size > 1 ? [text('tenant', 'tenant'), ...columns] : columns, terminal);
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

/** A copy that does not count says so in place of how far it came. */
const recordingStateText = (row: Row): string =>
  row['setState'] === 'superseded'
    ? `superseded by ${textOf(row['supersededBy']).slice(0, 12)}`
    : row['setState'] === 'pending'
      ? `${textOf(row['state'])}, pending`
      : textOf(row['state']);

/** A chunk without topics says what it holds: extras (attachments, metadata), an opaque file, or unread bytes. */
function topicsText(row: Row): string {
  const value = row['topics'];
  const topics = Array.isArray(value) ? value.map(String) : [];
  return topics.length > 1 ? `${topics[0]} and ${topics.length - 1} more` : (topics[0] ?? `(${textOf(row['kind'])})`);
}

const timeText = (value: unknown): string =>
  typeof value === 'string' ? textFromTimeNs(BigInt(value)).replace(/(\.\d{3})\d+Z$/, '$1Z') : '';

function offsetText(value: unknown): string {
  if (typeof value !== 'string') return '';
  const seconds = Number(value) / 1e9;
  return `${seconds < 0 ? '' : '+'}${seconds.toFixed(3)} s`;
}

function spanText(from: unknown, to: unknown): string {
  if (typeof from !== 'string' || typeof to !== 'string') return '';
  return textFromSeconds(Number(BigInt(to) - BigInt(from)) / 1e9);
}
