import { describe, expect, it } from 'vitest';
import { mutated } from '../../../../../test/support/mutations.ts';
import { pictureMessage } from '../dataset.fixture.ts';
import { pictureOf } from './image-bytes.ts';

const PNG = Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), Buffer.alloc(40, 7)]);
const u32 = (value: number): Buffer => Buffer.from(Uint32Array.of(value).buffer);

/** Little-endian CDR: each length on a multiple of four, counted from behind the head. */
function cdr(...parts: readonly (string | Uint8Array)[]): Buffer {
  let bytes = Buffer.alloc(8);
  for (const part of parts) {
    const text = typeof part === 'string' ? Buffer.from(`${part}\0`) : Buffer.from(part);
    const padding = Buffer.alloc((4 - (bytes.byteLength % 4)) % 4);
    bytes = Buffer.concat([bytes, padding, u32(text.byteLength), text]);
  }
  return Buffer.concat([Buffer.of(0, 1, 0, 0), bytes]);
}

const protobuf = (data: Buffer): Buffer =>
  Buffer.concat([Buffer.of(0x0a, 2, 8, 1, 0x12, data.byteLength), data, Buffer.of(0x1a, 3), Buffer.from('png')]);

/** Two segments, the picture in the second behind a far pointer. */
function capnp(data: Buffer): Buffer {
  const words = Math.ceil(data.byteLength / 8);
  const pointer = (low: number, high: number): Buffer => Buffer.concat([u32(low), u32(high)]);
  const first = [pointer(0, (1 << 16) | 1), Buffer.alloc(8), pointer(0, (1 << 16) | 1), Buffer.alloc(8), pointer(2, 1)];
  const second = [pointer(1, (data.byteLength << 3) | 2), data, Buffer.alloc(words * 8 - data.byteLength)];
  return Buffer.concat([u32(1), u32(5), u32(words + 1), u32(0), ...first, ...second]);
}

const ros1 = { messageEncoding: 'ros1', schemaName: 'sensor_msgs/CompressedImage', topic: '/cam' };
const cases = [
  ['ROS 1', ros1, Buffer.from(pictureMessage(3).data), pictureMessage(3).picture, 'jpg'],
  [
    'ROS 2',
    { ...ros1, messageEncoding: 'cdr', schemaName: 'sensor_msgs/msg/CompressedImage' },
    cdr('front', 'png', PNG),
    PNG,
    'png',
  ],
  [
    'protobuf',
    { ...ros1, messageEncoding: 'protobuf', schemaName: 'foxglove.CompressedImage' },
    protobuf(PNG),
    PNG,
    'png',
  ],
  [
    'JSON',
    { ...ros1, messageEncoding: 'json', schemaName: 'foxglove.CompressedImage' },
    Buffer.from(JSON.stringify({ data: PNG.toString('base64') })),
    PNG,
    'png',
  ],
  ["openpilot's previews", { topic: '/thumbnail', messageEncoding: 'capnp', schemaName: '' }, capnp(PNG), PNG, 'png'],
] as const;

describe('the picture of a message', () => {
  it.each(cases)('of %s is found as it is', (_, channel, message, picture, suffix) => {
    const found = pictureOf(channel)?.(message);
    expect(found?.suffix).toBe(suffix);
    expect(Buffer.compare(found?.bytes as Uint8Array, picture)).toBe(0);
  });

  it.each(cases)(
    'of %s that is damaged is found or not, and never anything behind the message',
    (_, channel, message) => {
      for (let seed = 0; seed < 400; seed += 1) {
        const { bytes } = mutated(message, seed);
        const found = pictureOf(channel)?.(bytes);
        expect(found === undefined || found.bytes.byteLength <= bytes.byteLength).toBe(true);
      }
    },
  );

  it('is none where the bytes are no picture, and of channels that carry none', () => {
    expect(pictureOf(ros1)?.(Buffer.alloc(300))).toBeUndefined();
    expect(pictureOf({ topic: '/imu', messageEncoding: 'cdr', schemaName: 'sensor_msgs/msg/Imu' })).toBeUndefined();
  });
});
