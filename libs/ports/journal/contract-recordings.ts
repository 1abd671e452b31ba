/** What the cases of the journal's contract share: a tenant for each, recordings, and how lists of them are compared. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { type DriveId, type RecordingId, sha256Of } from '@pitlane/contracts/identity';
import type { ContractCase } from '../contract/index.ts';
import type { Journal, RecordingEntry } from './index.ts';

type Run = (journal: Journal, tenant: string) => void;

export function ofTenant(name: string, run: Run): ContractCase<Journal> {
  return { name, run: async (journal) => run(journal, `contract-${randomUUID()}`) };
}

export const recordingOf = (tenant: string, name: string, given: Partial<RecordingEntry> = {}): RecordingEntry => ({
  tenant,
  driveId: 'd' as DriveId,
  vehicleId: 'v',
  recordingId: sha256Of(name) as string as RecordingId,
  dockId: 'dock',
  path: `log/${name} with "signs" and ü.mcap`,
  bytes: 123,
  headSha256: sha256Of(`head of ${name}`),
  beginning: null,
  format: 'mcap',
  state: 'docked',
  cut: null,
  ...given,
});

/** Equal as sets: their order is nobody's promise. */
export function assertSame(found: readonly RecordingEntry[], wanted: readonly RecordingEntry[]): void {
  const keyed = (entries: readonly RecordingEntry[]): [string, RecordingEntry][] =>
    entries.map((entry): [string, RecordingEntry] => [`${entry.tenant} ${entry.driveId} ${entry.recordingId}`, entry]);
  const sorted = (entries: readonly RecordingEntry[]): [string, RecordingEntry][] =>
    keyed(entries).sort(([a], [b]) => (a < b ? -1 : 1));
  assert.deepEqual(sorted(found), sorted(wanted));
}
