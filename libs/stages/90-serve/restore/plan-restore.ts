/** Plans a restore: for each recording where it is written, and which objects give it back. */
import type { RecordingId, Sha256Hex } from '@pitlane/contracts/identity';
import { ownSha256FromNotes, twinPathsFromNotes } from '@pitlane/contracts/manifest';
import { WITHHELD } from '@pitlane/contracts/topic-filter';
import { saysDecompressed } from '@pitlane/formats/compressed-messages';
import type { Catalog } from '@pitlane/ports/catalog';
import {
  activeRecordings,
  channelRows,
  type ChunkRow,
  chunkRows,
  chunkTopicRows,
  type DriveKey,
  driveRow,
  keptLosses,
  type RecordingRow,
} from '../catalog-rows.ts';
import type { ExportPlan } from '../export/export-plan.ts';
import { Planned } from '../export/planned-objects.ts';
import { distinctPaths, isRenamed } from './safe-path.ts';

/** Object name and stored size. */
export type RawObject = readonly [object: string, bytes: number];

/** Window (null where the catalog cannot hold it) and group of an object of a log. */
export type ObjectPlace = readonly [windowNs: string | null, group: string, part: number];

export interface RecordingRestorePlan {
  readonly recordingId: RecordingId;
  /** What its file hashed to, where the recording is more than that file; absent otherwise. */
  readonly sha256?: Sha256Hex;
  /** Below the output folder, made harmless. */
  readonly path: string;
  /** Where the same bytes lay too: the file is written at each of them, made harmless likewise. */
  readonly alsoAt: readonly string[];
  /** What is said of each path, in the order `[path, ...alsoAt]`. */
  readonly names: readonly RestoredName[];
  readonly bytes: number;
  /** Chunks whose bytes are the file, in order; null for a log. */
  readonly opaque: readonly RawObject[] | null;
  /**
   * The log as an export of this recording alone, with the place of each of its objects; null for an opaque file. Both are
   * null for a file that was withheld whole: there is nothing to write.
   */
  readonly log: {
    readonly plan: ExportPlan;
    readonly places: readonly ObjectPlace[];
    /** By output channel: the digest that its messages must give. */
    readonly digests: readonly Sha256Hex[];
  } | null;
  /** Chunks with the unread ranges one behind another, and the ranges. */
  readonly unread: {
    readonly objects: readonly RawObject[];
    readonly ranges: readonly (readonly [offset: number, bytes: number])[];
  };
}

export interface RestoredName {
  /** The path in the catalog, where it cannot be a name here or another file has it; null where it is kept. */
  readonly originalPath: string | null;
  /** Why a converted log has another name; null otherwise. */
  readonly renamed: string | null;
}

export interface RestorePlan {
  readonly version: 1;
  readonly tenant: string;
  readonly driveId: string;
  readonly driveState: string;
  readonly recordings: readonly RecordingRestorePlan[];
}

export async function planRestore(catalog: Catalog, key: DriveKey): Promise<RestorePlan> {
  const { state } = await driveRow(catalog, key);
  const recordings = await activeRecordings(catalog, key);
  const chunks = await chunkRows(catalog, key);
  const channels = await channelRows(catalog, key);
  const notes = await notesOf(catalog, key);
  const withheld = await withheldWhole(catalog, key);
  const places = placesOf(recordings, notes);
  const plans: RecordingRestorePlan[] = [];
  for (const [i, recording] of recordings.entries()) {
    const { recordingId, bytes } = recording;
    const own = channels.filter((channel) => channel.recordingId === recordingId);
    const planned = new Planned({ ...key }, undefined, [recording], own, chunks);
    await planned.addRecording(recordingId, chunkTopicRows(catalog, key, recordingId));
    const raw = await rawObjects(catalog, key, recordingId, chunks);
    const ranges = raw.unread.length > 0 ? await keptLosses(catalog, key, recordingId) : [];
    const log = {
      plan: logPlan(key, state, recording, planned),
      places: planned.places(),
      digests: own.map(({ digest }) => digest),
    };
    const isOpaque = recording.format === 'opaque' || raw.opaque.length > 0;
    const sha256 = ownSha256FromNotes(notes.get(recordingId) ?? []);
    plans.push({
      recordingId,
      ...(sha256 && { sha256 }),
      ...(places[i] as Places),
      bytes,
      opaque: isOpaque && !withheld.has(recordingId) ? raw.opaque : null,
      log: isOpaque || withheld.has(recordingId) ? null : log,
      unread: { objects: raw.unread, ranges: ranges.map((range) => [range.offset, range.bytes] as const) },
    });
  }
  return { version: 1, ...key, driveState: state, recordings: plans };
}

