import type { DockEntry } from '@pitlane/ports/journal';
import { beforeEach, expect, it } from 'vitest';
import type { DockEvent, DriveResult } from '../dock-result.ts';
import type { Bay } from './bay.ts';
import { Disk } from './disk.ts';

const BAY: Bay = { id: 'bay-1', path: '/media/bay-1' };
let nowMs: number;

beforeEach(() => {
  nowMs = 1_000_000;
});

const result = (more: Partial<DriveResult> = {}): DriveResult =>
  ({ driveId: 'drive-1', receiptId: 'r', skipped: [], loss: [], ...more }) as unknown as DriveResult;

const done = (...drives: DriveResult[]): DockEvent => ({ type: 'done', dockId: 'dock-1', drives });
const failed: DockEvent = { type: 'failed', dockId: 'dock-1', code: 'unavailable', message: 'the store is away' };

const GB = 1_000_000_000;
const NONE = { doneBytes: 0, totalBytes: 0, totalKnown: false };

/** So much of it is read, and so much copied and read back. */
const progress = (readBytes: number, verifiedBytes: number, leavesAfter: 'copy' | 'receipt' = 'copy'): DockEvent => ({
  type: 'progress',
  dockId: 'dock-1',
  path: BAY.path,
  verifiedBytes,
  leavesAfter,
  stages: {
    stage: { doneBytes: readBytes, totalBytes: 4 * GB, totalKnown: true },
    chunk: { doneBytes: readBytes / 2, totalBytes: 4 * GB, totalKnown: true },
    ship: NONE,
    land: NONE,
    index: NONE,
  },
});

const staged = (safeToPull: boolean): DockEvent => ({
  type: 'staged',
  dockId: 'dock-1',
  path: BAY.path,
  safeToPull,
  text: '1 file, 4.0 GB copied and read back',
});

/** A docking disk of 4 GB that hears what it is told. */
function dockingDisk(bay: Bay = BAY): Disk {
  const disk = new Disk(
    bay,
    bay.path,
    { sha256: 'a', files: 1, bytes: 4 * GB, skipped: 0 },
    { nowMs: () => nowMs, monotonicMs: () => nowMs },
  );
  disk.docking();
  return disk;
}

it('a disk says how fast it is read and when it will be safe to pull: copied, or cut where it is read in place', () => {
  for (const [leavesAfter, share] of [
    ['copy', 1],
    ['receipt', 2],
  ] as const) {
    const disk = dockingDisk();
    expect(disk.status()).toMatchObject({ bytesPerSecond: 0, safeToPullAtMs: null });
    for (let second = 1; second <= 10; second += 1) {
      nowMs += 1000;
      disk.heard(progress((second * GB) / 10, 0, leavesAfter));
    }
    const status = disk.status();
    const perSecond = status.bytesPerSecond;
    expect(perSecond).toBeGreaterThan(GB / 10 / share);
    expect(perSecond).toBeLessThan((1.2 * GB) / 10 / share);
    const leftBytes = 4 * GB - GB / share;
    expect(status.safeToPullAtMs).toBeCloseTo(nowMs + (1000 * leftBytes) / perSecond, -2);
    expect(status.readBytes).toBe(GB);
    expect(status.text).toMatch(/^taking 1 file, 4\.00 GB: leave it in, safe to pull at \d\d:\d\d$/);
  }
});

it('a disk that is copied and verified is safe to pull, not yet to wipe, and what fails later is not its trouble', () => {
  const disk = dockingDisk();
  disk.heard(progress(4 * GB, 4 * GB));
  disk.heard(staged(true));
  expect(disk.status()).toMatchObject({ state: 'staged', safeToPull: true, safeToWipe: false, safeToPullAtMs: null });
  expect(disk.status().text).toMatch(/copied and read back: safe to pull; it may be wiped only when it is signed for$/);
  disk.heard(failed);
  expect(disk.status()).toMatchObject({ state: 'failed', safeToPull: true, safeToWipe: false });
  expect(disk.status().text).toMatch(/^the store is away; .*safe to pull$/);
});

it('a disk that is read in place stays until it is signed for, though all of it is staged', () => {
  const disk = dockingDisk();
  disk.heard(staged(false));
  expect(disk.status()).toMatchObject({ state: 'docking', safeToPull: false });
  disk.heard(done(result()));
  expect(disk.status()).toMatchObject({ state: 'done', safeToPull: true, safeToWipe: true });
});

it('a disk that is pulled early says how much of it is copied and how much it has alone', () => {
  const disk = dockingDisk();
  disk.heard(progress(3 * GB, GB));
  disk.pulled();
  expect(disk.status().text).toBe(
    'it was pulled early: 1.00 GB of it are copied, 3.00 GB are on it alone; put it back, and what is missing is taken',
  );
});

it('never calls a disk safe to wipe that holds alone what was withheld, after a restart neither', () => {
  const clock = { nowMs: () => nowMs, monotonicMs: () => nowMs };
  const listing = { sha256: 'a', files: 1, bytes: 4 * GB, skipped: 0 };
  const disk = new Disk(BAY, BAY.path, listing, clock);
  const loss = [{ reason: 'withheld', topics: ['/cabin'], bytes: 0, keptIn: null }] as unknown as DriveResult['loss'];
  disk.docking();
  disk.heard(done(result({ loss })));
  const told = { safeToPull: true, safeToWipe: false };
  const text = expect.stringContaining('1 topic was withheld and is on it alone') as string;
  expect(disk.status()).toMatchObject({ ...told, text });
  const again = new Disk(BAY, BAY.path, listing, clock);
  again.wasDone({ dockId: 'dock-1', driveIds: [], withheld: '1 topic' } as unknown as DockEntry);
  expect(again.status()).toMatchObject({ ...told, text });
});
