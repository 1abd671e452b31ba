import { describe, expect, it } from 'vitest';
import { byNeed, needing, summaryOf } from './arrangement.ts';
import type { BayAnswer, DiskAnswer, DockAnswer } from './board-answers.ts';
import { bodyOf, emptyFields, isComplete } from './deed-fields.ts';
import { deedsOf, targetOf } from './deeds.ts';
import { comeFrom, withProgress } from './live-progress.ts';
import { placesFromBays, placesFromDocks } from './places.ts';
import { saidOf } from './said.ts';

const NOW_MS = Date.UTC(2026, 2, 12, 5, 0);
const disk = (path: string, changes: Partial<DiskAnswer> = {}): DiskAnswer => ({
  path,
  state: 'docking',
  text: '',
  safeToPull: false,
  safeToWipe: false,
  driveIds: ['car-7-x'],
  dockId: `dock of ${path}`,
  ...changes,
});
const bay = (id: string, ...disks: DiskAnswer[]): BayAnswer => ({
  bay: id,
  path: `/bays/${id}`,
  vehicleId: null,
  disks,
});
const dock = (changes: Partial<DockAnswer>): DockAnswer => ({
  dockId: 'd',
  path: '/in/drive',
  vehicleId: null,
  dockedAtMs: NOW_MS - 60_000,
  state: 'open',
  driveIds: [],
  error: null,
  ...changes,
});
const waiting = {
  driveId: 'car-7-x',
  tenant: 't',
  vehicleId: 'car-7',
  priority: 99,
  state: 'waiting',
  isHeld: false,
  chunksWaiting: 1,
  bytesWaiting: 1,
  clearsAt: null,
};

describe('places', () => {
  it('have the number of their bay, whatever is in the others', () => {
    const bays = [bay('a'), bay('shelf', disk('/s/2'), disk('/s/1')), bay('c', disk('/bays/c'))];
    expect(placesFromBays(bays).map(({ number, name }) => [number, name])).toEqual([
      ['1', 'a'],
      ['2.1', 'shelf 1'],
      ['2.2', 'shelf 2'],
      ['3', 'c'],
    ]);
  });

  it('are dockings where no bays are, the oldest first, and of one path the newest', () => {
    const places = placesFromDocks(
      [
        dock({ dockId: 'again', dockedAtMs: NOW_MS }),
        dock({ dockId: 'before', state: 'failed', error: 'the disk is gone' }),
        dock({ dockId: 'staged', path: '/in/two', isStaged: true, dockedAtMs: NOW_MS - 90_000 }),
        dock({ dockId: 'long ago', path: '/in/old', state: 'done', dockedAtMs: 0 }),
      ],
      NOW_MS,
    );
    expect(places.map((place) => [place.number, place.disk?.dockId, saidOf(place, NOW_MS).lines.join(' ')])).toEqual([
      ['1', 'staged', 'SAFE TO PULL'],
      ['2', 'again', '0 %'],
    ]);
  });

  it('name the car of a docking where its drives are called after it', () => {
    const driveIds = ['car-7-20260311T081502Z-1a2b3c4d', 'car-7-20260311T091502Z-1a2b3c4e', 'night-drive'];
    expect(placesFromDocks([dock({ driveIds })], NOW_MS)[0]?.vehicleIds).toEqual(['car-7']);
    expect(placesFromDocks([dock({ driveIds, vehicleId: 'car-9' })], NOW_MS)[0]?.vehicleIds).toEqual(['car-9']);
  });

  it('say of a docking that failed what to do', () => {
    const [failed] = placesFromDocks([dock({ state: 'failed', error: 'the spool is full' })], NOW_MS);
    expect(failed && saidOf(failed, NOW_MS)).toMatchObject({
      lines: ['DO NOT', 'PULL'],
      text: 'the spool is full. Docked again, it goes on where it stopped.',
    });
  });
});

describe('their order', () => {
  it('puts those first that need a person, then those that may be taken, each by place', () => {
    const bays = [
      bay('a'),
      bay('b', disk('b', { state: 'staged', safeToPull: true })),
      bay('c', disk('c')),
      bay('d', disk('d', { state: 'failed' })),
    ];
    const shown = placesFromBays(bays).map((place) => ({ place, said: saidOf(place, NOW_MS) }));
    const { large, dense } = byNeed(shown, 2);
    expect(large.map(({ place }) => place.name)).toEqual(['d', 'b']);
    expect(dense.map(({ place }) => place.name)).toEqual(['a', 'c']);
    expect(needing(shown)).toBe(2);
    expect(summaryOf(shown)).toBe('1 needs you · 1 safe to pull · 1 under way · 1 empty');
  });
});

