import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PitlaneError } from '@pitlane/base/errors';
import { memoryLog } from '@pitlane/base/telemetry';
import { recordingIdOfParts, type RecordingId, type Sha256Hex, sha256Of } from '@pitlane/contracts/identity';
import type { DriveSource } from '@pitlane/ports/drive-source';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DockProgress } from './dock-progress.ts';
import type { DriveDocking } from './docking.ts';
import type { InspectedFile } from './drive-identity.ts';
import { diskIntake } from './intake.ts';
import { IntakeTally } from './intake-tally.ts';
import { SpoolSpace } from './spool-space.ts';
import { stageFile } from './stage-file.ts';
import type { StageHow } from './stage.worker.ts';
import { StagedIndex } from './staged-index.ts';
import type { Stager } from './stager.ts';

const BYTES = 100;
const RECORDING = sha256Of('what the file holds') as unknown as RecordingId;
const file = { path: 'log.mcap', bytes: BYTES, mtimeMs: 7 };
const inspected = { file, headSha256: sha256Of('head') } as unknown as InspectedFile;

let root: string;
let index: StagedIndex;
/** How each file was staged, and what was hashed. */
let asked: string[];
/** What the next stagings fail with. */
let failures: Error[];
let hashed: RecordingId;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'pitlane-stage-'));
  index = await StagedIndex.open(root, 'dock');
  asked = [];
  failures = [];
  hashed = RECORDING;
});

afterEach(async () => {
  await rm(root, { recursive: true, force: true });
});

/** A stager that copies for real and hashes for show. */
const stager = {
  async stage(job: { path: string; how: StageHow; target?: string }, onBytes: (bytes: number) => void) {
    asked.push(`${job.how} ${job.path === file.path ? 'disk' : 'copy'}`);
    const failure = failures.shift();
    if (failure) throw failure;
    if (job.how !== 'in-place') {
      await mkdir(index.folder, { recursive: true });
      await writeFile(job.target ?? '', new Uint8Array(BYTES));
    }
    onBytes(BYTES);
    const readBack = job.how === 'copy' ? 'disk' : null;
    return { recordingId: hashed, bytes: BYTES, readBack, holes: [], version: 'v1', how: job.how };
  },
} as unknown as Stager;

function dockingWith({ freeBytes = 1000, how = 'copy' as StageHow } = {}): DriveDocking {
  const telemetry = memoryLog();
  const tally = new IntakeTally([file], true);
  const disk = async () => ({ freeBytes, totalBytes: 1000 });
  return {
    intake: diskIntake('/disk', {} as DriveSource, index, how),
    tally,
    stager,
    found: { files: [file, { ...file, path: 'log.mcap-wal' }, { ...file, path: 'log.mcap-journal' }] },
    space: new SpoolSpace({ spool: { disk }, warnPercent: 80, pausePercent: 95, telemetry }),
    progress: new DockProgress('dock', '/disk', { monotonicMs: () => 0 }, tally, () => {}),
    tools: { telemetry, journal: { docks: () => [] } },
  } as unknown as DriveDocking;
}

