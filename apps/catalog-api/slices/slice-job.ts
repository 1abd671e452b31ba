/** What the process of a slice is given: plans are made beside the catalog, and are plain data. */
import type { ChunkCheck, ExportPlan, SlicePlan } from '@pitlane/stages/90-serve';

export interface SliceJob {
  /** Which store, in the words of whoever opens it there. */
  readonly storeSpec: object;
  readonly work:
    | { readonly kind: 'slice'; readonly slice: SlicePlan }
    | { readonly kind: 'manifest'; readonly plan: ExportPlan }
    | { readonly kind: 'check'; readonly check: ChunkCheck };
}
