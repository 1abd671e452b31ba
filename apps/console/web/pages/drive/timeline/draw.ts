/** Draws the timeline: only lanes and bars that are seen, each with one stroke of the pen or two. Knows no document. */
import { barsOf, type Lane } from './lanes.ts';
import type { Look } from './looks.ts';
import type { Mark } from './marks.ts';
import type { Tick } from './ticks.ts';
import type { TimeScale } from './time-scale.ts';

/** As much of a canvas as is needed, so that a test can count what is drawn. */
export interface Pen {
  fillStyle: string | CanvasPattern | CanvasGradient;
  globalAlpha: number;
  font: string;
  textBaseline: CanvasTextBaseline;
  fillRect(x: number, y: number, width: number, height: number): void;
  clearRect(x: number, y: number, width: number, height: number): void;
  fillText(text: string, x: number, y: number): void;
  beginPath(): void;
  moveTo(x: number, y: number): void;
  lineTo(x: number, y: number): void;
  fill(): void;
}

type Fill = string | CanvasPattern;

export interface Paints {
  /** Solid, hatched, crossed. */
  readonly looks: Readonly<Record<Look, Fill>>;
  /** Around what is hatched or empty. */
  readonly outlines: Readonly<Record<Look, string>>;
  readonly rule: string;
  readonly text: string;
  readonly muted: string;
  readonly event: string;
  readonly finding: string;
  readonly font: string;
}

/** Heights in pixels of the canvas, which may have several a pixel of the page. */
export interface LaneSizes {
  readonly lanePx: number;
  readonly barTopPx: number;
  readonly barPx: number;
  readonly linePx: number;
}

export interface LanesSeen {
  readonly lanes: readonly Lane[];
  readonly originNs: bigint;
  readonly scale: TimeScale;
  readonly heightPx: number;
  readonly scrollPx: number;
  readonly sizes: LaneSizes;
  /** Lanes of topics that are not chosen stand back. */
  isChosen(topic: string): boolean;
}

const STANDS_BACK = 0.3;

export function drawLanes(pen: Pen, seen: LanesSeen, paints: Paints): void {
  const { lanes, originNs, scale, heightPx, scrollPx, sizes } = seen;
  pen.clearRect(0, 0, scale.widthPx, heightPx);
  const first = Math.max(0, Math.floor(scrollPx / sizes.lanePx));
  const last = Math.min(lanes.length, Math.ceil((scrollPx + heightPx) / sizes.lanePx));
  for (let at = first; at < last; at += 1) {
    const lane = lanes[at] as Lane;
    const top = Math.round(at * sizes.lanePx - scrollPx);
    pen.globalAlpha = 1;
    pen.fillStyle = paints.rule;
    pen.fillRect(0, top + sizes.lanePx - sizes.linePx, scale.widthPx, sizes.linePx);
    pen.globalAlpha = seen.isChosen(lane.topic) ? 1 : STANDS_BACK;
    for (const bar of barsOf(lane, originNs, scale.span, scale.widthPx)) {
      const inset = bar.isBroken ? Math.round(sizes.barPx / 4) : 0;
      const [y, height] = [top + sizes.barTopPx + inset, sizes.barPx - 2 * inset];
      drawBar(pen, { x: bar.left, y, width: bar.right - bar.left, height, linePx: sizes.linePx }, bar.look, paints);
    }
  }
  pen.globalAlpha = 1;
}

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly linePx: number;
}

/** What is solid has no outline; what is narrow is nothing but outline. */
function drawBar(pen: Pen, { x, y, width, height, linePx }: Box, look: Look, { looks, outlines }: Paints): void {
  if (look === 'indexed' || width <= 2 * linePx) {
    pen.fillStyle = look === 'indexed' ? looks[look] : outlines[look];
    pen.fillRect(x, y, width, height);
    return;
  }
  pen.fillStyle = outlines[look];
  pen.fillRect(x, y, width, height);
  pen.clearRect(x + linePx, y + linePx, width - 2 * linePx, height - 2 * linePx);
  pen.fillStyle = looks[look];
  pen.fillRect(x + linePx, y + linePx, width - 2 * linePx, height - 2 * linePx);
}

export interface RulerSeen {
  readonly scale: TimeScale;
  readonly heightPx: number;
  readonly ticks: readonly Tick[];
  readonly marks: readonly Mark[];
  /** Pixels of the canvas a pixel of the page. */
  readonly density: number;
}

/** Round times above, what happened and what was found below. */
export function drawRuler(pen: Pen, { scale, heightPx, ticks, marks, density }: RulerSeen, paints: Paints): void {
  pen.clearRect(0, 0, scale.widthPx, heightPx);
  pen.font = paints.font;
  pen.textBaseline = 'top';
  for (const { timeNs, text } of ticks) {
    const x = Math.round(scale.xOf(timeNs));
    pen.fillStyle = paints.rule;
    pen.fillRect(x, 0, density, heightPx);
    pen.fillStyle = paints.muted;
    pen.fillText(text, x + 5 * density, 4 * density);
  }
  const y = heightPx - 9 * density;
  for (const { x, kind } of marks) {
    pen.fillStyle = kind === 'event' ? paints.event : paints.finding;
    if (kind === 'event')
      polygon(pen, [x, y - 6 * density], [x + 6 * density, y], [x, y + 6 * density], [x - 6 * density, y]);
    else polygon(pen, [x, y - 6 * density], [x + 7 * density, y + 6 * density], [x - 7 * density, y + 6 * density]);
  }
}

function polygon(pen: Pen, ...points: readonly (readonly [number, number])[]): void {
  pen.beginPath();
  for (const [at, [x, y]] of points.entries()) {
    if (at === 0) pen.moveTo(x, y);
    else pen.lineTo(x, y);
  }
  pen.fill();
}
