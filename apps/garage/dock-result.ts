/** What a docking is asked for, what it tells while it goes on, and what it gives at the end. Plain JSON throughout. */
import type { ClockFacts } from '@pitlane/contracts/clock';
import type { State } from '@pitlane/contracts/records';
import type { Verdict } from '@pitlane/contracts/verdict';

export interface DockRequest {
  /** Absolute path of a file or folder. */
  readonly path: string;
  /** Refused if the sidecar names another; `unknown` if neither is given. */
  readonly vehicleId?: string;
  readonly tenant?: string;
  /** 0 first, 99 last. */
  readonly priority?: number;
  /** Globs of topics, of which one must match that may leave the garage; every topic without them. */
  readonly topics?: readonly string[];
  /** Globs of topics that stay. */
  readonly exclude?: readonly string[];
  /** Of a watched disk: what lay on it, so that another disk at the same place is another dock. */
  readonly listing?: string;
}

export interface RecordingResult {
  readonly path: string;
  readonly recordingId: string;
  readonly format: string;
  readonly bytes: number;
  readonly messages: number;
  readonly topics: number;
  /** Why a known format landed byte for byte; null otherwise. */
  readonly opaqueReason: string | null;
  readonly notes: readonly string[];
  /** What is known of its clock; null if it is no log, or one that was cut before clocks were looked at. */
  readonly clock: ClockFacts | null;
  /** It was receipted before: nothing was sent. */
  readonly known: boolean;
}

export interface LossResult {
  readonly path: string;
  readonly reason: string;
  readonly text: string;
  readonly offset: number;
  readonly bytes: number;
  /** The chunk that keeps these bytes; null where none does. */
  readonly keptIn: string | null;
  readonly topics: readonly string[];
  readonly startTime: string | null;
  readonly endTime: string | null;
}

export interface TopicSaving {
  readonly topic: string;
  readonly messages: number;
  /** Message records before compression. */
  readonly bytesRaw: number;
  /** Its share of the stored bytes; exact for topics that travel alone, by raw size within the shared group. */
  readonly bytesStored: number;
  /** Some of it lies in chunks with other topics: its share is reckoned. */
  readonly shared: boolean;
}

/** A sidecar of which something was not heeded; it landed as it is. */
export interface SidecarFault {
  readonly path: string;
  /** What was not heeded and why, and what was inferred instead. */
  readonly text: string;
}

/** A preview of a recording that lies in the store. */
export interface PreviewResult {
  readonly path: string;
  readonly previewId: string;
  readonly object: string;
  readonly messages: number;
  readonly frames: number;
  readonly readBytes: number;
  /** It was there before this docking. */
  readonly known: boolean;
  /** From docking the drive until it had landed, or was found. */
  readonly afterMs: number;
}

export interface PreviewsResult {
  readonly previews: readonly PreviewResult[];
  /** Logs without a preview, and why: nothing of them is lost. */
  readonly previewsLeftOut: readonly { readonly path: string; readonly reason: string }[];
}

export interface DriveResult extends PreviewsResult {
  readonly driveId: string;
  readonly vehicleId: string;
  readonly tenant: string;
  readonly state: State;
  readonly recordings: readonly RecordingResult[];
  /** Chunks of these recordings in the store; of them `chunksKnown` were there before this docking. */
  readonly chunks: number;
  readonly chunksKnown: number;
  readonly bytesIn: number;
  /** Stored bytes of these chunks. */
  readonly bytesLanded: number;
  readonly receiptId: string | null;
  readonly loss: readonly LossResult[];
  readonly savings: readonly TopicSaving[];
  /** Of all that the garage has of the drive; null where none of it is a log. */
  readonly verdict: Verdict | null;
  readonly sidecarFaults: readonly SidecarFault[];
  /** Files that were not taken: links, devices. */
  readonly skipped: readonly { readonly path: string; readonly reason: string }[];
  readonly timings: {
    readonly stageMs: number;
    readonly chunkMs: number;
    readonly shipMs: number;
    readonly landMs: number;
    readonly indexMs: number;
    readonly totalMs: number;
  };
}

export const DOCK_STAGES = ['stage', 'chunk', 'ship', 'land', 'index'] as const;
export type DockStage = (typeof DOCK_STAGES)[number];

export interface StageProgress {
  /** Bytes done; of the recordings for stage and chunk, of stored chunks for the others. */
  readonly doneBytes: number;
  /** What it will come to, as far as it is known now. */
  readonly totalBytes: number;
  /** No more will be added to the total. */
  readonly totalKnown: boolean;
}

export type DockEvent =
  | {
      readonly type: 'progress';
      readonly dockId: string;
      readonly path: string;
      readonly stages: Readonly<Record<DockStage, StageProgress>>;
      /** Of files whose copies are flushed and read back. */
      readonly verifiedBytes: number;
      /** When the disk is needed no more: when it is copied, or only when all of it is signed for. */
      readonly leavesAfter: 'copy' | 'receipt';
    }
  /** Every file is staged, where copies are made: its disk is read no more, unless some are read in place. */
  | {
      readonly type: 'staged';
      readonly dockId: string;
      readonly path: string;
      readonly safeToPull: boolean;
      /** How it was verified, or why the disk has to stay. */
      readonly text: string;
    }
  | {
      readonly type: 'drive';
      readonly dockId: string;
      readonly driveId: string;
      readonly vehicleId: string;
      readonly state: State;
    }
  /** First from the indexes, within seconds of docking, then from every message. */
  | {
      readonly type: 'verdict';
      readonly dockId: string;
      readonly path: string;
      /** The drive's folder below the docked path; it tells drives apart before they have an id. */
      readonly folder: string;
      readonly driveId: string | null;
      readonly vehicleId: string;
      readonly verdict: Verdict;
    }
  /** A first look at a recording can be had, long before all of it has landed. */
  | {
      readonly type: 'preview';
      readonly dockId: string;
      readonly driveId: string;
      readonly vehicleId: string;
      readonly preview: PreviewResult;
    }
  /** The last event of a docking that came through. */
  | { readonly type: 'done'; readonly dockId: string; readonly drives: readonly DriveResult[] }
  /** The last event of one that did not; it goes on when docked again. */
  | { readonly type: 'failed'; readonly dockId: string; readonly code: string; readonly message: string };
