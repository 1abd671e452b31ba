/** One file of a drive through staging: hashed, and copied first where it does not lie on the spool's device. */
import type { RecordingId } from '@pitlane/contracts/identity';
import type { DriveDocking } from './docking.ts';
import type { InspectedFile } from './drive-identity.ts';
import { stagedName } from './staged-copies.ts';

export interface StagedFile {
  readonly inspected: InspectedFile;
  readonly recordingId: RecordingId;
  /** Where to read it from now on. */
  readonly root: string;
  readonly path: string;
  /** The version that was hashed; null for our own copy. */
  readonly version: string | null;
}

export async function stageFile(
  { request, dock, copy, tools, stager, progress }: DriveDocking,
  inspected: InspectedFile,
): Promise<StagedFile> {
  const { path } = inspected.file;
  progress.began('stage');
  const folder = `${tools.settings.stagedRoot}/${dock.dockId}`;
  const name = stagedName(inspected.headSha256, path);
  const job = { root: request.path, path, ...(copy && { copyTo: `${folder}/${name}` }) };
  const { recordingId, version } = await stager.stage(job, (bytes) => progress.did('stage', bytes));
  return copy
    ? { inspected, recordingId, root: folder, path: name, version: null }
    : { inspected, recordingId, root: request.path, path, version };
}
