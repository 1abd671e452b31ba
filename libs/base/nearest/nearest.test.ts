import { describe, expect, it } from 'vitest';
import { nearestNames, nearestText } from './index.ts';

describe('the nearest names', () => {
  it('count a swap of two letters as one slip', () => {
    expect(nearestNames('/cma', ['/a', '/cam', '/b'])[0]).toBe('/cam');
  });

  it('are told in one clause, or that there are none', () => {
    expect(nearestText('hme', ['port', 'home'], 1)).toBe('; the nearest is "home"');
    expect(nearestText('hme', ['port', 'home'])).toBe('; the nearest are "home", "port"');
    expect(nearestText('hme', [])).toBe('; there are none at all');
  });
});
