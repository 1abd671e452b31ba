import { driveIdFrom, type DriveId, type RecordingId, sha256Of } from '@pitlane/contracts/identity';
import type { RecordingFormat } from '@pitlane/formats/recording';
import { openSqliteJournal } from '@pitlane/journal-sqlite';
import type { Journal, RecordingEntry } from '@pitlane/ports/journal';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Sidecar } from '@pitlane/stages/10-discover';
import type { DockRequest } from './dock-result.ts';
import { driveIdOf, earliestOf, type InspectedFile, ownerOf } from './drive-identity.ts';

let journal: Journal;

beforeEach(() => {
  journal = openSqliteJournal({ file: ':memory:' });
});

afterEach(() => journal.close());

const idOf = (name: string): RecordingId => sha256Of(name) as string as RecordingId;
const log = { name: 'mcap' } as RecordingFormat;

function inspected(path: string, startTimeNs?: bigint, format: RecordingFormat | undefined = log): InspectedFile {
  const inspection = { profile: '', library: '', indexed: true, messages: 1, endTimeNs: undefined, topics: [] };
  return {
    file: { path, bytes: 1, mtimeMs: 1 },
    format,
    inspection: format && { ...inspection, startTimeNs },
    headSha256: sha256Of(`head of ${path}`),
    prefixSha256: [sha256Of(`prefix of ${path}`)],
    firstMessageSha256: sha256Of(`first message of ${path}`),
  };
}

function knows(name: string, given: Partial<RecordingEntry> = {}): void {
  journal.putRecording({
    tenant: 'default',
    driveId: 'known-drive' as DriveId,
    vehicleId: 'car-1',
    recordingId: idOf(name),
    dockId: 'dock',
    path: name,
    bytes: 1,
    headSha256: sha256Of(`head of ${name}`),
    beginning: {
      prefixSha256: [sha256Of(`prefix of ${name}`), sha256Of(`longer prefix of ${name}`)],
      firstMessageSha256: sha256Of(`first message of ${name}`),
      startTime: null,
    },
    format: 'mcap',
    state: 'shipped',
    cut: null,
    ...given,
  });
}

const identify = (vehicleId: string, files: readonly InspectedFile[], name: string, sidecar = {}, request = {}) =>
  driveIdOf(
    { tenant: 'default', vehicleId },
    { request: { path: '/disk', ...request }, sidecar: { labels: {}, ...sidecar } },
    files,
    { recordingId: idOf(name), startTimeNs: 5_000_000_000n },
    journal,
  );

const owner = (request: DockRequest, sidecar: Sidecar) => ownerOf(request, sidecar, 'default', 'a/pitlane.drive.json');

describe('the owner of a drive', () => {
  const sidecar = { vehicleId: 'car-of-sidecar', tenant: 'tenant-of-sidecar', labels: {} };

  it('is whom the request names, else the sidecar, else the settings', () => {
    const request = { path: '/disk', vehicleId: 'car-asked', tenant: 'tenant-asked' };
    expect(owner(request, { labels: {} })).toEqual({ tenant: 'tenant-asked', vehicleId: 'car-asked' });
    expect(owner({ path: '/disk' }, sidecar)).toEqual({
      tenant: 'tenant-of-sidecar',
      vehicleId: 'car-of-sidecar',
    });
    expect(owner({ path: '/disk' }, { labels: {} })).toEqual({ tenant: 'default', vehicleId: 'unknown' });
  });

  it('is nobody when the request and the sidecar disagree, and whom both name when they agree', () => {
    const both = { path: '/disk', vehicleId: 'car-of-sidecar', tenant: 'tenant-of-sidecar' };
    expect(owner(both, sidecar)).toEqual({ tenant: 'tenant-of-sidecar', vehicleId: 'car-of-sidecar' });
    const refusalOf = (request: object): unknown => {
      try {
        return owner({ path: '/disk', ...request }, sidecar);
      } catch (error) {
        return error;
      }
    };
    expect(refusalOf({ vehicleId: 'car-asked' })).toMatchObject({
      code: 'bad-usage',
      message: expect.stringMatching(/car-asked .*a\/pitlane\.drive\.json names car-of-sidecar/),
    });
    expect(refusalOf({ tenant: 'tenant-asked' })).toMatchObject({
      code: 'refused',
      message: expect.stringMatching(/tenant-asked .*a\/pitlane\.drive\.json names tenant-of-sidecar/),
    });
  });

  it('is never a name that leads elsewhere', () => {
    expect(() => owner({ path: '/disk', vehicleId: '../x' }, { labels: {} })).toThrow();
  });
});

describe('the file that names a drive', () => {
  it('is the log that starts first, else the first by path', () => {
    const files = [inspected('a', 7n), inspected('b', 5n), inspected('c', 5n), inspected('d')];
    expect(earliestOf(files).file.path).toBe('b');
    expect(earliestOf([inspected('x'), inspected('y')]).file.path).toBe('x');
  });
});

