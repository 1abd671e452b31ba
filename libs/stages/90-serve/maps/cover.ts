/**
 * The cells that an area touches, and those around them: whatever passes the area has a row in one of these. The ring around
 * is for vehicles that pass between the last position of one chunk and the first of the next, which may be in a cell beside.
 */
import { type Area, M_PER_DEGREE, wrappedLngDeg } from '@pitlane/base/geo';
import { CELL_RESOLUTION, REGION_RESOLUTION } from '@pitlane/contracts/trajectory';
import { cellsToMultiPolygon, getHexagonAreaAvg, gridDisk, polygonToCellsExperimental, UNITS } from 'h3-js';

/** What the rows of `trajectory_cells` are asked for. */
export interface Cover {
  readonly column: 'cell' | 'region';
  /** H3 indexes. */
  readonly cells: readonly string[];
}

/** More are no list to ask with. */
const CELLS_MAX = 3000;
/** Cells are drawn on faces of an icosahedron, and polygons that come near a pole are not filled by every library alike. */
const LATITUDE_MAX_DEG = 80;

/** Undefined where the area is too large for cells to tell anything: then every track is looked at. */
export function coverOf(area: Area): Cover | undefined {
  const { southDeg, northDeg } = area.box;
  if (southDeg < -LATITUDE_MAX_DEG || northDeg > LATITUDE_MAX_DEG) return undefined;
  for (const [column, resolution] of [
    ['cell', CELL_RESOLUTION],
    ['region', REGION_RESOLUTION],
  ] as const) {
    if (boxAreaM2(area) / getHexagonAreaAvg(resolution, UNITS.m2) > CELLS_MAX) continue;
    return { column, cells: withRing(touchedBy(area, resolution)) };
  }
  return undefined;
}

/** The cover as polygons of WKT, for engines that ask by shape. */
export function wktOfCells(cells: readonly string[]): string {
  const polygons = cellsToMultiPolygon([...cells], true).map(
    (rings) => `(${rings.map((ring) => `(${ring.map(([lng, lat]) => `${lng} ${lat}`).join(', ')})`).join(', ')})`,
  );
  return `MULTIPOLYGON(${polygons.join(', ')})`;
}

export const cellNumber = (cell: string): bigint => BigInt(`0x${cell}`);

function touchedBy(area: Area, resolution: number): readonly string[] {
  const cells = area.polygons.flatMap((rings) => {
    const loops = rings.map((ring) =>
      [...ring, ring[0]].map((place) => [wrappedLngDeg(place?.lngDeg ?? 0), place?.latDeg ?? 0]),
    );
    return polygonToCellsExperimental(loops, resolution, 'containmentOverlapping', true);
  });
  return [...new Set(cells)];
}

const withRing = (cells: readonly string[]): readonly string[] =>
  [...new Set(cells.flatMap((cell) => gridDisk(cell, 1)))].sort();

function boxAreaM2({ box: { westDeg, southDeg, eastDeg, northDeg } }: Area): number {
  const widthDeg = eastDeg >= westDeg ? eastDeg - westDeg : eastDeg - westDeg + 360;
  const widest = southDeg <= 0 && northDeg >= 0 ? 0 : Math.min(Math.abs(southDeg), Math.abs(northDeg));
  return widthDeg * M_PER_DEGREE * Math.cos((widest * Math.PI) / 180) * (northDeg - southDeg) * M_PER_DEGREE;
}
