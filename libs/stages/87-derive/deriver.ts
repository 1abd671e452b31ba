/** What a deriver is: it says which messages of a chunk it wants, gets them decoded and in order, and gives rows and side objects. */
import type { CatalogEvent } from '@pitlane/contracts/catalog';
import type { ChunkId } from '@pitlane/contracts/identity';
import type { DriveAddress } from '@pitlane/contracts/object-layout';
import type { Decoded } from '@pitlane/formats/decode';

export interface DerivedFrom {
  readonly drive: DriveAddress;
  readonly chunkId: ChunkId;
}

/** A channel of the chunk, as its object describes it; empty texts and bytes where it has no schema. */
export interface WantedChannel {
  readonly id: number;
  readonly topic: string;
  readonly messageEncoding: string;
  readonly schemaName: string;
  readonly schemaEncoding: string;
  readonly schemaData: Uint8Array;
}

export interface DecodedMessage {
  readonly channel: WantedChannel;
  readonly logTimeNs: bigint;
  readonly decoded: Decoded;
}

export interface Deriver {
  readonly name: string;
  /** Another one where it would give something else. */
  readonly version: string;
  wants(channel: WantedChannel): boolean;
  begin(chunk: DerivedFrom): Derivation;
}

/** One chunk's work. It holds what it needs of messages, never the messages. */
export interface Derivation {
  /** Whether a message of the channel is to be decoded; it comes with its time alone, before anything is spent on it. */
  isDue(channel: WantedChannel, logTimeNs: bigint): boolean;
  /** In the order of the object. Throws `corrupt-input` where the message does not say what it should. */
  take(message: DecodedMessage): void;
  finish(counts: DerivationCounts): Derived;
}

export interface DerivationCounts {
  readonly messages: number;
  readonly undecoded: number;
  readonly faults: readonly string[];
}

export interface Derived {
  /** One of type `derivation`, always. */
  readonly event: Extract<CatalogEvent, { type: 'derivation' }>;
  /** Created once; their names follow from chunk and version. */
  readonly objects: readonly SideObject[];
}

export interface SideObject {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly contentType: string;
}
