/** One dock from what it finds to the results of its drives, one drive after another; copies are made ahead of all of them. */
import { rm } from 'node:fs/promises';
import { PitlaneError } from '@pitlane/base/errors';
import type { DriveId } from '@pitlane/contracts/identity';
import type { DriveFacts } from '@pitlane/contracts/manifest';
import type { DockEntry } from '@pitlane/ports/journal';
import { discover, type FoundDrive, sidecarPathOf } from '@pitlane/stages/10-discover';
import { dockDrive } from './dock-drive.ts';
import type { DockEvent, DockRequest, DriveResult } from './dock-result.ts';
import { DockProgress } from './dock-progress.ts';
import type { DriveDocking } from './docking.ts';
import { ownerOf, UNKNOWN_VEHICLE } from './drive-identity.ts';
import { type DriveStaging, stageDrive } from './drive-staging.ts';
import { diskIntake, type Intake, stagedIntake } from './intake.ts';
import { IntakeTally } from './intake-tally.ts';
import { makeRoom } from './make-room.ts';
import type { StageHow } from './stage.worker.ts';
import { StagedIndex } from './staged-index.ts';
import { Stager } from './stager.ts';
import type { StagingThreads } from './staging-threads.ts';
import { drivesInOrder } from './orders/foresee.ts';
import type { GarageTools } from './tools.ts';
import { StagedNotice } from './webhooks/staged-notice.ts';
import { filterOfDock } from './what-may-leave.ts';

type Shared = Pick<
  DriveDocking,
  | 'tools'
  | 'chunkers'
  | 'answers'
  | 'delivering'
  | 'deliveryCounters'
  | 'running'
  | 'handlings'
  | 'vehicleIfUnknown'
  | 'webhooks'
  | 'queue'
  | 'cuts'
  | 'space'
  | 'signal'
>;

export interface DockRun extends Shared {
  readonly dock: DockEntry;
  readonly threads: StagingThreads;
  readonly request: DockRequest;
  readonly tell: (event: DockEvent) => void;
  /** It joined a drive without a vehicle, and somebody has named the vehicle. */
  readonly correct: (drive: DriveFacts, vehicleId: string) => void;
  /** A drive of it has its name. */
  readonly begun: (driveId: DriveId) => void;
  /** Every file stands in the spool: from now on the dock needs its disk no more. */
  readonly staged: () => void;
}

export async function runDock(run: DockRun): Promise<DriveResult[]> {
  const { dock, tools, threads, tell, signal } = run;
  const { dockId, path } = dock;
  const filter = filterOfDock(dock, tools.settings.filter);
  const index = await StagedIndex.open(tools.settings.stagedRoot, dockId);
  if (index.isComplete && !(await index.hasCopies())) {
    await index.remove();
    return []; // it was stopped between its last receipt and its end
  }
  const notice = new StagedNotice(tools.settings.garage, dock, (event) => run.webhooks.tell(event));
  const isOtherDisk = await liesElsewhere(path, tools);
  const intake = index.isComplete
    ? await stagedIntake(tools.source, index)
    : await diskIntakeOf(run, index, isOtherDisk);
  const { drives, skipped } = await discover(intake.source, path);
  await refuseStrangers(drives, run, index);
  const all = drives.flatMap(({ files }) => files);
  using tally = new IntakeTally(all, isOtherDisk && (intake.how === 'copy' || index.isComplete));
  if (index.isComplete) tellStaged(run, notice, isOtherDisk, 'its files stand in the spool');
  const progress = new DockProgress(dockId, path, tools.clock, tally, tell);
  // A thread of its own for each dock: a disk that hangs holds up nobody else's staging.
  await using stager = new Stager(threads, signal);
  const dockings = drivesInOrder(drives, run.request, tools).map(
    (found): DriveDocking => ({
      ...run,
      intake,
      filter,
      found,
      tally,
      stager,
      progress,
      named: (drive) => {
        const { driveId, vehicleId } = drive;
        run.begun(driveId);
        tell({ type: 'drive', dockId, driveId, vehicleId, state: 'docked' });
        notice.named(drive);
        const named = run.vehicleIfUnknown();
        if (vehicleId === UNKNOWN_VEHICLE && named !== undefined) run.correct(drive, named);
      },
      moved: (driveId, vehicleId, state) => {
        if (state === 'shipped') run.chunkers.release();
        if (state === 'receipted') run.webhooks.wake();
        tell({ type: 'drive', dockId, driveId, vehicleId, state });
      },
      previewed: tell,
      judged: (driveId, vehicleId, verdict) => {
        tell({ type: 'verdict', dockId, path, folder: found.folder, driveId, vehicleId, verdict });
      },
    }),
  );
  const ahead = intake.how === 'in-place' ? undefined : stageAll(dockings);
  const noted = ahead?.allEnded.then(() => noteStaged(run, notice, index, tally));
  try {
    const results: DriveResult[] = [];
    for (const [at, docking] of dockings.entries()) {
      const staging = ahead?.stagings[at] ?? stageDrive(docking, Promise.resolve(), () => {});
      const result = await dockDrive(docking, staging);
      const { folder } = docking.found;
      const own = skipped.filter((file) => drives.length === 1 || file.path.startsWith(`${folder}/`));
      results.push({ ...result, skipped: own.map((file) => ({ path: file.path, reason: file.skipped ?? '' })) });
    }
    await noted;
    await index.remove();
    progress.finish();
    return results;
  } finally {
    // Whatever became of the drives: what the disk still holds is taken in, so that it may leave.
    await noted?.catch(() => {});
  }
}

