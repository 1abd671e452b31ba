/** What the garage and its chunker process say to each other, as structured clones. */
import type { ErrorCode } from '@pitlane/base/errors';
import type { ReadLimits } from '@pitlane/formats/recording';
import type { ChunkEvent, ChunkJob } from '@pitlane/stages/40-chunk';

export interface ChunkerJob extends ChunkJob {
  /** The docked folder, or the staged copy's folder, and the file in it. */
  readonly root: string;
  readonly path: string;
  /** The version of the file that was staged; null for a copy of our own. */
  readonly version: string | null;
  /** A format's name, or `opaque`. */
  readonly format: string;
  readonly spoolRoot: string;
  readonly limits: ReadLimits;
}

export type ChunkerAnswer =
  | { readonly type: 'ready' }
  /** Bytes were read since it last said so: a slow disk is not a hanging decoder. */
  | { readonly type: 'alive' }
  | { readonly type: 'event'; readonly event: ChunkEvent }
  | { readonly type: 'done' }
  /** All events so far are void: the file lands byte for byte. */
  | { readonly type: 'land-opaque'; readonly reason: string }
  | { readonly type: 'failed'; readonly code: ErrorCode; readonly message: string; readonly retryable: boolean };
