/** Draws the map: basemap, graticule, the track by speed, what is selected of it, its ends, the moment, the scale. */
import type { BasemapPainter } from './basemap.ts';
import { graticuleOf, scaleBarOf } from './graticule.ts';
import { type MapView, pixelX, pixelY, type Point, type Size } from './projection.ts';
import { type SpeedClass, speedClassOf } from './speed-classes.ts';
import { endOf, type Fix, lastBefore, startOf, type Stretch, type Track, type TrackLine } from './track.ts';

export interface MapScene {
  readonly view: MapView;
  readonly size: Size;
  readonly track: Track;
  readonly basemap: BasemapPainter | undefined;
  readonly selection: Stretch | undefined;
  /** What is outside of it is drawn faintly. */
  readonly visible: Stretch | undefined;
  readonly moment: Fix | undefined;
  /** Corners of the box that is being drawn, in pixels. */
  readonly box: readonly [Point, Point] | undefined;
  /** The value of a custom property of the style. */
  readonly colour: (name: string) => string;
}

type Pen = CanvasRenderingContext2D;
type Pixel = readonly [x: number, y: number];

/** Two points nearer than this are one on the screen. */
const APART_PX = 0.7;
const FAINT = 0.3;
const FONT = '600 12px system-ui, sans-serif';

export function drawMap(pen: Pen, scene: MapScene): void {
  const { size, colour, track, selection, visible } = scene;
  pen.clearRect(0, 0, size.widthPx, size.heightPx);
  pen.fillStyle = colour('--map-ground');
  pen.fillRect(0, 0, size.widthPx, size.heightPx);
  drawBasemap(pen, scene);
  drawGraticule(pen, scene);
  pen.lineCap = 'round';
  pen.lineJoin = 'round';
  if (selection) for (const line of track.lines) drawHalo(pen, scene, line, selection);
  for (const line of track.lines) drawLine(pen, scene, line, visible);
  drawGapEnds(pen, scene);
  drawEnds(pen, scene);
  drawMoment(pen, scene);
  drawBox(pen, scene);
  drawScale(pen, scene);
}

function drawBasemap(pen: Pen, { basemap, view, size, colour }: MapScene): void {
  if (!basemap) return;
  const areas = basemap.paths(view, size, true);
  pen.fillStyle = colour('--map-area');
  pen.fill(areas, 'evenodd');
  pen.strokeStyle = colour('--map-line');
  pen.lineWidth = 1;
  pen.stroke(areas);
  pen.lineWidth = 1.5;
  pen.stroke(basemap.paths(view, size, false));
}

function drawGraticule(pen: Pen, scene: MapScene): void {
  const { view, size, colour } = scene;
  const { meridians, parallels } = graticuleOf(view, size);
  pen.strokeStyle = colour('--map-grid');
  pen.lineWidth = 1;
  pen.beginPath();
  for (const { atPx } of meridians) {
    pen.moveTo(Math.round(atPx) + 0.5, 0);
    pen.lineTo(Math.round(atPx) + 0.5, size.heightPx);
  }
  for (const { atPx } of parallels) {
    pen.moveTo(0, Math.round(atPx) + 0.5);
    pen.lineTo(size.widthPx, Math.round(atPx) + 0.5);
  }
  pen.stroke();
  for (const { atPx, label } of meridians) write(pen, scene, label, [atPx + 4, 12], '--map-label');
  for (const { atPx, label } of parallels.filter((one) => one.atPx > 30))
    write(pen, scene, label, [6, atPx - 7], '--map-label');
}

/** Under the track: wide, so that it is seen beside it. */
function drawHalo(pen: Pen, scene: MapScene, line: TrackLine, stretch: Stretch): void {
  const [from, to] = indexesIn(line, stretch) ?? [0, -1];
  if (to < from) return;
  pen.strokeStyle = scene.colour('--map-selection');
  pen.lineWidth = 18;
  pen.setLineDash([]);
  pen.beginPath();
  for (let i = from; i <= to; i += 1) {
    const [x, y] = pixelOf(scene, line, i);
    if (i === from) pen.moveTo(x, y);
    pen.lineTo(x, y);
  }
  pen.stroke();
}

/** The positions of the line that are within, and those beside them. */
function indexesIn(line: TrackLine, { startMs, endMs }: Stretch): readonly [number, number] | undefined {
  if (endOf(line) < startMs || startOf(line) > endMs) return undefined;
  return [lastBefore(line.timesMs, startMs), Math.min(line.timesMs.length - 1, lastBefore(line.timesMs, endMs) + 1)];
}

/** Runs of one class are one path; what would fall on the pixel before is passed over. */
function drawLine(pen: Pen, scene: MapScene, line: TrackLine, visible: Stretch | undefined): void {
  let run: { readonly kind: SpeedClass; readonly isFaint: boolean } | undefined;
  let last: Pixel = pixelOf(scene, line, 0);
  for (let i = 1; i < line.x.length; i += 1) {
    const pixel = pixelOf(scene, line, i);
    const kind = speedClassOf(line.speedsMps[i] as number);
    const isFaint = visible !== undefined && !overlaps(line, i, visible);
    if (run?.kind !== kind || run.isFaint !== isFaint) {
      if (run) strokeRun(pen, scene, run);
      run = { kind, isFaint };
      pen.beginPath();
      pen.moveTo(...last);
    } else if (i < line.x.length - 1 && Math.hypot(pixel[0] - last[0], pixel[1] - last[1]) < APART_PX) continue;
    pen.lineTo(...pixel);
    last = pixel;
  }
  if (run) strokeRun(pen, scene, run);
  pen.setLineDash([]);
}

