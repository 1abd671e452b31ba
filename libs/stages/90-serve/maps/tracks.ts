/** Tracks for maps, drive by drive, so that no more of them are in memory than a drive has. */
import { type Area, stretchesInside } from '@pitlane/base/geo';
import { decodedTrack, type TrackPoint } from '@pitlane/contracts/trajectory';
import type { Catalog, SqlRow } from '@pitlane/ports/catalog';
import { framesOf, type SensorFrames } from './sensor-frames.ts';
import { filterSql, findPieces, type TrackFilter } from './find-pieces.ts';
import { textOf, timeNsOf } from './row-cells.ts';

/** A row of the view `trajectories`, its points, and the chunks of the drive at that time. */
export interface MapTrack {
  readonly row: SqlRow;
  readonly points: readonly TrackPoint[];
  /** Chunks of all topics with messages at that time. */
  readonly chunkIds: readonly string[];
  /** Where the sensors of the drive stand. */
  readonly frames: SensorFrames | null;
}

const COLUMNS = `tenant, drive_id, vehicle_id, chunk_id, topic, part, preference, source, frame_id, start_ns, end_ns, positions,
  length_m, west_deg, south_deg, east_deg, north_deg, track, speed_mps, speed_min_mps, speed_max_mps, heading_deg, fix_quality,
  accuracy_m, left_out, note`;

/** Where there is an area, those tracks that touch it, whole. In order of tenant, drive, time and topic. */
export async function* tracksOfDrives(
  catalog: Catalog,
  filter: TrackFilter,
  area: Area | undefined,
): AsyncGenerator<MapTrack> {
  const touching = area && (await drivesTouching(catalog, area, filter));
  const drives = touching
    ? [...touching.keys()].map((key) => JSON.parse(key) as [string, string])
    : await drivesOf(catalog, filter);
  for (const [tenant, driveId] of drives.sort(([a, x], [b, y]) => compare(a, b) || compare(x, y))) {
    const { conditions, parameters } = filterSql({ ...filter, tenant, driveId });
    const rows = await catalog.query(
      `SELECT ${COLUMNS} FROM trajectories WHERE track IS NOT NULL AND end_ns IS NOT NULL AND ${conditions.join(' AND ')}
       ORDER BY start_ns, topic, chunk_id, part`,
      parameters,
    );
    const chunks = rows.length > 0 ? await chunksOf(catalog, tenant, driveId) : [];
    const frames = rows.length > 0 ? await framesOf(catalog, tenant, driveId) : null;
    const wanted = touching?.get(JSON.stringify([tenant, driveId]));
    for (const row of rows) {
      if (wanted && !wanted.has(trackKey(row['chunk_id'], row['topic'], row['part']))) continue;
      const [startNs, endNs] = [timeNsOf(row, 'start_ns'), timeNsOf(row, 'end_ns')];
      const chunkIds = chunks
        .filter((chunk) => chunk.startNs <= endNs && chunk.endNs >= startNs)
        .map(({ chunkId }) => chunkId);
      yield { row, points: decodedTrack(textOf(row, 'track')), chunkIds, frames };
    }
  }
}

const trackKey = (chunkId: unknown, topic: unknown, part: unknown): string =>
  JSON.stringify([chunkId, topic, Number(part)]);

async function drivesOf(catalog: Catalog, filter: TrackFilter): Promise<[string, string][]> {
  const { conditions, parameters } = filterSql(filter);
  const where = conditions.length > 0 ? `WHERE ${conditions.join(' AND ')}` : '';
  const rows = await catalog.query(`SELECT tenant, drive_id FROM drives ${where}`, parameters);
  return rows.map((row) => [textOf(row, 'tenant'), textOf(row, 'drive_id')]);
}

/** The tracks of each drive that come into the area. */
async function drivesTouching(
  catalog: Catalog,
  area: Area,
  filter: TrackFilter,
): Promise<ReadonlyMap<string, Set<string>>> {
  const found = new Map<string, Set<string>>();
  for (const { tenant, driveId, chunkId, topic, part, points } of await findPieces(catalog, area, filter)) {
    const touches = points.some((point, at) => {
      const next = points[at + 1];
      if (!next && points.length > 1) return false;
      return stretchesInside(area, point, next ?? point).length > 0;
    });
    if (!touches) continue;
    const key = JSON.stringify([tenant, driveId]);
    const tracks = found.get(key) ?? new Set();
    found.set(key, tracks.add(trackKey(chunkId, topic, part)));
  }
  return found;
}

async function chunksOf(catalog: Catalog, tenant: string, driveId: string) {
  const rows = await catalog.query(
    `SELECT chunk_id, start_ns, end_ns FROM chunks
     WHERE tenant = ? AND drive_id = ? AND kind = 'log' AND start_ns IS NOT NULL AND end_ns IS NOT NULL ORDER BY chunk_id`,
    [tenant, driveId],
  );
  return rows.map((row) => ({
    chunkId: textOf(row, 'chunk_id'),
    startNs: timeNsOf(row, 'start_ns'),
    endNs: timeNsOf(row, 'end_ns'),
  }));
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
