/** What of a drive a dataset may be made of, asked of the catalog alone: plain data, sampled from in another process. */
import { PitlaneError } from '@pitlane/base/errors';
import { CATALOG_TIME_END_NS } from '@pitlane/base/time';
import {
  fieldsOf,
  type ListObject,
  type SamplingPlan,
  type SplitRule,
  WITHOUT_SPLIT,
} from '@pitlane/contracts/dataset';
import type { DriveId, RecordingId } from '@pitlane/contracts/identity';
import type { Catalog, SqlRow } from '@pitlane/ports/catalog';
import {
  activeRecordings,
  type ChunkRow,
  chunkRows,
  type DriveKey,
  driveRow,
  type RecordingRow,
} from '../../catalog-rows.ts';
import { type CellVisit, type PlaceRun, placeRuns, PlaceSplits } from './place-runs.ts';
import type { SelectedDrive } from './select-drives.ts';
import type { Span } from './spans.ts';

const ROWS_A_PAGE = 50_000;
/** A day on the motorway has a tenth of that, told by each of several topics. */
const VISITS_MAX = 200_000;
const TIME_END_NS = (1n << 64n) - 1n;

export type DriveObject = Omit<ListObject, 'type' | 'driveId' | 'vehicleId'>;

/** Where a topic lies in the drive: one row an object, with the place in the car's file that it was cut from. */
export interface TopicObject {
  /** Number among the drive's objects. */
  readonly object: number;
  readonly startNs: bigint;
  readonly endNs: bigint;
  readonly recordingId: RecordingId;
  readonly path: string;
  readonly sourceStart: number;
  readonly sourceEnd: number;
}

export interface DrivePlan {
  readonly tenant: string;
  readonly driveId: DriveId;
  readonly vehicleId: string;
  readonly spans: readonly Span[];
  readonly objects: readonly DriveObject[];
  /** In order of the plan's fields, each in order of start, then of the object's name. */
  readonly fields: readonly (readonly TopicObject[])[];
  /** Where samples are parted by place: which split each moment is in. */
  readonly places?: readonly PlaceRun[];
}

export async function planDrive(
  catalog: Catalog,
  { tenant, driveId, spans }: SelectedDrive & { readonly tenant: string },
  plan: SamplingPlan,
  split: SplitRule = WITHOUT_SPLIT,
): Promise<DrivePlan> {
  const key = { tenant, driveId };
  const { vehicleId } = await driveRow(catalog, key);
  const recordings = await activeRecordings(catalog, key);
  const chunks = await chunkRows(catalog, key);
  const objects: DriveObject[] = [];
  const numbers = new Map<string, number>();
  const numberOf = (chunk: ChunkRow): number => {
    const known = numbers.get(chunk.chunkId) ?? objects.push(objectFrom(chunk)) - 1;
    numbers.set(chunk.chunkId, known);
    return known;
  };
  const nameOf = ({ object }: TopicObject): string => objects[object]?.object ?? '';
  const byTopic = new Map<string, TopicObject[]>();
  for (const { topic } of fieldsOf(plan)) {
    if (byTopic.has(topic)) continue;
    const rows: TopicObject[] = [];
    const seen = new Set<string>();
    for (const recording of recordings)
      rows.push(...(await topicObjects(catalog, key, recording, topic, chunks, seen, numberOf)));
    byTopic.set(
      topic,
      rows.sort((a, b) => compare(a.startNs, b.startNs) || compare(nameOf(a), nameOf(b))),
    );
  }
  const fields = fieldsOf(plan).map(({ topic }) => byTopic.get(topic) ?? []);
  const planned = { tenant, driveId: driveId as DriveId, vehicleId, spans, objects, fields };
  if (split.by === 'drive') return planned;
  return { ...planned, places: placeRuns(await cellVisits(catalog, key), new PlaceSplits(split, tenant)) };
}

async function cellVisits(catalog: Catalog, { tenant, driveId }: DriveKey): Promise<CellVisit[]> {
  const rows = await catalog.query(
    `SELECT cell, start_ns, end_ns FROM trajectory_cells WHERE tenant = ? AND drive_id = ? LIMIT ${VISITS_MAX + 1}`,
    [tenant, driveId],
  );
  if (rows.length > VISITS_MAX) {
    const text = `drive ${driveId} has more than ${VISITS_MAX} visits of places`;
    throw new PitlaneError('limit-exceeded', `${text}: split by drive, or leave it out`);
  }
  return rows
    .filter((row) => row['start_ns'] !== null && row['end_ns'] !== null)
    .map((row) => ({
      cell: BigInt(row['cell'] as string | number).toString(16),
      startNs: BigInt(row['start_ns'] as string | number),
      endNs: BigInt(row['end_ns'] as string | number),
    }));
}

/** One row a chunk of the recording that holds the topic and that no recording before it holds. */
async function topicObjects(
  catalog: Catalog,
  { tenant, driveId }: DriveKey,
  { recordingId, path }: RecordingRow,
  topic: string,
  chunks: ReadonlyMap<string, ChunkRow>,
  seen: Set<string>,
  numberOf: (chunk: ChunkRow) => number,
): Promise<TopicObject[]> {
  const found = new Map<string, TopicObject>();
  for (let from = 0; ; ) {
    const rows = await catalog.query(
      `SELECT chunk_id, ordinal, channel, start_ns, end_ns, source_start, source_end FROM chunk_topics WHERE tenant = ? AND drive_id = ? AND recording_id = ? AND topic = ? AND ordinal >= ? ORDER BY ordinal, channel LIMIT ${ROWS_A_PAGE}`,
      [tenant, driveId, recordingId, topic, from],
    );
    for (const row of rows) {
      const chunk = chunks.get(row['chunk_id'] as string);
      if (chunk?.kind !== 'log' || seen.has(chunk.chunkId)) continue;
      const [startNs, endNs] = [timeOf(row, 'start_ns', CATALOG_TIME_END_NS), timeOf(row, 'end_ns', TIME_END_NS)];
      const before = found.get(chunk.chunkId);
      found.set(chunk.chunkId, {
        object: numberOf(chunk),
        startNs: before && before.startNs < startNs ? before.startNs : startNs,
        endNs: before && before.endNs > endNs ? before.endNs : endNs,
        recordingId,
        path,
        sourceStart: Number(row['source_start']),
        sourceEnd: Number(row['source_end']),
      });
    }
    const last = Number(rows.at(-1)?.['ordinal'] ?? from);
    if (rows.length < ROWS_A_PAGE || last === from) break;
    from = last;
  }
  for (const chunkId of found.keys()) seen.add(chunkId);
  return [...found.values()];
}

const objectFrom = ({ object, generation, bytes, crc32c, sha256, chunkId }: ChunkRow): DriveObject => ({
  object,
  generation,
  bytes,
  crc32c,
  sha256,
  chunkId,
});

/** A time that the catalog cannot hold lies at 2^63 ns or later. */
const timeOf = (row: SqlRow, column: string, beyond: bigint): bigint => {
  const value = row[column];
  return typeof value === 'string' || typeof value === 'number' ? BigInt(value) : beyond;
};

const compare = <T extends bigint | string>(a: T, b: T): number => (a < b ? -1 : a > b ? 1 : 0);
