/**
 * The lists: which view each shows, in which order, and which filters it takes. Every order ends in what makes its row
 * unique, because a page goes on behind the last row of the one before; nothing in an order is NULL.
 */

export interface FilterSql {
  /** SQL with a `?` wherever the value stands; of a flag, what is true where it is asked for. */
  readonly sql: string;
  /** Where BigQuery says it otherwise. */
  readonly bigQuerySql?: string;
  readonly kind: 'text' | 'time' | 'day' | 'flag';
  /** For whoever asks; times say it themselves. */
  readonly meaning?: string;
}

export interface ListDefinition {
  /** The plural noun: key of the answer, and path and name of the view where those are not given. */
  readonly name: string;
  readonly path?: string;
  readonly view?: string;
  readonly summary: string;
  readonly description?: string;
  /** SQL expressions, compared in this order. */
  readonly order: readonly string[];
  /** Further orders by name; their keys fall. */
  readonly orders?: Readonly<Record<string, readonly string[]>>;
  readonly filters: Readonly<Record<string, FilterSql>>;
  /** A column of JSON whose fields are filters too: `label.NAME`. */
  readonly labels?: string;
}

const text = (sql: string): FilterSql => ({ sql, kind: 'text' });
const flag = (sql: string, meaning: string): FilterSql => ({ sql, kind: 'flag', meaning });
const holds = (column: string): FilterSql => ({
  sql: `list_contains(${column}, ?)`,
  bigQuerySql: `? IN UNNEST(${column})`,
  kind: 'text',
});

const DRIVE = text('drive_id = ?');
const OF_DRIVE = { tenant: text('tenant = ?'), drive: DRIVE, vehicle: text('vehicle_id = ?') };

/** Rows that overlap [start, end) in log time, as the log has it; a row without times overlaps nothing. */
const SPAN: Readonly<Record<string, FilterSql>> = {
  start: { sql: 'end_ns >= CAST(? AS BIGINT)', kind: 'time' },
  end: { sql: 'start_ns < CAST(? AS BIGINT)', kind: 'time' },
};

const START = 'coalesce(start_ns, -1)';
const END = 'coalesce(end_ns, -1)';
const TIME = 'coalesce(time_ns, -1)';

/** A part of the drive's name or of its vehicle's, of a path, or the beginning of a recording's id. */
const NAMED = `(STRPOS(LOWER(drive_id), LOWER(?)) > 0 OR STRPOS(LOWER(vehicle_id), LOWER(?)) > 0 OR EXISTS (
  SELECT 1 FROM recordings r WHERE r.tenant = drives.tenant AND r.drive_id = drives.drive_id
    AND (STARTS_WITH(r.recording_id, LOWER(?)) OR STRPOS(LOWER(r.path), LOWER(?)) > 0)))`;

/** The expressions of an order that are whole numbers; all others are text. */
export const WHOLE_NUMBERS: ReadonlySet<string> = new Set([
  START,
  END,
  TIME,
  'byte_offset',
  'ordinal',
  'segment',
  'shard',
]);

export const viewOf = ({ name, view = name }: ListDefinition): string => view;