describe('the id of a drive', () => {
  it("is the sidecar's word before all else", () => {
    knows('a');
    expect(identify('car-1', [inspected('a')], 'a', { driveId: 'said' })).toEqual({
      driveId: 'said',
      vehicleId: 'car-1',
    });
  });

  it('is made from vehicle, start and content when nothing is known', () => {
    const made = driveIdFrom('car-1', 5_000_000_000n, idOf('a'));
    expect(identify('car-1', [inspected('a')], 'a')).toEqual({ driveId: made, vehicleId: 'car-1' });
    const said = identify('car-1', [inspected('a')], 'a', { startTimeNs: 0n });
    expect(said.driveId).toBe(driveIdFrom('car-1', 0n, idOf('a')));
  });

  it('is that of a recording that was docked before, or of a likely copy', () => {
    knows('a');
    expect(identify('car-1', [inspected('moved')], 'a').driveId).toBe('known-drive');
    expect(identify('car-1', [inspected('a')], 'longer').driveId).toBe('known-drive');
  });

  it('is that of a likely copy whose head is longer, and never that of a drive that only begins alike', () => {
    knows('a');
    const copy = { ...inspected('a'), headSha256: sha256Of('a longer head') };
    expect(identify('car-1', [copy], 'longer').driveId).toBe('known-drive');
    const stranger = { ...copy, firstMessageSha256: sha256Of('first message of another drive') };
    expect(identify('car-1', [stranger], 'longer').driveId).not.toBe('known-drive');
  });

  it('is that of any vehicle when none is named, and then takes its vehicle', () => {
    knows('a');
    expect(identify('unknown', [inspected('a')], 'a')).toMatchObject({ driveId: 'known-drive', vehicleId: 'car-1' });
  });

  it('is of several the one of its vehicle, then the one docked from this path, then the earliest', () => {
    const dock = { tenant: 'default', vehicleId: null, priority: 1, state: 'done', driveIds: [], error: null } as const;
    journal.putDock({ ...dock, dockId: 'first', path: '/elsewhere', dockedAtMs: 1 });
    journal.putDock({ ...dock, dockId: 'second', path: '/disk', dockedAtMs: 2 });
    journal.putDock({ ...dock, dockId: 'third', path: '/other', dockedAtMs: 3 });
    const drive = (driveId: string, vehicleId: string, dockId: string) => ({
      driveId: driveId as DriveId,
      vehicleId,
      dockId,
    });
    knows('a', drive('z-early', 'car-1', 'first'));
    knows('a', drive('c-late', 'car-1', 'third'));
    expect(identify('car-1', [inspected('a')], 'a').driveId).toBe('z-early');
    expect(identify('unknown', [inspected('a')], 'a').driveId).toBe('z-early');
    knows('a', drive('m-here', 'car-1', 'second'));
    expect(identify('car-1', [inspected('a')], 'a').driveId).toBe('m-here');
    knows('a', drive('b-unknown', 'unknown', 'third'));
    expect(identify('unknown', [inspected('a')], 'a').driveId).toBe('b-unknown');
    expect(identify('car-1', [inspected('a')], 'a', {}, { path: '/new' }).driveId).toBe('z-early');
  });

  it('is of several drives elsewhere the one that has most of the recordings', () => {
    knows('a', { driveId: 'one' as DriveId });
    for (const name of ['a', 'b']) knows(name, { driveId: 'two' as DriveId });
    expect(identify('car-1', [inspected('a'), inspected('b')], 'a').driveId).toBe('two');
  });

  it('is refused to a known log that is said to be of another vehicle, with the drive that has it', () => {
    knows('a');
    const asked = { vehicleId: 'car-2' };
    expect(() => identify('car-2', [inspected('a')], 'a', {}, asked)).toThrow(/known-drive of vehicle car-1/);
    expect(identify('car-2', [inspected('a')], 'another', {}, asked).driveId).not.toBe('known-drive');
    expect(identify('car-2', [inspected('a')], 'a', { vehicleId: 'car-2' }, asked).driveId).not.toBe('known-drive');
  });

  it('is never that of another vehicle or tenant, nor of a file that is no log', () => {
    knows('a');
    knows('foreign', { tenant: 'other' });
    expect(identify('car-2', [inspected('a')], 'a').driveId).not.toBe('known-drive');
    expect(identify('car-1', [inspected('foreign')], 'foreign').driveId).not.toBe('known-drive');
    const opaque: InspectedFile = { ...inspected('a'), format: undefined, inspection: undefined };
    expect(identify('car-1', [opaque], 'another').driveId).not.toBe('known-drive');
  });
});

describe('a person who says whose a disk is', () => {
  const said = (vehicleId: string, name: string) =>
    driveIdOf(
      { tenant: 'default', vehicleId },
      { request: { path: '/disk' }, sidecar: { labels: {} }, vehicleIfUnknown: 'car-7' },
      [inspected(name)],
      { recordingId: idOf(name), startTimeNs: 5_000_000_000n },
      journal,
    );

  it('names a new drive of which nothing else says it, and no other', () => {
    expect(said('unknown', 'new')).toMatchObject({ vehicleId: 'car-7', driveId: expect.stringMatching(/^car-7-/) });
    expect(said('car-9', 'new')).toMatchObject({ vehicleId: 'car-9', driveId: expect.stringMatching(/^car-9-/) });
  });

  it('makes no second drive of one that is known without its vehicle', () => {
    knows('a', { driveId: 'unknown-drive' as DriveId, vehicleId: 'unknown' });
    expect(said('unknown', 'a')).toMatchObject({ vehicleId: 'unknown', driveId: 'unknown-drive' });
  });
});
