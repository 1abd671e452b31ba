import { describe, expect, it } from 'vitest';

import { changeBy } from './keys.ts';

const S = 1_000_000_000n;
const START = 1_773_303_302n * S;
const span = (from: bigint, to: bigint) => ({ startNs: START + from * S, endNs: START + to * S });
const drive = span(0n, 1000n);
const visible = span(400n, 500n);
const press = (key: string, selection?: ReturnType<typeof span>, held: { shiftKey?: boolean; altKey?: boolean } = {}) =>
  changeBy({ key, shiftKey: false, altKey: false, ...held }, { drive, visible, selection, cursorNs: undefined });

describe('keys on the timeline', () => {
  it('move what is seen where nothing is selected, and the selection where something is', () => {
    expect(press('ArrowRight')).toEqual({ show: span(410n, 510n) });
    expect(press('ArrowRight', span(420n, 430n))).toEqual({ select: span(422n, 432n) });
    expect(press('ArrowLeft', span(420n, 430n))).toEqual({ select: span(418n, 428n) });
  });

  it('begin a selection and move its ends', () => {
    expect(press('ArrowRight', undefined, { shiftKey: true })).toEqual({ select: span(450n, 452n) });
    expect(press('ArrowRight', span(420n, 430n), { shiftKey: true })).toEqual({ select: span(420n, 432n) });
    expect(press('ArrowLeft', span(420n, 430n), { altKey: true })).toEqual({ select: span(418n, 430n) });
  });

  it('stop at the ends of the drive without making the selection shorter', () => {
    expect(press('ArrowLeft', span(1n, 5n))).toEqual({ select: span(0n, 4n) });
    expect(press('ArrowRight', span(995n, 999n))).toEqual({ select: span(996n, 1000n) });
  });

  it('zoom about the selection, show all, and select nothing', () => {
    expect(press('+', span(440n, 442n))).toEqual({
      show: { startNs: START + 420n * S + S / 2n, endNs: START + 470n * S + S / 2n },
    });
    expect(press('0')).toEqual({ show: undefined });
    expect(press('Escape', span(1n, 2n))).toEqual({ select: undefined });
    expect(press('Home')).toEqual({ show: span(0n, 100n) });
    expect(press('End')).toEqual({ show: span(900n, 1000n) });
  });

  it('mean nothing else, so that Tab and all others do what they always do', () => {
    for (const key of ['Tab', 'a', 'F5', 'Escape', 's']) expect(press(key)).toBeUndefined();
  });
});