type Places = Pick<RecordingRestorePlan, 'path' | 'alsoAt' | 'names'>;

/** Logs come back as MCAP, whatever they were; one whose messages were compressed one by one is another MCAP then. */
const isConverted = ({ format }: RecordingRow, notes: readonly string[]): boolean =>
  format !== 'opaque' && (format !== 'mcap' || notes.some(saysDecompressed));

/** Paths for all recordings, where their bytes lay more than once for each time. What lay there has its name before what is converted. */
function placesOf(recordings: readonly RecordingRow[], notes: ReadonlyMap<string, readonly string[]>): Places[] {
  const wanted = recordings.flatMap((recording, index) => {
    const own = notes.get(recording.recordingId) ?? [];
    const all = new Set([recording.path, ...twinPathsFromNotes(own)]);
    const converted = isConverted(recording, own);
    return [...all].map((original) => {
      const label = converted ? `${original}.mcap` : original;
      return { index, converted, original, label, id: recording.recordingId };
    });
  });
  const ordered = [...wanted.filter(({ converted }) => !converted), ...wanted.filter(({ converted }) => converted)];
  const paths = distinctPaths(ordered);
  const places = recordings.map(() => ({ all: [] as string[], names: [] as RestoredName[] }));
  const labels = new Set(ordered.flatMap(({ converted, label }) => (converted ? [] : [label])));
  for (const [i, { index, converted, original, label }] of ordered.entries()) {
    const path = paths[i] as string;
    const taken = converted && labels.has(label);
    places[index]?.all.push(path);
    places[index]?.names.push({
      originalPath: isRenamed(label, path) ? original : null,
      renamed: taken ? `${path} is converted: the name ${label} is that of a file of its own` : null,
    });
  }
  return places.map(({ all: [path = '', ...alsoAt], names }) => ({ path, alsoAt, names }));
}

/** The notes of each recording; they tell of its further paths. */
async function notesOf(catalog: Catalog, { tenant, driveId }: DriveKey): Promise<Map<string, readonly string[]>> {
  const sql = 'SELECT recording_id, notes FROM recordings WHERE tenant = ? AND drive_id = ?';
  const rows = await catalog.query(sql, [tenant, driveId]);
  return new Map(
    rows.map(({ recording_id: id, notes }) => [id as string, Array.isArray(notes) ? (notes as string[]) : []]),
  );
}

/** Recordings of which a filter let nothing leave the garage. */
async function withheldWhole(catalog: Catalog, { tenant, driveId }: DriveKey): Promise<ReadonlySet<unknown>> {
  const sql = 'SELECT recording_id FROM losses WHERE tenant = ? AND drive_id = ? AND reason = ? AND bytes > 0';
  const rows = await catalog.query(sql, [tenant, driveId, WITHHELD]);
  return new Set(rows.map(({ recording_id: id }) => id));
}

const logPlan = (key: DriveKey, driveState: string, { profile }: RecordingRow, planned: Planned): ExportPlan => ({
  version: 1,
  ...key,
  driveState,
  profile,
  startNs: null,
  endNs: null,
  byTopic: false,
  ...planned.result(),
});

/** Chunks that hold bytes as they are, in order of ordinal; one chunk stands twice where the bytes repeat. */
async function rawObjects(
  catalog: Catalog,
  key: DriveKey,
  recordingId: RecordingId,
  chunks: ReadonlyMap<string, ChunkRow>,
): Promise<{ opaque: RawObject[]; unread: RawObject[] }> {
  const raw = { opaque: [] as RawObject[], unread: [] as RawObject[] };
  for await (const [first] of chunkTopicRows(catalog, key, recordingId)) {
    const chunk = chunks.get(first?.chunkId ?? '');
    if (chunk?.kind === 'opaque' || chunk?.kind === 'unread') raw[chunk.kind].push([chunk.object, chunk.bytes]);
  }
  return raw;
}