export const LISTS: readonly ListDefinition[] = [
  {
    name: 'drives',
    summary: 'Drives, from the moment they are docked',
    description: '`label.NAME=VALUE`, as often as wanted, gives those with these labels.',
    order: ['tenant', 'drive_id'],
    orders: {
      start: [START, 'tenant', 'drive_id'],
      docked: ["coalesce(CAST(docked_at AS STRING), '')", 'tenant', 'drive_id'],
    },
    filters: {
      ...OF_DRIVE,
      ...SPAN,
      topic: text(
        `EXISTS (SELECT 1 FROM topics t WHERE t.tenant = drives.tenant AND t.drive_id = drives.drive_id AND t.topic = ?)`,
      ),
      state: text('state = ?'),
      garage: holds('garages'),
      hasLoss: flag('bytes_lost > 0', 'whether bytes of it could not be read, or stay in the garage'),
      q: {
        ...text(NAMED),
        meaning: 'a part of its id, of its vehicle or of a path, or the beginning of the id of a recording',
      },
    },
    labels: 'labels',
  },
  {
    name: 'recordings',
    summary: 'Recordings of drives, superseded copies too',
    order: ['tenant', 'drive_id', 'path', 'recording_id'],
    filters: {
      ...OF_DRIVE,
      ...SPAN,
      topic:
        text(`EXISTS (SELECT 1 FROM channels c WHERE c.tenant = recordings.tenant AND c.drive_id = recordings.drive_id
          AND c.recording_id = recordings.recording_id AND c.topic = ?)`),
      state: text('state = ?'),
    },
  },
  {
    name: 'topics',
    summary: 'Topics of drives',
    order: ['tenant', 'drive_id', 'topic'],
    filters: { ...OF_DRIVE, ...SPAN, topic: text('topic = ?') },
  },
  {
    name: 'chunks',
    summary: 'Chunks that are indexed and count',
    order: ['tenant', 'drive_id', START, 'chunk_id'],
    filters: { ...OF_DRIVE, ...SPAN, topic: holds('topics'), kind: text('kind = ?') },
  },
  {
    name: 'coverage',
    summary: 'Runs of each topic, by state',
    order: ['tenant', 'drive_id', 'topic', START, END, 'state', "coalesce(reason, '')"],
    filters: { ...OF_DRIVE, ...SPAN, topic: text('topic = ?'), state: text('state = ?') },
  },
  {
    name: 'days',
    path: 'coverage/days',
    view: 'coverage_days',
    summary: 'Coverage of a fleet day by day: how long each topic of a vehicle is in each state',
    order: ['tenant', 'vehicle_id', "coalesce(CAST(day AS STRING), '')", 'topic', 'state', "coalesce(reason, '')"],
    filters: {
      tenant: text('tenant = ?'),
      vehicle: text('vehicle_id = ?'),
      topic: text('topic = ?'),
      state: text('state = ?'),
      start: { sql: 'CAST(day AS STRING) >= ?', kind: 'day' },
      end: { sql: 'CAST(day AS STRING) <= ?', kind: 'day' },
    },
  },
  {
    name: 'gaps',
    summary: 'Where topics that come steadily were silent although their drive went on',
    order: ['tenant', 'drive_id', 'topic', START, END, 'found_by'],
    filters: { ...OF_DRIVE, ...SPAN, topic: text('topic = ?') },
  },
  {
    name: 'clocks',
    summary: 'What is known of the clock of each recording: by how much its log times differ from UTC, and since when',
    order: ['tenant', 'drive_id', 'recording_id', 'segment'],
    filters: { ...OF_DRIVE, ...SPAN, topic: text('topic = ?') },
  },
  {
    name: 'events',
    summary: 'What happened on drives: disengagements, incidents, labels and annotations',
    order: ['tenant', 'drive_id', START, 'event_id'],
    filters: { ...OF_DRIVE, ...SPAN, kind: text('kind = ?'), source: text('source = ?') },
  },
  {
    name: 'chunks',
    path: 'events/chunks',
    view: 'event_chunks',
    summary: 'The chunks around events, 30 s before to 10 s behind',
    order: ['tenant', 'drive_id', 'event_id', START, 'chunk_id'],
    filters: { ...OF_DRIVE, ...SPAN, event: text('event_id = ?'), kind: text('kind = ?'), place: text('place = ?') },
  },
  {
    name: 'corrections',
    summary: 'What was wrong about drives and was put right, by whom and why',
    order: ['tenant', 'drive_id', 'correction_id'],
    filters: { tenant: text('tenant = ?'), drive: DRIVE },
  },
  {
    name: 'losses',
    summary: 'The repair diary: byte ranges that could not be read',
    order: ['tenant', 'drive_id', 'recording_id', 'byte_offset', 'reason'],
    filters: { ...OF_DRIVE, ...SPAN, topic: holds('topics') },
  },
  {
    name: 'previews',
    summary: 'Previews: a first look at recordings, within seconds of docking; `/v1/previews/ID` is the file',
    order: ['tenant', 'drive_id', 'path', 'preview_id'],
    filters: { ...OF_DRIVE, ...SPAN, topic: holds('topics') },
  },
  {
    name: 'derivations',
    summary: 'What was read out of each chunk: by whom, by which plan, and what could not be read',
    order: ['tenant', 'drive_id', 'deriver', 'chunk_id'],
    filters: { ...OF_DRIVE, deriver: text('deriver = ?') },
  },
  {
    name: 'signals',
    summary: 'Samples of signals, in order of time within a drive',
    order: ['tenant', 'drive_id', TIME, 'topic', 'signal', 'chunk_id'],
    filters: {
      ...OF_DRIVE,
      topic: text('topic = ?'),
      signal: text('signal = ?'),
      start: { sql: 'time_ns >= CAST(? AS BIGINT)', kind: 'time' },
      end: { sql: 'time_ns < CAST(? AS BIGINT)', kind: 'time' },
    },
  },
  {
    name: 'verdicts',
    summary: 'Whether drives are complete, as their last docking found',
    order: ['tenant', 'drive_id'],
    filters: OF_DRIVE,
  },
  {
    name: 'findings',
    summary: 'What the verdicts found, worst first within a drive',
    order: ['tenant', 'drive_id', 'ordinal'],
    filters: { ...OF_DRIVE, ...SPAN, topic: text('topic = ?'), kind: text('kind = ?') },
  },
  {
    name: 'receipts',
    summary: 'Receipts, oldest first within a drive',
    order: ['tenant', 'drive_id', 'CAST(signed_at AS STRING)', 'receipt_id'],
    filters: OF_DRIVE,
  },
  {
    name: 'datasets',
    summary: 'Frozen datasets, and how far each is built; with a drive, those that hold anything of it',
    order: ['tenant', 'name', 'snapshot_id'],
    filters: {
      tenant: text('tenant = ?'),
      name: text('name = ?'),
      snapshot: text('snapshot_id = ?'),
      drive: text(
        'EXISTS (SELECT 1 FROM sample_runs r WHERE r.tenant = datasets.tenant AND r.snapshot_id = datasets.snapshot_id AND r.drive_id = ?)',
      ),
    },
  },
  {
    name: 'shards',
    summary: 'Shards of datasets; with a drive, those that hold anything of it',
    order: ['tenant', 'snapshot_id', 'split', 'shard'],
    filters: {
      tenant: text('tenant = ?'),
      name: text('name = ?'),
      snapshot: text('snapshot_id = ?'),
      dataset: text('(name = ? OR snapshot_id = ?)'),
      split: text('split = ?'),
      state: text('state = ?'),
      drive:
        text(`EXISTS (SELECT 1 FROM sample_runs r WHERE r.tenant = shards.tenant AND r.snapshot_id = shards.snapshot_id
        AND r.split = shards.split AND r.shard = shards.shard AND r.drive_id = ?)`),
    },
  },
];
