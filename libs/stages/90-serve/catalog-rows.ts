/** The few queries that serving asks of the catalog, page by page, with their rows as plain typed data. */
import { PitlaneError } from '@pitlane/base/errors';
import { nearestText } from '@pitlane/base/nearest';
import type { ChunkId, RecordingId, Sha256Hex } from '@pitlane/contracts/identity';
import type { Catalog, SqlParameter, SqlRow } from '@pitlane/ports/catalog';
import { type ChannelDescriptor, descriptorKey } from './objects/object-index.ts';

const CHUNKS_A_PAGE = 20_000;
/** More than the channels that one chunk can hold, so that a page always holds one chunk whole. */
const CHUNK_TOPICS_A_PAGE = 70_000;
const DRIVES_A_PAGE = 10_000;

const CHUNK_COLUMNS =
  'chunk_id, kind, topic_group, object, bytes_stored, crc32c, sha256, generation, messages, bytes_raw';
const CHUNK_TOPIC_COLUMNS =
  'chunk_id, ordinal, channel, topic, window_ns, part, messages, start_ns, end_ns, leaf, source_start';

export interface DriveKey {
  readonly tenant: string;
  readonly driveId: string;
}

export interface DriveRow extends DriveKey {
  /** As it was recorded: its objects lie under that, and its receipts name it, whatever was corrected since. */
  readonly vehicleId: string;
  readonly state: string;
}

export interface RecordingRow {
  readonly recordingId: RecordingId;
  readonly path: string;
  readonly format: string;
  readonly profile: string;
  readonly bytes: number;
}

export interface ChannelRow extends ChannelDescriptor {
  readonly recordingId: RecordingId;
  readonly channel: number;
  /** Among equal channels of the recording, from 0 in order of number. */
  readonly twin: number;
  readonly messages: number;
  readonly digest: Sha256Hex;
}

export interface ChunkRow {
  readonly chunkId: ChunkId;
  readonly kind: string;
  readonly group: string;
  readonly object: string;
  readonly bytes: number;
  readonly crc32c: string;
  readonly sha256: Sha256Hex;
  readonly generation: string;
  readonly messages: number;
  readonly rawBytes: number;
}

export interface ChunkTopicRow {
  readonly chunkId: ChunkId;
  readonly ordinal: number;
  readonly channel: number;
  readonly topic: string;
  readonly windowNs: bigint | null;
  readonly part: number;
  readonly messages: number;
  readonly startNs: bigint | null;
  readonly endNs: bigint | null;
  readonly leaf: Sha256Hex;
  readonly sourceStart: number;
}

type Value = SqlRow[string] | undefined;

const textOrNull = (value: Value): string | null => {
  if (value === null || value === undefined) return null;
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
};
const text = (value: Value): string => textOrNull(value) ?? '';
const whole = (value: Value): number => Number(value ?? 0);
const timeOrNull = (value: Value): bigint | null => {
  const decimal = textOrNull(value);
  return decimal === null ? null : BigInt(decimal);
};

/** The drive's row; `not-found` with the nearest names if the tenant has no such drive. */
export async function driveRow(catalog: Pick<Catalog, 'query'>, { tenant, driveId }: DriveKey): Promise<DriveRow> {
  const [row] = await catalog.query(
    'SELECT drive_id, vehicle_id, state FROM drives WHERE tenant = ? AND drive_id = ?',
    [tenant, driveId],
  );
  if (row) {
    const [corrected] = await catalog.query(
      'SELECT recorded_vehicle_id FROM corrections WHERE tenant = ? AND drive_id = ? LIMIT 1',
      [tenant, driveId],
    );
    const vehicleId = text(corrected?.['recorded_vehicle_id'] ?? row['vehicle_id']);
    return { tenant, driveId, vehicleId, state: text(row['state']) };
  }
  const known = await driveIds(catalog, tenant);
  throw new PitlaneError(
    'not-found',
    `there is no drive ${JSON.stringify(driveId)}${nearestText(driveId, known)}; "pitlane drives" lists them`,
  );
}

