/**
 * Serves what is indexed: slices and whole drives as one MCAP in order, or message by message at the pace of a replay,
 * recordings restored, objects verified against catalog and receipt. It stands at the end of the flow; each job is planned
 * beside the catalog as plain data and carried out over the object store, wherever that runs. It never changes an object
 * or a row, and never calls damaged data whole.
 */
export type { ExportPlan, OutputChannel, PlannedObject } from './export/export-plan.ts';
export { type MergedChannel, type MergedMessage, type MergeDeps, mergedMessages } from './export/merged-messages.ts';
export { OutputFile } from './export/output-file.ts';
export { planExport } from './export/plan-export.ts';
export { planPreviewExport } from './export/plan-preview.ts';
export { topicsFrom } from './export/topic-glob.ts';
export type { ExportRequest, Primer } from './export/planned-objects.ts';
export { type ExportDeps, type ExportProgress, type ExportResult, runExport } from './export/run-export.ts';
export { MessageLines } from './slice/ndjson-lines.ts';
export { planSlice, type SliceFormat, type SlicePlan, sliceTag } from './slice/plan-slice.ts';
export { runSlice } from './slice/run-slice.ts';
export { type ManifestObject, manifestObjects } from './slice/slice-manifest.ts';
export { MISSING_RUNS_MAX, type MissingRun, SLICE_METADATA, type SliceNote } from './slice/slice-note.ts';
export { differences } from './matrix/differences.ts';
export { type Program, type Scenario, scenarioDigest, scenarioFrom } from './matrix/scenario.ts';
export { drawn, type Slice, slicesFrom } from './matrix/slices.ts';
export { type Rate, rateOf, ratesByGroup } from './matrix/summary.ts';
export { type Ending, judge, type Judged, together } from './matrix/verdict.ts';
export { CLOCK_TOPIC, clockMessages } from './replay/clock-topic.ts';
export { knownChannels, spanOf } from './replay/known-channels.ts';
export { BatchPacker, BatchUnpacker, buffersOf, type PackedBatch } from './replay/packed-batch.ts';
export { isOnItsWay, isWithheld, planReplay, type ReplayPlan } from './replay/plan-replay.ts';
export {
  GAP_MAX_MS,
  type Jump,
  Replay,
  type ReplayEvent,
  type ReplayOptions,
  type ReplaySource,
  type ReplayStats,
  type Wait,
} from './replay/replay.ts';
export { ReplayDigest } from './replay/replay-digest.ts';
export { replaySource } from './replay/replay-source.ts';
export { checkChunk, type ChunkCheck, planChunkCheck } from './verify/check-chunk.ts';
export type { Crc32c } from './verify/check-object.ts';
export { planVerify, type VerifyRequest } from './verify/plan-verify.ts';
export {
  type DriveVerification,
  runVerify,
  type VerifyDeps,
  type VerifyProgress,
  type VerifyResult,
} from './verify/run-verify.ts';
export type { DriveVerifyPlan, Fault, VerifyPlan } from './verify/verify-plan.ts';
export { planRestore, type RecordingRestorePlan, type RestorePlan } from './restore/plan-restore.ts';
export { type BuildDeps, type BuildJob, type BuiltResult, buildShards } from './dataset/build/run-build.ts';
export { type Frozen, type FreezeDeps, type FreezeJob, freezeDataset } from './dataset/create/freeze.ts';
export { type DrivePlan, planDrive } from './dataset/create/plan-drive.ts';
export { type Selected, selectDrives } from './dataset/create/select-drives.ts';
export { FolderSink, type PullJob, pullSamples, type SampleSink } from './dataset/pull/index.ts';
export { readList, readSnapshot, type ShardList, type Snapshot } from './dataset/read-snapshot.ts';
export { sampleDigests } from './dataset/sample-digest.ts';
export { type RestoreDeps, type RestoredEntry, type RestoreResult, runRestore } from './restore/run-restore.ts';
export { type DecodeTools, decodeInner, innerMessagesFrom } from './objects/inner-messages.ts';
export { ObjectBytes, type OpenObject } from './objects/object-bytes.ts';
export type { InnerChunkPlace } from './objects/object-index.ts';
