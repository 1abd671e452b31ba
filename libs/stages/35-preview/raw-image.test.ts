import { describe, expect, it } from 'vitest';
import { rawPicture } from './raw-image.ts';

const samples = Uint8Array.from({ length: 12 }, (_, i) => i);
const u32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
};
const text = (value: string, isCdr: boolean): Buffer => {
  const bytes = Buffer.from(isCdr ? `${value}\0` : value);
  const padding = isCdr ? Buffer.alloc((4 - (bytes.byteLength % 4)) % 4) : Buffer.alloc(0);
  return Buffer.concat([u32(bytes.byteLength), bytes, padding]);
};

/** Of 2 × 2 pixels in three samples. */
const ros1 = (encoding = 'bgr8'): Buffer =>
  Buffer.concat([
    Buffer.alloc(12),
    text('front_camera', false),
    u32(2),
    u32(2),
    text(encoding, false),
    Buffer.of(0),
    u32(6),
    u32(12),
    samples,
  ]);

function cdr(frame = 'cam'): Buffer {
  const head = Buffer.concat([Buffer.of(0, 1, 0, 0), Buffer.alloc(8), text(frame, true), u32(2), u32(2)]);
  // The byte of the endianness stands right behind the text, unpadded, and the length of a row is aligned.
  const encoding = Buffer.from('rgb8\0');
  return Buffer.concat([head, u32(5), encoding, Buffer.of(0), Buffer.alloc(2), u32(6), u32(12), samples]);
}

const field = (number: number, wire: number): number => number * 8 + wire;
const protobuf = (): Buffer =>
  Buffer.concat([
    Buffer.of(field(1, 2), 2, 8, 9),
    Buffer.of(field(7, 2), 3, 99, 97, 109),
    Buffer.concat([Buffer.of(field(2, 5)), u32(2), Buffer.of(field(3, 5)), u32(2)]),
    Buffer.concat([Buffer.of(field(4, 2), 4), Buffer.from('rgb8'), Buffer.of(field(5, 5)), u32(6)]),
    Buffer.concat([Buffer.of(field(6, 2), 12), samples]),
  ]);

const size = { kind: 'raw', width: 2, height: 2, rowBytes: 6 };

describe('a raw picture in a message', () => {
  it('is read from ROS 1, ROS 2 and Protobuf', () => {
    for (const [encoding, message, layout] of [
      ['ros1', ros1(), 'bgr'],
      ['cdr', cdr(), 'rgb'],
      ['cdr', cdr('camera_front'), 'rgb'],
      ['protobuf', protobuf(), 'rgb'],
    ] as const) {
      const picture = rawPicture(encoding, message);
      expect(picture, encoding).toMatchObject({ ...size, layout });
      expect([...(picture?.bytes ?? [])]).toEqual([...samples]);
    }
  });

  it('is none in an encoding that is no picture of bytes, or in a message that ends early', () => {
    expect(rawPicture('ros1', ros1('16UC1'))).toBeUndefined();
    expect(rawPicture('ros1', ros1('toString'))).toBeUndefined();
    expect(rawPicture('other', ros1())).toBeUndefined();
    expect(rawPicture('cdr', Buffer.concat([Buffer.of(0, 0), cdr().subarray(2)]))).toBeUndefined();
    for (const [encoding, message] of [
      ['ros1', ros1()],
      ['cdr', cdr()],
      ['protobuf', protobuf()],
    ] as const) {
      for (let end = 0; end < message.byteLength; end += 1) {
        const picture = rawPicture(encoding, message.subarray(0, end));
        // A message in Protobuf may end before any field: what is missing is nothing.
        expect(picture?.bytes.byteLength ?? 0, `${encoding} to ${end}`).toBe(0);
      }
    }
  });
});
