import { describe, expect, it } from 'vitest';
import { FrameCollector } from './collect-frames.ts';

const TF = { topic: '/tf_static', schemaName: 'tf2_msgs/msg/TFMessage' };
const transform = (parent: string, child: string, x: number) => ({
  header: { frame_id: parent },
  child_frame_id: child,
  transform: { translation: { x, y: 0, z: 0 }, rotation: { x: 0, y: 0, z: 0, w: 1 } },
});

describe('frames', () => {
  it('are those of topics, from their first message, and all static transforms', () => {
    const collector = new FrameCollector();
    const imu = { topic: '/imu', schemaName: 'sensor_msgs/Imu' };
    expect([collector.isDue(imu), collector.isDue(TF)]).toEqual([true, true]);
    collector.take(imu, { header: { frame_id: 'imu_link' } });
    collector.take(TF, { transforms: [transform('base_link', 'imu_link', 1), transform('base_link', 'lidar', 2)] });
    collector.take(TF, { transforms: [transform('base_link', 'lidar', 3)] });
    expect([collector.isDue(imu), collector.isDue(TF)]).toEqual([false, true]);
    expect(collector.frames.map(({ topic, frameId, translation }) => [topic, frameId, translation?.[0]])).toEqual([
      ['/imu', 'imu_link', undefined],
      ['/tf_static', 'imu_link', 1],
      ['/tf_static', 'lidar', 3],
    ]);
  });

  it('are read of Foxglove as well, and never of what moves', () => {
    const collector = new FrameCollector();
    const pose = { translation: { x: 1, y: 2, z: 3 }, rotation: { x: 0, y: 0, z: 0, w: 1 } };
    collector.take(
      { topic: '/tf_static', schemaName: 'foxglove.FrameTransform' },
      { parent_frame_id: 'a', child_frame_id: 'b', ...pose },
    );
    expect(collector.frames).toMatchObject([{ frameId: 'b', parentFrameId: 'a', translation: [1, 2, 3] }]);
    expect(collector.isDue({ topic: '/tf', schemaName: 'tf2_msgs/TFMessage' })).toBe(false);
    expect(collector.isDue({ topic: '/points', schemaName: 'sensor_msgs/PointCloud2' })).toBe(false);
  });

  it('that are none are left out', () => {
    const collector = new FrameCollector();
    for (const message of [
      {},
      { transforms: [null, 7, {}] },
      { transforms: [transform('', 'x', 1)] },
      { transforms: [transform('a', 'b', Number.NaN)] },
    ]) {
      collector.take(TF, message);
    }
    expect(collector.frames).toEqual([]);
  });
});
