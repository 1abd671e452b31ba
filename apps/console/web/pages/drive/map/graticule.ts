/** Lines of longitude and latitude as far apart as the zoom wants, each with its label; and the bar of the scale. */
import {
  boundsOf,
  LATITUDE_MAX_DEG,
  type MapView,
  metresPerPixel,
  pixelX,
  pixelY,
  placeFrom,
  type Point,
  pointFrom,
  type Size,
} from './projection.ts';

/** At a place along the edge of the canvas, with `48.12° N`. */
export interface GraticuleLine {
  readonly atPx: number;
  readonly label: string;
}

export interface Graticule {
  readonly meridians: readonly GraticuleLine[];
  readonly parallels: readonly GraticuleLine[];
}

/** Labels need room. */
const APART_PX = 96;
/** Of whole degrees; below one a step is 1, 2 or 5 of a decimal place. */
const DEGREES = [90, 45, 30, 15, 10, 5, 2, 1];
const DECIMALS_MAX = 7;

interface Step {
  readonly deg: number;
  readonly decimals: number;
}

export function graticuleOf(view: MapView, size: Size): Graticule {
  const { west, east, north, south } = boundsOf(view, size);
  const [left, right] = [placeFrom({ x: west, y: 0.5 }).lngDeg, placeFrom({ x: east, y: 0.5 }).lngDeg];
  const [bottom, top] = [placeFrom({ x: 0, y: south }).latDeg, placeFrom({ x: 0, y: north }).latDeg];
  const step = stepFor((APART_PX * 360) / view.scalePx);
  return {
    meridians: multiples(left, right, step).map((lngDeg) => ({
      atPx: pixelX(view, size, lngDeg / 360 + 0.5),
      label: longitudeText(lngDeg, step.decimals),
    })),
    parallels: multiples(Math.max(bottom, -LATITUDE_MAX_DEG), Math.min(top, LATITUDE_MAX_DEG), latitudeStep(view)).map(
      (latDeg) => ({
        atPx: pixelY(view, size, pointFrom({ lngDeg: 0, latDeg }).y),
        label: latitudeText(latDeg, latitudeStep(view).decimals),
      }),
    ),
  };
}

/** A degree of latitude is longer on this map the farther it is from the equator. */
const latitudeStep = (view: MapView): Step =>
  stepFor((APART_PX * 360 * Math.cos((placeFrom(view).latDeg * Math.PI) / 180)) / view.scalePx);

/** The least step that is as wide as that. */
export function stepFor(leastDeg: number): Step {
  const whole = DEGREES.findLast((deg) => deg >= leastDeg);
  if (leastDeg > 1 || whole === undefined) return { deg: whole ?? (DEGREES[0] as number), decimals: 0 };
  let found: Step = { deg: 1, decimals: 0 };
  for (let decimals = 1; decimals <= DECIMALS_MAX; decimals += 1) {
    for (const mantissa of [5, 2, 1]) {
      const deg = mantissa / 10 ** decimals;
      if (deg < leastDeg) return found;
      found = { deg, decimals };
    }
  }
  return found;
}

/** Counted in whole steps, so that no rounding adds up. */
function multiples(fromDeg: number, toDeg: number, { deg, decimals }: Step): number[] {
  const [first, last] = [Math.ceil(fromDeg / deg), Math.floor(toDeg / deg)];
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => Number(((first + i) * deg).toFixed(decimals)));
}

export function longitudeText(lngDeg: number, decimals: number): string {
  const wrapped = lngDeg - 360 * Math.round(lngDeg / 360);
  const figure = Math.abs(wrapped).toFixed(decimals);
  const side = Number(figure) === 0 || Number(figure) === 180 ? '' : wrapped < 0 ? ' W' : ' E';
  return `${figure}°${side}`;
}

export function latitudeText(latDeg: number, decimals: number): string {
  const figure = Math.abs(latDeg).toFixed(decimals);
  const side = Number(figure) === 0 ? '' : latDeg < 0 ? ' S' : ' N';
  return `${figure}°${side}`;
}

/** `48.1372° N, 11.5756° E` */
export function placeText(point: Point, decimals: number): string {
  const { lngDeg, latDeg } = placeFrom(point);
  return `${latitudeText(latDeg, decimals)}, ${longitudeText(lngDeg, decimals)}`;
}

export interface ScaleBar {
  readonly lengthPx: number;
  readonly label: string;
}

const BAR_MAX_PX = 140;

/** 1, 2 or 5 of a power of ten: the longest that has room, true in the middle of the map. */
export function scaleBarOf(view: MapView): ScaleBar {
  const perPixelM = metresPerPixel(view);
  const roomM = BAR_MAX_PX * perPixelM;
  const power = 10 ** Math.floor(Math.log10(roomM));
  const metres = ([5, 2, 1].find((mantissa) => mantissa * power <= roomM) ?? 1) * power;
  return { lengthPx: metres / perPixelM, label: lengthText(metres) };
}

/** `5 km`, `200 m`, `20 cm` */
export function lengthText(metres: number): string {
  if (metres >= 1000) return `${figure(metres / 1000)} km`;
  return metres >= 1 ? `${figure(metres)} m` : `${figure(metres * 100)} cm`;
}

const figure = (value: number): string => Number(value.toPrecision(3)).toLocaleString('en-US');
