import type { Verdict } from '@pitlane/contracts/verdict';
import type { DockEntry } from '@pitlane/ports/journal';
import { expect, it } from 'vitest';
import type { DockEvent } from '../dock-result.ts';
import { Disk } from './disk.ts';
import type { Listing } from './listing.ts';

const listing = { sha256: 'a', files: 1, bytes: 1, skipped: 0 } as Listing;
const diskOf = (): Disk =>
  new Disk({ id: 'bay-1', path: '/media/a' }, '/media/a', listing, { nowMs: () => 0, monotonicMs: () => 0 });

const judged = (folder: string, summary: string, findings = 0): DockEvent => {
  const verdict = {
    summary,
    isComplete: findings === 0,
    findings: Array.from({ length: findings }),
  } as unknown as Verdict;
  return { type: 'verdict', dockId: 'dock-1', path: '/media/a', folder, driveId: null, vehicleId: '47', verdict };
};

it('the verdict on a disk is that of its drives together, the last word on each', () => {
  const disk = diskOf();
  disk.docking();
  expect(disk.status().verdict).toBeNull();
  disk.heard(judged('run-1', '2 findings', 2));
  disk.heard(judged('run-2', 'complete'));
  expect(disk.status().verdict).toBe('2 findings');
  disk.heard(judged('run-1', '3 findings', 3));
  expect(disk.status().verdict).toBe('3 findings');
  disk.heard(judged('run-1', 'complete'));
  expect(disk.status().verdict).toBe('complete');
});

it('the verdict on a disk is known after a restart, and forgotten when it changes', () => {
  const disk = diskOf();
  disk.wasDone({ dockId: 'dock-1', driveIds: [], verdict: '1 finding' } as unknown as DockEntry);
  expect(disk.status().verdict).toBe('1 finding');
  disk.seen({ ...listing, sha256: 'b' });
  expect(disk.status().verdict).toBeNull();
});

it('says for the board how much is read, whose it is, and in which receipts it stands', () => {
  let nowMs = 0;
  const disk = new Disk(
    { id: 'bay-1', path: '/media/a' },
    '/media/a',
    { ...listing, bytes: 100 },
    { nowMs: () => 5_000_000, monotonicMs: () => nowMs },
  );
  expect(disk.status()).toMatchObject({ bytesRead: 0, bytesTotal: 100, vehicleIds: [], receiptIds: [] });
  disk.docking();
  const stage = (doneBytes: number) => ({ doneBytes, totalBytes: 100, totalKnown: true });
  const progress = (doneBytes: number): DockEvent => ({
    type: 'progress',
    dockId: 'dock-1',
    path: '/media/a',
    stages: { stage: stage(doneBytes), chunk: stage(0), ship: stage(0), land: stage(0), index: stage(0) },
    verifiedBytes: 0,
    leavesAfter: 'copy',
  });
  disk.heard(progress(0));
  disk.heard(progress(40));
  nowMs = 10_000;
  expect(disk.status()).toMatchObject({
    bytesRead: 40,
    bytesPerS: 4,
    safeToPullAt: '5015000000000',
    pulledEarly: null,
  });
  const drive = { type: 'drive', dockId: 'dock-1', state: 'docked' } as const;
  disk.heard({ ...drive, driveId: 'a', vehicleId: 'car-9' });
  disk.heard({ ...drive, driveId: 'b', vehicleId: 'unknown' });
  expect(disk.status().vehicleIds).toEqual(['car-9']);
  disk.nameVehicle('car-7');
  expect(disk.status().vehicleIds).toEqual(['car-7', 'car-9']);
  disk.pulled();
  expect(disk.status().pulledEarly?.lostText).toMatch(/100 B are on it alone; put it back/);
  disk.seen({ ...listing, sha256: 'b' });
  expect(disk.status()).toMatchObject({ vehicleIds: [], pulledEarly: null });
});

it('knows after a restart whose it is, and in which receipts it stands', () => {
  const disk = diskOf();
  const dock = { dockId: 'dock-1', driveIds: ['a', 'b'], vehicleIfUnknown: 'car-7' } as unknown as DockEntry;
  const vehicles = new Map([
    ['a', 'unknown'],
    ['b', 'car-9'],
  ]);
  disk.wasDone(dock, { receiptIds: ['r1'], vehicles });
  expect(disk.status()).toMatchObject({ vehicleIds: ['car-7', 'car-9'], receiptIds: ['r1'], bytesRead: 1 });
});
