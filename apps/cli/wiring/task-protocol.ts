/** What the node and a task's process say to each other, as structured clones. Plans are made beside the catalog. */
import type { ErrorCode } from '@pitlane/base/errors';
import type { ExportPlan, RestorePlan, VerifyPlan } from '@pitlane/stages/90-serve';
import type { StoreSpec } from '@pitlane/wiring';
import type { StatQuestion, StatReply } from './reading-store.ts';

export interface TaskJob {
  readonly type: 'job';
  readonly storeSpec: StoreSpec;
  readonly task:
    | { readonly kind: 'export'; readonly plan: ExportPlan; readonly out: string }
    | { readonly kind: 'restore'; readonly plan: RestorePlan; readonly out: string }
    | { readonly kind: 'verify'; readonly plan: VerifyPlan; readonly receiptKeyPem: string };
}

export type TaskOrder = TaskJob | StatReply;

export type TaskAnswer =
  | { readonly type: 'ready' }
  | StatQuestion
  | { readonly type: 'progress'; readonly text: string; readonly doneBytes: number; readonly totalBytes: number }
  | { readonly type: 'result'; readonly result: object }
  | { readonly type: 'failed'; readonly code: ErrorCode; readonly message: string; readonly retryable: boolean };
