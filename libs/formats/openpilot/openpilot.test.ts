import { concatCopy, equalBytes } from '@pitlane/base/bytes';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import zstd from 'zstd-napi';
import { memorySource } from '../../../test/support/byte-source.ts';
import { testDecompressors } from '../../../test/support/decompressors.ts';
import { type ReadRecording, readRecording } from '../../../test/support/read-recording.ts';
import { writeBz2 } from '../compressed/bz2/write-bz2.fixture.ts';
import { DEFAULT_READ_LIMITS, type ReadLimits } from '../recording/index.ts';
import { openpilot } from './index.ts';
import {
  event,
  eventFarAway,
  eventInSegments,
  type FixtureEvent,
  someEvents,
} from '../../../test/support/write-openpilot.ts';

const SEED = 20_261_126;
const read = (file: Uint8Array, limits: Partial<ReadLimits> = {}): Promise<ReadRecording> =>
  readRecording(openpilot, memorySource(file), limits);
const compress = (bytes: Uint8Array): Uint8Array => new Uint8Array(zstd.compress(bytes));

/** The stream in blocks of some bytes, so that events lie across them. */
const inBz2 = (stream: Uint8Array, blockBytes: number): Uint8Array =>
  writeBz2(
    Array.from({ length: Math.ceil(stream.byteLength / blockBytes) }, (_, i) =>
      stream.subarray(i * blockBytes, (i + 1) * blockBytes),
    ),
  );

const events = fc.array(
  fc.record({
    timeNs: fc.bigInt({ min: 1n, max: 1n << 50n }),
    member: fc.integer({ min: 0, max: 200 }),
    content: fc.array(fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }), { maxLength: 40 }),
    layout: fc.constantFrom(
      event,
      eventInSegments,
      (from: FixtureEvent) => eventFarAway(from, false),
      (from: FixtureEvent) => eventFarAway(from, true),
    ),
  }),
  { maxLength: 30 },
);

describe('an openpilot log', () => {
  it('is read event by event, plain or compressed, and its messages are the stream', async () => {
    await fc.assert(
      fc.asyncProperty(events, fc.integer({ min: 20, max: 3000 }), async (steps, blockBytes) => {
        const parts = steps.map(({ layout, ...from }) => layout(from));
        const stream = concatCopy(parts);
        const files = [
          stream,
          inBz2(stream, blockBytes),
          concatCopy([compress(stream.subarray(0, blockBytes)), compress(stream.subarray(blockBytes))]),
        ];
        for (const file of files) {
          const { messages, losses, attachments, opaque } = await read(file);
          expect([losses, attachments, opaque]).toEqual([[], [], undefined]);
          expect(equalBytes(concatCopy(messages.map(({ data }) => data)), stream)).toBe(true);
          expect(messages.map(({ logTimeNs }) => logTimeNs)).toEqual(steps.map(({ timeNs }) => timeNs));
          expect(messages.map(({ channel }) => channel.metadata.get('discriminant'))).toEqual(
            steps.map(({ member }) => `${member}`),
          );
        }
      }),
      { seed: SEED, numRuns: 40 },
    );
  });

  it('has a channel for each member of the union, under its name or its number', async () => {
    const members = [0, 21, 68 - 2, 132, 900];
    const { channels, messages } = await read(concatCopy(members.map((member) => event({ timeNs: 5n, member }))));
    expect(channels.map(({ topic }) => topic)).toEqual([
      '/initData',
      '/carState',
      '/onroadEvents',
      '/onroadEvents',
      '/event_900',
    ]);
    expect(channels.map(({ metadata }) => metadata.get('discriminant'))).toEqual(members.map(String));
    expect(channels.map(({ messageEncoding, schema }) => [messageEncoding, schema])).toEqual(
      members.map(() => ['capnp', undefined]),
    );
    expect(messages.map(({ channel, sequence }) => [channel.index, sequence])).toEqual(members.map((_, i) => [i, i]));
  });

  it('may go back in time: its events are as they come', async () => {
    const times = [9_000_000_000n, 100n, 8_000_000_000n];
    const { messages, losses } = await read(concatCopy(times.map((timeNs) => event({ timeNs, member: 6 }))));
    expect([messages.map(({ logTimeNs }) => logTimeNs), losses]).toEqual([times, []]);
  });

  it('says what it knows of wall time and of what wrote it', async () => {
    const initData: FixtureEvent = {
      timeNs: 1000n,
      member: 0,
      content: [4n, 1_690_000_000_000_000_000n],
      texts: { 2: 'a2a0ccea32023010', 3: '0.9.4' },
    };
    const clocks = (timeNs: bigint): FixtureEvent => ({
      timeNs,
      member: 34,
      content: [1n, 2n, 3n, 1_690_000_000_000_000_000n + timeNs, 5n],
    });
    const stream = concatCopy([
      eventInSegments(initData),
      ...[2000n, 3000n, 9000n].map((timeNs) => event(clocks(timeNs))),
    ]);
    const { metadata } = await read(stream);
    expect(metadata.map(({ name, entries }) => [name, Object.fromEntries(entries)])).toEqual([
      [
        'openpilot.init_data',
        {
          log_mono_time_ns: '1000',
          wall_time_ns: '1690000000000000000',
          dongle_id: 'a2a0ccea32023010',
          version: '0.9.4',
        },
      ],
      [
        'openpilot.wall_time',
        {
          pairs: '4',
          first_log_mono_time_ns: '1000',
          first_wall_time_ns: '1690000000000000000',
          last_log_mono_time_ns: '9000',
          last_wall_time_ns: '1690000000000009000',
        },
      ],
    ]);
  });

  it('says no wall time where the device knew none, or an older openpilot had no place for it', async () => {
    const { metadata } = await read(
      concatCopy([
        event({ timeNs: 7n, member: 0, content: [4n] }),
        event({ timeNs: 8n, member: 34, content: [1n, 2n, 3n, 0n] }),
      ]),
    );
    expect(metadata.map(({ name, entries }) => [name, Object.fromEntries(entries)])).toEqual([
      ['openpilot.init_data', { log_mono_time_ns: '7' }],
    ]);
  });

  it('is inspected by its beginning', async () => {
    const initData = event({ timeNs: 1n, member: 0, texts: { 3: '0.9.4-release' } });
    const tools = { decompressors: await testDecompressors(), limits: DEFAULT_READ_LIMITS };
    const stream = concatCopy([initData, ...someEvents(50)]);
    for (const file of [stream, compress(stream), inBz2(stream, 900)]) {
      const inspection = await openpilot.inspect(memorySource(file), tools);
      expect(inspection).toMatchObject({
        profile: 'openpilot',
        library: 'openpilot 0.9.4-release',
        indexed: false,
        messages: 51,
        startTimeNs: 1n,
        endTimeNs: 40_490_000_000n,
      });
      expect(inspection.topics).toMatchObject([
        { topic: '/initData', messages: 1 },
        { topic: '/carState', messages: 13 },
        {},
        {},
        {},
      ]);
    }
  });
});

