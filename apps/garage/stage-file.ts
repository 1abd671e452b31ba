/**
 * One file of a drive through staging: hashed, and copied or cloned first where the policy says so. A copy that an earlier
 * try made is used; where there is no room for one, the file is read in place, and its disk has to stay. What it is read
 * together with lies beside it then, though each of those files is staged for itself too: their copies may go before.
 */
import { isPitlaneError, PitlaneError } from '@pitlane/base/errors';
import { type RecordingId, type RecordingPart, recordingIdOfParts, type Sha256Hex } from '@pitlane/contracts/identity';
import { partsNote } from '@pitlane/contracts/manifest';
import type { Hole } from '@pitlane/stages/30-stage';
import type { FileBeside } from './chunker-protocol.ts';
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
  /** What it is read together with, under the same root and path. */
  readonly beside: readonly FileBeside[];
  /** Its own SHA-256, where its id is that of all of them. */
  readonly sha256?: Sha256Hex;
}

type FileAlone = Omit<StagedFile, 'beside' | 'sha256'>;

export async function stageFile(docking: DriveDocking, inspected: InspectedFile): Promise<StagedFile> {
  docking.progress.began('stage');
  return withBeside(docking, await stageAlone(docking, inspected));
}

/** With the files that it is read together with, and their common id. */
async function withBeside(docking: DriveDocking, file: FileAlone): Promise<StagedFile> {
  const sha256 = file.recordingId as string as Sha256Hex;
  const parts: RecordingPart[] = [{ ending: '', sha256 }];
  const beside: FileBeside[] = [];
  for (const ending of file.inspected.endings ?? []) {
    const job = { root: file.root, path: `${file.path}${ending}`, how: 'in-place' } as const;
    const staged = await docking.stager.stage(job, () => {});
    parts.push({ ending, sha256: staged.recordingId as string as Sha256Hex });
    beside.push({ ending, version: file.isOurs ? null : staged.version });
  }
  if (beside.length === 0) return { ...file, beside };
  return { ...file, recordingId: recordingIdOfParts(parts), beside, sha256 };
}

/** Copies what it is read together with to where its own copy lies. */
async function copyBeside(docking: DriveDocking, { file, endings = [] }: InspectedFile, target: string): Promise<void> {
  const { intake, stager, space } = docking;
  for (const ending of endings) {
    const place = intake.at(`${file.path}${ending}`);
    const bytes = docking.found.files.find(({ path }) => path === `${file.path}${ending}`)?.bytes ?? 0;
    using room = await space.reserve(bytes);
    if (!room)
      throw new PitlaneError('disk-full', `there is no room to copy ${place.path}: free space, then dock again`);
    await stager.stage({ ...place, how: 'copy', target: `${target}${ending}` }, (wrote) => room.wrote(wrote));
  }
}

async function stageAlone(docking: DriveDocking, inspected: InspectedFile): Promise<FileAlone> {
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
  await copyBeside(docking, inspected, `${intake.index.folder}/${name}`);
  const { endings } = inspected;
  await intake.index.add({ ...file, copy: { name, recordingId, holes, readBack, ...(endings && { endings }) } });
  docking.tally.copied(file, readBack);
  const own = staged.how === 'hard-link' ? version : null;
  return { inspected, recordingId, root: intake.index.folder, path: name, version: own, isOurs: true, holes };
}

/** The copy of an earlier try, hashed again: disks forget. */
async function stagedBefore(docking: DriveDocking, inspected: InspectedFile): Promise<FileAlone | undefined> {
  const { intake, stager, progress, tools } = docking;
  const { file } = inspected;
  const copy = await intake.index.copyOf(file);
  const endings = copy?.endings ?? [];
  if (!copy || inspected.endings?.some((ending) => !endings.includes(ending))) return undefined;
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
  // For the copy, and as much again for what is cut of it: a spool full of copies could cut none of them.
  const room = await roomFor(2 * file.bytes, docking);
  if (!room) return run('in-place', () => {});
  docking.tally.keepsRoom(file, room);
  let written = 0;
  try {
    return await run(intake.how, (bytes) => {
      written += bytes;
      room.wrote(bytes);
    });
  } catch (error) {
    room[Symbol.dispose]();
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

/** What is said of a recording that is several files. */
export const partsNotes = ({ inspected, beside, sha256 }: StagedFile): readonly string[] =>
  sha256
    ? [
        partsNote(
          beside.map(({ ending }) => `${inspected.file.path}${ending}`),
          sha256,
        ),
      ]
    : [];
