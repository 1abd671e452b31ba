import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { counted, textFromBytes, textFromCount, textFromSeconds } from './index.ts';

describe('figures for people', () => {
  it('give bytes with three digits and a decimal unit', () => {
    const figures = { 0: '0 B', 999: '999 B', 1000: '1.00 kB', 1_073_741_824: '1.07 GB', 999_600: '1.00 MB' };
    for (const [bytes, text] of Object.entries(figures)) expect(textFromBytes(Number(bytes))).toBe(text);
    expect(textFromBytes(5e18)).toBe('5.00e+3 PB');
  });

  it('give bytes that are right to half a percent', () => {
    const units = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'];
    fc.assert(
      fc.property(fc.nat({ max: 2 ** 50 }), (bytes) => {
        const [figure = '', unit = ''] = textFromBytes(bytes).split(' ');
        const read = Number(figure) * 1000 ** units.indexOf(unit);
        expect(Math.abs(read - bytes)).toBeLessThanOrEqual(bytes * 0.005);
      }),
    );
  });

  it('give seconds, minutes and hours', () => {
    const figures = { 0.84: '0.8 s', 14.4: '14 s', 59.6: '1 min 00 s', 200: '3 min 20 s', 7500: '2 h 05 min' };
    for (const [seconds, text] of Object.entries(figures)) expect(textFromSeconds(Number(seconds))).toBe(text);
  });

  it('give counts in groups of three, with the noun that the count wants', () => {
    expect(textFromCount(8647)).toBe('8,647');
    expect([counted(0, 'row'), counted(1, 'row'), counted(8647, 'row')]).toEqual(['0 rows', '1 row', '8,647 rows']);
    expect(counted(2, 'copy', 'copies')).toBe('2 copies');
  });
});
