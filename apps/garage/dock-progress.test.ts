import { describe, expect, it } from 'vitest';
import { DockProgress } from './dock-progress.ts';
import type { DockEvent } from './dock-result.ts';
import { IntakeTally } from './intake-tally.ts';

function watched() {
  const clock = { ms: 1_000_000, monotonicMs: () => clock.ms };
  const told: (DockEvent & { type: 'progress' })[] = [];
  const progress = new DockProgress('dock-1', '/disk', clock, new IntakeTally([], false), (event) => {
    if (event.type === 'progress') told.push(event);
  });
  return { clock, told, progress };
}

describe('the progress of a dock', () => {
  it('is told at most ten times a second, however much is done', () => {
    const { clock, told, progress } = watched();
    progress.expect('stage', 3000);
    for (let i = 0; i < 3000; i += 1) {
      progress.did('stage', 1);
      clock.ms += 1;
    }
    expect(told.length).toBe(30);
    expect(told.at(-1)?.stages.stage).toEqual({ doneBytes: 2901, totalBytes: 3000, totalKnown: false });
  });

  it('is told at once when a total is known', () => {
    const { told, progress } = watched();
    progress.did('chunk', 5);
    progress.totalKnown('chunk', 'ship');
    progress.totalKnown('land');
    expect(told.length).toBe(3);
    const known = Object.entries(told.at(-1)?.stages ?? {}).filter(([, { totalKnown }]) => totalKnown);
    expect(known.map(([stage]) => stage)).toEqual(['chunk', 'ship', 'land']);
    expect(told[0]).toMatchObject({ dockId: 'dock-1', path: '/disk' });
  });

  it('tells numbers of that moment, which later work does not change', () => {
    const { clock, told, progress } = watched();
    progress.did('ship', 1);
    clock.ms += 100;
    progress.did('ship', 1);
    expect(told.map(({ stages }) => stages.ship.doneBytes)).toEqual([1, 2]);
  });

  it('spans each stage from its first work to its last, waiting at the end left out', () => {
    const { clock, progress } = watched();
    expect(progress.spanMs('land')).toBe(0);
    progress.began('land');
    clock.ms += 500;
    expect(progress.spanMs('land')).toBe(0);
    progress.did('land', 1);
    clock.ms += 200;
    progress.began('land');
    progress.did('land', 1);
    clock.ms += 10_000;
    expect(progress.spanMs('land')).toBe(700);
  });
});