describe('progress', () => {
  const stages = {
    stage: { doneBytes: 80, totalBytes: 90, totalKnown: false },
    chunk: { doneBytes: 10, totalBytes: 90, totalKnown: false },
  };
  it('counts what is copied, or of a disk that is read in place what is cut', () => {
    expect(comeFrom({ dockId: 'd', stages, leavesAfter: 'copy' }).doneBytes).toBe(80);
    expect(comeFrom({ dockId: 'd', stages, leavesAfter: 'receipt' }).doneBytes).toBe(10);
  });

  it('goes over what the node answered, never back and never beyond the disk', () => {
    const come = new Map([['dock of b', comeFrom({ dockId: '', stages, leavesAfter: 'copy' })]]);
    expect(withProgress(disk('b', { bytesRead: 85, bytesTotal: 100 }), come)).toMatchObject({
      bytesRead: 85,
      bytesTotal: 100,
      mayGrow: false,
    });
    expect(withProgress(disk('b', { bytesRead: 7, bytesTotal: 50 }), come).bytesRead).toBe(50);
    expect(withProgress(disk('b'), come)).toMatchObject({ bytesRead: 80, bytesTotal: 90, mayGrow: true });
    const done = disk('b', { state: 'done' });
    expect(withProgress(done, come)).toBe(done);
  });
});

describe('what may be done', () => {
  const may = (one: DiskAnswer | null, queue = [waiting]) =>
    deedsOf({ disk: one, fault: null }, queue)
      .filter(({ hindrance }) => hindrance === undefined)
      .map(({ kind }) => kind);

  it('is nothing in an empty bay, and only what makes sense in another', () => {
    expect(may(null)).toEqual([]);
    expect(may(disk('b', { driveIds: [] }))).toEqual(['name-vehicle']);
    expect(may(disk('b'))).toEqual(['name-vehicle', 'mark-incident', 'prioritise', 'hold']);
    expect(may(disk('b', { state: 'done' }), [])).toEqual(['name-vehicle', 'mark-incident', 'retire']);
    expect(may(disk('b'), [{ ...waiting, isHeld: true }])).toContain('release');
  });

  it('says why not', () => {
    const texts = deedsOf({ disk: disk('b'), fault: null }, []).map(({ hindrance }) => hindrance);
    expect(texts.at(-1)).toBe('Not signed for yet: its copies here may be the only ones.');
  });

  it('means the bay, or of several disks the one that was docked', () => {
    const [one, , two] = placesFromBays([bay('a', disk('a')), bay('s', disk('s1'), disk('s2'))]);
    expect(one && targetOf(one)).toEqual({ bay: 'a' });
    expect(two && targetOf(two)).toEqual({ dockId: 'dock of s2' });
  });

  it('asks with what was filled in, and not before', () => {
    const [one] = placesFromBays([bay('a', disk('a'))]);
    if (!one) throw new Error('there is a place');
    const empty = emptyFields(one, NOW_MS);
    const fields = { ...empty, vehicleId: ' car-9 ', time: '2026-03-12T05:00:00Z', author: 'Robin', note: ' brake ' };
    expect(bodyOf('name-vehicle', one, fields)).toEqual({
      kind: 'name-vehicle',
      bay: 'a',
      vehicleId: 'car-9',
      author: 'Robin',
    });
    expect(bodyOf('prioritise', one, empty)).toEqual({ kind: 'prioritise', bay: 'a', priority: 0 });
    expect(bodyOf('mark-incident', one, fields)).toEqual({
      kind: 'mark-incident',
      bay: 'a',
      time: '2026-03-12T05:00:00.000Z',
      note: 'brake',
      author: 'Robin',
    });
    expect(isComplete('name-vehicle', empty)).toBe(false);
    expect(isComplete('mark-incident', { ...empty, time: '' })).toBe(false);
    expect(isComplete('hold', empty)).toBe(true);
  });

  it('looks for an incident from the beginning of its drive, and asks which of several', () => {
    const driveIds = ['car-7-20260311T081502Z-1a2b3c4d', 'car-7-x'];
    const [one] = placesFromBays([bay('a', disk('a', { driveIds }))]);
    if (!one) throw new Error('there is a place');
    const fields = emptyFields(one, NOW_MS);
    expect(new Date(fields.time).toISOString()).toBe('2026-03-11T08:15:02.000Z');
    expect(bodyOf('mark-incident', one, { ...fields, driveId: 'car-7-x' })).toMatchObject({ driveId: 'car-7-x' });
  });
});
