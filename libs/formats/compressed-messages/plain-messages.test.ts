import { encodeZstd, loadDecompressors } from '@pitlane/compressor-zstd';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Channel,
  DEFAULT_READ_LIMITS,
  type Message,
  type ReadLimits,
  type RecordingEvent,
} from '../recording/index.ts';
import { plainMessages, saysDecompressed } from './index.ts';

const SEED = 20_261_126;
const MIB = 1024 * 1024;

const channelOf = (topic: string, messageEncoding = 'cdr'): Channel => ({
  index: 0,
  topic,
  messageEncoding,
  metadata: new Map(),
  schema: undefined,
});
const CHANNEL = channelOf('/a');

const messageOf = (data: Uint8Array, logTimeNs = 1n, channel = CHANNEL): RecordingEvent => {
  const message: Message = { channel, sequence: 0, logTimeNs, publishTimeNs: logTimeNs, data, sourceOffset: 77 };
  return { kind: 'message', message };
};
const framed = (data: Uint8Array): Uint8Array => encodeZstd(data, 3).slice();
const cdr = (text: string): Buffer => Buffer.concat([Buffer.from([0, 1, 0, 0]), Buffer.from(text)]);

async function read(batches: readonly (readonly RecordingEvent[])[], limits: Partial<ReadLimits> = {}) {
  const tools = {
    decompressors: await loadDecompressors(),
    limits: { ...DEFAULT_READ_LIMITS, ...limits },
  };
  const giving = (async function* () {
    yield* batches;
  })();
  const events: RecordingEvent[] = [];
  let largest = 0;
  for await (const batch of plainMessages(giving, tools)) {
    events.push(...batch);
    largest = Math.max(
      largest,
      batch.reduce((sum, event) => sum + (event.kind === 'message' ? event.message.data.byteLength : 0), 0),
    );
  }
  const messages = events.flatMap((event) => (event.kind === 'message' ? [event.message] : []));
  const losses = events.flatMap((event) => (event.kind === 'loss' ? [event.loss] : []));
  const notes = events.flatMap((event) => (event.kind === 'note' ? [event.text] : []));
  return { events, messages, losses, notes, largest };
}

describe('messages that were compressed one by one', () => {
  it('come as they were before, in their order, beside others', async () => {
    const given = fc.array(fc.tuple(fc.uint8Array({ maxLength: 500 }), fc.boolean()), { maxLength: 30 });
    await fc.assert(
      fc.asyncProperty(given, async (parts) => {
        const plain = parts.map(([body]) => Buffer.concat([Buffer.from([0, 1, 0, 0]), body]));
        const batch = plain.map((data, i) => messageOf(parts[i]?.[1] ? framed(data) : data, BigInt(i)));
        const { messages, losses } = await read([batch]);
        expect(messages.map(({ data, logTimeNs }) => [Buffer.from(data).toString('hex'), logTimeNs])).toEqual(
          plain.map((data, i) => [data.toString('hex'), BigInt(i)]),
        );
        expect(losses).toEqual([]);
      }),
      { seed: SEED, numRuns: 100 },
    );
  });

  it('are told of in one note, and a log without any passes untouched', async () => {
    const batch = [messageOf(cdr('plain'))];
    const { events, notes } = await read([batch, batch]);
    expect([events[0], notes]).toEqual([batch[0], []]);
    const told = await read([[messageOf(framed(cdr('one')))], [messageOf(framed(cdr('two')))]]);
    expect([told.notes.length, saysDecompressed(told.notes[0] as string)]).toEqual([1, true]);
    expect(saysDecompressed('no footer')).toBe(false);
  });

  it('of another encoding than CDR are left alone: nothing shows what they are', async () => {
    const data = framed(Buffer.from('{"json": true}'));
    const { messages } = await read([[messageOf(data, 1n, channelOf('/json', 'json'))]]);
    expect(messages[0]?.data).toEqual(data);
  });

  it('that are no whole frames stay as they were written, told once with topics and times', async () => {
    const whole = framed(cdr('a message that is long enough to be cut'));
    const lying = whole.slice();
    lying[5] = 0xff;
    const damaged = [
      whole.subarray(0, -3),
      Buffer.concat([whole, Buffer.from('x')]),
      lying,
      Buffer.from('28b52ffd', 'hex'),
      // Content sizes of 2^63 and of 4 GiB, and none.
      Buffer.from('28b52ffdc0000000000000008000010000', 'hex'),
      Buffer.from('28b52ffda0ffffffff010000', 'hex'),
      Buffer.from('28b52ffd0058010000', 'hex'),
    ];
    const batch = damaged.map((data, i) => messageOf(data, BigInt(10 + i), channelOf(i < 3 ? '/a' : '/b')));
    const { messages, losses } = await read([batch]);
    expect(messages.map(({ data }) => Buffer.from(data).toString('hex'))).toEqual(
      damaged.map((data) => Buffer.from(data).toString('hex')),
    );
    expect(losses).toMatchObject([
      { reason: 'corrupt-chunk', offset: 77, bytes: 0, topics: ['/a', '/b'], startTimeNs: 10n, endTimeNs: 16n },
    ]);
    expect(losses[0]?.text).toContain('7 messages');
  });

  it('that are bombs stay as they were written: one by one, and all together', async () => {
    const bomb = messageOf(framed(Buffer.alloc(40 * MIB)));
    const one = await read([[bomb]], { messageBytesMax: MIB });
    expect([one.messages[0]?.data.byteLength, one.losses.length]).toEqual([
      bomb.kind === 'message' ? bomb.message.data.byteLength : -1,
      1,
    ]);
    const many = await read([Array.from({ length: 6 }, () => bomb)]);
    expect(many.messages.filter(({ data }) => data.byteLength === 40 * MIB).length).toBe(1);
    expect(many.losses[0]?.text).toContain('5 messages');
  });

  it('are handed on in batches of a few MiB, however many come in one', async () => {
    const data = framed(Buffer.alloc(MIB).map((_, at) => (at * at) >> 5));
    const { messages, largest } = await read([Array.from({ length: 20 }, () => messageOf(data))]);
    expect(messages.length).toBe(20);
    expect(largest).toBeLessThan(6 * MIB);
  });
});
