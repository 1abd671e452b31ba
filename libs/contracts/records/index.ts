/**
 * What travels through the message log between garage and cloud, as JSON: a dock is announced, chunks are claimed to be
 * in the store, landings are confirmed, the manifest closes the dock, the receipt answers. Each record may come twice;
 * every reader is idempotent by the ids inside.
 */
import type { Lane } from '../frame/lanes.ts';
import type { ChunkId, DriveId, RecordingId, Sha256Hex } from '../identity/index.ts';
import type { ChunkFacts, DockFacts, DriveFacts, RecordingFacts, TimeText } from '../manifest/index.ts';
import type { Receipt } from '../receipt/index.ts';

/**
 * Topics of the message log. Keys are drive ids (chunk ids for `chunks` and `deadletters`), so one drive's records keep
 * their order.
 */
export const LogTopic = {
  /** garage → indexer: a drive stands in a bay; a recording's state has moved; there is a preview of one. */
  docks: 'pitlane.docks.v1',
  /** garage → lander: a chunk is in the store, says the garage. */
  chunks: 'pitlane.chunks.v1',
  /** lander → indexer: a chunk is in the store, says the store. */
  landings: 'pitlane.landings.v1',
  /** garage → indexer: the closing manifest. */
  manifests: 'pitlane.manifests.v1',
  /** cloud → garage: receipts, and chunks to send again. */
  answers: 'pitlane.answers.v1',
  /** cloud → indexer: chunks that are to be derived anew. */
  derivations: 'pitlane.derivations.v1',
  /** whoever makes datasets → indexer: a snapshot or some of its shards are in the store. */
  datasets: 'pitlane.datasets.v1',
  /** lander → operator: what was set aside, and why. */
  deadletters: 'pitlane.deadletters.v1',
  /** people and their programs → indexer: what is said of a drive lies in the store. */
  notes: 'pitlane.notes.v1',
  /** whoever ran scenarios → indexer: the results of a run stand in the store. */
  results: 'pitlane.results.v1',
} as const;

/**
 * A claim or landing of more JSON than this is not sent as a record, because stock logs take records of about 1 MB and a
 * chunk of 16,000 channels has megabytes of facts. Such a chunk is told of by the closing manifest alone.
 */
export const CLAIM_RECORD_BYTES_MAX = 512 * 1024;

/** The states of a part, in order. */
export const STATES = ['docked', 'staged', 'chunked', 'shipped', 'landed', 'indexed', 'receipted', 'retired'] as const;
export type State = (typeof STATES)[number];

/** What an index or the head of a recording says before it is read whole. */
export interface RecordingPreview
  extends Pick<RecordingFacts, 'recordingId' | 'path' | 'format' | 'bytes' | 'headSha256'> {
  readonly startTime: TimeText | null;
  readonly endTime: TimeText | null;
  readonly messages: number | null;
  readonly topics: readonly { readonly topic: string; readonly schemaName: string; readonly messages: number | null }[];
}

export type DockRecord =
  | {
      readonly type: 'docked';
      readonly drive: DriveFacts;
      readonly dock: DockFacts;
      readonly recordings: readonly RecordingPreview[];
      /** Recordings that may be copies of active ones: their chunks are not shown until the manifest settles it. */
      readonly pending: readonly RecordingId[];
    }
  | {
      readonly type: 'moved';
      readonly drive: Pick<DriveFacts, 'tenant' | 'driveId' | 'vehicleId'>;
      readonly recordingId: RecordingId;
      readonly state: State;
    }
  /** A preview of a recording lies in the store: what it is stands in the object. */
  | {
      readonly type: 'previewed';
      readonly drive: Pick<DriveFacts, 'tenant' | 'driveId' | 'vehicleId'>;
      readonly previewId: Sha256Hex;
    };

/** A claim, as that of a chunk: the indexer looks at the objects itself. */
export type DatasetRecord =
  | { readonly type: 'frozen'; readonly tenant: string; readonly snapshotId: Sha256Hex }
  | {
      readonly type: 'built';
      readonly tenant: string;
      readonly snapshotId: Sha256Hex;
      /** At most `DATASET_SHARDS_MAX`. */
      readonly shards: readonly { readonly split: string; readonly shard: number }[];
    };

/** Shards told of in one record. */
export const DATASET_SHARDS_MAX = 1000;

/** The object as the store describes it, beside the claim that led there. */
export interface StoredObject {
  readonly generation: string;
  readonly bytesStored: number;
  readonly crc32c: string;
}

export interface ChunkClaim {
  readonly drive: Pick<DriveFacts, 'tenant' | 'driveId' | 'vehicleId'>;
  readonly chunk: ChunkFacts;
}

export interface Landing extends ChunkClaim {
  readonly stored: StoredObject;
}

/** A landed chunk that is to be derived anew: by another plan, or after the catalog was rebuilt. */
export interface DeriveRequest {
  readonly drive: Pick<DriveFacts, 'tenant' | 'driveId' | 'vehicleId'>;
  readonly chunkId: ChunkId;
  readonly object: string;
  readonly bytesStored: number;
}

export interface ManifestClosed {
  readonly drive: Pick<DriveFacts, 'tenant' | 'driveId' | 'vehicleId'>;
  readonly dockId: string;
  readonly manifestObject: string;
  readonly manifestSha256: Sha256Hex;
}

export type Answer =
  | { readonly type: 'receipt'; readonly dockId: string; readonly receipt: Receipt }
  /** The dock stays open: these objects are missing or wrong; the garage sends them again. */
  | {
      readonly type: 'resend';
      /** "" if the lander sends it: it knows no dock. */
      readonly dockId: string;
      /** "" if the lander could not read whose chunk it is. */
      readonly driveId: DriveId | '';
      /** The manifest that names them; null if the lander missed one before there was a manifest. */
      readonly manifestSha256: Sha256Hex | null;
      readonly reason: string;
      /** Names of objects; a chunk id where the lander could not read the object's name. */
      readonly objects: readonly string[];
    }
  /**
   * The manifest cannot be taken: it is damaged, and sending it again as it is would not help; or, where `retryable`, the
   * indexer failed at it again and again, and docking again may help once what the reason names is mended.
   */
  | {
      readonly type: 'refused';
      readonly dockId: string;
      readonly driveId: DriveId;
      readonly manifestSha256: Sha256Hex;
      readonly reason: string;
      readonly retryable: boolean;
    };

/** A pointer to frames that were set aside: no copy of them, so that a full dead letter box costs nothing. */
export interface DeadLetter {
  readonly lane: Lane;
  readonly partition: number;
  /** The first and the last frame that were seen, both in decimal; frames of other chunks lie between them. */
  readonly firstOffset: string;
  readonly lastOffset: string;
  /** Null where the frame could not be read. */
  readonly chunkId: ChunkId | null;
  readonly attempt: string | null;
  /** The object's name, if the claim was read. */
  readonly object: string | null;
  readonly reason: string;
  /** Whether the garage was asked to send the chunk again. */
  readonly isResent: boolean;
  /** Wall clock of the lander, milliseconds since the epoch. */
  readonly setAsideAtMs: number;
}

/** The results of a run of the matrix, as an object: the record is a pointer, and results of any size fit. */
export interface ResultsStored {
  readonly object: string;
  readonly sha256: Sha256Hex;
}
