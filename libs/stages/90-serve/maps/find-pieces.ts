/** The pieces of tracks that may pass an area, from the catalog: by cells, or by geography where the engine has it. */
import { type Area, type Box, M_PER_DEGREE } from '@pitlane/base/geo';
import { PitlaneError } from '@pitlane/base/errors';
import { decodedTrack, REGION_RESOLUTION, TRACK_GAP, type TrackPoint } from '@pitlane/contracts/trajectory';
import type { Catalog, SqlParameter, SqlRow } from '@pitlane/ports/catalog';
import { cellToParent } from 'h3-js';
import { cellNumber, type Cover, coverOf, wktOfCells } from './cover.ts';
import { grouped } from './grouped.ts';
import { textOf, timeNsOf } from './row-cells.ts';

/** Consecutive points of a track. */
export interface Piece {
  readonly tenant: string;
  readonly driveId: string;
  readonly vehicleId: string;
  readonly chunkId: string;
  readonly topic: string;
  readonly part: number;
  readonly preference: number;
  readonly trackStartNs: bigint;
  /** Of the whole track. */
  readonly trackPoints: number;
  readonly firstPoint: number;
  readonly reachM: number;
  readonly points: readonly TrackPoint[];
}

export interface TrackFilter {
  readonly tenant?: string | undefined;
  readonly driveId?: string | undefined;
  readonly vehicleId?: string | undefined;
  readonly startNs?: bigint | undefined;
  readonly endNs?: bigint | undefined;
}

/** A pass that begins before the times that are asked for is found whole if it is no longer than that. */
const PASS_MAX_NS = 3_600_000_000_000n;
/** So many fit the memory many times over. */
const PIECES_MAX = 200_000;

export async function findPieces(catalog: Catalog, area: Area, filter: TrackFilter): Promise<readonly Piece[]> {
  const { from, alternatives, parameters } = sourceOf(catalog, area);
  const asked = filterSql(filter, PASS_MAX_NS);
  const selects = alternatives.map(
    (
      conditions,
    ) => `SELECT tenant, drive_id, vehicle_id, chunk_id, topic, part, preference, reach_m, ${from.columns}, track
     FROM ${from.view} WHERE ${[...conditions, ...asked.conditions].join(' AND ')}`,
  );
  const rows = await catalog.query(
    `SELECT * FROM (${selects.join(' UNION ALL ')}) AS near LIMIT ${PIECES_MAX + 1}`,
    alternatives.flatMap(() => [...parameters, ...asked.parameters]),
  );
  if (rows.length > PIECES_MAX) {
    throw new PitlaneError(
      'limit-exceeded',
      `more than ${PIECES_MAX} pieces of tracks come near this area: ask for a smaller one, for less time, or for one vehicle`,
    );
  }
  return rows.map(pieceFrom);
}

const WHOLE_TRACKS = {
  view: 'trajectories',
  columns: 'start_ns AS track_start_ns, points AS track_points, 0 AS first_point',
} as const;
const PIECES = { view: 'trajectory_cells', columns: 'track_start_ns, track_points, first_point' } as const;

interface Source {
  readonly from: { readonly view: string; readonly columns: string };
  /** Of each all conditions hold; what any of them gives is wanted, and no two give the same. */
  readonly alternatives: readonly (readonly string[])[];
  /** Of each alternative. */
  readonly parameters: readonly SqlParameter[];
}

function sourceOf(catalog: Catalog, area: Area): Source {
  const cover = coverOf(area);
  const { southDeg, northDeg } = area.box;
  if (!cover) {
    const conditions = ['path IS NOT NULL', 'north_deg >= ?', 'south_deg <= ?', 'start_ns IS NOT NULL'];
    const parameters = [southDeg - REACH_DEG, northDeg + REACH_DEG];
    return { from: WHOLE_TRACKS, alternatives: [conditions], parameters };
  }
  if (catalog.hasGeography === true) {
    const conditions = ['ST_INTERSECTS(path, ST_GEOGFROMTEXT(?))', 'start_ns IS NOT NULL'];
    return { from: WHOLE_TRACKS, alternatives: [conditions], parameters: [wktOfCells(cover.cells)] };
  }
  const near = [overlapSql(area.box), 'track_start_ns IS NOT NULL'];
  return { from: PIECES, alternatives: cellsSql(cover).map((cells) => [cells, ...near]), parameters: [] };
}

