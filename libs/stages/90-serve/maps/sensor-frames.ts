/** Where the sensors of a drive stand on the vehicle: the static transforms from each topic's frame up to the base, put together. */
import type { Catalog, SqlRow } from '@pitlane/ports/catalog';
import { textOf } from './row-cells.ts';

export interface SensorFrames {
  /** `base_link` where there is one; else each frame is told in the topmost that it stands in. */
  readonly topics: Readonly<Record<string, SensorFrame>>;
}

export interface SensorFrame {
  readonly frameId: string;
  /** Null where no transform says where the frame stands. */
  readonly inBase: (Pose & { readonly baseFrameId: string }) | null;
}

interface Pose {
  /** Metres. */
  readonly translation: Vector;
  /** x, y, z, w */
  readonly rotation: Quaternion;
}

type Vector = readonly [number, number, number];
type Quaternion = readonly [number, number, number, number];

const BASE = 'base_link';
const DEPTH_MAX = 64;

/** Null where the drive says nothing of frames. */
export async function framesOf(catalog: Catalog, tenant: string, driveId: string): Promise<SensorFrames | null> {
  const rows = await catalog.query(
    `SELECT topic, frame_id, parent_frame_id, x_m, y_m, z_m, qx, qy, qz, qw FROM frames
     WHERE tenant = ? AND drive_id = ? ORDER BY topic, frame_id, parent_frame_id`,
    [tenant, driveId],
  );
  if (rows.length === 0) return null;
  const parents = new Map(
    rows.filter((row) => row['parent_frame_id'] !== null).map((row) => [nameOf(row), edgeFrom(row)]),
  );
  const topics = rows
    .filter((row) => row['parent_frame_id'] === null)
    .map((row): [string, SensorFrame] => [
      textOf(row, 'topic'),
      { frameId: nameOf(row), inBase: inBase(nameOf(row), parents) },
    ]);
  return { topics: Object.fromEntries(topics) };
}

const nameOf = (row: SqlRow): string => textOf(row, 'frame_id');

interface Edge extends Pose {
  readonly parent: string;
}

function edgeFrom(row: SqlRow): Edge {
  const numbers = (names: readonly string[]): number[] => names.map((name) => Number(row[name]));
  return {
    parent: textOf(row, 'parent_frame_id'),
    translation: numbers(['x_m', 'y_m', 'z_m']) as unknown as Vector,
    rotation: numbers(['qx', 'qy', 'qz', 'qw']) as unknown as Quaternion,
  };
}

function inBase(frameId: string, parents: ReadonlyMap<string, Edge>): SensorFrame['inBase'] {
  let pose: Pose = { translation: [0, 0, 0], rotation: [0, 0, 0, 1] };
  let at = frameId;
  for (let depth = 0; at !== BASE && depth < DEPTH_MAX; depth += 1) {
    const edge = parents.get(at);
    if (!edge) break;
    pose = {
      translation: plus(turned(edge.rotation, pose.translation), edge.translation),
      rotation: times(edge.rotation, pose.rotation),
    };
    at = edge.parent;
  }
  return at === frameId && at !== BASE ? null : { baseFrameId: at, ...pose };
}

const plus = ([a, b, c]: Vector, [x, y, z]: Vector): Vector => [a + x, b + y, c + z];

const times = ([ax, ay, az, aw]: Quaternion, [bx, by, bz, bw]: Quaternion): Quaternion => [
  aw * bx + ax * bw + ay * bz - az * by,
  aw * by - ax * bz + ay * bw + az * bx,
  aw * bz + ax * by - ay * bx + az * bw,
  aw * bw - ax * bx - ay * by - az * bz,
];

function turned([x, y, z, w]: Quaternion, vector: Vector): Vector {
  const [rx, ry, rz] = times(times([x, y, z, w], [...vector, 0]), [-x, -y, -z, w]);
  return [rx, ry, rz];
}