/** All drives of a tenant, in order of their names. */
export async function driveIds(catalog: Pick<Catalog, 'query'>, tenant: string): Promise<string[]> {
  const ids: string[] = [];
  for (;;) {
    const rows = await catalog.query(
      `SELECT drive_id FROM drives WHERE tenant = ? AND drive_id > ? ORDER BY drive_id LIMIT ${DRIVES_A_PAGE}`,
      [tenant, ids.at(-1) ?? ''],
    );
    for (const row of rows) ids.push(text(row['drive_id']));
    if (rows.length < DRIVES_A_PAGE) return ids;
  }
}

/** The recordings of a drive whose chunks count, in order of path, then id. */
export async function activeRecordings(
  catalog: Pick<Catalog, 'query'>,
  { tenant, driveId }: DriveKey,
): Promise<RecordingRow[]> {
  const rows = await catalog.query(
    `SELECT recording_id, path, format, profile, bytes FROM recordings WHERE tenant = ? AND drive_id = ? AND set_state = ?`,
    [tenant, driveId, 'active'],
  );
  return rows
    .map((row) => ({
      recordingId: text(row['recording_id']) as RecordingId,
      path: text(row['path']),
      format: text(row['format']),
      profile: text(row['profile']),
      bytes: whole(row['bytes']),
    }))
    .sort((a, b) => (a.path !== b.path ? (a.path < b.path ? -1 : 1) : a.recordingId < b.recordingId ? -1 : 1));
}

export async function channelRows(
  catalog: Pick<Catalog, 'query'>,
  { tenant, driveId }: DriveKey,
): Promise<ChannelRow[]> {
  const rows = await catalog.query(
    `SELECT recording_id, channel, topic, message_encoding, metadata, schema_name, schema_encoding, schema_sha256, messages, digest FROM channels WHERE tenant = ? AND drive_id = ? ORDER BY recording_id, channel`,
    [tenant, driveId],
  );
  const twins = new Map<string, number>();
  return rows.map((row) => {
    const recordingId = text(row['recording_id']) as RecordingId;
    const descriptor: ChannelDescriptor = {
      topic: text(row['topic']),
      messageEncoding: text(row['message_encoding']),
      metadata: JSON.parse(text(row['metadata']) || '{}') as Record<string, string>,
      schemaName: textOrNull(row['schema_name']),
      schemaEncoding: textOrNull(row['schema_encoding']),
      schemaSha256: textOrNull(row['schema_sha256']) as Sha256Hex | null,
    };
    const key = `${recordingId}\n${descriptorKey(descriptor)}`;
    const twin = twins.get(key) ?? 0;
    twins.set(key, twin + 1);
    const digest = text(row['digest']) as Sha256Hex;
    return {
      ...descriptor,
      recordingId,
      twin,
      channel: whole(row['channel']),
      messages: whole(row['messages']),
      digest,
    };
  });
}

/** All chunks of a drive that count, in order of their ids. */
export async function chunkRows(
  catalog: Pick<Catalog, 'query'>,
  { tenant, driveId }: DriveKey,
): Promise<Map<string, ChunkRow>> {
  const chunks = new Map<string, ChunkRow>();
  for (let after = ''; ; ) {
    const rows = await catalog.query(
      `SELECT ${CHUNK_COLUMNS} FROM chunks WHERE tenant = ? AND drive_id = ? AND chunk_id > ? ORDER BY chunk_id LIMIT ${CHUNKS_A_PAGE}`,
      [tenant, driveId, after],
    );
    for (const row of rows) {
      after = text(row['chunk_id']);
      chunks.set(after, chunkFrom(row));
    }
    if (rows.length < CHUNKS_A_PAGE) return chunks;
  }
}

const chunkFrom = (row: SqlRow): ChunkRow => ({
  chunkId: text(row['chunk_id']) as ChunkId,
  kind: text(row['kind']),
  group: text(row['topic_group']),
  object: text(row['object']),
  bytes: whole(row['bytes_stored']),
  crc32c: text(row['crc32c']),
  sha256: text(row['sha256']) as Sha256Hex,
  generation: text(row['generation']),
  messages: whole(row['messages']),
  rawBytes: whole(row['bytes_raw']),
});

