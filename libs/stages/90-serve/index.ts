/**
 * Serves what is indexed: slices and whole drives as one MCAP in order, recordings restored, objects verified against
 * catalog and receipt. It stands at the end of the flow; each job is planned beside the catalog as plain data and carried
 * out over the object store, wherever that runs. It never changes an object or a row, and never calls damaged data whole.
 */
export type { ExportPlan, ObjectRow, OutputChannel } from './export-plan.ts';
export { type MergedChannel, type MergedMessage, type MergeDeps, mergedMessages } from './merged-messages.ts';
export { planExport } from './plan-export.ts';
export type { ExportRequest } from './planned-objects.ts';
export { type ExportDeps, type ExportProgress, type ExportResult, runExport } from './run-export.ts';
export type { Crc32c } from './check-object.ts';
export { planVerify, type VerifyRequest } from './plan-verify.ts';
export {
  type DriveVerification,
  runVerify,
  type VerifyDeps,
  type VerifyProgress,
  type VerifyResult,
} from './run-verify.ts';
export type { DriveVerifyPlan, Fault, VerifyPlan } from './verify-plan.ts';
export { planRestore, type RecordingRestorePlan, type RestorePlan } from './plan-restore.ts';
export { type RestoreDeps, type RestoredEntry, type RestoreResult, runRestore } from './run-restore.ts';
