/** What the chunk stage is given, and what it gives back. */
import type { ClockFacts } from '@pitlane/contracts/clock';
import type { ChunkId, ChunkKind, DriveId, RecordingId } from '@pitlane/contracts/identity';
import type { ChannelFacts, ChunkFacts, LossFacts } from '@pitlane/contracts/manifest';
import type { Selection } from '@pitlane/contracts/plan';
import type { TopicFilter } from '@pitlane/contracts/topic-filter';
import type { Crc32 } from '@pitlane/formats/mcap';
import type { RecordingEvidence } from '@pitlane/contracts/verdict';
import type { Decompressors, ReadLimits, RecordingEvent } from '@pitlane/formats/recording';
import type { ChunkCompressor } from '@pitlane/ports/compressor';
import type { Spool } from '@pitlane/ports/spool';
import { sha256Of } from '@pitlane/contracts/identity';

export interface ChunkJob {
  readonly tenant: string;
  readonly vehicleId: string;
  readonly driveId: DriveId;
  readonly recordingId: RecordingId;
  /** Chunks of this recording that are spooled or shipped already, by `chunkName`: they are counted, not made again. */
  readonly done: ReadonlyMap<string, ChunkFacts>;
  /**
   * Makes only chunks that one of these may mean, and tells no end: they are what a pass without it would make, under the
   * same names, and such a pass finds them done. Reading ends early where no more of them can come in order.
   */
  readonly only?: readonly Selection[];
  /** When the garage docked it, by its clock: no message is later. Only what is said of clocks hangs on it. */
  readonly dockedAtMs?: number;
  /** What may leave the garage; every topic without it. A pass with another is another plan: names of its chunks mean others. */
  readonly filter?: TopicFilter;
}

/** Watches what is cut without holding it up: batches are the reader's, and nothing of them is kept. */
export interface ChunkObserver {
  observe(batch: readonly RecordingEvent[]): void;
  /** What it saw, once, at the end. */
  evidence(): RecordingEvidence;
}

export interface ChunkTools {
  readonly compressor: ChunkCompressor;
  readonly decompressors: Decompressors;
  readonly limits: ReadLimits;
  readonly spool: Spool;
  readonly crc32: Crc32;
  readonly observer?: ChunkObserver;
  readonly signal?: AbortSignal;
}

export type ChunkEvent =
  /** A chunk is sealed in the spool. `known` ones were done before. */
  | { readonly type: 'chunk'; readonly facts: ChunkFacts; readonly known: boolean }
  /** Bytes of the recording's content read, and of message records and stored bytes made so far. */
  | { readonly type: 'progress'; readonly readBytes: number; readonly rawBytes: number; readonly storedBytes: number }
  /** The last event, but for a pass that makes selected chunks only. */
  | {
      readonly type: 'end';
      readonly profile: string;
      readonly library: string;
      readonly messages: number;
      readonly channels: readonly ChannelFacts[];
      readonly losses: readonly LossFacts[];
      readonly notes: readonly string[];
      /** Of the observer, where there is one. */
      readonly evidence?: RecordingEvidence;
      /** Absent where nothing was read as messages. */
      readonly clock?: ClockFacts;
    };

/** The chunk's place in its recording, as a file name: equal for the same recording under the same plan. */
export const chunkName = (kind: ChunkKind, group: string, window: bigint | null, part: number): string =>
  `${kind}-${window ?? 'all'}-${part}-${sha256Of(group).slice(0, 12)}`;

export type { ChunkId };
