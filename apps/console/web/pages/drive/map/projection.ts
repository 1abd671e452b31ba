/**
 * The map's plane: web Mercator as a square of side 1, north up, x from 180° W; and the view, the part of it that the canvas
 * shows. A track that passes the antimeridian goes on beyond 0 or 1.
 */
import { EARTH_RADIUS_M, type Place } from '@pitlane/base/geo';

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** What the canvas shows: the point in its middle, and how many CSS pixels a side of the plane takes. */
export interface MapView extends Point {
  readonly scalePx: number;
}

export interface Size {
  readonly widthPx: number;
  readonly heightPx: number;
}

export interface Bounds {
  readonly west: number;
  readonly north: number;
  readonly east: number;
  readonly south: number;
}

/** Where the square ends: what lies nearer to a pole is drawn at its edge. */
export const LATITUDE_MAX_DEG = 85.051_128_779_806_6;
/** The whole Earth in a small map, to a centimetre in a pixel. */
export const SCALE_MIN_PX = 256;
export const SCALE_MAX_PX = 4e9;
/** What is fitted keeps so far from the edge: marks and labels stand there. */
const MARGIN_PX = 52;
/** A car that stood still is shown with its surroundings. */
const FITTED_SCALE_MAX_PX = 4e8;
const RAD = Math.PI / 180;

export function pointFrom({ lngDeg, latDeg }: Place): Point {
  const lat = Math.min(LATITUDE_MAX_DEG, Math.max(-LATITUDE_MAX_DEG, latDeg)) * RAD;
  return { x: lngDeg / 360 + 0.5, y: 0.5 - Math.log(Math.tan(Math.PI / 4 + lat / 2)) / (2 * Math.PI) };
}

/** Longitudes go on past 180 where the plane does. */
export const placeFrom = ({ x, y }: Point): Place => ({
  lngDeg: (x - 0.5) * 360,
  latDeg: (2 * Math.atan(Math.exp((0.5 - y) * 2 * Math.PI)) - Math.PI / 2) / RAD,
});

export const pixelX = (view: MapView, { widthPx }: Size, x: number): number =>
  (x - view.x) * view.scalePx + widthPx / 2;
export const pixelY = (view: MapView, { heightPx }: Size, y: number): number =>
  (y - view.y) * view.scalePx + heightPx / 2;

/** The point of the plane under a pixel of the canvas. */
export const pointAt = (view: MapView, { widthPx, heightPx }: Size, { x, y }: Point): Point => ({
  x: view.x + (x - widthPx / 2) / view.scalePx,
  y: view.y + (y - heightPx / 2) / view.scalePx,
});

export function boundsOf(view: MapView, { widthPx, heightPx }: Size): Bounds {
  const [halfX, halfY] = [widthPx / 2 / view.scalePx, heightPx / 2 / view.scalePx];
  return { west: view.x - halfX, north: view.y - halfY, east: view.x + halfX, south: view.y + halfY };
}

/** The view that shows the bounds whole, with a margin. */
export function viewOf({ west, north, east, south }: Bounds, { widthPx, heightPx }: Size): MapView {
  const [roomX, roomY] = [Math.max(1, widthPx - 2 * MARGIN_PX), Math.max(1, heightPx - 2 * MARGIN_PX)];
  const fitting = Math.min(roomX / (east - west), roomY / (south - north), FITTED_SCALE_MAX_PX);
  return held({ x: (west + east) / 2, y: (north + south) / 2, scalePx: fitting });
}

export const movedBy = (view: MapView, rightPx: number, downPx: number): MapView =>
  held({ ...view, x: view.x - rightPx / view.scalePx, y: view.y - downPx / view.scalePx });

/** Nearer by a factor; what is under the pixel stays under it. */
export function zoomedAt(view: MapView, size: Size, pixel: Point, factor: number): MapView {
  const scalePx = heldScale(view.scalePx * factor);
  const fixed = pointAt(view, size, pixel);
  return held({
    x: fixed.x - (pixel.x - size.widthPx / 2) / scalePx,
    y: fixed.y - (pixel.y - size.heightPx / 2) / scalePx,
    scalePx,
  });
}

export const metresPerPixel = (view: MapView): number =>
  (2 * Math.PI * EARTH_RADIUS_M * Math.cos(placeFrom(view).latDeg * RAD)) / view.scalePx;

const heldScale = (scalePx: number): number => Math.min(SCALE_MAX_PX, Math.max(SCALE_MIN_PX, scalePx));

/** The middle of the canvas never leaves the Earth to north and south. */
const held = ({ x, y, scalePx }: MapView): MapView => ({
  x,
  y: Math.min(1, Math.max(0, y)),
  scalePx: heldScale(scalePx),
});
