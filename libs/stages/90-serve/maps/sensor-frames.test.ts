import type { Catalog, SqlRow } from '@pitlane/ports/catalog';
import { describe, expect, it } from 'vitest';
import { framesOf } from './sensor-frames.ts';

const topic = (name: string, frame: string): SqlRow => ({ topic: name, frame_id: frame, parent_frame_id: null });
const edge = (
  frame: string,
  parent: string,
  [x, y, z]: readonly number[],
  [qx, qy, qz, qw]: readonly number[],
): SqlRow =>
  ({ topic: '/tf_static', frame_id: frame, parent_frame_id: parent, x_m: x, y_m: y, z_m: z, qx, qy, qz, qw }) as SqlRow;
const framesIn = (rows: readonly SqlRow[]) => framesOf({ query: async () => rows } as unknown as Catalog, 'acme', 'd');
const STRAIGHT = [0, 0, 0, 1];
/** A quarter to the left. */
const LEFT = [0, 0, Math.SQRT1_2, Math.SQRT1_2];

describe('the frame of a sensor', () => {
  it('is told in base_link, over all frames between', async () => {
    const frames = await framesIn([
      topic('/camera/camera_info', 'camera'),
      edge('camera', 'mast', [1, 0, 0], STRAIGHT),
      edge('mast', 'base_link', [0, 0, 2], LEFT),
    ]);
    const { baseFrameId, translation, rotation } = frames?.topics['/camera/camera_info']?.inBase ?? {};
    expect(baseFrameId).toBe('base_link');
    expect(translation?.map((value) => Math.round(value * 1e9) / 1e9)).toEqual([0, 1, 2]);
    expect(rotation?.map((value) => Math.round(value * 1e9) / 1e9)).toEqual(
      LEFT.map((value) => Math.round(value * 1e9) / 1e9),
    );
  });

  it('is unknown without a transform, and ends where transforms go round', async () => {
    const frames = await framesIn([
      topic('/imu', 'alone'),
      topic('/a', 'a'),
      edge('a', 'b', [0, 0, 0], STRAIGHT),
      edge('b', 'a', [0, 0, 0], STRAIGHT),
    ]);
    expect(frames?.topics['/imu']).toEqual({ frameId: 'alone', inBase: null });
    expect(frames?.topics['/a']?.frameId).toBe('a');
    expect(await framesIn([])).toBeNull();
  });
});
