/** A planned verification: what each object has to hold, by catalog, as plain data. */
import type { Sha256Hex } from '@pitlane/contracts/identity';
import type { OutputChannel } from '../export/export-plan.ts';

/** A channel of the drive, or a kind of extra, as it enters chunk ids. */
export type Descriptor = OutputChannel;

export type ExpectedChannel = readonly [descriptor: number, messages: number, leaf: Sha256Hex];

export interface ExpectedChunk {
  readonly chunkId: string;
  readonly kind: string;
  readonly object: string;
  readonly bytes: number;
  readonly crc32c: string;
  readonly sha256: Sha256Hex;
  readonly generation: string;
  readonly channels: readonly ExpectedChannel[];
  /** Numbers of the recordings that it belongs to. */
  readonly recordings: readonly number[];
}

export interface ExpectedReceipt {
  readonly receiptId: string;
  readonly object: string;
}

export interface DriveVerifyPlan {
  readonly tenant: string;
  readonly driveId: string;
  readonly vehicleId: string;
  readonly recordings: readonly string[];
  readonly descriptors: readonly Descriptor[];
  readonly chunks: readonly ExpectedChunk[];
  /** Numbers of the chunks that are read; undefined for all. */
  readonly subset?: readonly number[];
  readonly receipts: readonly ExpectedReceipt[];
  /** Digests of the channels of each recording, in order of number. */
  readonly digests: readonly (readonly [recording: number, channel: number, digest: Sha256Hex])[];
  /** What the catalog alone gets wrong. */
  readonly faults: readonly Fault[];
}

export interface VerifyPlan {
  readonly version: 1;
  readonly drives: readonly DriveVerifyPlan[];
}

export interface Fault {
  /** The object in the store, or the drive where it is none. */
  readonly object: string;
  readonly chunkId: string | null;
  readonly topic?: string;
  /** A sentence that names object and topic too. */
  readonly fault: string;
}