/** All drives of the disk, one file after another. */
function stageAll(dockings: readonly DriveDocking[]): {
  readonly stagings: readonly DriveStaging[];
  readonly allEnded: Promise<void>;
} {
  let ended = Promise.resolve();
  const stagings = dockings.map((docking) => {
    let end = (): void => {};
    const after = ended;
    ended = new Promise((resolve) => (end = resolve));
    return stageDrive(docking, after, end);
  });
  return { stagings, allEnded: ended };
}

async function noteStaged(run: DockRun, notice: StagedNotice, index: StagedIndex, tally: IntakeTally): Promise<void> {
  const { isAllStaged, isAllCopied, safeToPull, text } = tally.status();
  if (!isAllStaged) return; // one could not be, and the dock fails of it
  if (isAllCopied) await index.complete();
  tellStaged(run, notice, safeToPull, text, isAllCopied);
}

function tellStaged(run: DockRun, notice: StagedNotice, safeToPull: boolean, text: string, isAllCopied = true): void {
  const { dock, tell, staged } = run;
  if (isAllCopied) staged();
  if (safeToPull) notice.safeToPull(text);
  tell({ type: 'staged', dockId: dock.dockId, path: dock.path, safeToPull, text });
}

async function diskIntakeOf(
  { dock: { path }, space, tools }: DockRun,
  index: StagedIndex,
  isOtherDisk: boolean,
): Promise<Intake> {
  const hasRoom = async (): Promise<boolean> => !(await space.isNearlyFull());
  if (!(await hasRoom()) && !(await makeRoom(tools, hasRoom))) {
    const { usedPercent } = await space.status();
    const text = `the spool's disk is ${usedPercent.toFixed(0)} % full: intake pauses above ${tools.settings.pausePercent} %; free space, then dock again`;
    throw new PitlaneError('disk-full', text, { retryable: true });
  }
  // What was uploaded is a copy already, and stays until `retire`.
  const isUpload = path.startsWith(`${tools.uploads.drivesRoot}/`);
  const how = isUpload ? 'in-place' : howFor(tools.settings.stagePolicy, isOtherDisk);
  return diskIntake(path, tools.source, index, how);
}

function howFor(policy: GarageTools['settings']['stagePolicy'], isOtherDisk: boolean): StageHow {
  if (policy === 'auto') return isOtherDisk ? 'copy' : 'in-place';
  // Clones are of one disk; from another it is a copy that is wanted.
  return isOtherDisk && policy !== 'in-place' ? 'copy' : policy;
}

async function liesElsewhere(path: string, { source, settings }: GarageTools): Promise<boolean> {
  // A disk that has left, of a dock that stands in the spool, is another one.
  const device = await source.device(path).catch(() => undefined);
  return device !== (await source.device(settings.spoolRoot));
}

/** Before any of them lands: who asked and the sidecars must not disagree. What was copied of it, nobody comes back for. */
async function refuseStrangers(
  drives: readonly FoundDrive[],
  { request, tools }: DockRun,
  index: StagedIndex,
): Promise<void> {
  try {
    for (const { sidecar, folder } of drives) ownerOf(request, sidecar, tools.settings.tenant, sidecarPathOf(folder));
  } catch (error) {
    await rm(index.folder, { recursive: true, force: true });
    await index.remove();
    throw error;
  }
}
