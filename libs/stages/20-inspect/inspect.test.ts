import { sha256Of } from '@pitlane/contracts/identity';
import { DEFAULT_READ_LIMITS } from '@pitlane/formats/recording';
import { beforeAll, describe, expect, it } from 'vitest';
import { memorySource } from '../../../test/support/byte-source.ts';
import { objectOf } from '../../../test/support/chunk-object.ts';
import { testDecompressors } from '../../../test/support/decompressors.ts';
import { inspect } from './index.ts';

const MIB = 1024 * 1024;
let tools: Parameters<typeof inspect>[1];

beforeAll(async () => {
  tools = { decompressors: await testDecompressors(), limits: DEFAULT_READ_LIMITS };
});

/** An MCAP file with an index, of some 12 MiB. */
async function recording(): Promise<Uint8Array> {
  const data = new Uint8Array(64 * 1024).map((_, i) => (i * i) >> 3);
  const messages = Array.from({ length: 200 }, (_, sequence) => {
    return { channel: 0, logTimeNs: 1_000n + BigInt(sequence), sequence, data };
  });
  const channels = [{ topic: '/lidar', index: 0, twin: 0 }];
  return (await objectOf(messages, channels, { innerMessages: 10, compression: '' }, 'ros2')).bytes;
}

describe('inspecting a file', () => {
  it('tells format, times, topics and counts from its index, having read a few MiB', async () => {
    const file = await recording();
    const source = memorySource(file);
    const { format, inspection, headSha256 } = await inspect(source, tools);
    expect(format?.name).toBe('mcap');
    expect(inspection).toMatchObject({ indexed: true, messages: 200, startTimeNs: 1000n, endTimeNs: 1199n });
    expect(inspection?.topics).toMatchObject([{ topic: '/lidar', messages: 200 }]);
    expect(headSha256).toBe(sha256Of(file.subarray(0, 64 * 1024)));
    expect(source.bytesRead).toBeLessThan(4 * MIB);
  });

  it('gives a copy that was cut short the head of the whole', async () => {
    const file = await recording();
    const half = await inspect(memorySource(file.subarray(0, file.byteLength >> 1)), tools);
    expect(half.headSha256).toBe((await inspect(memorySource(file), tools)).headSha256);
    expect(half.format?.name).toBe('mcap');
    expect(half.inspection?.startTimeNs).toBe(1000n);
  });

  it('knows no format of a file that is none, empty or tiny, and fails for none of them', async () => {
    for (const text of ['', 'x', 'just some text', '#ROSBAG V9.9\n']) {
      const bytes = new Uint8Array(Buffer.from(text));
      expect(await inspect(memorySource(bytes), tools)).toEqual({
        format: undefined,
        inspection: undefined,
        headSha256: sha256Of(bytes),
      });
    }
  });

  it('does not fail for a log of which nothing but the head is there', async () => {
    const file = await recording();
    for (const bytes of [8, 9, 20, 100, 5000]) {
      const { format, inspection } = await inspect(memorySource(file.subarray(0, bytes)), tools);
      expect([format?.name, inspection?.indexed]).toEqual(['mcap', false]);
    }
  });
});
