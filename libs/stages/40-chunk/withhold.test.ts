import { EVERY_TOPIC, mayLeave, topicFilterFrom } from '@pitlane/contracts/topic-filter';
import { mcap } from '@pitlane/formats/mcap';
import type { Attachment, Loss, Message, RecordingEvent } from '@pitlane/formats/recording';
import { bytesFromUtf8 } from '@pitlane/base/bytes';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { memorySource } from '../../../test/support/byte-source.ts';
import { type CutDone, cutBatches, RECORDING } from '../../../test/support/cut-in-memory.ts';
import { linesOf, readRecording } from '../../../test/support/read-recording.ts';
import { channelOf, messageOf, messagesOf, recordings, said } from './recordings.fixture.ts';
import { Withholding } from './withhold.ts';

const without = topicFilterFrom({ exclude: ['/cabin*'] });
const only = topicFilterFrom({ topics: ['/imu'] });
const [imu, cabin] = [channelOf(0, '/imu'), channelOf(1, '/cabin/audio')];
const MARKER = 'what was said in the cabin, which nobody else may hear';
const metadata: RecordingEvent = {
  kind: 'metadata',
  metadata: { name: 'car', entries: new Map([['a', 'b']]), sourceOffset: 0 },
};
const attachment: RecordingEvent = {
  kind: 'attachment',
  attachment: { name: 'a', mediaType: '', logTimeNs: 0n, createTimeNs: 0n, data: bytesFromUtf8('x'), sourceOffset: 0 },
};
const loss: Loss = {
  reason: 'corrupt-record',
  text: 'no frame in "the line"',
  offset: 10,
  bytes: 20,
  topics: [],
  startTimeNs: undefined,
  endTimeNs: undefined,
};

/** Messages, attachments and the whole content of all that a cut landed, unpacked. */
async function landed(cut: CutDone) {
  const read = await Promise.all(cut.chunks.map((chunk) => readRecording(mcap, memorySource(cut.bytesOf(chunk)))));
  const messages = read.flatMap((one) => one.messages);
  const data = [...messages, ...read.flatMap((one): (Message | Attachment)[] => one.attachments)].map(
    (one) => one.data,
  );
  return {
    messages,
    topics: read.flatMap(({ channels }) => channels.map(({ topic }) => topic)),
    bytes: Buffer.concat(data),
  };
}

describe('what may not leave', () => {
  it('passes everything as it is without a filter', () => {
    const withholding = new Withholding(EVERY_TOPIC);
    const batch = [said(messageOf(cabin, 0, 1n, new Uint8Array(1))), metadata, attachment];
    expect(withholding.pass(batch)).toBe(batch);
    expect([withholding.keepsUnread, withholding.losses(RECORDING)]).toEqual([true, []]);
  });

  it('is told of by one loss a topic, with count and times, across batches', () => {
    const withholding = new Withholding(without);
    const at = (timeNs: bigint) => said(messageOf(cabin, 0, timeNs, new Uint8Array(1)));
    const passed = [
      [{ kind: 'channel', channel: cabin } as const, at(7n)],
      [at(3n), said(messageOf(imu, 0, 5n, new Uint8Array(1)))],
    ];
    expect(passed.flatMap((batch) => withholding.pass(batch)).map(({ kind }) => kind)).toEqual(['message']);
    expect(withholding.losses(RECORDING)).toEqual([
      {
        recordingId: RECORDING,
        reason: 'withheld',
        text: 'withheld: 2 messages of /cabin/audio may not leave the garage (without /cabin*)',
        offset: 0,
        bytes: 0,
        keptIn: null,
        topics: ['/cabin/audio'],
        startTime: '3',
        endTime: '7',
      },
    ]);
  });

  it('takes attachments and metadata along with excludes, and leaves them under a list of what alone may leave', () => {
    expect(new Withholding(without).pass([metadata, attachment])).toEqual([metadata, attachment]);
    expect(new Withholding(only).pass([metadata, attachment])).toEqual([]);
  });

  it('quotes nothing of bytes that could not be read', () => {
    const events: RecordingEvent[] = [
      { kind: 'note', text: 'comment "a \\"b\\" c" at 7' },
      { kind: 'loss', loss },
    ];
    expect(new Withholding(without).pass(events)).toMatchObject([
      { text: 'comment "…" at 7' },
      { loss: { text: 'no frame in "…"' } },
    ]);
  });
});

describe('a cut with a filter', () => {
  it('keeps no unread bytes, and says so in the loss', async () => {
    const fileBytes = bytesFromUtf8(`0123456789${MARKER}`);
    const batches = [[{ kind: 'channel', channel: imu } as const, { kind: 'loss', loss } as const]];
    const kept = await cutBatches(batches, { fileBytes });
    expect(kept.end.losses[0]?.keptIn).not.toBeNull();
    const cut = await cutBatches(batches, { fileBytes, filter: without });
    expect(cut.chunks.map(({ kind }) => kind)).toEqual(['extras']);
    expect(cut.end.losses).toMatchObject([
      { offset: 10, bytes: 20, keptIn: null, text: expect.stringContaining('are not kept') as string },
    ]);
  });

  it('lands what may leave, counts the rest, and has no byte of a withheld payload in any object', async () => {
    const filters = fc.constantFrom(
      topicFilterFrom({ exclude: ['/camera'] }),
      topicFilterFrom({ exclude: ['/a', '/b'] }),
      topicFilterFrom({ topics: ['/a'] }),
      topicFilterFrom({ topics: ['/c*', '/a'], exclude: ['/camera'] }),
    );
    await fc.assert(
      fc.asyncProperty(recordings, filters, async (given, filter) => {
        const marked = given.map((batch) =>
          batch.map((event): RecordingEvent => {
            if (event.kind !== 'message' || mayLeave(filter, event.message.channel.topic)) return event;
            return said({ ...event.message, data: bytesFromUtf8(`${MARKER} ${event.message.sequence}`) });
          }),
        );
        const cut = await cutBatches(marked, { filter });
        const { messages, topics, bytes } = await landed(cut);
        const wanted = messagesOf(marked).filter(({ channel }) => mayLeave(filter, channel.topic));
        const inOrder = messages.sort((a, b) => a.sequence - b.sequence);
        expect(linesOf(inOrder)).toEqual(linesOf(wanted));
        expect(topics.filter((topic) => !mayLeave(filter, topic))).toEqual([]);
        expect(bytes.includes(MARKER)).toBe(false);
        for (const [, file] of cut.spool.files) expect(Buffer.from(file).includes(MARKER)).toBe(false);
        const withheld = cut.end.losses.filter(({ reason }) => reason === 'withheld');
        const count = withheld.reduce((sum, { text }) => sum + Number(/(\d[\d,]*) message/.exec(text)?.[1]), 0);
        expect(count + wanted.length).toBe(messagesOf(marked).length);
        expect(cut.end.messages).toBe(wanted.length);
        expect(cut.end.channels.map(({ channel }) => channel)).toEqual(cut.end.channels.map((_, number) => number));
      }),
      { numRuns: 20 },
    );
  });
});