describe('recognition', () => {
  const isLog = async (file: Uint8Array): Promise<boolean> => {
    const tools = { decompressors: await testDecompressors(), limits: DEFAULT_READ_LIMITS };
    return (
      openpilot.recognises(file.subarray(0, 4096)) && ((await openpilot.confirms?.(memorySource(file), tools)) ?? false)
    );
  };
  const textOf = (text: string): Uint8Array => new Uint8Array(Buffer.from(text));
  const stream = concatCopy(someEvents(40));

  it('looks into what is compressed', async () => {
    for (const wrap of [(bytes: Uint8Array) => bytes, compress, (bytes: Uint8Array) => inBz2(bytes, 500)]) {
      expect(await isLog(wrap(stream))).toBe(true);
      expect(await isLog(wrap(stream.subarray(0, -5)))).toBe(true);
      expect(await isLog(wrap(someEvents(1)[0] as Uint8Array))).toBe(true);
      expect(await isLog(wrap(textOf('some text that is no log at all\n'.repeat(300))))).toBe(false);
      expect(await isLog(wrap(new Uint8Array(10_000)))).toBe(false);
      expect(await isLog(wrap(concatCopy([someEvents(1)[0] as Uint8Array, textOf('and then a text')])))).toBe(false);
    }
  });

  it('wants one whole event at least', async () => {
    const first = someEvents(1)[0] as Uint8Array;
    expect(await isLog(first.subarray(0, -1))).toBe(false);
    expect(await isLog(compress(stream).subarray(0, 40))).toBe(false);
    expect(await isLog(inBz2(stream, 5000).subarray(0, 200))).toBe(false);
    expect(
      ['', 'x', 'BZh9', '\x28\xb5\x2f\xfd'].map((text) => openpilot.recognises(Buffer.from(text, 'latin1'))),
    ).toEqual([false, false, false, false]);
  });

  it('takes no bytes of another kind for a log', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 600 }), async (bytes) => {
        for (const file of [bytes, compress(bytes), inBz2(bytes, 200)]) expect(await isLog(file)).toBe(false);
      }),
      { seed: SEED, numRuns: 60 },
    );
  });
});
