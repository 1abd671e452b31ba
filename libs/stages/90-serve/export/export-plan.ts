/** A planned export: plain data, so that it is made beside the catalog and carried out in another process. */
import type { Sha256Hex } from '@pitlane/contracts/identity';
import type { ChannelDescriptor } from '../objects/object-index.ts';

export interface OutputChannel extends ChannelDescriptor {
  /** Tells apart equal channels of one recording, from 0; equal twins of several recordings are one output channel. */
  readonly twin: number;
  /** Nobody asked for its topic: only its state before the start is wanted. */
  readonly primerOnly?: true;
}

export interface PlannedObject {
  /** Below the plan's prefix. */
  readonly name: string;
  /** Stored. */
  readonly bytes: number;
  readonly generation: string;
  readonly crc32c: string;
  /** Log times of the first and last message inside. */
  readonly startNs: string;
  readonly endNs: string;
  /** Number of its channel set. */
  readonly channelSet: number;
  /** Most of its inner chunks are wanted: a small one is read in one request, without a look at its summary first. */
  readonly readsWhole: boolean;
}

export interface ExportPlan {
  readonly version: 1;
  readonly tenant: string;
  readonly driveId: string;
  /** The drive's state when this was planned: an export holds what is indexed by then. */
  readonly driveState: string;
  readonly profile: string;
  /** Log times [start, end); null where the range is open. */
  readonly startNs: string | null;
  readonly endNs: string | null;
  /** Whether topics were named; then a channel that is not in the plan is not wanted. */
  readonly byTopic: boolean;
  readonly channels: readonly OutputChannel[];
  readonly prefix: string;
  /** Output channels that an object holds; each set stands here once. */
  readonly channelSets: readonly (readonly number[])[];
  /**
   * In order of recording (its path, then its id), then of the source: what decides between messages that are equal in
   * log time, topic and sequence. An object of several recordings stands where the first of them has it.
   */
  readonly objects: readonly PlannedObject[];
  /** By object: what tells its equal channels apart. */
  readonly twins: Readonly<Record<number, readonly TwinFacts[]>>;
  /** Objects that may hold the state at the start, with the channels in question. */
  readonly primers: readonly (readonly [object: number, channels: readonly number[]])[];
  /** So many of the newest messages before the start are the state of a channel; 1 where nothing is said. */
  readonly primerDepths: Readonly<Record<number, number>>;
  /** Where the state at any moment lies, for who may jump there: rows, and depths as `primerDepths` has them. */
  readonly seekState?: { readonly rows: readonly StateRow[]; readonly depths: Readonly<Record<number, number>> };
  /** Objects with metadata, attachments and channels without messages: name below the prefix, stored size. */
  readonly extras: readonly (readonly [name: string, bytes: number])[];
}

/** So many messages of a channel that carries state are in an object, the first and the last at these log times. */
export type StateRow = readonly [channel: number, object: number, messages: number, firstNs: string, lastNs: string];

export interface TwinFacts {
  readonly channel: number;
  readonly messages: number;
  readonly leaf: Sha256Hex;
}
