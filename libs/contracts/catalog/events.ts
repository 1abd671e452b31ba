/** What the indexer appends. Keys are named beside each event; the newest event of a key is the one the views show. */
import type { ChunkId, DriveId, RecordingId, Sha256Hex } from '../identity/index.ts';
import type { DerivationFacts, SignalSeries } from '../derivation/index.ts';
import type {
  ChannelFacts,
  ChunkFacts,
  DockFacts,
  DriveFacts,
  LossFacts,
  RecordingFacts,
  TimeText,
} from '../manifest/index.ts';
import type { PreviewFacts } from '../preview/index.ts';
import type { MatrixResult, MatrixRun } from '../matrix/index.ts';
import type { RecordingPreview, State, StoredObject } from '../records/index.ts';
import type { AnnotationFacts, CorrectionFacts } from '../notes/index.ts';
import type { FrameFacts, TrackFacts } from '../trajectory/index.ts';
import type { FindingFacts, VerdictFacts } from '../verdict/index.ts';

interface OfDrive {
  readonly tenant: string;
  readonly driveId: DriveId;
  readonly vehicleId: string;
}

export type CatalogEvent =
  /**
   * Key (tenant, driveId, dockId): a dock of a drive; the view `drives` sums over docks. What its sidecar says happened is an
   * annotation each.
   */
  | { readonly type: 'dock'; readonly drive: DriveFacts; readonly dock: DockFacts }
  /** Key (tenant, driveId, recordingId): what is known before the recording is read whole. */
  | { readonly type: 'preview'; readonly drive: OfDrive; readonly dockId: string; readonly recording: RecordingPreview }
  /** Same key: where it stands in the pipeline. */
  | { readonly type: 'state'; readonly drive: OfDrive; readonly recordingId: RecordingId; readonly state: State }
  /** Same key: the recording as the closing manifest has it. */
  | { readonly type: 'recording'; readonly drive: OfDrive; readonly dockId: string; readonly recording: RecordingFacts }
  /**
   * Same key: whether the chunk set counts. `pending` is not shown yet (it may overlap an active copy), `superseded` not
   * any more: all its messages are in the recording `by`.
   */
  | {
      readonly type: 'chunk-set';
      readonly drive: OfDrive;
      readonly recordingId: RecordingId;
      readonly state: 'pending' | 'active' | 'superseded';
      readonly by: RecordingId | null;
    }
  /** Key (tenant, driveId, recordingId, channel). */
  | { readonly type: 'channel'; readonly drive: OfDrive; readonly channel: ChannelFacts }
  /** Key (tenant, driveId, recordingId, ordinal): a chunk of a recording, with the object as the store has it. */
  | { readonly type: 'chunk'; readonly drive: OfDrive; readonly chunk: ChunkFacts; readonly stored: StoredObject }
  /** Key (tenant, driveId, recordingId, offset, reason). */
  | { readonly type: 'loss'; readonly drive: OfDrive; readonly loss: LossFacts }
  /** Key (tenant, driveId, headSha256): of several the one of the longest recording; nothing of it counts as a message. */
  | {
      readonly type: 'preview-object';
      readonly drive: OfDrive;
      readonly preview: PreviewFacts;
      readonly object: string;
      readonly stored: StoredObject;
    }
  /** Key (tenant, driveId, dockId): whether the drive is complete; the views show that of the last dock. */
  | {
      readonly type: 'verdict';
      readonly drive: OfDrive;
      readonly dock: Pick<DockFacts, 'dockId' | 'dockedAtMs'>;
      readonly verdict: VerdictFacts & { readonly findings: number };
    }
  /** Key (tenant, driveId, dockId, ordinal); those from the verdict's count on are of an earlier one. */
  | {
      readonly type: 'finding';
      readonly drive: OfDrive;
      readonly dockId: string;
      readonly finding: FindingFacts & { readonly ordinal: number };
    }
  /** Key (tenant, driveId, eventId): something that happened on the drive; the newest by `notedAtMs` holds. */
  | { readonly type: 'annotation'; readonly drive: OfDrive; readonly annotation: AnnotationFacts }
  /** Key (tenant, driveId, correctionId): what was wrong about a drive, and is put right in all views. */
  | { readonly type: 'correction'; readonly drive: OfDrive; readonly correction: CorrectionFacts }
  /** Key (tenant, driveId, deriver, chunkId): what was derived of a chunk; what replaces it replaces its series and tracks. */
  | {
      readonly type: 'derivation';
      readonly drive: OfDrive;
      readonly chunkId: ChunkId;
      readonly derivation: DerivationFacts;
      readonly signals?: readonly SignalSeries[];
      /** Of the deriver `trajectories` alone. */
      readonly tracks?: readonly TrackFacts[];
      readonly frames?: readonly FrameFacts[];
    }
  /** Key (tenant, driveId, receiptId). */
  | {
      readonly type: 'receipt';
      readonly drive: OfDrive;
      readonly receipt: {
        readonly receiptId: Sha256Hex;
        readonly dockId: string;
        readonly keyId: string;
        readonly signedAt: string;
        readonly object: string;
        readonly manifestObject: string;
        readonly recordings: readonly RecordingId[];
        readonly chunks: number;
        readonly bytesStored: number;
        readonly objectsSha256Root: Sha256Hex;
      };
    }
  /** Key (tenant, snapshotId): a dataset as it was frozen. It is of many drives: those of the event are `ofNoDrive`. */
  | { readonly type: 'dataset'; readonly drive: OfDrive; readonly dataset: DatasetFacts }
  /** Key (tenant, snapshotId, split, shard): what the snapshot says of a shard. */
  | { readonly type: 'shard'; readonly drive: OfDrive; readonly shard: ShardFacts }
  /** Same key: the shard as it lies in the store. */
  | { readonly type: 'shard-built'; readonly drive: OfDrive; readonly built: BuiltShardFacts }
  /** Key (tenant, driveId, snapshotId, split, shard, field, object, firstSample): which samples hold what of a chunk. */
  | { readonly type: 'sample-run'; readonly drive: OfDrive; readonly run: SampleRunFacts }
  /** Key (tenant, driveId, runId, job): the verdict of a run of the matrix on one slice. */
  | {
      readonly type: 'matrix-result';
      readonly drive: OfDrive;
      readonly run: Pick<
        MatrixRun,
        'runId' | 'name' | 'scenarioSha256' | 'seed' | 'population' | 'startedAtMs' | 'repeats'
      > & { readonly object: string };
      readonly result: Omit<MatrixResult, 'type' | 'driveId' | 'vehicleId'>;
    };

