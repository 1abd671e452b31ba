/**
 * A snapshot: a dataset frozen. It is NDJSON of canonical JSON, and its id is the SHA-256 of these bytes. It names a list
 * for each shard, by its SHA-256 as well; a list holds the objects that its samples come from, by generation and digest, and
 * for each sample the places of its messages. What a shard holds follows from its list and the snapshot's id alone.
 */
import type { ChunkId, DriveId, RecordingId, Sha256Hex } from '../identity/index.ts';
import type { TimeText } from '../manifest/index.ts';
import type { SamplingPlan } from './sampling-plan.ts';
import type { SplitRule } from './split.ts';

export const SNAPSHOT_VERSION = 1;
/** Raised with every change of what is taken out of a message, or how. */
export const EXTRACTOR_VERSION = 1;

/** A shard is closed when its members are reckoned to come to so much. */
export const SHARD_BYTES = 64 * 1024 * 1024;
/** And with so many samples at the latest, because a list is held in memory. */
export const SHARD_SAMPLES_MAX = 16_384;

export interface SnapshotHead {
  readonly type: 'snapshot';
  readonly snapshotVersion: typeof SNAPSHOT_VERSION;
  readonly extractorVersion: number;
  readonly tenant: string;
  readonly name: string;
  readonly sql: string;
  readonly plan: SamplingPlan;
  readonly split: SplitRule;
}

export interface SnapshotDrive {
  readonly type: 'drive';
  readonly driveId: DriveId;
  readonly vehicleId: string;
  /** Null where its samples are parted by place: then the shards tell. */
  readonly split: string | null;
  /** Log times [start, end) that were selected; none for the whole drive. */
  readonly spans: readonly (readonly [TimeText, TimeText])[];
  readonly samples: number;
  /** Frames or windows that a missing topic cost. */
  readonly dropped: number;
}

export interface SnapshotShard {
  readonly type: 'shard';
  readonly split: string;
  /** Number within its split, from 0. */
  readonly shard: number;
  readonly samples: number;
  readonly list: Sha256Hex;
}

export interface SnapshotEnd {
  readonly type: 'end';
  readonly drives: number;
  readonly shards: number;
  readonly samples: number;
}

/** Head, then drives in order of id, then shards in order of split and number, then the end. */
export type SnapshotLine = SnapshotHead | SnapshotDrive | SnapshotShard | SnapshotEnd;

export interface ListHead {
  readonly type: 'list';
  readonly snapshotVersion: typeof SNAPSHOT_VERSION;
  readonly tenant: string;
  readonly split: string;
  readonly shard: number;
  readonly samples: number;
}

export interface ListObject {
  readonly type: 'object';
  readonly object: string;
  readonly generation: string;
  readonly bytes: number;
  readonly crc32c: string;
  readonly sha256: Sha256Hex;
  readonly chunkId: ChunkId;
  readonly driveId: DriveId;
  readonly vehicleId: string;
}

/** Consecutive samples of the shard that each hold something of one topic from one object, and where the car wrote it. */
export interface ListRun {
  readonly type: 'run';
  /** Number in the plan's fields. */
  readonly field: number;
  readonly topic: string;
  /** Number among the list's objects. */
  readonly object: number;
  readonly recordingId: RecordingId;
  readonly path: string;
  /** Bytes [start, end) of the recording that hold the chunk. */
  readonly sourceStart: number;
  readonly sourceEnd: number;
  /** Numbers within the shard, both inclusive. */
  readonly firstSample: number;
  readonly lastSample: number;
  readonly messages: number;
  /** Log times of the first and the last message. */
  readonly startTime: TimeText;
  readonly endTime: TimeText;
}

/** One message: number of the field, of the object, of its inner chunk, where its record begins in there, its log time. */
export type MessagePlace = readonly [field: number, object: number, inner: number, offset: number, logTime: TimeText];

export interface ListSample {
  readonly type: 'sample';
  /** Of the frame, or the start of the window. */
  readonly time: TimeText;
  /** In order of field, then as the messages follow one another. */
  readonly messages: readonly MessagePlace[];
}

/** Head, then objects, then runs, then samples. */
export type ListLine = ListHead | ListObject | ListRun | ListSample;

/** What tells a sample apart in its dataset, and names its members: no dots, for a reader takes it up to the first. */
export const sampleKey = (snapshotId: Sha256Hex, split: string, shard: number, sample: number): string =>
  `${snapshotId.slice(0, 8)}-${shardName(split, shard)}-${String(sample).padStart(5, '0')}`;

export const shardName = (split: string, shard: number): string => `${split}-${String(shard).padStart(6, '0')}`;

export interface SampleKey {
  /** The first 8 hex digits. */
  readonly snapshot: string;
  readonly split: string;
  readonly shard: number;
  readonly sample: number | undefined;
}

/** Reads a sample's key, or the part of it that names a shard. */
export function sampleKeyFrom(text: string): SampleKey | undefined {
  const [, snapshot, split, shard, sample] = /^([0-9a-f]{8})-([a-z]+)-(\d{6,})(?:-(\d{5,}))?$/.exec(text) ?? [];
  if (snapshot === undefined || split === undefined || shard === undefined) return undefined;
  return { snapshot, split, shard: Number(shard), sample: sample === undefined ? undefined : Number(sample) };
}
