import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { memorySource } from '../../../test/support/byte-source.ts';
import { testDecompressors } from '../../../test/support/decompressors.ts';
import { linesOf, readRecording } from '../../../test/support/read-recording.ts';
import { DEFAULT_READ_LIMITS } from '../recording/index.ts';
import { mcap } from './index.ts';

const data = process.env['PITLANE_TEST_DATA'] ?? new URL('../../../../shared/data', import.meta.url).pathname;
const present = existsSync(`${data}/mcap`);
if (!present) console.warn(`The real recordings are not at ${data}: their tests are skipped.`);
const bytesOf = (name: string): Uint8Array => new Uint8Array(readFileSync(`${data}/mcap/${name}`));

/** Counts by topic, as independent readers gave them. */
const FILES: readonly [name: string, counts: Readonly<Record<string, number>>, channels: number][] = [
  ['crate-uncompressed.mcap', { '/diagnostics': 52, '/tf': 774 }, 2],
  ['crate-compressed.mcap', { '/diagnostics': 52, '/tf': 774 }, 2],
  ['soccer_goal/soccer_goal_12.mcap', { '/camera/image_raw': 2 }, 1],
  [
    'custom-camera-model.mcap',
    { '/image/compressed': 10, '/camera_calibration': 10, '/camera_calibration/custom': 10 },
    3,
  ],
  ['example_logs.mcap', { mouse: 111, '/rosout': 1000 }, 2],
  ['topics_and_services.mcap', { '/parameter_events': 7, '/add_two_ints/_service_event': 6 }, 5],
  ['foxglove-example.mcap', { mouse: 111 }, 1],
];

describe.skipIf(!present)('real recordings', () => {
  it.each(FILES)(
    'reads %s whole, as other readers do, and says the same when it only looks',
    async (name, counts, channels) => {
      const bytes = bytesOf(name);
      const source = memorySource(bytes, name);
      const read = await readRecording(mcap, source);
      const seen: Record<string, number> = {};
      for (const { channel } of read.messages) seen[channel.topic] = (seen[channel.topic] ?? 0) + 1;
      expect(seen).toEqual(counts);
      expect(read.channels.length).toBe(channels);
      expect(read.losses).toEqual([]);
      expect(source.bytesRead).toBe(bytes.byteLength);
      const tools = { decompressors: await testDecompressors(), limits: DEFAULT_READ_LIMITS };
      const looked = await mcap.inspect(memorySource(bytes), tools);
      expect(looked.indexed).toBe(true);
      expect(looked.messages).toBe(read.messages.length);
      for (const [topic, messages] of Object.entries(counts)) {
        expect(looked.topics).toContainEqual({ topic, schemaName: expect.any(String), messages });
      }
      const times = read.messages.map((message) => message.logTimeNs);
      expect(looked.startTimeNs).toBe(times.reduce((a, b) => (a < b ? a : b)));
      expect(looked.endTimeNs).toBe(times.reduce((a, b) => (a > b ? a : b)));
    },
  );

  it('reads what a truncated file still holds, and says what it lost', async () => {
    const bytes = bytesOf('test_sample_truncated.mcap');
    const read = await readRecording(mcap, memorySource(bytes));
    expect(read.messages.length).toBe(14);
    expect(read.losses).toMatchObject([{ reason: 'truncated', offset: 1475, bytes: 58 }]);
    expect(read.notes.join()).toMatch(/no footer/);
  });

  it('gives equal messages from the compressed and the plain copy of one recording', async () => {
    const plain = await readRecording(mcap, memorySource(bytesOf('crate-uncompressed.mcap')));
    const packed = await readRecording(mcap, memorySource(bytesOf('crate-compressed.mcap')));
    expect(linesOf(packed.messages)).toEqual(linesOf(plain.messages));
    expect(packed.channels).toEqual(plain.channels);
  });
});

describe('the way of reading', () => {
  it('stops when it is told to', async () => {
    const tools = {
      decompressors: await testDecompressors(),
      limits: DEFAULT_READ_LIMITS,
      signal: AbortSignal.abort(),
    };
    const reading = mcap.read(memorySource(new Uint8Array(100)), tools)[Symbol.asyncIterator]();
    await expect(reading.next()).rejects.toThrow();
  });

  it('passes on what the disk throws', async () => {
    const source = { name: 'x', sizeBytes: 100, read: () => Promise.reject(new Error('EIO')) };
    const tools = { decompressors: await testDecompressors(), limits: DEFAULT_READ_LIMITS };
    const reading = mcap.read(source, tools)[Symbol.asyncIterator]();
    await expect(reading.next()).rejects.toThrow('EIO');
  });

  it('recognises a recording by its first bytes alone', () => {
    expect(mcap.recognises(Uint8Array.of(0x89, 0x4d, 0x43, 0x41, 0x50, 0x30, 0x0d, 0x0a, 1))).toBe(true);
    expect(mcap.recognises(Uint8Array.of(0x89, 0x4d, 0x43, 0x41, 0x50, 0x31, 0x0d, 0x0a))).toBe(false);
    expect(mcap.recognises(new Uint8Array(3))).toBe(false);
  });
});
