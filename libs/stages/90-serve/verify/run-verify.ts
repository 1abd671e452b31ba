/** Carries a verification out: every object read whole, every receipt checked, faults told with object and topic. */
import { forEachConcurrent } from '@pitlane/base/flow';
import { type CheckTools, checkObject } from './check-object.ts';
import { checkReceipts, type ReceiptTools } from './check-receipts.ts';
import type { DriveVerifyPlan, ExpectedChunk, Fault, VerifyPlan } from './verify-plan.ts';

/** Each object under way holds a block of 8 MiB and an inner chunk. */
const OBJECTS_AT_ONCE = 2;
/** A drive with more faults than this is damaged as a whole; the list says so and stops. */
const FAULTS_MAX = 10_000;

export interface VerifyProgress {
  readonly driveId: string;
  readonly chunks: number;
  readonly chunksTotal: number;
  readonly bytes: number;
}

export interface VerifyDeps extends CheckTools, ReceiptTools {
  readonly onProgress?: ((progress: VerifyProgress) => void) | undefined;
}

export interface DriveVerification {
  readonly driveId: string;
  /** Objects that were read. */
  readonly chunks: number;
  readonly ok: boolean;
  readonly faults: readonly Fault[];
}

export interface VerifyResult {
  readonly drives: readonly DriveVerification[];
}

export async function runVerify(plan: VerifyPlan, deps: VerifyDeps): Promise<VerifyResult> {
  const drives: DriveVerification[] = [];
  for (const drive of plan.drives) drives.push(await verifyDrive(drive, deps));
  return { drives };
}

async function verifyDrive(drive: DriveVerifyPlan, deps: VerifyDeps): Promise<DriveVerification> {
  const chosen = drive.subset ?? drive.chunks.map((_, i) => i);
  const found = new Map<number, Fault[]>();
  let [chunks, bytes, count] = [0, 0, 0];
  await forEachConcurrent(chosen, OBJECTS_AT_ONCE, async (i) => {
    deps.signal?.throwIfAborted();
    const chunk = drive.chunks[i] as ExpectedChunk;
    const faults = await checkObject(drive, chunk, deps);
    if (faults.length > 0 && count < FAULTS_MAX) found.set(i, faults);
    chunks += 1;
    bytes += chunk.bytes;
    count += faults.length;
    deps.onProgress?.({ driveId: drive.driveId, chunks, chunksTotal: chosen.length, bytes });
  });
  const inOrder = [...found].sort(([a], [b]) => a - b).flatMap(([, faults]) => faults);
  const faults = [...drive.faults, ...(await checkReceipts(drive, deps)), ...inOrder];
  if (count >= FAULTS_MAX) {
    const fault = `drive ${drive.driveId}: ${count} faults in all; the list stops here`;
    faults.push({ object: drive.driveId, chunkId: null, fault });
  }
  return { driveId: drive.driveId, chunks, ok: faults.length === 0, faults };
}
