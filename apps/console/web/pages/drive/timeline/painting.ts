/** What the two canvases of the timeline show, from the view and what there is, at as many pixels as the screen has. */
import type { ReadonlySignal } from '@preact/signals';
import type { DriveView } from '../view-state.ts';
import { drawLanes, drawRuler } from './draw.ts';
import type { Sheet } from './drawn.tsx';
import { LANE_PX } from './lane-size.ts';
import type { Lane } from './lanes.ts';
import { type Happening, marksOf } from './marks.ts';
import { ticksOf } from './ticks.ts';
import { timeScale } from './time-scale.ts';

const BAR_TOP_PX = 6;
const BAR_PX = 16;
/** Text of a tick, and room around it. */
const TICK_PX = 110;
const TICKS_MIN = 2;

export interface Painted {
  readonly view: DriveView;
  /** The lanes that were found. */
  readonly shown: readonly Lane[];
  readonly originNs: bigint;
  readonly scrollPx: ReadonlySignal<number>;
  readonly happenings: readonly Happening[];
}

export function paintLanes({ pen, widthPx, heightPx, density, paints }: Sheet, painted: Painted): void {
  const { view, shown, originNs, scrollPx } = painted;
  const span = view.visible.value;
  if (!span) return;
  const [lanePx, barTopPx, barPx, linePx] = [LANE_PX, BAR_TOP_PX, BAR_PX, 1].map((px) => Math.round(px * density)) as [
    number,
    number,
    number,
    number,
  ];
  const seen = {
    lanes: shown,
    originNs,
    scale: timeScale(span, widthPx),
    heightPx,
    scrollPx: scrollPx.value * density,
    sizes: { lanePx, barTopPx, barPx, linePx },
    isChosen: (topic: string) => view.isChosen(topic),
  };
  drawLanes(pen, seen, paints);
}

export function paintRuler({ pen, widthPx, heightPx, density, paints }: Sheet, { view, happenings }: Painted): void {
  const span = view.visible.value;
  if (!span) return;
  const scale = timeScale(span, widthPx);
  const ticks = ticksOf(span, Math.max(TICKS_MIN, widthPx / density / TICK_PX));
  drawRuler(pen, { scale, heightPx, ticks, marks: marksOf(happenings, scale, density), density }, paints);
}