interface ShardKey {
  readonly snapshotId: Sha256Hex;
  readonly split: string;
  readonly shard: number;
}

export interface DatasetFacts {
  readonly snapshotId: Sha256Hex;
  readonly name: string;
  /** RFC 3339. */
  readonly createdAt: string;
  readonly object: string;
  readonly sql: string;
  /** JSON. */
  readonly plan: string;
  readonly splitRule: string;
  readonly extractorVersion: number;
  readonly drives: number;
  readonly samples: number;
  readonly shards: number;
}

export interface ShardFacts extends ShardKey {
  readonly samples: number;
  readonly listObject: string;
}

export interface BuiltShardFacts extends ShardKey, StoredObject {
  readonly object: string;
  readonly sha256: Sha256Hex;
}

export interface SampleRunFacts extends ShardKey {
  readonly field: number;
  readonly topic: string;
  readonly chunkId: ChunkId;
  readonly object: string;
  readonly generation: string;
  readonly recordingId: RecordingId;
  readonly path: string;
  readonly sourceStart: number;
  readonly sourceEnd: number;
  readonly firstSample: number;
  readonly lastSample: number;
  readonly messages: number;
  readonly startTime: TimeText;
  readonly endTime: TimeText;
}

/** What stands in the place of the drive in an event that is of none. */
export const ofNoDrive = (tenant: string): OfDrive => ({ tenant, driveId: '' as DriveId, vehicleId: '' });
export type ChunkKey = { readonly tenant: string; readonly driveId: DriveId; readonly chunkId: ChunkId };
