/** What `metadata.yaml` says of its bag. All of it is a claim. */
import { KIB } from '@pitlane/base/bytes';

/** More is not parsed: this is room for two thousand files, and parsed in a fifth of a second. */
export const METADATA_BYTES_MAX = 512 * KIB;

/** One file of the bag. Counts and times stand there from version 5 on. */
export interface BagPart {
  /** As it is written there: hostile, never joined to another path. */
  readonly path: string;
  readonly messages: number | undefined;
  readonly startTimeNs: bigint | undefined;
  readonly endTimeNs: bigint | undefined;
}

export interface BagMetadata {
  readonly version: number;
  /** `sqlite3`, `mcap`, … */
  readonly storage: string;
  /** `zstd`, or empty. */
  readonly compressionFormat: string;
  /** `FILE`, `MESSAGE`, or empty. */
  readonly compressionMode: string;
  readonly messages: number | undefined;
  /** Topics that have messages. */
  readonly topics: readonly string[];
  readonly parts: readonly BagPart[];
  /** What of it was not understood, as clauses. */
  readonly faults: readonly string[];
}
