/**
 * The event tables that every catalog keeps below its views: append-only, each row under the `seq` of its event. Engines
 * give the cells types of their own and may leave out the `id` columns; log times stay whole and unsigned here, and the
 * views make INT64 of them.
 */

/** `real` is a finite number; `text[]`, `int[]` and `real[]` are lists; `time` an unsigned nanosecond count; `id` the first 128 bits of a SHA-256 as a number. */
export type CellType = 'text' | 'int' | 'real' | 'time' | 'id' | 'text[]' | 'int[]' | 'real[]';
export type Cell = string | number | bigint | null | readonly string[] | readonly number[];
export type EventRow = readonly Cell[];

const OF_DRIVE = { seq: 'int', tenant: 'text', drive_id: 'text', vehicle_id: 'text' } as const;
const OF_RECORDING = { ...OF_DRIVE, recording_id: 'text' } as const;
const SPAN = { start_u: 'time', end_u: 'time' } as const;
const OF_SHARD = { snapshot_id: 'text', split: 'text', shard: 'int' } as const;
const PLACE = {
  chunk_id: 'text',
  kind: 'text',
  ordinal: 'int',
  window_u: 'time',
  part: 'int',
  source_start: 'int',
  source_end: 'int',
} as const;

/** Column order is the order of the cells in `event-rows`. */
export const TABLES = {
  dock_events: { ...OF_DRIVE, dock_id: 'text', garage: 'text', docked_at_ms: 'int', labels: 'text', start_u: 'time' },
  preview_events: {
    ...OF_RECORDING,
    dock_id: 'text',
    path: 'text',
    format: 'text',
    bytes: 'int',
    messages: 'int',
    ...SPAN,
    topics: 'text',
  },
  recording_events: {
    ...OF_RECORDING,
    dock_id: 'text',
    path: 'text',
    format: 'text',
    opaque_reason: 'text',
    profile: 'text',
    library: 'text',
    bytes: 'int',
    chunks: 'int',
    messages: 'int',
    ...SPAN,
    notes: 'text[]',
  },
  /**
   * What is known of a recording's clock, under the `seq` of its recording event: what replaces the recording replaces its
   * rows. Rows without a topic are the segments of the overlay, the others topics whose stamps differ.
   */
  clock_events: {
    ...OF_RECORDING,
    segment: 'int',
    topic: 'text',
    ...SPAN,
    source_start: 'int',
    source_end: 'int',
    step_ns: 'int',
    offset_ns: 'int',
    drift_ppb: 'int',
    residual_ns: 'int',
    pairs: 'int',
    source: 'text',
    quality: 'text',
    applied: 'int',
    text: 'text',
  },
  state_events: { ...OF_RECORDING, rank: 'int' },
  chunk_set_events: { ...OF_RECORDING, set_state: 'text', superseded_by: 'text' },
  channel_events: {
    ...OF_RECORDING,
    channel: 'int',
    topic: 'text',
    message_encoding: 'text',
    schema_name: 'text',
    schema_encoding: 'text',
    schema_sha256: 'text',
    metadata: 'text',
    messages: 'int',
    bytes: 'int',
    ...SPAN,
    digest: 'text',
  },
  /** The two ids as numbers are what a million chunks are grouped by: text of 64 digits would not fit the memory. */
  chunk_events: {
    ...OF_RECORDING,
    ...PLACE,
    topic_group: 'text',
    topics: 'text[]',
    ...SPAN,
    messages: 'int',
    bytes_raw: 'int',
    bytes_stored: 'int',
    object: 'text',
    generation: 'text',
    crc32c: 'text',
    sha256: 'text',
    recording_u: 'id',
    chunk_u: 'id',
  },
  /** One row a channel in a chunk, under the `seq` of its chunk event: what replaces the chunk replaces its channels. */
  chunk_channel_events: {
    ...OF_RECORDING,
    ...PLACE,
    channel: 'int',
    topic: 'text',
    messages: 'int',
    bytes: 'int',
    ...SPAN,
    leaf: 'text',
  },
  loss_events: {
    ...OF_RECORDING,
    reason: 'text',
    text: 'text',
    byte_offset: 'int',
    bytes: 'int',
    kept_in: 'text',
    topics: 'text[]',
    ...SPAN,
  },
  /** Objects made for a first look, as `preview_events` tell of recordings before they are read whole. */
  preview_object_events: {
    ...OF_DRIVE,
    preview_id: 'text',
    head_sha256: 'text',
    path: 'text',
    source_bytes: 'int',
    read_bytes: 'int',
    topics: 'text[]',
    ...SPAN,
    messages: 'int',
    frames: 'int',
    notes: 'text[]',
    object: 'text',
    bytes_stored: 'int',
    generation: 'text',
    crc32c: 'text',
  },
  derivation_events: {
    ...OF_DRIVE,
    chunk_id: 'text',
    deriver: 'text',
    version: 'text',
    object: 'text',
    messages: 'int',
    undecoded: 'int',
    faults: 'text[]',
    chunk_u: 'id',
  },
  /**
   * One row a signal of a topic in a chunk, under the `seq` of its derivation: what replaces the derivation replaces its
   * signals. Its samples are lists, so that a year of a fleet is millions of rows and no thousand millions.
   */
  signal_events: {
    ...OF_DRIVE,
    chunk_id: 'text',
    topic: 'text',
    signal: 'text',
    preference: 'int',
    unit: 'text',
    ...SPAN,
    offsets_ns: 'int[]',
    numbers: 'real[]',
    texts: 'text[]',
  },
  verdict_events: {
    ...OF_DRIVE,
    dock_id: 'text',
    docked_at_ms: 'int',
    judged_from: 'text',
    vehicle_type: 'text',
    summary: 'text',
    findings: 'int',
    notes: 'text[]',
  },
  finding_events: {
    ...OF_DRIVE,
    dock_id: 'text',
    ordinal: 'int',
    topic: 'text',
    kind: 'text',
    severity: 'text',
    ...SPAN,
    expected: 'int',
    seen: 'int',
    unit: 'text',
    occurrences: 'int',
    text: 'text',
  },
  annotation_events: {
    ...OF_DRIVE,
    event_id: 'text',
    kind: 'text',
    ...SPAN,
    note: 'text',
    labels: 'text',
    source: 'text',
    author: 'text',
    noted_at_ms: 'int',
    withdrawn: 'int',
  },
  correction_events: {
    ...OF_DRIVE,
    correction_id: 'text',
    corrected_vehicle_id: 'text',
    corrected_labels: 'text',
    reason: 'text',
    author: 'text',
    corrected_at_ms: 'int',
  },
  receipt_events: {
    ...OF_DRIVE,
    receipt_id: 'text',
    dock_id: 'text',
    key_id: 'text',
    signed_at: 'text',
    object: 'text',
    manifest_object: 'text',
    recording_ids: 'text[]',
    chunks: 'int',
    bytes_stored: 'int',
    objects_sha256_root: 'text',
  },
  dataset_events: {
    ...OF_DRIVE,
    snapshot_id: 'text',
    name: 'text',
    created_at: 'text',
    object: 'text',
    sql: 'text',
    plan: 'text',
    split_rule: 'text',
    extractor_version: 'int',
    drives: 'int',
    samples: 'int',
    shards: 'int',
  },
  shard_events: { ...OF_DRIVE, ...OF_SHARD, samples: 'int', list_object: 'text' },
  shard_built_events: {
    ...OF_DRIVE,
    ...OF_SHARD,
    object: 'text',
    generation: 'text',
    bytes_stored: 'int',
    crc32c: 'text',
    sha256: 'text',
  },
  sample_run_events: {
    ...OF_DRIVE,
    ...OF_SHARD,
    field: 'int',
    topic: 'text',
    chunk_id: 'text',
    object: 'text',
    generation: 'text',
    recording_id: 'text',
    path: 'text',
    source_start: 'int',
    source_end: 'int',
    first_sample: 'int',
    last_sample: 'int',
    messages: 'int',
    ...SPAN,
  },
} as const satisfies Readonly<Record<string, Readonly<Record<string, CellType>>>>;

export type TableName = keyof typeof TABLES;
export const TABLE_NAMES = Object.keys(TABLES) as TableName[];

export const cellTypesOf = (table: TableName): readonly CellType[] => Object.values(TABLES[table]);