const overlaps = ({ timesMs }: TrackLine, i: number, { startMs, endMs }: Stretch): boolean =>
  (timesMs[i] as number) >= startMs && (timesMs[i - 1] as number) <= endMs;

function strokeRun(pen: Pen, { colour }: MapScene, run: { kind: SpeedClass; isFaint: boolean }): void {
  pen.globalAlpha = run.isFaint ? FAINT : 1;
  pen.strokeStyle = colour(run.kind.colour);
  pen.lineWidth = run.kind.widthPx;
  pen.setLineDash([...run.kind.dashPx]);
  pen.stroke();
  pen.globalAlpha = 1;
}

/** Nothing is drawn over a gap; its two ends are open rings. */
function drawGapEnds(pen: Pen, scene: MapScene): void {
  const { lines } = scene.track;
  for (const [i, line] of lines.entries()) {
    if (i > 0) ring(pen, scene, pixelOf(scene, line, 0));
    if (i < lines.length - 1) ring(pen, scene, pixelOf(scene, line, line.x.length - 1));
  }
}

function ring(pen: Pen, { colour }: MapScene, [x, y]: Pixel): void {
  pen.beginPath();
  pen.arc(x, y, 5, 0, 2 * Math.PI);
  pen.fillStyle = colour('--map-ground');
  pen.fill();
  pen.strokeStyle = colour('--map-ink');
  pen.lineWidth = 2;
  pen.stroke();
}

/** A triangle where it starts, a square where it ends, each with its word. */
function drawEnds(pen: Pen, scene: MapScene): void {
  const { track, colour } = scene;
  const [first, last] = [track.lines[0] as TrackLine, track.lines.at(-1) as TrackLine];
  const [start, end] = [pixelOf(scene, first, 0), pixelOf(scene, last, last.x.length - 1)];
  pen.strokeStyle = colour('--map-ground');
  pen.fillStyle = colour('--map-ink');
  pen.lineWidth = 2;
  for (const [[x, y], shape] of [
    [end, [-7, -7, 7, -7, 7, 7, -7, 7]],
    [start, [-7, -9, 10, 0, -7, 9]],
  ] as const) {
    pen.beginPath();
    for (let i = 0; i < shape.length; i += 2) pen.lineTo(x + (shape[i] as number), y + (shape[i + 1] as number));
    pen.closePath();
    pen.stroke();
    pen.fill();
  }
  const isApart = Math.hypot(start[0] - end[0], start[1] - end[1]) > 40;
  write(pen, scene, isApart ? 'Start' : 'Start and end', [start[0] - 6, start[1] - 20]);
  if (isApart) write(pen, scene, 'End', [end[0] - 6, end[1] - 20]);
}

function drawMoment(pen: Pen, { moment, view, size, colour }: MapScene): void {
  if (!moment) return;
  const [x, y] = [pixelX(view, size, moment.x), pixelY(view, size, moment.y)];
  for (const [style, width] of [
    ['--map-ground', 6],
    ['--map-ink', 3],
  ] as const) {
    pen.strokeStyle = colour(style);
    pen.lineWidth = width;
    pen.beginPath();
    pen.arc(x, y, 10, 0, 2 * Math.PI);
    pen.stroke();
  }
}

function drawBox(pen: Pen, { box, colour }: MapScene): void {
  if (!box) return;
  const [a, b] = box;
  pen.fillStyle = colour('--map-selection');
  pen.fillRect(a.x, a.y, b.x - a.x, b.y - a.y);
  pen.strokeStyle = colour('--map-ink');
  pen.lineWidth = 1;
  pen.strokeRect(a.x, a.y, b.x - a.x, b.y - a.y);
}

function drawScale(pen: Pen, scene: MapScene): void {
  const { view, size, colour } = scene;
  const { lengthPx, label } = scaleBarOf(view);
  const [right, bottom] = [size.widthPx - 12, size.heightPx - 12];
  for (const [style, width] of [
    ['--map-ground', 5],
    ['--map-ink', 2],
  ] as const) {
    pen.strokeStyle = colour(style);
    pen.lineWidth = width;
    pen.lineCap = 'butt';
    pen.beginPath();
    pen.moveTo(right - lengthPx, bottom - 6);
    pen.lineTo(right - lengthPx, bottom);
    pen.lineTo(right, bottom);
    pen.lineTo(right, bottom - 6);
    pen.stroke();
  }
  pen.textAlign = 'right';
  write(pen, scene, label, [right - 4, bottom - 10]);
  pen.textAlign = 'left';
}

/** With the ground around it, over whatever is below. */
function write(pen: Pen, { colour }: MapScene, text: string, [x, y]: Pixel, ink = '--map-ink'): void {
  pen.font = FONT;
  pen.textBaseline = 'middle';
  pen.lineJoin = 'round';
  pen.lineWidth = 4;
  pen.strokeStyle = colour('--map-ground');
  pen.strokeText(text, x, y);
  pen.fillStyle = colour(ink);
  pen.fillText(text, x, y);
}

const pixelOf = ({ view, size }: MapScene, { x, y }: TrackLine, i: number): [number, number] => [
  pixelX(view, size, x[i] as number),
  pixelY(view, size, y[i] as number),
];
