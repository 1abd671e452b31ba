/** The staging thread: one file after another, from the docked disk through SHA-256, and into the spool if asked. */
import { mkdir, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { parentPort } from 'node:worker_threads';
import { isPitlaneError, type PlainError, PitlaneError, plainError } from '@pitlane/base/errors';
import { fileDriveSource } from '@pitlane/drive-source-files';
import type { CloneKind } from '@pitlane/ports/drive-source';
import { openStagedCopy } from '@pitlane/spool-files';
import { type Staged, stage } from '@pitlane/stages/30-stage';

/** `in-place` reads the file where it is; the others make something of our own in the spool. */
export type StageHow = 'in-place' | 'copy' | CloneKind;

export interface StageJob {
  readonly id: number;
  readonly root: string;
  readonly path: string;
  readonly how: StageHow;
  /** Where a copy or clone goes. In place it is where a file with bad places is copied to, if it is given. */
  readonly target?: string;
}

/** Who reads the file again reads this version of it, or nothing. `how` is what was done, where it could not be as asked. */
export type StagedVersion = Staged & { readonly version: string; readonly how: StageHow };

export type StageAnswer =
  | { readonly type: 'bytes'; readonly id: number; readonly bytes: number }
  | { readonly type: 'staged'; readonly id: number; readonly staged: StagedVersion }
  | { readonly type: 'failed'; readonly id: number; readonly error: PlainError };

/** Progress is told in steps of this. */
const TELL_BYTES = 16 * 1024 * 1024;

let queue = Promise.resolve();
parentPort?.on('message', (job: StageJob) => {
  queue = queue.then(() => run(job));
});

const tell = (answer: StageAnswer): void => parentPort?.postMessage(answer);

async function run(job: StageJob): Promise<void> {
  try {
    tell({ type: 'staged', id: job.id, staged: await stageAs(job) });
  } catch (error) {
    tell({ type: 'failed', id: job.id, error: plainError(error) });
  }
}

async function stageAs(job: StageJob): Promise<StagedVersion> {
  const { root, path, how, target } = job;
  if (how === 'copy') return read(job, target);
  if (how !== 'in-place' && target !== undefined) {
    await mkdir(dirname(target), { recursive: true });
    const isCloned = await fileDriveSource.clone(root, path, target, how);
    return isCloned ? read(job) : { ...(await read(job, target)), how: 'copy' };
  }
  try {
    return await read(job);
  } catch (error) {
    // Its bad places are read around once; who cuts it reads the copy.
    if (target === undefined || !isPitlaneError(error) || error.details.isBadPlace !== true) throw error;
    return { ...(await read(job, target)), how: 'copy' };
  }
}

async function read({ id, root, path, how }: StageJob, copyTo?: string): Promise<StagedVersion> {
  const source = await fileDriveSource.open(root, path);
  try {
    const copy = copyTo === undefined ? undefined : await openStagedCopy(copyTo);
    let untold = 0;
    const onBytes = (bytes: number): void => {
      untold += bytes;
      if (untold < TELL_BYTES) return;
      tell({ type: 'bytes', id, bytes: untold });
      untold = 0;
    };
    const staged = await stage(source, { onBytes, ...(copy && { copy }) });
    if (!(await source.unchanged())) {
      if (copyTo !== undefined) await rm(copyTo, { force: true });
      throw new PitlaneError('changed-while-read', `${path} changed while it was read: dock it again`);
    }
    tell({ type: 'bytes', id, bytes: untold });
    return { ...staged, version: source.version, how };
  } finally {
    await source.close();
  }
}
