/** Recordings as property tests want them: channels that are hard to tell apart, and times that go back and forth. */
import type { Attachment, Channel, Message, RecordingEvent, Schema } from '@pitlane/formats/recording';
import { bytesFromUtf8 } from '@pitlane/base/bytes';
import fc from 'fast-check';
import type { Batches } from '../../../test/support/cut-in-memory.ts';

const schema = (name: string, text: string): Schema => ({ name, encoding: 'ros2msg', data: bytesFromUtf8(text) });

export const SCHEMAS: readonly (Schema | undefined)[] = [
  undefined,
  schema('pkg/msg/State', 'int32 x'),
  schema('pkg/msg/State', 'int32 y'),
  schema('sensor_msgs/msg/Image', 'uint8[] data'),
  schema('', ''),
];

export const channelOf = (
  index: number,
  topic: string,
  given?: Schema,
  metadata: [string, string][] = [],
): Channel => ({
  index,
  topic,
  messageEncoding: 'cdr',
  metadata: new Map(metadata),
  schema: given,
});

export const messageOf = (channel: Channel, sequence: number, logTimeNs: bigint, data: Uint8Array): Message => ({
  channel,
  sequence,
  logTimeNs,
  publishTimeNs: logTimeNs / 2n,
  data,
  sourceOffset: sequence * 100,
});

export const said = (message: Message): RecordingEvent => ({ kind: 'message', message });

const LARGEST = (1n << 64n) - 1n;

/** Mostly forward through a few windows, with late messages, the epoch, and times that the catalog cannot hold. */
const logTime = fc.oneof(
  { weight: 8, arbitrary: fc.bigInt(0n, 5n * 60_000_000_000n) },
  { weight: 2, arbitrary: fc.bigInt(0n, 40n).map((window) => window * 60_000_000_000n) },
  { weight: 1, arbitrary: fc.constantFrom(0n, 1n << 63n, LARGEST, (1n << 63n) - 1n) },
);

const dataBytes = fc.oneof(
  { weight: 20, arbitrary: fc.nat(60) },
  { weight: 1, arbitrary: fc.constantFrom(9000, 300_000, 1_100_000) },
);

const channels = fc
  .array(
    fc.record({
      topic: fc.constantFrom('/a', '/b', '/camera'),
      schema: fc.constantFrom(...SCHEMAS),
      metadata: fc.constantFrom<[string, string][]>([], [['k', 'v']]),
    }),
    { minLength: 1, maxLength: 7 },
  )
  .map((all) => all.map(({ topic, schema: given, metadata }, index) => channelOf(index, topic, given, metadata)));

const beside = fc.oneof(
  fc.record({
    kind: fc.constant('metadata' as const),
    metadata: fc.record({
      name: fc.string(),
      entries: fc.constant(new Map([['a', 'b']])),
      sourceOffset: fc.nat(10_000),
    }),
  }),
  fc.record({
    kind: fc.constant('attachment' as const),
    attachment: fc.record({
      name: fc.string(),
      mediaType: fc.constant('text/plain'),
      logTimeNs: logTime,
      createTimeNs: logTime,
      data: fc.uint8Array({ maxLength: 50 }),
      sourceOffset: fc.nat(10_000),
    }) as fc.Arbitrary<Attachment>,
  }),
  fc.record({ kind: fc.constant('note' as const), text: fc.string() }),
);

const fillWith = (bytes: number, seed: number): Uint8Array => {
  const data = new Uint8Array(bytes);
  for (let i = 0; i < bytes; i += 1) data[i] = (seed * 31 + i * 7) & 0xff;
  return data;
};

/** A recording in batches; each message's sequence is its place. */
export const recordings: fc.Arbitrary<Batches> = channels.chain((all) => {
  const message = fc.record({ channel: fc.nat(all.length - 1), logTimeNs: logTime, bytes: dataBytes });
  const event = fc.oneof({ weight: 12, arbitrary: message }, { weight: 1, arbitrary: beside });
  return fc
    .record({ events: fc.array(event, { maxLength: 60, size: 'max' }), batchLength: fc.integer({ min: 1, max: 70 }) })
    .map(({ events, batchLength }) => {
      const given = events.map((one, i): RecordingEvent => {
        if ('kind' in one) return one;
        return said(messageOf(all[one.channel] as Channel, i, one.logTimeNs, fillWith(one.bytes, i)));
      });
      const whole: RecordingEvent[] = [...all.map((channel) => ({ kind: 'channel', channel }) as const), ...given];
      const batches: RecordingEvent[][] = [];
      for (let at = 0; at < whole.length; at += batchLength) batches.push(whole.slice(at, at + batchLength));
      return batches;
    });
});

export const messagesOf = (batches: Batches): Message[] =>
  batches.flat().flatMap((event) => (event.kind === 'message' ? [event.message] : []));
