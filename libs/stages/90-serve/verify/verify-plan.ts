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

/** `share` of `parts`, other ones each day. */
export interface Share {
  readonly share: number;
  readonly parts: number;
  readonly dayNumber: number;
}

export const isChosen = ({ share, parts, dayNumber }: Share, chunkId: string): boolean =>
  (Number.parseInt(chunkId.slice(0, 8), 16) + dayNumber * share) % parts < share;

export interface DriveVerifyPlan {
  readonly tenant: string;
  readonly driveId: string;
  readonly vehicleId: string;
  readonly recordings: readonly string[];
  readonly descriptors: readonly Descriptor[];
  readonly chunks: readonly ExpectedChunk[];
  /** Numbers of the chunks that are read; undefined for all. */
  readonly subset?: readonly number[];
  /** The rule behind `subset`, for objects that only a receipt names. */
  readonly share?: Share;
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
  /** What is wrong with it; names the topic too. */
  readonly fault: string;
}
