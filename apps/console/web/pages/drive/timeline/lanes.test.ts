import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CoverageRow } from '../rows.ts';
import { barsOf, type Lane, lanesFrom, runAt, runsIn } from './lanes.ts';

const START = 1_773_303_302_000_000_000n;
const MS = 1_000_000n;

const row = (startMs: number, endMs: number, state = 'indexed', topic = '/imu'): CoverageRow => ({
  topic,
  state,
  startTime: String(START + BigInt(startMs) * MS),
  endTime: String(START + BigInt(endMs) * MS),
  reason: state === 'lost' ? 'truncated' : null,
  messages: 10,
});
const laneOf = (...rows: readonly CoverageRow[]): Lane =>
  lanesFrom({ coverage: rows, gaps: [], topics: [] }, START).lanes[0] as Lane;
const seconds = (from: number, to: number) => ({
  startNs: START + BigInt(from) * 1000n * MS,
  endNs: START + BigInt(to) * 1000n * MS,
});

describe('lanes', () => {
  it('are one a topic by name, also for topics of which nothing is known, with what is of all topics first', () => {
    const gap = {
      topic: '*',
      startTime: String(START),
      endTime: String(START + MS),
      foundBy: 'verdict',
      text: 'silent',
    };
    const { lanes } = lanesFrom({ coverage: [row(0, 1)], gaps: [gap], topics: ['/b', '/a'] }, START);
    expect(lanes.map(({ topic }) => topic)).toEqual(['*', '/a', '/b', '/imu']);
  });

  it('keep apart what has no time', () => {
    const timeless = { ...row(0, 1, 'lost'), startTime: null };
    const made = lanesFrom({ coverage: [timeless, row(3, 4)], gaps: [], topics: [] }, START);
    expect(made.timeless).toEqual([timeless]);
    expect([...runsIn(made.lanes, seconds(0, 10))].length).toBe(1);
  });
});

describe('bars', () => {
  it('are where their runs are, to the pixel', () => {
    const bars = barsOf(laneOf(row(1000, 2000), row(5000, 7000, 'on-dock')), START, seconds(0, 10), 1000);
    expect(bars).toEqual([
      { look: 'indexed', left: 100, right: 200, isBroken: false },
      { look: 'on-dock', left: 500, right: 700, isBroken: false },
    ]);
  });

  it('leave a pixel for a silence that is shorter than one, between runs that are wide', () => {
    const bars = barsOf(laneOf(row(0, 4000), row(4002, 9000)), START, seconds(0, 10), 1000);
    expect(bars).toEqual([
      { look: 'indexed', left: 0, right: 400, isBroken: false },
      { look: 'indexed', left: 401, right: 900, isBroken: false },
    ]);
  });

  it('say that there are silences among runs that are narrower than a pixel', () => {
    const rows = Array.from({ length: 1000 }, (_, at) => row(at * 10, at * 10 + 5));
    expect(barsOf(laneOf(...rows), START, seconds(0, 10), 500)).toEqual([
      { look: 'indexed', left: 0, right: 500, isBroken: true },
    ]);
  });

  it('lie over one another where runs do, without a seam', () => {
    const bars = barsOf(laneOf(row(0, 5000), row(1000, 2000), row(3000, 8000)), START, seconds(0, 10), 100);
    expect(bars).toEqual([{ look: 'indexed', left: 0, right: 80, isBroken: false }]);
  });

  it('never hide what is lost, however short it is and whatever lies over it', () => {
    const bars = barsOf(laneOf(row(0, 3_600_000), row(1_800_000, 1_800_000, 'lost')), START, seconds(0, 3600), 300);
    expect(bars.at(-1)).toEqual({ look: 'lost', left: 150, right: 153, isBroken: false });
  });

  it('show a run of one message at a millisecond over the width', () => {
    const span = { startNs: START + 5n * MS, endNs: START + 6n * MS };
    const single = { ...row(5, 5), endTime: String(START + 5n * MS), startTime: String(START + 5n * MS) };
    expect(barsOf(laneOf(single), START, span, 1000)).toEqual([
      { look: 'indexed', left: 0, right: 1, isBroken: false },
    ]);
  });

  const run = fc.tuple(fc.nat(100_000), fc.nat(3000), fc.constantFrom('indexed', 'lost', 'on-dock'));
  const view = fc.tuple(fc.nat(99), fc.integer({ min: 1, max: 100 }), fc.integer({ min: 1, max: 400 }));

  it('cover each pixel of which a run has some, lie within the width, and are no more a look than pixels', () => {
    fc.assert(
      fc.property(fc.array(run, { minLength: 1, maxLength: 80 }), view, (runs, [from, length, width]) => {
        const rows = runs.map(([start, more, state]) => row(start, start + more, state));
        const span = seconds(from, from + length);
        const bars = barsOf(laneOf(...rows), START, span, width);
        for (const look of ['indexed', 'lost', 'on-dock'])
          expect(bars.filter((bar) => bar.look === look).length).toBeLessThanOrEqual(width);
        for (const { left, right } of bars) expect(left >= 0 && right > left && right <= width).toBe(true);
        for (const [start, more, state] of runs) {
          const middle = ((start + more / 2 - from * 1000) / (length * 1000)) * width;
          // Beside a seam of one pixel, which tells of a silence.
          const isThere = bars.some((bar) => bar.look === state && bar.left <= middle + 1 && bar.right >= middle - 1);
          if (middle >= 0 && middle < width) expect(isThere).toBe(true);
        }
      }),
    );
  });
});

describe('a click', () => {
  const lane = laneOf(row(0, 9000), row(4000, 4100, 'lost'), row(9500, 9600));

  it('means what lies on top', () => {
    expect(runAt(lane, START, START + 4050n * MS, 0)?.state).toBe('lost');
    expect(runAt(lane, START, START + 2000n * MS, 0)?.state).toBe('indexed');
  });

  it('means what is near, and nothing where nothing is', () => {
    expect(runAt(lane, START, START + 9480n * MS, 30e6)?.startNs).toBe(START + 9500n * MS);
    expect(runAt(lane, START, START + 9200n * MS, 30e6)).toBeUndefined();
  });
});
