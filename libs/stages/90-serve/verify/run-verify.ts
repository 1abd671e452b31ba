/** Carries a verification out: every object read whole, every receipt checked, faults told with object and topic. */
import { forEachConcurrent } from '@pitlane/base/flow';
import { type CheckTools, checkObject, checkSignedObject } from './check-object.ts';
import { checkReceipts, type ReceiptTools, type SignedObject } from './check-receipts.ts';
import { type DriveVerifyPlan, type ExpectedChunk, type Fault, isChosen, type VerifyPlan } from './verify-plan.ts';

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
  readonly store: ReceiptTools['store'];
  readonly onProgress?: ((progress: VerifyProgress) => void) | undefined;
}

export interface DriveVerification {
  readonly driveId: string;
  /** Chunks of the catalog whose objects were read. */
  readonly chunks: number;
  /** Objects beside them that only a receipt names, such as those of a superseded copy: all were looked up. */
  readonly signedAlone: number;
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
  const { driveId, share } = drive;
  const receipts = await checkReceipts(drive, deps);
  const { signedAlone } = receipts;
  const chosen = drive.subset ?? drive.chunks.map((_, i) => i);
  const jobs = [...chosen.map((i) => drive.chunks[i] as ExpectedChunk), ...signedAlone];
  const found = new Map<number, Fault[]>();
  let [objects, bytes, count] = [0, 0, 0];
  await forEachConcurrent(jobs.keys(), OBJECTS_AT_ONCE, async (i) => {
    deps.signal?.throwIfAborted();
    const job = jobs[i] as ExpectedChunk | SignedObject;
    const faults =
      'line' in job
        ? await checkSignedObject(job, share === undefined || isChosen(share, job.line.chunkId), deps)
        : await checkObject(drive, job, deps);
    if (faults.length > 0 && count < FAULTS_MAX) found.set(i, faults);
    objects += 1;
    bytes += 'line' in job ? job.line.bytesStored : job.bytes;
    count += faults.length;
    deps.onProgress?.({ driveId, chunks: objects, chunksTotal: jobs.length, bytes });
  });
  const inOrder = [...found].sort(([a], [b]) => a - b).flatMap(([, faults]) => faults);
  const faults = [...drive.faults, ...receipts.faults, ...inOrder];
  if (count >= FAULTS_MAX) {
    faults.push({ object: driveId, chunkId: null, fault: `${count} faults in all; the list stops here` });
  }
  return { driveId, chunks: chosen.length, signedAlone: signedAlone.length, ok: faults.length === 0, faults };
}
