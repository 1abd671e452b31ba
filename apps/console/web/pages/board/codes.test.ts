import { describe, expect, it } from 'vitest';
import { code39 } from './code-39.ts';
import { meaningOfCode, typedAfter } from './codes.ts';
import { DEED_KEYS } from './deeds.ts';
import { placesFromBays } from './places.ts';

const disk = {
  path: '/bays/1',
  state: 'done',
  text: '',
  safeToPull: true,
  safeToWipe: true,
  driveIds: [],
  serial: 'S3Z9H',
};
const places = placesFromBays([
  { bay: 'left', path: '/bays/1', vehicleId: 'car-7', disks: [disk] },
  ...Array.from({ length: 11 }, (_, at) => ({ bay: `b${at}`, path: `/bays/${at + 2}`, vehicleId: 'car-8', disks: [] })),
  {
    bay: 'shelf',
    path: '/shelf/*',
    vehicleId: null,
    disks: [
      { ...disk, path: '/shelf/b' },
      { ...disk, path: '/shelf/a' },
    ],
  },
]);

describe('a scanned code', () => {
  it('stands for a bay and what to do to what is in it', () => {
    expect(meaningOfCode('12h', places)).toEqual({ type: 'deed', number: '12', key: 'H' });
    expect(meaningOfCode('13.2R', places)).toEqual({ type: 'deed', number: '13.2', key: 'R' });
    expect(meaningOfCode('undo', places)).toEqual({ type: 'undo' });
  });

  it('selects by number, by the name of bay or car, and by the label of a disk', () => {
    for (const text of ['1', 'LEFT', 'Car-7'])
      expect(meaningOfCode(text, places)).toEqual({ type: 'select', number: '1' });
    expect(meaningOfCode('13.1', places)).toEqual({ type: 'select', number: '13.1' });
  });

  it('does nothing where it is unknown, or where it could be two', () => {
    for (const text of ['14H', '1X', 'H', '', 'S3Z9H', 'car-8'])
      expect(meaningOfCode(text, places).type, text).toBe('unknown');
  });
});

describe('typed digits', () => {
  const numbers = places.map(({ number }) => number);
  it('make a longer number while there is such a bay, and soon', () => {
    const one = typedAfter({ digits: '', atMs: -Infinity }, '1', 0, numbers);
    expect(typedAfter(one, '2', 400, numbers).digits).toBe('12');
    expect(typedAfter(one, '9', 400, numbers).digits).toBe('9');
    expect(typedAfter(one, '2', 4000, numbers).digits).toBe('2');
  });
});

describe('a printed code', () => {
  it('has three wide of nine elements in each character, and its stops', () => {
    const { bars, width } = code39('12H');
    expect(bars).toHaveLength(5 * 5);
    expect(width).toBe(5 * (6 + 3 * 3) + 4);
    // The stop character, as the standard has it: narrow bar, wide space, and so on.
    expect(bars.slice(0, 5).map((bar) => bar.width)).toEqual([1, 1, 3, 3, 1]);
  });

  it('is different for each character, and there is one for all that bays and deeds have', () => {
    const all = Array.from(`0123456789.UNDO${DEED_KEYS.join('')}`);
    const drawn = new Set(all.map((character) => JSON.stringify(code39(character).bars)));
    expect(drawn.size).toBe(new Set(all).size);
    expect(() => code39('é')).toThrow('bar code');
  });
});
