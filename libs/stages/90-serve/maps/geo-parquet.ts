/**
 * Tracks as GeoParquet 1.1: a row a track, its line as WKB, its box as a column of its own, so that a reader of a region passes
 * over all other row groups. Rows are held until a row group is full, and never more. What is known only at the end stands
 * at the end of such a file.
 */
import { fileWriter, geojsonToWkb, type KeyValue, ParquetWriter, type SchemaElement } from 'hyparquet-writer';
import type { TrackFeature } from './features.ts';

const ROWS_A_GROUP = 2000;

type Row = TrackFeature;
type Kind = 'STRING' | 'INT32' | 'INT64' | 'DOUBLE' | 'WKB' | 'BOX';
interface Column {
  readonly name: string;
  readonly kind: Kind;
  readonly of: (row: Row) => unknown;
}

const property = (name: string, kind: Kind, of: (properties: Row['properties']) => unknown): Column => ({
  name,
  kind,
  of: ({ properties }) => of(properties),
});

/** Names and units as in the view `trajectories`. */
const COLUMNS: readonly Column[] = [
  { name: 'geometry', kind: 'WKB', of: ({ geometry }) => geojsonToWkb(geometry) },
  { name: 'bbox', kind: 'BOX', of: ({ bbox: [xmin, ymin, xmax, ymax] }) => ({ xmin, ymin, xmax, ymax }) },
  property('tenant', 'STRING', ({ tenant }) => tenant),
  property('drive_id', 'STRING', ({ driveId }) => driveId),
  property('vehicle_id', 'STRING', ({ vehicleId }) => vehicleId),
  property('chunk_id', 'STRING', ({ chunkId }) => chunkId),
  property('topic', 'STRING', ({ topic }) => topic),
  property('part', 'INT32', ({ part }) => part),
  property('preference', 'INT32', ({ preference }) => preference),
  property('source', 'STRING', ({ source }) => source),
  property('frame_id', 'STRING', ({ frameId }) => frameId),
  property('start_ns', 'INT64', ({ startTime }) => BigInt(startTime)),
  property('end_ns', 'INT64', ({ endTime }) => BigInt(endTime)),
  property('positions', 'INT32', ({ positions }) => positions),
  property('length_m', 'DOUBLE', ({ lengthM }) => lengthM),
  property('speed_mps', 'DOUBLE', ({ speedMps }) => speedMps),
  property('speed_min_mps', 'DOUBLE', ({ speedMinMps }) => speedMinMps),
  property('speed_max_mps', 'DOUBLE', ({ speedMaxMps }) => speedMaxMps),
  property('heading_deg', 'DOUBLE', ({ headingDeg }) => headingDeg),
  property('fix_quality', 'STRING', ({ fixQuality }) => fixQuality),
  property('accuracy_m', 'DOUBLE', ({ accuracyM }) => accuracyM),
  property('left_out', 'INT32', ({ leftOut }) => leftOut),
  property('note', 'STRING', ({ note }) => note),
  property('times_ms', 'STRING', ({ timesMs }) => JSON.stringify(timesMs)),
  property('chunk_ids', 'STRING', ({ chunkIds }) => JSON.stringify(chunkIds)),
  property('frames', 'STRING', ({ frames }) => (frames === null ? null : JSON.stringify(frames))),
];

export class GeoParquetFile {
  readonly #writer: ParquetWriter;
  readonly #metadata: KeyValue[] = [];
  readonly #types = new Set<string>();
  #rows: Row[] = [];
  #box: [number, number, number, number] | undefined;
  #count = 0;

  /** @param path a file that may be written over. */
  constructor(path: string) {
    const schema = [{ name: 'root', num_children: COLUMNS.length }, ...COLUMNS.flatMap(schemaOf)];
    this.#writer = new ParquetWriter({
      writer: fileWriter(path),
      schema,
      kvMetadata: this.#metadata,
      createdBy: 'pitlane',
    });
  }

  add(feature: TrackFeature): void {
    this.#rows.push(feature);
    this.#types.add(feature.geometry.type);
    this.#box = widened(this.#box, feature.bbox);
    if (this.#rows.length >= ROWS_A_GROUP) this.#writeGroup();
  }

  /** @returns how many rows it has. */
  finish(): number {
    if (this.#rows.length > 0) this.#writeGroup();
    const geo = geoMetadata([...this.#types].sort(), this.#box);
    this.#metadata.push({ key: 'geo', value: JSON.stringify(geo) });
    void this.#writer.finish();
    return this.#count;
  }

  #writeGroup(): void {
    const rows = this.#rows;
    this.#rows = [];
    this.#count += rows.length;
    const columnData = COLUMNS.map(({ name, of }) => ({ name, data: rows.map(of) }));
    void this.#writer.write({ columnData, rowGroupSize: ROWS_A_GROUP });
  }
}

function schemaOf({ name, kind }: Column): SchemaElement[] {
  if (kind === 'BOX') {
    const sides = ['xmin', 'ymin', 'xmax', 'ymax'].map(
      (side): SchemaElement => ({ name: side, type: 'DOUBLE', repetition_type: 'REQUIRED' }),
    );
    return [{ name, repetition_type: 'REQUIRED', num_children: sides.length }, ...sides];
  }
  if (kind === 'WKB') return [{ name, type: 'BYTE_ARRAY', repetition_type: 'REQUIRED' }];
  if (kind === 'STRING') return [{ name, type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'OPTIONAL' }];
  return [{ name, type: kind, repetition_type: 'OPTIONAL' }];
}

/** West greater than east spans the antimeridian: then the whole has no simple box in longitude. */
function widened(
  box: [number, number, number, number] | undefined,
  [w, s, e, n]: Row['bbox'],
): [number, number, number, number] {
  const [west, east] = w > e ? [-180, 180] : [w, e];
  return box
    ? [Math.min(box[0], west), Math.min(box[1], s), Math.max(box[2], east), Math.max(box[3], n)]
    : [west, s, east, n];
}

const geoMetadata = (types: readonly string[], bbox: readonly number[] | undefined): object => ({
  version: '1.1.0',
  primary_column: 'geometry',
  columns: {
    geometry: {
      encoding: 'WKB',
      geometry_types: types,
      crs: CRS84,
      edges: 'planar',
      ...(bbox && { bbox }),
      covering: {
        bbox: { xmin: ['bbox', 'xmin'], ymin: ['bbox', 'ymin'], xmax: ['bbox', 'xmax'], ymax: ['bbox', 'ymax'] },
      },
    },
  },
});

const AXIS = (name: string, abbreviation: string, direction: string): object => ({
  name,
  abbreviation,
  direction,
  unit: 'degree',
});

/** OGC:CRS84 as PROJJSON: longitude first, on WGS 84. */
const CRS84 = {
  $schema: 'https://proj.org/schemas/v0.7/projjson.schema.json',
  type: 'GeographicCRS',
  name: 'WGS 84 (CRS84)',
  datum_ensemble: {
    name: 'World Geodetic System 1984 ensemble',
    members: [{ name: 'World Geodetic System 1984 (G2139)' }],
    ellipsoid: { name: 'WGS 84', semi_major_axis: 6_378_137, inverse_flattening: 298.257223563 },
    accuracy: '2.0',
    id: { authority: 'EPSG', code: 6326 },
  },
  coordinate_system: {
    subtype: 'ellipsoidal',
    axis: [AXIS('Geodetic longitude', 'Lon', 'east'), AXIS('Geodetic latitude', 'Lat', 'north')],
  },
  id: { authority: 'OGC', code: 'CRS84' },
};
