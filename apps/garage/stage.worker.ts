/** The staging thread: one file after another, from the docked disk through SHA-256, and into the spool if asked. */
import { parentPort } from 'node:worker_threads';
import { type PlainError, PitlaneError, plainError } from '@pitlane/base/errors';
import { fileDriveSource } from '@pitlane/drive-source-files';
import { openStagedCopy } from '@pitlane/spool-files';
import { type Staged, stage } from '@pitlane/stages/30-stage';

export interface StageJob {
  readonly id: number;
  readonly root: string;
  readonly path: string;
  /** Where the copy goes; without it the file is read in place. */
  readonly copyTo?: string;
}

/** Who reads the file again reads this version of it, or nothing. */
export type StagedVersion = Staged & { readonly version: string };

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

async function run({ id, root, path, copyTo }: StageJob): Promise<void> {
  try {
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
      if (!(await source.unchanged()))
        throw new PitlaneError('changed-while-read', `${path} changed while it was read: dock it again`);
      tell({ type: 'bytes', id, bytes: untold });
      tell({ type: 'staged', id, staged: { ...staged, version: source.version } });
    } finally {
      await source.close();
    }
  } catch (error) {
    tell({ type: 'failed', id, error: plainError(error) });
  }
}
