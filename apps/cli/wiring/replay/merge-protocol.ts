/** What a replay and the thread that merges for it say to each other. */
import type { ErrorCode } from '@pitlane/base/errors';
import type { ExportPlan, PackedBatch } from '@pitlane/stages/90-serve';
import type { StoreSpec } from '../reading-store.ts';

export interface MergeJob {
  readonly plan: ExportPlan;
  readonly storeSpec: StoreSpec;
}

/** One reading after another: `open` ends the one before. */
export type MergeOrder =
  | { readonly type: 'open'; readonly reading: number; readonly fromNs: bigint | undefined }
  | { readonly type: 'next'; readonly reading: number }
  | { readonly type: 'close'; readonly reading: number };

export type MergeAnswer = { readonly reading: number } & (
  | { readonly type: 'batch'; readonly batch: PackedBatch }
  | { readonly type: 'end' }
  | { readonly type: 'failed'; readonly code: ErrorCode; readonly message: string; readonly retryable: boolean }
);
