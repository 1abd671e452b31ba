/**
 * A line through cells: which it passes, and where it goes from one into the next. Cells are convex, so a piece of the line
 * with both ends in one cell lies in it whole; a piece between two is halved until it is shorter than a place can be written.
 */
import { placeAt } from '@pitlane/base/geo';
import { CELL_RESOLUTION, type TrackPoint } from '@pitlane/contracts/trajectory';
import { latLngToCell } from 'h3-js';

/** A line in a cell: from the fraction `from` of segment `first` to the fraction `to` of segment `last`. */
export interface CellPass {
  readonly cell: string;
  /** Number of the point with which the segment begins. */
  readonly first: number;
  readonly from: number;
  last: number;
  to: number;
}

/** Between places of 10^-7 degree there is nothing. */
const SHORTEST_DEG = 1e-7;

const cellOf = ({ latDeg, lngDeg }: { latDeg: number; lngDeg: number }): string =>
  latLngToCell(latDeg, lngDeg, CELL_RESOLUTION);

/** In order; a single point is a pass through its cell. */
export function cellPasses(points: readonly TrackPoint[]): readonly CellPass[] {
  const [start] = points;
  if (!start) return [];
  let pass: CellPass = { cell: cellOf(start), first: 0, from: 0, last: 0, to: 0 };
  const passes = [pass];
  for (let segment = 0; segment + 1 < points.length; segment += 1) {
    const [a, b] = [points[segment] as TrackPoint, points[segment + 1] as TrackPoint];
    for (const { cell, at } of changes(a, b)) {
      [pass.last, pass.to] = [segment, at];
      if (cell === pass.cell) continue;
      pass = { cell, first: segment, from: at, last: segment, to: at };
      passes.push(pass);
    }
    [pass.last, pass.to] = [segment, 1];
  }
  return passes;
}

/** The cells behind the first of the segment, with where each begins. */
function changes(a: TrackPoint, b: TrackPoint): { cell: string; at: number }[] {
  const spanDeg = Math.max(Math.abs(b.latDeg - a.latDeg), Math.abs(b.lngDeg - a.lngDeg));
  const shortest = spanDeg > 0 ? SHORTEST_DEG / spanDeg : 1;
  const found: { cell: string; at: number }[] = [];
  const halve = (from: number, fromCell: string, to: number, toCell: string): void => {
    if (fromCell === toCell && (to - from) * spanDeg <= LONGEST_DEG) return;
    if (to - from <= shortest) {
      found.push({ cell: toCell, at: to });
      return;
    }
    const middle = (from + to) / 2;
    const middleCell = cellOf(placeAt(a, b, middle));
    halve(from, fromCell, middle, middleCell);
    halve(middle, middleCell, to, toCell);
  };
  halve(0, cellOf(a), 1, cellOf(b));
  return found;
}

/** Longer pieces are halved in any case: a line straight in degrees bends against the edges of cells. */
const LONGEST_DEG = 0.002;