/** More are dearer to plan than to look through. */
const RANGES_MAX = 4;

/**
 * Cells of one region follow one another as numbers, and rows lie in the order of cells: a range passes over nearly all of them
 * without a look, which a list of numbers alone does not.
 */
function cellsSql({ column, cells }: Cover): readonly string[] {
  const ofRegions = [...grouped(cells, (cell) => cellToParent(cell, REGION_RESOLUTION)).values()];
  const parts = column === 'cell' && ofRegions.length <= RANGES_MAX ? ofRegions : [cells];
  return parts.map((part) => {
    const numbers = part.map(cellNumber).sort((a, b) => (a < b ? -1 : 1));
    return `${column} BETWEEN ${numbers[0]} AND ${numbers.at(-1)} AND ${column} IN (${numbers.join(', ')})`;
  });
}

/**
 * Whether the box of a row and another have anything in common. Numbers of our own, no text of anybody. Near the antimeridian
 * the latitude alone decides. Each bound is added to nothing: DuckDB then looks at it behind the cells, in the few rows that are
 * left, and never unpacks the numbers of all others.
 */
function overlapSql({ westDeg: west, southDeg, eastDeg: east, northDeg }: Box): string {
  const inLatitude = `north_deg + 0 >= ${southDeg} AND south_deg + 0 <= ${northDeg}`;
  const isAtEdge = west > east || west < -180 + NEAR_ANTIMERIDIAN_DEG || east > 180 - NEAR_ANTIMERIDIAN_DEG;
  return isAtEdge ? `(${inLatitude})` : `(${inLatitude} AND east_deg + 0 >= ${west} AND west_deg + 0 <= ${east})`;
}
/** Somewhat more than a track ever reaches. */
const REACH_DEG = (2 * TRACK_GAP.mMax) / M_PER_DEGREE;
/** No segment within a cell is so long. */
const NEAR_ANTIMERIDIAN_DEG = 1;

/** @param beyondNs how much more is looked at before and behind the times. */
export function filterSql(filter: TrackFilter, beyondNs = 0n): { conditions: string[]; parameters: SqlParameter[] } {
  const asked: [sql: string, value: SqlParameter | undefined][] = [
    ['tenant = ?', filter.tenant],
    ['drive_id = ?', filter.driveId],
    ['vehicle_id = ?', filter.vehicleId],
    ['end_ns >= ?', filter.startNs === undefined ? undefined : filter.startNs - beyondNs],
    ['start_ns < ?', filter.endNs === undefined ? undefined : filter.endNs + beyondNs],
  ];
  const given = asked.filter((each): each is [string, SqlParameter] => each[1] !== undefined);
  return { conditions: given.map(([sql]) => sql), parameters: given.map(([, value]) => value) };
}

const pieceFrom = (row: SqlRow): Piece => ({
  tenant: textOf(row, 'tenant'),
  driveId: textOf(row, 'drive_id'),
  vehicleId: textOf(row, 'vehicle_id'),
  chunkId: textOf(row, 'chunk_id'),
  topic: textOf(row, 'topic'),
  part: Number(row['part']),
  preference: Number(row['preference']),
  trackStartNs: timeNsOf(row, 'track_start_ns'),
  trackPoints: Number(row['track_points']),
  firstPoint: Number(row['first_point']),
  reachM: Number(row['reach_m']),
  points: decodedTrack(textOf(row, 'track')),
});