describe('a file that is staged', () => {
  it('is read from its copy from then on, by a version that is nobody else’s', async () => {
    const docking = dockingWith();
    const staged = await stageFile(docking, inspected);
    expect(staged).toMatchObject({ recordingId: RECORDING, root: index.folder, version: null, isOurs: true });
    expect(docking.tally.status()).toMatchObject({ safeToPull: true, leavesAfter: 'copy' });
    // As much again is kept for what is cut of it, until it is cut or the dock has ended.
    expect((await docking.space.status()).reservedBytes).toBe(BYTES);
    docking.tally[Symbol.dispose]();
    expect((await docking.space.status()).reservedBytes).toBe(0);
  });

  it('is read where it is when there is no room for its copy, and its disk has to stay', async () => {
    const docking = dockingWith({ freeBytes: 2 * BYTES + 49 });
    expect(await stageFile(docking, inspected)).toMatchObject({ root: '/disk', path: 'log.mcap', isOurs: false });
    expect(asked).toEqual(['in-place disk']);
    expect(docking.tally.status()).toMatchObject({
      safeToPull: false,
      leavesAfter: 'receipt',
      text: '1 of 1 file found no room in the spool: leave it in until it is signed for',
    });
  });

  it('is read where it is when somebody else took the room', async () => {
    failures = [new PitlaneError('disk-full', 'ENOSPC')];
    expect(await stageFile(dockingWith(), inspected)).toMatchObject({ root: '/disk', isOurs: false });
    expect(asked).toEqual(['copy disk', 'in-place disk']);
  });

  it('is not copied again by the next try, which hashes the copy', async () => {
    await stageFile(dockingWith(), inspected);
    const docking = dockingWith();
    expect(await stageFile(docking, inspected)).toMatchObject({ recordingId: RECORDING, isOurs: true });
    expect(asked).toEqual(['copy disk', 'in-place copy']);
    expect(docking.tally.status().safeToPull).toBe(true);
  });

  it('is copied again when its copy is no longer what was written', async () => {
    await stageFile(dockingWith(), inspected);
    hashed = sha256Of('rotten') as unknown as RecordingId;
    await stageFile(dockingWith(), inspected);
    expect(asked).toEqual(['copy disk', 'in-place copy', 'copy disk']);
  });

  it('is not made up when its copy is rotten and the disk may be gone: that is said', async () => {
    await stageFile(dockingWith(), inspected);
    await index.complete();
    hashed = sha256Of('rotten') as unknown as RecordingId;
    await expect(stageFile(dockingWith(), inspected)).rejects.toThrow(/no longer what was written/);
  });

  it('under a second name is read by the version that was hashed, and its disk has to stay', async () => {
    const docking = dockingWith({ how: 'hard-link' });
    expect(await stageFile(docking, inspected)).toMatchObject({ root: index.folder, version: 'v1', isOurs: true });
  });

  it('that is read together with others has them beside its copy, and the id of all of them', async () => {
    const journalled = { ...inspected, endings: ['-wal'] } as InspectedFile;
    const docking = dockingWith();
    const staged = await stageFile(docking, journalled);
    const parts = ['', '-wal'].map((ending) => ({ ending, sha256: RECORDING as string as Sha256Hex }));
    expect(staged).toMatchObject({
      recordingId: recordingIdOfParts(parts),
      sha256: RECORDING,
      beside: [{ ending: '-wal', version: null }],
    });
    expect((await readdir(index.folder)).filter((name) => name.startsWith(staged.path)).sort()).toEqual([
      staged.path,
      `${staged.path}-wal`,
    ]);
    // As much again is kept for what is cut of it, until it is cut or the dock has ended.
    expect((await docking.space.status()).reservedBytes).toBe(BYTES);
    docking.tally[Symbol.dispose]();
    expect((await docking.space.status()).reservedBytes).toBe(0);
    expect((await index.copyOf(file))?.endings).toEqual(['-wal']);
    const again = await stageFile(dockingWith(), journalled);
    expect([again.recordingId, again.isOurs]).toEqual([staged.recordingId, true]);
  });

  it('is copied again with what it is read together with, where an earlier try left that out', async () => {
    await stageFile(dockingWith(), inspected);
    await stageFile(dockingWith(), { ...inspected, endings: ['-journal'] } as InspectedFile);
    expect(asked.filter((one) => one === 'copy disk').length).toBe(2);
  });

  it('is read with the others in place where it is read in place, by the versions that were hashed', async () => {
    const staged = await stageFile(dockingWith({ how: 'in-place' }), {
      ...inspected,
      endings: ['-wal'],
    } as InspectedFile);
    expect(staged).toMatchObject({ root: '/disk', path: 'log.mcap', beside: [{ ending: '-wal', version: 'v1' }] });
  });
});
