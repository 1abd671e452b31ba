import { describe, expect, it } from 'vitest';
import { type GivenMessage, objectOf } from '../../../../../../test/support/chunk-object.ts';
import { type CameraFrame, framesIn } from './read-frames.ts';

const image = { name: 'foxglove.CompressedImage', encoding: 'jsonschema', data: Buffer.from('{}') };
const channels = [
  { topic: '/front', index: 0, twin: 0, messageEncoding: 'json', schema: image },
  { topic: '/imu', index: 1, twin: 0, messageEncoding: 'json', schema: { ...image, name: 'Imu' } },
  { topic: '/rear', index: 2, twin: 0, messageEncoding: 'json', schema: image },
];
const jpegOf = (number: number): Uint8Array =>
  Uint8Array.from({ length: 3000 }, (_, i) => (i < 2 ? [0xff, 0xd8][i] : (i * 7 + number * 13) % 251) ?? 0);
const picture = (bytes: Uint8Array): Uint8Array =>
  Buffer.from(JSON.stringify({ data: Buffer.from(bytes).toString('base64'), format: 'jpeg' }));

const messages: GivenMessage[] = Array.from({ length: 60 }, (_, i) => {
  const channel = i % 3;
  const data = channel === 1 ? Buffer.from('{"data":"/9j/"}') : picture(jpegOf(i));
  return { channel, sequence: i, logTimeNs: 1_772_524_830_123_456_789n + BigInt(i), data };
});
const fileOf = async (given: readonly GivenMessage[], compression: '' | 'zstd' = 'zstd'): Promise<Uint8Array> =>
  (await objectOf(given, channels, { innerMessages: 10, compression }, '')).bytes;

async function* inParts(bytes: Uint8Array, partBytes: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.byteLength; at += partBytes) yield bytes.subarray(at, at + partBytes);
}

async function readAll(bytes: Uint8Array, partBytes = bytes.byteLength): Promise<CameraFrame[]> {
  const frames: CameraFrame[] = [];
  for await (const some of framesIn(inParts(bytes, partBytes))) frames.push(...some);
  return frames;
}

describe('frames in a preview', () => {
  it.each([
    ['', 100_000],
    ['zstd', 100_000],
    ['zstd', 777],
    ['', 1],
  ] as const)(
    'are those that were put in, with their times, stored as %j and read %i bytes at a time',
    async (compression, partBytes) => {
      const given = partBytes === 1 ? messages.slice(0, 3) : messages;
      const frames = await readAll(await fileOf(given, compression), partBytes);
      const wanted = given.filter(({ channel }) => channel !== 1);
      expect(frames.map(({ topic, timeNs }) => [topic, timeNs])).toEqual(
        wanted.map(({ channel, logTimeNs }) => [channels[channel]?.topic, logTimeNs]),
      );
      expect(frames.map(({ jpeg }) => Buffer.from(jpeg).toString('hex'))).toEqual(
        wanted.map(({ sequence }) => Buffer.from(jpegOf(sequence)).toString('hex')),
      );
    },
  );

  it('come before all of the file is there', async () => {
    const bytes = await fileOf(messages);
    const frames = framesIn(inParts(bytes.subarray(0, bytes.byteLength / 2), 512));
    expect((await frames.next()).value?.length).toBeGreaterThan(0);
  });

  it('that are no JPEG are passed over', async () => {
    const odd = ['{', '7', 'null', '{"data":7}', '{"data":"!"}', '{"data":""}', '{"data":"iVBORw0KGgo="}'];
    const given = odd.map((text, i) => ({ channel: 0, sequence: i, logTimeNs: BigInt(i), data: Buffer.from(text) }));
    expect(await readAll(await fileOf(given))).toEqual([]);
  });

  it('are refused where the file is cut, damaged, or declares what nobody has room for', async () => {
    const bytes = await fileOf(messages);
    await expect(readAll(bytes.subarray(0, bytes.byteLength - 40))).rejects.toThrow('ends before its end');
    const spoilt = bytes.slice();
    for (let at = 300; at < 400; at += 1) spoilt[at] = (spoilt[at] as number) ^ 0x55;
    await expect(readAll(spoilt)).rejects.toThrow();
    await expect(readAll(bombOf(bytes))).rejects.toThrow('in one piece');
    await expect(readAll(new Uint8Array(2000))).rejects.toThrow();
  });
});

/** The first inner chunk says that it holds a terabyte. */
function bombOf(bytes: Uint8Array): Uint8Array {
  const bomb = bytes.slice();
  const view = new DataView(bomb.buffer);
  for (let at = 8; at < bomb.byteLength; ) {
    if (bomb[at] === 0x06) {
      view.setBigUint64(at + 9 + 16, 1n << 40n, true);
      return bomb;
    }
    at += 9 + Number(view.getBigUint64(at + 1, true));
  }
  throw new Error('there is no inner chunk in it');
}
