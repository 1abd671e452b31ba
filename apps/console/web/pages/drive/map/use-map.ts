/** The map's state as signals, its drawing as an effect of them, and what hands and keys do to it. */
import { type ReadonlySignal, type Signal, useComputed, useSignal, useSignalEffect } from '@preact/signals';
import type { RefObject } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { Span } from '../span.ts';
import type { DriveView } from '../view-state.ts';
import { BasemapPainter } from './basemap.ts';
import { drawMap } from './draw-map.ts';
import { handle } from './gestures.ts';
import { type MapView, movedBy, type Point, pointAt, type Size, viewOf, zoomedAt } from './projection.ts';
import { fixAt, msOf, nearestFix, nsOf, type Stretch, stretchesWithin, type Track } from './track.ts';
import type { Site } from './site.ts';

export interface MapState {
  readonly host: RefObject<HTMLDivElement | null>;
  readonly canvas: RefObject<HTMLCanvasElement | null>;
  readonly drawsBox: Signal<boolean>;
  /** When the drive was in the box that was drawn last; undefined before one was. */
  readonly passes: Signal<readonly Stretch[] | undefined>;
  readonly zoomBy: (factor: number) => void;
  readonly moveBy: (rightPx: number, downPx: number) => void;
  /** The whole way again. */
  readonly showAll: () => void;
}

/** A track that is nearer to the pointer is meant. */
const REACH_PX = 28;

type Box = readonly [Point, Point];

export function useMap(track: Signal<Track>, drive: DriveView, site: ReadonlySignal<Site>): MapState {
  const host = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const size = useSignal<Size | undefined>(undefined);
  const chosen = useSignal<MapView | undefined>(undefined);
  const box = useSignal<Box | undefined>(undefined);
  const drawsBox = useSignal(false);
  const passes = useSignal<readonly Stretch[] | undefined>(undefined);
  const shown = useComputed(() => chosen.value ?? (size.value && viewOf(track.value.bounds, size.value)));
  useDrawing({ host, canvas, size, shown, box, track, drive, site });

  const change = (to: (view: MapView, size: Size) => MapView): void => {
    const [view, room] = [shown.peek(), size.peek()];
    if (view && room) chosen.value = to(view, room);
  };
  const moveBy = (rightPx: number, downPx: number): void => change((view) => movedBy(view, rightPx, downPx));
  useEffect(() => {
    if (!host.current) return undefined;
    const hover = (pixel: Point | undefined): void => {
      const [view, room] = [shown.peek(), size.peek()];
      const near = pixel && view && room && pointAt(view, room, pixel);
      const fix = near && nearestFix(track.peek(), near, REACH_PX / view.scalePx);
      drive.cursorNs.value = fix && nsOf(track.peek(), fix.timeMs);
    };
    const drawBox = (corners: Box | undefined, isDone: boolean): void => {
      box.value = isDone ? undefined : corners;
      const [view, room] = [shown.peek(), size.peek()];
      if (!isDone || !corners || !view || !room) return;
      passes.value = passesIn(track.peek(), view, room, corners);
      const [first] = passes.value;
      if (first) drive.selection.value = spanOf(track.peek(), first);
    };
    return handle(host.current, {
      drawsBox: () => drawsBox.peek(),
      move: moveBy,
      zoom: (pixel, factor) => change((view, room) => zoomedAt(view, room, pixel, factor)),
      hover,
      box: drawBox,
    });
  }, []);
  return {
    host,
    canvas,
    drawsBox,
    passes,
    moveBy,
    zoomBy: (factor) =>
      change((view, room) => zoomedAt(view, room, { x: room.widthPx / 2, y: room.heightPx / 2 }, factor)),
    showAll: () => (chosen.value = undefined),
  };
}

function passesIn(track: Track, view: MapView, size: Size, [a, b]: Box): readonly Stretch[] {
  const [from, to] = [pointAt(view, size, a), pointAt(view, size, b)];
  return stretchesWithin(track, {
    west: Math.min(from.x, to.x),
    east: Math.max(from.x, to.x),
    north: Math.min(from.y, to.y),
    south: Math.max(from.y, to.y),
  });
}

/** With its last moment inside. */
export const spanOf = (track: Track, { startMs, endMs }: Stretch): Span => ({
  startNs: nsOf(track, startMs),
  endNs: nsOf(track, endMs) + 1n,
});

interface Drawing {
  readonly host: RefObject<HTMLDivElement | null>;
  readonly canvas: RefObject<HTMLCanvasElement | null>;
  readonly size: Signal<Size | undefined>;
  readonly shown: ReadonlySignal<MapView | undefined>;
  readonly box: Signal<Box | undefined>;
  readonly track: Signal<Track>;
  readonly drive: DriveView;
  readonly site: ReadonlySignal<Site>;
}

/** Draws at most once a frame, whatever changed. */
function useDrawing({ host, canvas, size, shown, box, track, drive, site }: Drawing): void {
  const isDark = useSignal(false);
  useEffect(() => {
    const element = host.current;
    if (!element) return undefined;
    const scheme = matchMedia('(prefers-color-scheme: dark)');
    const repaint = (): void => void (isDark.value = scheme.matches);
    repaint();
    scheme.addEventListener('change', repaint);
    const observer = new ResizeObserver(() => {
      const { clientWidth: widthPx, clientHeight: heightPx } = element;
      if (widthPx > 0 && heightPx > 0) size.value = { widthPx, heightPx };
    });
    observer.observe(element);
    return () => {
      scheme.removeEventListener('change', repaint);
      observer.disconnect();
    };
  }, []);
  const painter = useComputed(() => site.value.basemap && new BasemapPainter(site.value.basemap));
  useSignalEffect(() => {
    const [view, room] = [shown.value, size.value];
    void isDark.value;
    const [moment, way] = [drive.cursorNs.value, track.value];
    const scene = {
      track: way,
      basemap: painter.value,
      selection: stretchOf(way, drive.selection.value),
      visible: stretchOf(way, drive.visible.value),
      moment: moment === undefined ? undefined : fixAt(way, msOf(way, moment)),
      box: box.value,
    };
    if (!view || !room) return undefined;
    const due = requestAnimationFrame(() => {
      const pen = canvas.current && penOf(canvas.current, room);
      if (!pen) return;
      const style = getComputedStyle(pen.canvas);
      drawMap(pen, { ...scene, view, size: room, colour: (name) => style.getPropertyValue(name) });
    });
    return () => cancelAnimationFrame(due);
  });
}

const stretchOf = (track: Track, span: Span | undefined): Stretch | undefined =>
  span && { startMs: msOf(track, span.startNs), endMs: msOf(track, span.endNs) };

/** Sharp on any screen: a canvas has as many dots as its place has. */
function penOf(canvas: HTMLCanvasElement, { widthPx, heightPx }: Size): CanvasRenderingContext2D | null {
  const dots = devicePixelRatio;
  const [width, height] = [Math.round(widthPx * dots), Math.round(heightPx * dots)];
  if (canvas.width !== width) canvas.width = width;
  if (canvas.height !== height) canvas.height = height;
  const pen = canvas.getContext('2d');
  pen?.setTransform(dots, 0, 0, dots, 0, 0);
  return pen;
}
