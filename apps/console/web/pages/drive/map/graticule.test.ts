import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { graticuleOf, latitudeText, lengthText, longitudeText, scaleBarOf, stepFor } from './graticule.ts';
import { metresPerPixel, pointFrom, SCALE_MAX_PX, SCALE_MIN_PX } from './projection.ts';

const size = { widthPx: 1280, heightPx: 700 };
const view = fc.record({
  x: fc.double({ min: -0.5, max: 1.5, noNaN: true }),
  y: fc.double({ min: 0.05, max: 0.95, noNaN: true }),
  scalePx: fc
    .double({ min: Math.log2(SCALE_MIN_PX), max: Math.log2(SCALE_MAX_PX), noNaN: true })
    .map((log) => 2 ** log),
});
const at = (lngDeg: number, latDeg: number, scalePx: number) => ({ ...pointFrom({ lngDeg, latDeg }), scalePx });

describe('the graticule', () => {
  it('has lines of round degrees, with as many decimals as they need', () => {
    const { meridians, parallels } = graticuleOf(at(11.5756, 48.1372, 4_000_000), size);
    expect(meridians.slice(0, 3).map(({ label }) => label)).toEqual(['11.52° E', '11.53° E', '11.54° E']);
    expect(parallels.map(({ label }) => label).slice(0, 2)).toEqual(['48.12° N', '48.13° N']);
  });

  it('has never many lines, no two alike, and each on the canvas', () => {
    fc.assert(
      fc.property(view, (shown) => {
        const { meridians, parallels } = graticuleOf(shown, size);
        expect(meridians.length).toBeLessThanOrEqual(21);
        expect(parallels.length).toBeLessThanOrEqual(30);
        for (const { atPx } of meridians) expect(atPx >= -1 && atPx <= size.widthPx + 1).toBe(true);
        for (const { atPx } of parallels) expect(atPx >= -1 && atPx <= size.heightPx + 1).toBe(true);
        expect(new Set(parallels.map(({ label }) => label)).size).toBe(parallels.length);
      }),
    );
  });

  it('takes the least round step that leaves room', () => {
    const steps = [200, 40, 4, 0.7, 0.3, 0.011, 0.000_04].map((least) => stepFor(least));
    expect(steps.map(({ deg }) => deg)).toEqual([90, 45, 5, 1, 0.5, 0.02, 0.000_05]);
    expect(steps.map(({ decimals }) => decimals)).toEqual([0, 0, 0, 0, 1, 2, 5]);
    fc.assert(
      fc.property(fc.double({ min: 1e-7, max: 90, noNaN: true }), (least) => {
        expect(stepFor(least).deg).toBeGreaterThanOrEqual(least * (1 - 1e-9));
      }),
    );
  });

  it('names sides, wraps around the Earth, and gives the lines between sides none', () => {
    expect([longitudeText(-11.5, 1), longitudeText(190, 0), longitudeText(-180, 0), longitudeText(0, 2)]).toEqual([
      '11.5° W',
      '170° W',
      '180°',
      '0.00°',
    ]);
    expect([latitudeText(-33.86, 2), latitudeText(0, 0)]).toEqual(['33.86° S', '0°']);
  });
});

describe('the scale', () => {
  it('is 1, 2 or 5 of a power of ten, has room, and is as long as it says', () => {
    fc.assert(
      fc.property(view, (shown) => {
        const { lengthPx, label } = scaleBarOf(shown);
        expect(lengthPx).toBeLessThanOrEqual(140);
        expect(lengthPx).toBeGreaterThan(140 / 2.6);
        expect(label).toMatch(/^[125]0{0,2}(,000)* (km|m|cm)$|^0\.[125] cm$/);
        const [figure = '', unit = ''] = label.split(' ');
        const metres = Number(figure.replaceAll(',', '')) * ({ km: 1000, m: 1, cm: 0.01 }[unit] ?? Number.NaN);
        expect(Math.abs(metres / metresPerPixel(shown) - lengthPx)).toBeLessThan(1e-6 * lengthPx);
      }),
    );
  });

  it('says lengths with three digits', () => {
    expect([12_345, 999.4, 0.2].map(lengthText)).toEqual(['12.3 km', '999 m', '20 cm']);
  });
});