/** One chunk of a drive, with what each of its recordings has in it, in order of recording, ordinal and channel. */
export async function chunkWithTopics(
  catalog: Pick<Catalog, 'query'>,
  { tenant, driveId }: DriveKey,
  chunkId: string,
): Promise<{ chunk: ChunkRow; topics: (ChunkTopicRow & { readonly recordingId: RecordingId })[] } | undefined> {
  const [row] = await catalog.query(
    `SELECT ${CHUNK_COLUMNS} FROM chunks WHERE tenant = ? AND drive_id = ? AND chunk_id = ?`,
    [tenant, driveId, chunkId],
  );
  if (!row) return undefined;
  const rows = await catalog.query(
    `SELECT recording_id, ${CHUNK_TOPIC_COLUMNS} FROM chunk_topics WHERE tenant = ? AND drive_id = ? AND chunk_id = ? ORDER BY recording_id, ordinal, channel`,
    [tenant, driveId, chunkId],
  );
  const topics = rows.map((one) => ({
    ...chunkTopicFrom(one, whole(one['ordinal'])),
    recordingId: text(one['recording_id']) as RecordingId,
  }));
  return { chunk: chunkFrom(row), topics };
}

/** What a recording has in each of its chunks: the rows of one chunk after another, in order of ordinal. */
export async function* chunkTopicRows(
  catalog: Pick<Catalog, 'query'>,
  { tenant, driveId }: DriveKey,
  recordingId: RecordingId,
): AsyncGenerator<readonly ChunkTopicRow[]> {
  for (let from = 0; ; ) {
    const parameters: SqlParameter[] = [tenant, driveId, recordingId, from];
    const rows = await catalog.query(
      `SELECT ${CHUNK_TOPIC_COLUMNS} FROM chunk_topics WHERE tenant = ? AND drive_id = ? AND recording_id = ? AND ordinal >= ? ORDER BY ordinal, channel LIMIT ${CHUNK_TOPICS_A_PAGE}`,
      parameters,
    );
    const byOrdinal = new Map<number, ChunkTopicRow[]>();
    for (const row of rows) {
      const ordinal = whole(row['ordinal']);
      let inChunk = byOrdinal.get(ordinal);
      if (!inChunk) byOrdinal.set(ordinal, (inChunk = []));
      inChunk.push(chunkTopicFrom(row, ordinal));
    }
    const last = rows.length < CHUNK_TOPICS_A_PAGE ? undefined : [...byOrdinal.keys()].at(-1);
    for (const [ordinal, inChunk] of byOrdinal) {
      if (ordinal !== last) yield inChunk;
    }
    if (last === undefined) return;
    from = last;
  }
}

const chunkTopicFrom = (row: SqlRow, ordinal: number): ChunkTopicRow => ({
  chunkId: text(row['chunk_id']) as ChunkId,
  ordinal,
  channel: whole(row['channel']),
  topic: text(row['topic']),
  windowNs: timeOrNull(row['window_ns']),
  part: whole(row['part']),
  messages: whole(row['messages']),
  startNs: timeOrNull(row['start_ns']),
  endNs: timeOrNull(row['end_ns']),
  leaf: text(row['leaf']) as Sha256Hex,
  sourceStart: whole(row['source_start']),
});

export async function receiptRows(
  catalog: Pick<Catalog, 'query'>,
  { tenant, driveId }: DriveKey,
): Promise<{ receiptId: string; object: string }[]> {
  const rows = await catalog.query(
    'SELECT receipt_id, object FROM receipts WHERE tenant = ? AND drive_id = ? ORDER BY signed_at, receipt_id',
    [tenant, driveId],
  );
  return rows.map((row) => ({ receiptId: text(row['receipt_id']), object: text(row['object']) }));
}

/** The unread byte ranges of a recording that are kept, in order of offset. */
export async function keptLosses(
  catalog: Pick<Catalog, 'query'>,
  { tenant, driveId }: DriveKey,
  recordingId: RecordingId,
): Promise<{ offset: number; bytes: number }[]> {
  const rows = await catalog.query(
    'SELECT byte_offset, bytes, kept_in FROM losses WHERE tenant = ? AND drive_id = ? AND recording_id = ? ORDER BY byte_offset',
    [tenant, driveId, recordingId],
  );
  return rows
    .filter((row) => textOrNull(row['kept_in']) !== null && whole(row['bytes']) > 0)
    .map((row) => ({ offset: whole(row['byte_offset']), bytes: whole(row['bytes']) }));
}
