import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CameraRenderer } from './camera.ts';
import { LidarScanner, POINT_STEP_BYTES } from './lidar.ts';
import { Motion } from './motion.ts';
import { hash32, Random } from './random.ts';
import { rosDefinition } from './ros-definitions.ts';
import { Scene, type Surroundings } from './scene.ts';
import { SIZES } from './sizes.ts';

function surroundings(seed: number, ticks: number): Surroundings {
  const motion = new Motion(seed);
  for (let tick = 0; tick < ticks; tick += 1) motion.advance();
  return new Scene(seed, motion).surroundings(motion.state());
}

describe('the random source', () => {
  it('gives the numbers that it always gave', () => {
    const random = new Random(1, 2);
    expect([random.uint32(), random.uint32(), random.uint32(), hash32(1, 2, 3)]).toMatchInlineSnapshot(`
      [
        679965306,
        4169587626,
        1329585241,
        1712427469,
      ]
    `);
  });

  it('tells seeds apart, large ones too', () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), fc.maxSafeNat(), (a, b) => {
        fc.pre(a !== b);
        const numbers = (seed: number) => {
          const random = new Random(seed);
          return [random.uint32(), random.uint32(), random.uint32(), random.uint32()];
        };
        expect(numbers(a)).not.toEqual(numbers(b));
      }),
    );
  });
});

describe('the lidar', () => {
  const spec = SIZES.medium.lidar;

  it('returns finite points within range, from the ground up', () => {
    const points = new LidarScanner(spec).scan(surroundings(3, 2000), 1);
    const view = new DataView(points.buffer, points.byteOffset, points.byteLength);
    const count = points.byteLength / POINT_STEP_BYTES;
    expect(count).toBeGreaterThan(spec.beams * spec.columns * 0.5);
    let nearGround = 0;
    for (let at = 0; at < points.byteLength; at += POINT_STEP_BYTES) {
      const [x, y, z] = [0, 4, 8].map((offset) => view.getFloat32(at + offset, true)) as [number, number, number];
      expect(x * x + y * y + z * z).toBeLessThan((spec.rangeMaxM + 1) ** 2);
      expect(z).toBeGreaterThan(-spec.heightM - 0.2);
      if (Math.abs(z + spec.heightM) < 0.1) nearGround += 1;
      expect(view.getUint16(at + 16, true)).toBeLessThan(spec.beams);
    }
    expect(nearGround / count).toBeGreaterThan(0.2);
    expect(nearGround / count).toBeLessThan(0.9);
  });

  it('never measures the same turn twice', () => {
    const scanner = new LidarScanner(spec);
    const around = surroundings(3, 100);
    expect(scanner.scan(around, 1).slice()).not.toEqual(scanner.scan(around, 2).slice());
  });
});

describe('the camera', () => {
  it('sees sky above, street below, and noise everywhere', () => {
    const spec = SIZES.small.cameras[0];
    if (!spec) throw new Error('a small drive has cameras');
    const renderer = new CameraRenderer(spec);
    const [one, two] = [0, 1].map((seed) => {
      const pixels = new Uint8ClampedArray(spec.width * spec.height * 3);
      renderer.render(surroundings(3, 2000), seed, pixels);
      return pixels;
    }) as [Uint8ClampedArray, Uint8ClampedArray];
    const mean = (from: number, to: number) =>
      one.subarray(from, to).reduce((sum, level) => sum + level, 0) / (to - from);
    const rowBytes = spec.width * 3;
    expect(mean(0, rowBytes * 10)).toBeGreaterThan(mean(one.length - rowBytes * 10, one.length));
    const differing = one.reduce((count, level, at) => count + (level === two[at] ? 0 : 1), 0);
    expect(differing / one.length).toBeGreaterThan(0.8);
  });
});

describe('ROS definitions', () => {
  it('carry every type below them exactly once', () => {
    const text = rosDefinition('nav_msgs/Odometry');
    const parts = [...text.matchAll(/^MSG: (.+)$/gm)].map(([, name]) => name);
    expect(new Set(parts).size).toBe(parts.length);
    expect(parts).toContain('geometry_msgs/Quaternion');
    expect(parts).toContain('builtin_interfaces/Time');
    for (const [, type] of text.matchAll(/^([a-z_]+\/[A-Za-z0-9]+)/gm)) expect(parts).toContain(type);
  });
});
