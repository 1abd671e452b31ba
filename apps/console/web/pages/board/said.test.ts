import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DiskAnswer } from './board-answers.ts';
import type { Place } from './places.ts';
import { hardwareText, saidOf, sentenceFrom, verdictText } from './said.ts';

const NOW_MS = Date.UTC(2026, 2, 12, 5, 0);
const ns = (atMs: number): string => `${atMs}000000`;
const disk = (changes: Partial<DiskAnswer> = {}): DiskAnswer => ({
  path: '/bays/3',
  state: 'docking',
  text: 'as the node says it',
  safeToPull: false,
  safeToWipe: false,
  driveIds: [],
  ...changes,
});
const place = (changes: Partial<DiskAnswer> | null, more: Partial<Place> = {}): Place => ({
  number: '3',
  name: 'bay-3',
  bay: 'bay-3',
  path: '/bays/3',
  vehicleIds: [],
  fault: null,
  isUploaded: false,
  disk: changes && disk(changes),
  ...more,
});
const said = (changes: Partial<DiskAnswer> | null, more: Partial<Place> = {}) =>
  saidOf(place(changes, more), NOW_MS, 'UTC');
const words = (changes: Partial<DiskAnswer> | null, more: Partial<Place> = {}): string =>
  said(changes, more).lines.filter(Boolean).join(' ');

describe('what is said of a place', () => {
  it('is one huge word for each state of a disk', () => {
    expect(words(null)).toBe('EMPTY');
    expect(words({ state: 'settling' })).toBe('WAIT');
    expect(words({ bytesRead: 63.9, bytesTotal: 100 })).toBe('63 %');
    expect(words({ state: 'staged', safeToPull: true })).toBe('SAFE TO PULL');
    expect(words({ state: 'done', safeToPull: true, safeToWipe: true })).toBe('SAFE TO WIPE');
    expect(words({ state: 'done', safeToPull: true })).toBe('SAFE TO PULL');
    expect(words({ state: 'done' })).toBe('DO NOT PULL');
    expect(words({ state: 'failed' })).toBe('DO NOT PULL');
    expect(words({ state: 'failed', safeToPull: true })).toBe('SAFE TO PULL');
    expect(words({ state: 'pulled' })).toBe('PUT IT BACK');
    expect(words(null, { fault: 'permission denied' })).toBe('CHECK BAY');
  });

  it('tells states apart by their shape where the colour is the same', () => {
    const states = [
      null,
      { state: 'settling' },
      { state: 'docking' },
      { state: 'staged', safeToPull: true },
      { state: 'done', safeToPull: true, safeToWipe: true },
      { state: 'failed' },
      { state: 'pulled' },
    ];
    const signs = states.map((state) => said(state).sign);
    expect(new Set(signs).size).toBe(signs.length);
  });

  it('never calls a disk safe that the node does not call so, whatever else it says', () => {
    const state = fc.constantFrom('settling', 'docking', 'staged', 'done', 'failed', 'pulled', 'something-new');
    const some = fc.record({
      state,
      bytesRead: fc.nat(100),
      bytesTotal: fc.nat(100),
      safeToPull: fc.boolean(),
      safeToWipe: fc.boolean(),
      isUploaded: fc.boolean(),
    });
    fc.assert(
      fc.property(some, ({ isUploaded, ...changes }) => {
        const { lines, tone } = said(changes, { isUploaded });
        if (lines[1] === 'TO WIPE') expect(changes.safeToWipe && !isUploaded).toBe(true);
        if (lines[1] === 'TO PULL') expect(changes.safeToPull && !isUploaded).toBe(true);
        if (!changes.safeToPull && !isUploaded) expect(tone).not.toBe('ready');
      }),
    );
  });

  it('gives the time of day at which a disk may go, never one that is over', () => {
    const at = (atMs: number) => said({ bytesRead: 1, bytesTotal: 100, safeToPullAt: ns(atMs) });
    expect(at(NOW_MS + 41 * 60_000)).toMatchObject({
      clock: { label: 'safe to pull at', face: '05:41' },
      isClockBig: true,
    });
    expect(at(NOW_MS - 60_000).clock?.face).toBe('05:00');
    expect(said({ bytesRead: 1, bytesTotal: 100 }).clock).toBeNull();
    expect(said({ state: 'staged', safeToPull: true, sinceMs: NOW_MS - 3_600_000 }).clock).toEqual({
      label: 'since',
      face: '04:00',
    });
  });

  it('does not let a disk go that is read and not verified', () => {
    expect(words({ bytesRead: 100, bytesTotal: 100 })).toBe('DO NOT PULL');
  });

  it('never rounds up, and says that more may come', () => {
    expect(words({ bytesRead: 999, bytesTotal: 1000 })).toBe('99 %');
    expect(words({ bytesRead: 1000, bytesTotal: 1000, mayGrow: true })).toBe('≤ 100 %');
    expect(words({})).toBe('0 %');
  });

  it('says of a disk that was pulled early what is lost, and that docking again resumes', () => {
    expect(said({ state: 'pulled', pulledEarly: { lostText: '40 GB of /camera are on it alone' } }).text).toBe(
      '40 GB of /camera are on it alone. Put back, it goes on where it stopped.',
    );
    const whole = 'it was pulled early; put it back, and what is missing is taken';
    expect(said({ state: 'pulled', text: whole }).text).toBe(whole);
  });

  it('calls for a person where the disk itself ails, whatever it is doing', () => {
    const health = { verdict: 'failing', text: '12 sectors that cannot be read' };
    expect(said({ state: 'docking' }).need).toBe(2);
    expect(said({ state: 'docking', health }).need).toBe(0);
    expect(said({ state: 'staged', safeToPull: true, warning: 'last time it was of car-9' }).need).toBe(0);
  });

  it('names the receipt that allows a disk to be wiped', () => {
    const wiped = { state: 'done', safeToPull: true, safeToWipe: true, text: 'in the store' };
    expect(said({ ...wiped, receiptIds: ['5e6f7a8b01234567'] }).text).toBe('Receipt 5e6f7a8b0123. in the store');
    expect(said({ ...wiped, receiptIds: ['a', 'b'] }).text).toBe('2 receipts. in the store');
  });

  it('pulls nothing that came over the network', () => {
    expect(words({ state: 'done' }, { isUploaded: true })).toBe('DONE');
    expect(words({ state: 'failed' }, { isUploaded: true })).toBe('FAILED');
  });

  it('names verdict and hardware in plain words', () => {
    expect([null, 'complete', '2 findings'].map((verdict) => verdictText({ verdict }))).toEqual([
      null,
      'No findings in its drive',
      '2 findings in its drive',
    ]);
    expect(['sends nothing', '/a/b', '', '2 files'].map(sentenceFrom)).toEqual([
      'Sends nothing',
      '/a/b',
      '',
      '2 files',
    ]);
    expect(hardwareText(disk())).toBe('disk not identified');
    expect(hardwareText(disk({ serial: 'S3Z9', model: 'SSD 870', device: '/dev/sdb' }))).toBe('disk S3Z9, SSD 870');
    expect(hardwareText(disk({ device: '/dev/sdb' }))).toBe('/dev/sdb');
  });
});
