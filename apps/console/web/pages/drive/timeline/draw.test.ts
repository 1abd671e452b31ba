import { describe, expect, it } from 'vitest';
import type { CoverageRow } from '../rows.ts';
import { drawLanes, drawRuler, type LanesSeen, type Paints, type Pen } from './draw.ts';
import { lanesFrom } from './lanes.ts';
import { LOOKS } from './looks.ts';
import { happeningsFrom, markAt, marksOf } from './marks.ts';
import { ticksOf } from './ticks.ts';
import { timeScale } from './time-scale.ts';

const START = 1_773_303_302_000_000_000n;
const S = 1_000_000_000n;
const named = (prefix: string) => Object.fromEntries(LOOKS.map((look) => [look, `${prefix}${look}`]));
const PAINTS = {
  looks: named(''),
  outlines: named('line-'),
  rule: 'rule',
  text: 'text',
  muted: 'muted',
  event: 'event',
  finding: 'finding',
  font: '12px sans',
} as unknown as Paints;

interface Drawn {
  readonly fill: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Keeps what is drawn, and counts. */
class CountingPen implements Pen {
  fillStyle: Pen['fillStyle'] = '';
  globalAlpha = 1;
  font = '';
  textBaseline: CanvasTextBaseline = 'top';
  readonly rects: Drawn[] = [];
  readonly texts: string[] = [];
  polygons = 0;

  fillRect(x: number, y: number, width: number, height: number): void {
    this.rects.push({ fill: String(this.fillStyle), x, y, width, height });
  }
  clearRect(): void {}
  fillText(text: string): void {
    this.texts.push(text);
  }
  beginPath(): void {}
  moveTo(): void {}
  lineTo(): void {}
  fill(): void {
    this.polygons += 1;
  }
}

/** So many runs a topic, a second apart, every hundredth lost. */
function coverageOf(topics: number, runs: number): CoverageRow[] {
  return Array.from({ length: topics * runs }, (_, number) => {
    const at = BigInt(number % runs) * S;
    const isLost = number % 100 === 50;
    return {
      topic: `/topic/${String(Math.floor(number / runs)).padStart(3, '0')}`,
      state: isLost ? 'lost' : 'indexed',
      startTime: String(START + at),
      endTime: String(START + at + (S * 9n) / 10n),
      reason: isLost ? 'truncated' : null,
      messages: 9,
    };
  });
}

function seen(
  rows: readonly CoverageRow[],
  changes: Partial<LanesSeen> & { fromS?: number; toS?: number } = {},
): LanesSeen {
  const { fromS = 0, toS = 1000, ...rest } = changes;
  const scale = timeScale({ startNs: START + BigInt(fromS) * S, endNs: START + BigInt(toS) * S }, 1000);
  const { lanes, originNs } = lanesFrom({ coverage: rows, gaps: [], topics: [] }, START);
  const sizes = { lanePx: 28, barTopPx: 6, barPx: 16, linePx: 1 };
  return { lanes, originNs, scale, heightPx: 280, scrollPx: 0, sizes, isChosen: () => true, ...rest };
}

function drawn(what: LanesSeen): CountingPen {
  const pen = new CountingPen();
  drawLanes(pen, what, PAINTS);
  return pen;
}

describe('drawing lanes', () => {
  it('takes no more strokes than there are pixels, for ten thousand runs in a lane', () => {
    const pen = drawn(seen(coverageOf(1, 10_000), { toS: 10_000 }));
    // A lane's line, one bar for all that is indexed, and the lost ones: each an outline and a filling.
    expect(pen.rects.length).toBeLessThan(250);
    expect(pen.rects.filter(({ fill }) => fill === 'lost').length).toBe(100);
  });

  it('draws of ten thousand runs in a hundred lanes only lanes that are seen', () => {
    const rows = coverageOf(100, 100);
    const pen = drawn(seen(rows, { toS: 100 }));
    const tops = new Set(pen.rects.filter(({ fill }) => fill === 'rule').map(({ y }) => y));
    expect(tops.size).toBe(10);
    expect(pen.rects.length).toBeLessThanOrEqual(10 * (100 + 1 + 1));
  });

  it('draws only runs that are seen when a second of a day is shown', () => {
    const pen = drawn(seen(coverageOf(1, 10_000), { fromS: 5000, toS: 5001 }));
    const bars = pen.rects.filter(({ fill }) => fill !== 'rule');
    expect(bars.length).toBeLessThanOrEqual(3);
    expect(bars[0]).toMatchObject({ x: 0, width: 900 });
  });

  it('follows the scroll to the lane', () => {
    const pen = drawn(seen(coverageOf(100, 1), { scrollPx: 28 * 50 + 7 }));
    const [first] = pen.rects.filter(({ fill }) => fill === 'rule');
    expect(first?.y).toBe(28 - 7 - 1);
  });

  it('gives each state a filling of its own beside its colour, and to runs with hidden silences a lower bar', () => {
    const states = ['indexed', 'in-flight', 'on-dock', 'on-car', 'lost'];
    const rows = states.map((state, at) => ({ ...coverageOf(1, 1)[0], topic: `/${at}`, state }) as CoverageRow);
    const fills = drawn(seen(rows, { toS: 2 })).rects.map(({ fill }) => fill);
    for (const state of states) expect(fills).toContain(state);
    const broken = drawn(seen(coverageOf(1, 50), { toS: 10_000 }));
    expect(broken.rects.find(({ fill }) => fill === 'indexed')?.height).toBe(8);
  });
});

describe('drawing the ruler', () => {
  const scale = timeScale({ startNs: START, endNs: START + 100n * S }, 1000);
  const event = (atS: number) => ({
    eventId: String(atS),
    kind: 'incident',
    note: null,
    source: 'person',
    author: null,
    startTime: String(START + BigInt(atS) * S),
    endTime: String(START + BigInt(atS) * S),
  });

  it('has a text at each tick, and a shape at each mark', () => {
    const pen = new CountingPen();
    const marks = marksOf(happeningsFrom([event(10), event(50)], []), scale, 1);
    const ticks = ticksOf(scale.span, 9);
    drawRuler(pen, { scale, heightPx: 44, ticks, marks, density: 1 }, PAINTS);
    expect(pen.texts).toEqual(ticks.map(({ text }) => text));
    expect(pen.polygons).toBe(2);
  });

  it('makes one mark of those that would cover one another, which tells of all', () => {
    const events = Array.from({ length: 10_000 }, (_, at) => event(at % 100));
    const marks = marksOf(happeningsFrom(events, []), scale, 1);
    expect(marks.length).toBeLessThanOrEqual(1000 / 14 + 1);
    expect(marks.reduce((sum, { happenings }) => sum + happenings.length, 0)).toBe(10_000);
  });

  it('finds the mark that was clicked, and none where there is none', () => {
    const marks = marksOf(happeningsFrom([event(10), event(50)], []), scale, 1);
    expect(markAt(marks, 503, 1)?.x).toBe(500);
    expect(markAt(marks, 300, 1)).toBeUndefined();
  });
});
