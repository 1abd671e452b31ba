/**
 * One file of a drive through staging: hashed, and copied or cloned first where the policy says so. A copy that an earlier
 * try made is used; where there is no room for one, the file is read in place, and its disk has to stay.
 */
import { isPitlaneError, PitlaneError } from '@pitlane/base/errors';
import type { RecordingId } from '@pitlane/contracts/identity';
import type { Hole } from '@pitlane/stages/30-stage';
import type { DriveDocking } from './docking.ts';
import type { InspectedFile } from './drive-identity.ts';
import { makeRoom } from './make-room.ts';
import type { Reservation } from './spool-space.ts';
import type { StagedVersion, StageHow } from './stage.worker.ts';
import { removeStaged, stagedName } from './staged-copies.ts';

export interface StagedFile {
  readonly inspected: InspectedFile;
  readonly recordingId: RecordingId;
  /** Where to read it from now on. */
  readonly root: string;
  readonly path: string;
  /** The version that was hashed; null for our own copy. */
  readonly version: string | null;
  /** It lies in the spool, and goes when nobody needs it. */
  readonly isOurs: boolean;
  /** What the disk did not give. */
  readonly holes: readonly Hole[];
}

export async function stageFile(docking: DriveDocking, inspected: InspectedFile): Promise<StagedFile> {
  docking.progress.began('stage');
  const standing = await stagedBefore(docking, inspected);
  if (standing) return standing;
  const { intake } = docking;
  const { file, headSha256 } = inspected;
  const name = stagedName(headSha256, file.path);
  const staged = await stageInto(docking, inspected, `${intake.index.folder}/${name}`);
  const { recordingId, version, holes, readBack } = staged;
  if (staged.how === 'in-place') {
    docking.tally.leftOnDisk(file);
    return { inspected, recordingId, ...intake.at(file.path), version, isOurs: false, holes };
  }
  await intake.index.add({ ...file, copy: { name, recordingId, holes, readBack } });
  docking.tally.copied(file, readBack);
  const own = staged.how === 'hard-link' ? version : null;
  return { inspected, recordingId, root: intake.index.folder, path: name, version: own, isOurs: true, holes };
}

/** The copy of an earlier try, hashed again: disks forget. */
async function stagedBefore(docking: DriveDocking, inspected: InspectedFile): Promise<StagedFile | undefined> {
  const { intake, stager, progress, tools } = docking;
  const { file } = inspected;
  const copy = await intake.index.copyOf(file);
  if (!copy) return undefined;
  const [root, path] = [intake.index.folder, copy.name];
  const job = { root, path, how: 'in-place' } as const;
  const staged = await stager.stage(job, (bytes) => progress.did('stage', bytes));
  if (staged.recordingId === copy.recordingId) {
    docking.tally.copied(file, copy.readBack);
    return { inspected, recordingId: copy.recordingId, root, path, version: null, isOurs: true, holes: copy.holes };
  }
  tools.telemetry.error('copy.rotten', { path: file.path, copy: `${root}/${path}` });
  if (intake.index.isComplete) {
    const text = `the copy of ${file.path} at ${root}/${path} is no longer what was written: check the spool's disk, and dock the car's disk again`;
    throw new PitlaneError('checksum-mismatch', text);
  }
  await removeStaged(root, path);
  return undefined;
}

async function stageInto(docking: DriveDocking, { file }: InspectedFile, target: string): Promise<StagedVersion> {
  const { intake, stager, progress } = docking;
  const place = intake.at(file.path);
  const run = (how: StageHow, wrote: (bytes: number) => void): Promise<StagedVersion> => {
    return stager.stage({ ...place, how, target }, (bytes) => {
      progress.did('stage', bytes);
      wrote(bytes);
    });
  };
  if (intake.how === 'in-place') return run('in-place', () => {});
  using room = await roomFor(file.bytes, docking);
  if (!room) return run('in-place', () => {});
  let written = 0;
  try {
    return await run(intake.how, (bytes) => {
      written += bytes;
      room.wrote(bytes);
    });
  } catch (error) {
    if (!isPitlaneError(error, 'disk-full')) throw error;
    // Somebody else was faster.
    progress.did('stage', -written);
    return run('in-place', () => {});
  }
}

async function roomFor(bytes: number, { space, tools }: DriveDocking): Promise<Reservation | undefined> {
  const room = await space.reserve(bytes);
  if (room) return room;
  let made: Reservation | undefined;
  await makeRoom(tools, async () => {
    made = await space.reserve(bytes);
    return made !== undefined;
  });
  return made;
}
