/** Tracks as GeoJSON (RFC 7946), a feature a line, so that whoever reads it line by line needs no whole file in memory. */
import { type Geometry, geometryOf } from './geometry.ts';
import type { SensorFrames } from './sensor-frames.ts';
import type { MapTrack } from './tracks.ts';
import { numberOrNull, textOf } from './row-cells.ts';

export interface TrackFeature {
  readonly type: 'Feature';
  readonly bbox: readonly [west: number, south: number, east: number, north: number];
  readonly geometry: Geometry;
  readonly properties: TrackProperties;
}

export interface TrackProperties {
  readonly tenant: string;
  readonly driveId: string;
  readonly vehicleId: string;
  readonly chunkId: string;
  readonly topic: string;
  readonly part: number;
  readonly preference: number;
  readonly source: string;
  readonly frameId: string;
  readonly startTime: string;
  readonly endTime: string;
  readonly positions: number;
  readonly lengthM: number;
  readonly speedMps: number | null;
  readonly speedMinMps: number | null;
  readonly speedMaxMps: number | null;
  readonly headingDeg: number | null;
  readonly fixQuality: string;
  readonly accuracyM: number | null;
  readonly leftOut: number;
  readonly note: string | null;
  /** Of the thinned line's points, since startTime. */
  readonly timesMs: readonly number[];
  readonly chunkIds: readonly string[];
  /** Where sensors stand, as the drive says it; null where it says nothing. */
  readonly frames: SensorFrames | null;
}

/** Undefined for a track without points. */
export function featureOf({ row, points, chunkIds, frames }: MapTrack): TrackFeature | undefined {
  const geometry = geometryOf(points);
  if (!geometry) return undefined;
  const number = (column: string): number | null => numberOrNull(row, column);
  const text = (column: string): string => textOf(row, column);
  return {
    type: 'Feature',
    bbox: ['west_deg', 'south_deg', 'east_deg', 'north_deg'].map((column) =>
      Number(row[column]),
    ) as unknown as TrackFeature['bbox'],
    geometry,
    properties: {
      tenant: text('tenant'),
      driveId: text('drive_id'),
      vehicleId: text('vehicle_id'),
      chunkId: text('chunk_id'),
      topic: text('topic'),
      part: Number(row['part']),
      preference: Number(row['preference']),
      source: text('source'),
      frameId: text('frame_id'),
      startTime: text('start_ns'),
      endTime: text('end_ns'),
      positions: Number(row['positions']),
      lengthM: Number(row['length_m']),
      speedMps: number('speed_mps'),
      speedMinMps: number('speed_min_mps'),
      speedMaxMps: number('speed_max_mps'),
      headingDeg: number('heading_deg'),
      fixQuality: text('fix_quality'),
      accuracyM: number('accuracy_m'),
      leftOut: Number(row['left_out']),
      note: row['note'] === null ? null : text('note'),
      timesMs: points.map(({ timeMs }) => timeMs),
      chunkIds,
      frames,
    },
  };
}

const OPEN = '{"type":"FeatureCollection","features":[';
const CLOSE = ']}';

export async function* geoJsonLines(tracks: AsyncIterable<MapTrack>): AsyncGenerator<string> {
  yield `${OPEN}\n`;
  let isFirst = true;
  for await (const track of tracks) {
    const feature = featureOf(track);
    if (!feature) continue;
    yield `${isFirst ? '' : ','}${JSON.stringify(feature)}\n`;
    isFirst = false;
  }
  yield `${CLOSE}\n`;
}

/** Of lines as above; undefined for the first and the last. */
export function featureFromLine(line: string): TrackFeature | undefined {
  const text = line.startsWith(',') ? line.slice(1) : line;
  return text === '' || text === OPEN || text === CLOSE ? undefined : (JSON.parse(text) as TrackFeature);
}

export const isLastLine = (line: string): boolean => line.trim() === CLOSE;
