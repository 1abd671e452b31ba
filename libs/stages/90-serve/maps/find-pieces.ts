/** The pieces of tracks that may pass an area, from the catalog: by cells, or by geography where the engine has it. */
import { type Area, type Box, M_PER_DEGREE } from '@pitlane/base/geo';
import { PitlaneError } from '@pitlane/base/errors';
import { decodedTrack, TRACK_GAP, type TrackPoint } from '@pitlane/contracts/trajectory';
import type { Catalog, SqlParameter, SqlRow } from '@pitlane/ports/catalog';
import { cellNumber, coverOf, wktOfCells } from './cover.ts';
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
  const { from, conditions, parameters } = sourceOf(catalog, area);
  const asked = filterSql(filter, PASS_MAX_NS);
  const where = [...conditions, ...asked.conditions].join(' AND ');
  const rows = await catalog.query(
    `SELECT tenant, drive_id, vehicle_id, chunk_id, topic, part, preference, reach_m, ${from.columns}, track
     FROM ${from.view} WHERE ${where} LIMIT ${PIECES_MAX + 1}`,
    [...parameters, ...asked.parameters],
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

function sourceOf(catalog: Catalog, area: Area) {
  const cover = coverOf(area);
  const { southDeg, northDeg } = area.box;
  if (!cover) {
    const conditions = ['path IS NOT NULL', 'north_deg >= ?', 'south_deg <= ?', 'start_ns IS NOT NULL'];
    return { from: WHOLE_TRACKS, conditions, parameters: [southDeg - REACH_DEG, northDeg + REACH_DEG] };
  }
  if (catalog.hasGeography === true) {
    const conditions = ['ST_INTERSECTS(path, ST_GEOGFROMTEXT(?))', 'start_ns IS NOT NULL'];
    return { from: WHOLE_TRACKS, conditions, parameters: [wktOfCells(cover.cells)] };
  }
  const numbers = cover.cells.map(cellNumber).join(', ');
  const near = overlapSql(area.box);
  return {
    from: PIECES,
    conditions: [`${cover.column} IN (${numbers})`, near, 'track_start_ns IS NOT NULL'],
    parameters: [],
  };
}

/**
 * Whether the box of a row and another have anything in common. Numbers of our own, no text of anybody. Near the antimeridian
 * the latitude alone decides.
 */
function overlapSql({ westDeg: west, southDeg, eastDeg: east, northDeg }: Box): string {
  const inLatitude = `north_deg >= ${southDeg} AND south_deg <= ${northDeg}`;
  const isAtEdge = west > east || west < -180 + NEAR_ANTIMERIDIAN_DEG || east > 180 - NEAR_ANTIMERIDIAN_DEG;
  return isAtEdge ? `(${inLatitude})` : `(${inLatitude} AND east_deg >= ${west} AND west_deg <= ${east})`;
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
