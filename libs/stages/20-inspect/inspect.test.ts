import { McapWriter } from '@mcap/core';
import { sha256Of } from '@pitlane/contracts/identity';
import { DEFAULT_READ_LIMITS } from '@pitlane/formats/recording';
import { beforeAll, describe, expect, it } from 'vitest';
import { memorySource } from '../../../test/support/byte-source.ts';
import { objectOf } from '../../../test/support/chunk-object.ts';
import { testDecompressors } from '../../../test/support/decompressors.ts';
import { inspect, inspectHead } from './index.ts';

const MIB = 1024 * 1024;
/** Three events of openpilot, and a text, as `bzip2` compresses them. */
const EVENTS_BZ2 = 'QlpoOTFBWSZTWSXzdl8AAAByIH0oigAAAMAAQAAgADEAAAbSQNNBrBGamyTY2JZ0NQgkYqqOjS8eImfi7kinChIEvm7L4A==';
const TEXT_BZ2 = 'QlpoOTFBWSZTWY2GrBsAAAORgEAEJoWEQCAAMQDTTQQ1PTKPSTjja924XiQCJ3N+LuSKcKEhGw1YNg==';
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

/** An MCAP file without chunks: a schema of 100 KiB, then one message. */
async function unchunked(logTime: bigint): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let position = 0n;
  const write = async (bytes: Uint8Array): Promise<void> => {
    parts.push(bytes.slice());
    position += BigInt(bytes.byteLength);
  };
  const writer = new McapWriter({ writable: { write, position: () => position }, useChunks: false });
  await writer.start({ profile: '', library: 'test' });
  const data = new Uint8Array(100 * 1024);
  const schemaId = await writer.registerSchema({ name: 'long', encoding: 'protobuf', data });
  const channel = { schemaId, topic: '/a', messageEncoding: 'protobuf', metadata: new Map<string, string>() };
  const channelId = await writer.registerChannel(channel);
  await writer.addMessage({ channelId, sequence: 0, logTime, publishTime: 0n, data: Uint8Array.of(1) });
  await writer.end();
  return Buffer.concat(parts);
}

describe('inspecting a file', () => {
  it('tells format, times, topics and counts from its index, having read a few MiB', async () => {
    const file = await recording();
    const source = memorySource(file);
    const { format, inspection, headSha256 } = await inspect(source, tools);
    expect(format?.name).toBe('mcap');
    expect(inspection).toMatchObject({ indexed: true, messages: 200, startTimeNs: 1000n, endTimeNs: 1199n });
    expect(inspection?.topics).toMatchObject([{ topic: '/lidar', messages: 200 }]);
    expect(headSha256).toMatch(/^[0-9a-f]{64}$/);
    expect(source.bytesRead).toBeLessThan(6 * MIB);
  });

  it('tells drives apart that begin with the same schemas for longer than the head', async () => {
    const [one, other] = [await unchunked(1n), await unchunked(2n)];
    expect(one.subarray(0, 64 * 1024)).toEqual(other.subarray(0, 64 * 1024));
    const heads = [await inspect(memorySource(one), tools), await inspect(memorySource(other), tools)];
    expect(heads[0]?.headSha256).not.toBe(heads[1]?.headSha256);
    expect(heads[0]?.prefixSha256).toEqual(heads[1]?.prefixSha256);
    expect(heads[0]?.firstMessageSha256).not.toBe(heads[1]?.firstMessageSha256);
  });

  it('hashes the prefixes of 256 B, 512 B and so on to 64 KiB, as far as the file goes', async () => {
    const file = await unchunked(1n);
    const lengths = [256, 512, 1024, 2048, 4096, 8192, 16_384, 32_768, 65_536];
    const hashes = lengths.map((bytes) => sha256Of(file.subarray(0, bytes)));
    expect((await inspect(memorySource(file), tools)).prefixSha256).toEqual(hashes);
    for (const [bytes, count] of [
      [65_535, 8],
      [1024, 3],
      [1023, 2],
      [255, 0],
    ] as const) {
      const half = await inspect(memorySource(file.subarray(0, bytes)), tools);
      expect(half.prefixSha256).toEqual(hashes.slice(0, count));
    }
  });

  it('finds the same first message in a copy that is shorter than the head', async () => {
    const file = await recording();
    const whole = await inspect(memorySource(file), tools);
    // The first chunk holds ten messages of 64 KiB, and what is left of it is read message by message.
    const half = await inspect(memorySource(file.subarray(0, 150_000)), tools);
    expect(half.firstMessageSha256).toBe(whole.firstMessageSha256);
    expect((await inspect(memorySource(file.subarray(0, 5000)), tools)).firstMessageSha256).toBeNull();
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
        prefixSha256: [],
        firstMessageSha256: null,
      });
    }
  });

  it('looks into a compressed file before it says what it is', async () => {
    for (const [base64, name] of [
      [EVENTS_BZ2, 'openpilot'],
      [TEXT_BZ2, undefined],
    ] as const) {
      const bytes = new Uint8Array(Buffer.from(base64, 'base64'));
      const file = memorySource(bytes);
      // With nothing decoded, both may be logs.
      expect((await inspectHead(file)).format?.name).toBe('openpilot');
      const { format, headSha256 } = await inspect(file, tools);
      expect(format?.name).toBe(name);
      if (name === undefined) expect(headSha256).toBe(sha256Of(bytes));
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
