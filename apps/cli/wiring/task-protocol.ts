/** What the node and a task's process say to each other, as structured clones. Plans are made beside the catalog. */
import type { ErrorCode } from '@pitlane/base/errors';
import type {
  BuildJob,
  ExportPlan,
  FreezeJob,
  RestorePlan,
  SliceFormat,
  SliceNote,
  VerifyPlan,
} from '@pitlane/stages/90-serve';
import type { TaskSteps } from '@pitlane/catalog-api';
import type { StoreSpec } from '@pitlane/wiring';
import type { Question, Reply } from './node-questions.ts';

export interface TaskJob {
  readonly type: 'job';
  readonly storeSpec: StoreSpec;
  readonly task:
    | {
        readonly kind: 'export';
        readonly plan: ExportPlan;
        readonly format: SliceFormat;
        /** What the file says of itself; null for what is as the car wrote it, where no word of ours stands in the file. */
        readonly note: SliceNote | null;
        readonly out: string;
      }
    | { readonly kind: 'restore'; readonly plan: RestorePlan; readonly out: string }
    | { readonly kind: 'verify'; readonly plan: VerifyPlan; readonly receiptKeyPem: string }
    /** The plans of so many drives are asked of the node, one after another. */
    | { readonly kind: 'freeze'; readonly job: FreezeJob; readonly drives: number; readonly scratchFolder: string }
    | { readonly kind: 'build'; readonly job: BuildJob; readonly scratchFolder: string };
}

export type TaskOrder = TaskJob | Reply;

export type TaskAnswer =
  | { readonly type: 'ready' }
  | Question
  | { readonly type: 'progress'; readonly text: string; readonly steps: TaskSteps | undefined }
  | { readonly type: 'result'; readonly result: object }
  | { readonly type: 'failed'; readonly code: ErrorCode; readonly message: string; readonly retryable: boolean };
