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
