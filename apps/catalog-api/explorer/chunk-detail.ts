/** A chunk with all that is known of it: its object, its bytes in the recordings that it comes from, what vouches for it. */
import { PitlaneError } from '@pitlane/base/errors';
import type { Catalog, SqlRow } from '@pitlane/ports/catalog';
import { countOf, type DriveKey, OF_DRIVE, textOf, textsOf } from './of-drive.ts';

/** A chunk of a great many channels shows the first; the view chunk_topics has them all. */
export const CHANNELS_MAX = 1000;

export interface ChunkAsked {
  readonly chunkId: string;
  /** Where it is known, only that drive is looked at. */
  readonly driveId?: string | undefined;
  readonly tenant?: string | undefined;
}

/** Throws `not-found`. */
export async function rowOfChunk(catalog: Pick<Catalog, 'query'>, asked: ChunkAsked): Promise<SqlRow> {
  const { chunkId, driveId, tenant } = asked;
  const conditions = ['chunk_id = ?'];
  const parameters = [chunkId];
  for (const [column, value] of [
    ['drive_id', driveId],
    ['tenant', tenant],
  ] as const) {
    if (value === undefined) continue;
    conditions.push(`${column} = ?`);
    parameters.push(value);
  }
  const [row] = await catalog.query(`SELECT * FROM chunks WHERE ${conditions.join(' AND ')} LIMIT 1`, parameters);
  if (!row) throw new PitlaneError('not-found', `there is no chunk ${chunkId}: /v1/chunks lists those that count`);
  return row;
}

export const keyOfRow = (row: SqlRow): DriveKey => ({
  tenant: textOf(row['tenant']) ?? '',
  driveId: textOf(row['drive_id']) ?? '',
});

const CHANNELS = `SELECT recording_id, ordinal, topic, messages, bytes, start_ns, end_ns, source_start, source_end
  FROM chunk_topics WHERE ${OF_DRIVE} AND chunk_id = ? ORDER BY recording_id, ordinal, topic, channel LIMIT ${CHANNELS_MAX}`;
const RECORDINGS = `SELECT recording_id, path FROM recordings WHERE ${OF_DRIVE} AND set_state = 'active'`;
const RECEIPTS = `SELECT receipt_id, recording_ids FROM receipts WHERE ${OF_DRIVE} ORDER BY signed_at DESC, receipt_id`;
const KEPT = `SELECT recording_id, byte_offset, bytes FROM losses WHERE ${OF_DRIVE} AND kept_in = ? ORDER BY recording_id, byte_offset LIMIT ${CHANNELS_MAX}`;

export async function besideChunk(catalog: Pick<Catalog, 'query'>, row: SqlRow) {
  const { tenant, driveId } = keyOfRow(row);
  const chunkId = textOf(row['chunk_id']);
  const [channels, recordings, receipts, kept] = await Promise.all([
    catalog.query(CHANNELS, [tenant, driveId, chunkId]),
    catalog.query(RECORDINGS, [tenant, driveId]),
    catalog.query(RECEIPTS, [tenant, driveId]),
    row['kind'] === 'unread' ? catalog.query(KEPT, [tenant, driveId, chunkId]) : [],
  ]);
  const paths = new Map(recordings.map((one) => [textOf(one['recording_id']), textOf(one['path'])]));
  const holders = new Set(textsOf(row['recording_ids']));
  return {
    channels: channelsOf(channels),
    sources: [...sourcesOf(channels), ...kept.map(keptRange)].map((source) => ({
      ...source,
      path: paths.get(source.recordingId) ?? null,
    })),
    receiptIds: receipts
      .filter((one) => textsOf(one['recording_ids']).some((id) => holders.has(id)))
      .map((one) => textOf(one['receipt_id']) ?? ''),
  };
}

/** As the first recording has them: those of the others are equal. */
function channelsOf(rows: readonly SqlRow[]) {
  const [first] = rows;
  return rows
    .filter((row) => row['recording_id'] === first?.['recording_id'] && row['ordinal'] === first?.['ordinal'])
    .map((row) => ({
      topic: textOf(row['topic']) ?? '',
      messages: countOf(row['messages']),
      bytes: countOf(row['bytes']),
      startTime: textOf(row['start_ns']),
      endTime: textOf(row['end_ns']),
    }));
}

/** Ranges of the recordings' bytes that hold the chunk. */
function sourcesOf(rows: readonly SqlRow[]) {
  const ranges = rows.map((row) => ({
    recordingId: textOf(row['recording_id']) ?? '',
    startOffset: countOf(row['source_start']),
    endOffset: countOf(row['source_end']),
  }));
  return [...new Map(ranges.map((range) => [JSON.stringify(range), range])).values()];
}

const keptRange = (row: SqlRow) => ({
  recordingId: textOf(row['recording_id']) ?? '',
  startOffset: countOf(row['byte_offset']),
  endOffset: countOf(row['byte_offset']) + countOf(row['bytes']),
});
