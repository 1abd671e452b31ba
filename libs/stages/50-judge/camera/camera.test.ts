import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { requireData } from '../../../../test/support/requires.ts';
import { eventsOf, profileOf, type Sensor, textsOf, verdictOf } from '../drive.fixture.ts';
import { flatnessOf } from './flat-jpeg.ts';
import { jpegOf } from './write-jpeg.fixture.ts';

const SIZE = { width: 1600, height: 896 };
const PROFILE = profileOf({ topic: '/camera', rateHz: 10, hint: 'check its cable' });
const data = requireData();

/** A ROS message: a header whose stamp differs each time, then the picture. */
const stamped = (index: number, picture: Uint8Array): Uint8Array => {
  const head = Buffer.alloc(60);
  head.writeUInt32LE(index, 8);
  return Buffer.concat([head, picture]);
};

const camera = (picture: (atMs: number, index: number) => Uint8Array, schemaName: string): Sensor => ({
  topic: '/camera',
  periodMs: 100,
  schema: { name: schemaName, encoding: 'ros2msg', data: new Uint8Array(0) },
  data: (atMs, index) => stamped(index, picture(atMs, index)),
});

/** As a live sensor gives them: no two alike. */
const alive = (index: number): Uint8Array => {
  const bytes = new Uint8Array(20_000 + (index % 7) * 10).map((_, i) => (i * 31 + index * 17) & 0x7f);
  bytes.set([0xff, 0xd8, 0xff, 0xe0, 0, 16]);
  return bytes;
};
const aliveRaw = (index: number): Uint8Array => new Uint8Array(30_000).map((_, i) => (i * 31 + index * 17) & 0xff);

const textsFor = (sensor: Sensor): string[] => textsOf(verdictOf([eventsOf([sensor], 60_000)], { profile: PROFILE }));

describe('a camera', () => {
  it('is well when its pictures differ, compressed or raw', () => {
    expect(textsFor(camera((_, index) => alive(index), 'sensor_msgs/msg/CompressedImage'))).toEqual([]);
    expect(textsFor(camera((_, index) => aliveRaw(index), 'sensor_msgs/msg/Image'))).toEqual([]);
  });

  it.each([
    ['sensor_msgs/msg/CompressedImage', alive],
    ['foxglove.CompressedImage', alive],
    ['sensor_msgs/msg/Image', aliveRaw],
  ])('is frozen when one picture comes again and again under new stamps: %s', (schema, picture) => {
    const frozen = camera((atMs, index) => picture(atMs >= 7000 && atMs <= 38_000 ? 70 : index), schema);
    expect(textsFor(frozen)).toEqual(['/camera frozen from 14:22:07 for 31 s: check its cable']);
  });

  it('is not frozen by pictures that are alike where they are sampled', () => {
    const picture = (index: number): Uint8Array => {
      const bytes = aliveRaw(0);
      bytes[15_000 + 1] = index;
      return bytes;
    };
    expect(textsFor(camera((_, index) => picture(index), 'sensor_msgs/msg/Image'))).toEqual([]);
  });

  it('is black, and not frozen too, where it shows nothing but dark', () => {
    const black = jpegOf({ ...SIZE, level: () => 5 });
    const dark = camera((atMs, index) => (atMs >= 7000 && atMs < 20_000 ? black : alive(index)), 'CompressedImage');
    expect(textsFor(dark)).toEqual(['/camera black from 14:22:07 for 13 s: check its cable']);
    const raw = camera(
      (atMs, index) => (atMs >= 7000 && atMs < 20_000 ? new Uint8Array(30_000).fill(16) : aliveRaw(index)),
      'Image',
    );
    expect(textsFor(raw)).toEqual(['/camera black from 14:22:07 for 13 s: check its cable']);
  });

  it('is blank where it shows one bright colour', () => {
    const grey = jpegOf({ ...SIZE, level: () => 128 });
    const blank = camera((atMs, index) => (atMs < 20_000 ? grey : alive(index)), 'CompressedImage');
    expect(textsFor(blank)).toEqual(['/camera blank, one flat colour, from 14:22:00 for 20 s: check its cable']);
  });

  it('says that it cannot look into pictures of other kinds', () => {
    const video = camera((_, index) => alive(index), 'foxglove.CompressedVideo');
    const { notes, findings } = verdictOf([eventsOf([video], 5000)], {
      profile: profileOf({ topic: '/camera', kind: 'camera' }),
    });
    expect([findings, notes]).toEqual([[], ['pictures that cannot be looked into: /camera']]);
  });

  it('may hold anything in its messages', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 300 }), { minLength: 1, maxLength: 30 }), (pictures) => {
        const any = (_: number, index: number): Uint8Array => pictures[index % pictures.length] as Uint8Array;
        const sensors = ['CompressedImage', 'Image'].map((schema, i) => ({
          ...camera(any, schema),
          topic: `/c${i}`,
          data: any,
        }));
        expect(verdictOf([eventsOf(sensors, 3000)]).judgedFrom).toBe('messages');
      }),
      { numRuns: 50 },
    );
  });
});

describe('a JPEG', () => {
  it.each([
    ['black', { level: () => 0 }],
    ['black', { level: () => 16 }],
    // A little noise in the dark.
    ['black', { level: (block: number) => (block % 5 === 0 ? 17 : 16) }],
    ['blank', { level: () => 128 }],
    ['blank', { level: () => 255 }],
    [undefined, { level: (block: number) => (block * 7) % 200 }],
    [undefined, { level: () => 16, details: 4 }],
    [undefined, { level: () => 128, details: 1 }],
    [undefined, { level: () => 0, progressive: true }],
  ])('is %s where it is drawn so: %o', (flat, drawn) => {
    expect(flatnessOf(jpegOf({ ...SIZE, ...drawn }))).toBe(flat);
  });

  it('is judged by what there is of it, cut off anywhere or damaged', () => {
    const whole = jpegOf({ width: 64, height: 64, level: (block) => (block * 7) % 200, details: 5 });
    fc.assert(
      fc.property(
        fc.nat({ max: whole.byteLength }),
        fc.nat({ max: whole.byteLength - 1 }),
        fc.nat({ max: 255 }),
        (cut, at, byte) => {
          const damaged = whole.slice(0, cut);
          if (at < cut) damaged[at] = byte;
          expect(['black', 'blank', undefined]).toContain(flatnessOf(damaged));
        },
      ),
    );
  });

  it.skipIf(!data)('of a real camera is neither', () => {
    const folders = ['payload/nuscenes', 'payload/highway'].map((name) => join(data ?? '', name));
    const files = folders.flatMap((folder) => readdirSync(folder).map((name) => join(folder, name)));
    const jpegs = files.filter((file) => file.endsWith('.jpg'));
    expect(jpegs.length).toBeGreaterThan(10);
    for (const file of jpegs) expect([file, flatnessOf(readFileSync(file))]).toEqual([file, undefined]);
  });
});
