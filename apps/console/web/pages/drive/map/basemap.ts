/**
 * The basemap of the site: the lines and areas of a GeoJSON file on the map's plane, thinned to what a zoom can show.
 * Whatever else is in the file is passed over.
 */
import { pixelX, pixelY, boundsOf, type Bounds, type MapView, pointFrom, type Size } from './projection.ts';

export interface BasemapShape {
  readonly isArea: boolean;
  /** How many rings or lines there are is the shape's; of each x and y in turn. */
  readonly rings: readonly Float64Array[];
  readonly bounds: Bounds;
}

export interface Basemap {
  readonly shapes: readonly BasemapShape[];
  /** Whose data it is, where the file says so. */
  readonly attribution: string;
}

/** More are a file for another program. */
const VERTICES_MAX = 2_000_000;
const DEPTH_MAX = 6;
const ATTRIBUTION_MAX = 200;

/** Throws where it is no GeoJSON. */
export function basemapFrom(value: unknown): Basemap {
  const shapes: BasemapShape[] = [];
  let vertices = 0;
  const read = (one: unknown, depth: number): void => {
    if (depth > DEPTH_MAX || typeof one !== 'object' || one === null) return;
    const { type, coordinates, geometry, geometries, features } = one as Readonly<Record<string, unknown>>;
    if (type === 'FeatureCollection') for (const feature of listOf(features)) read(feature, depth + 1);
    if (type === 'GeometryCollection') for (const each of listOf(geometries)) read(each, depth + 1);
    if (type === 'Feature') read(geometry, depth + 1);
    for (const { lines, isArea } of linesOf(type, coordinates)) {
      const rings = lines.map(ringFrom).filter((ring) => ring.length >= 4);
      vertices += rings.reduce((sum, ring) => sum + ring.length / 2, 0);
      if (vertices > VERTICES_MAX) throw new Error(`it has more than ${VERTICES_MAX.toLocaleString('en-US')} corners`);
      if (rings.length > 0) shapes.push({ isArea, rings, bounds: boundsOfRings(rings) });
    }
  };
  const { type, attribution } = (value ?? {}) as { readonly type?: unknown; readonly attribution?: unknown };
  if (typeof type !== 'string') throw new Error('it is no GeoJSON: it has no type');
  read(value, 0);
  return { shapes, attribution: typeof attribution === 'string' ? attribution.slice(0, ATTRIBUTION_MAX) : '' };
}

interface Lines {
  readonly lines: readonly unknown[];
  readonly isArea: boolean;
}

function linesOf(type: unknown, coordinates: unknown): readonly Lines[] {
  switch (type) {
    case 'LineString':
      return [{ lines: [coordinates], isArea: false }];
    case 'MultiLineString':
      return listOf(coordinates).map((line) => ({ lines: [line], isArea: false }));
    case 'Polygon':
      return [{ lines: listOf(coordinates), isArea: true }];
    case 'MultiPolygon':
      return listOf(coordinates).map((polygon) => ({ lines: listOf(polygon), isArea: true }));
    default:
      return [];
  }
}

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

function ringFrom(positions: unknown): Float64Array {
  const flat: number[] = [];
  for (const position of listOf(positions)) {
    const [lngDeg, latDeg] = listOf(position);
    if (typeof lngDeg !== 'number' || typeof latDeg !== 'number') continue;
    const { x, y } = pointFrom({ lngDeg, latDeg });
    if (Number.isFinite(x) && Number.isFinite(y)) flat.push(x, y);
  }
  return Float64Array.from(flat);
}

function boundsOfRings(rings: readonly Float64Array[]): Bounds {
  let [west, north, east, south] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const ring of rings) {
    for (let i = 0; i < ring.length; i += 2) {
      const [x, y] = [ring[i] as number, ring[i + 1] as number];
      [west, east, north, south] = [Math.min(west, x), Math.max(east, x), Math.min(north, y), Math.max(south, y)];
    }
  }
  return { west, north, east, south };
}

/** What is left of a line when each corner that stays is a tolerance away from the one before; its ends stay. */
export function thinned(ring: Float64Array, tolerance: number): Float64Array {
  const kept: number[] = [];
  let [lastX, lastY] = [Number.NaN, Number.NaN];
  for (let i = 0; i < ring.length; i += 2) {
    const [x, y] = [ring[i] as number, ring[i + 1] as number];
    const isEnd = i === 0 || i === ring.length - 2;
    if (!isEnd && Math.abs(x - lastX) < tolerance && Math.abs(y - lastY) < tolerance) continue;
    kept.push(x, y);
    [lastX, lastY] = [x, y];
  }
  return Float64Array.from(kept);
}

/** Thinner than this nobody sees it. */
const TOLERANCE_PX = 0.6;
const SMALLEST_PX = 1;

/** Draws shapes thinned for the zoom that it is at; what was thinned is kept until the zoom is another. */
export class BasemapPainter {
  readonly #basemap: Basemap;
  #level = Number.NaN;
  #thinned = new Map<BasemapShape, readonly Float64Array[]>();

  constructor(basemap: Basemap) {
    this.#basemap = basemap;
  }

  /** The outlines that meet the view, in pixels, areas or lines. The Earth repeats itself to east and west. */
  paths(view: MapView, size: Size, areas: boolean): Path2D {
    const path = new Path2D();
    const level = Math.ceil(Math.log2(view.scalePx));
    if (level !== this.#level) [this.#level, this.#thinned] = [level, new Map()];
    const { west, north, east, south } = boundsOf(view, size);
    for (let turn = Math.floor(west); turn <= Math.floor(east); turn += 1) {
      for (const shape of this.#basemap.shapes) {
        const { bounds } = shape;
        if (shape.isArea !== areas || bounds.east + turn < west || bounds.west + turn > east) continue;
        if (bounds.south < north || bounds.north > south) continue;
        const extent = Math.max(bounds.east - bounds.west, bounds.south - bounds.north);
        if (extent * view.scalePx < SMALLEST_PX) continue;
        for (const ring of this.#ringsOf(shape)) addRing(path, ring, turn, view, size);
      }
    }
    return path;
  }

  #ringsOf(shape: BasemapShape): readonly Float64Array[] {
    let rings = this.#thinned.get(shape);
    if (!rings) {
      rings = shape.rings.map((ring) => thinned(ring, TOLERANCE_PX / 2 ** this.#level));
      this.#thinned.set(shape, rings);
    }
    return rings;
  }
}

function addRing(path: Path2D, ring: Float64Array, turn: number, view: MapView, size: Size): void {
  for (let i = 0; i < ring.length; i += 2) {
    const [x, y] = [pixelX(view, size, (ring[i] as number) + turn), pixelY(view, size, ring[i + 1] as number)];
    if (i === 0) path.moveTo(x, y);
    else path.lineTo(x, y);
  }
}
