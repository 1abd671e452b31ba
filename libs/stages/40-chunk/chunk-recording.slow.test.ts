import { createHash } from 'node:crypto';
import { McapStreamReader } from '@mcap/core';
import { loadDecompressHandlers } from '@mcap/support';
import { channelDigestFromLeaves } from '@pitlane/contracts/identity';
import type { ChunkFacts } from '@pitlane/contracts/manifest';
import { windowOf } from '@pitlane/contracts/plan';
import { mcap } from '@pitlane/formats/mcap';
import type { Attachment, Channel, Message } from '@pitlane/formats/recording';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { memorySource } from '../../../test/support/byte-source.ts';
import { linesOf, readRecording } from '../../../test/support/read-recording.ts';
import { type Batches, type CutDone, cutBatches, placeOf } from '../../../test/support/cut-in-memory.ts';
import { channelOf, messageOf, messagesOf, recordings, said } from './recordings.fixture.ts';

const RUNS = { numRuns: 40 };
const logsOf = (cut: CutDone): ChunkFacts[] => cut.chunks.filter(({ kind }) => kind === 'log');
const read = (cut: CutDone, chunk: ChunkFacts) => readRecording(mcap, memorySource(cut.bytesOf(chunk)));
const handlers = await loadDecompressHandlers();

/** A Message record with channel id 0, put together from the words of the MCAP specification. */
function recordOf({ sequence, logTimeNs, publishTimeNs, data }: Message): Buffer {
  const record = Buffer.alloc(31 + data.byteLength);
  record.writeUInt8(0x05, 0);
  record.writeBigUInt64LE(BigInt(22 + data.byteLength), 1);
  record.writeUInt32LE(sequence, 11);
  record.writeBigUInt64LE(logTimeNs, 15);
  record.writeBigUInt64LE(publishTimeNs, 23);
  record.set(data, 31);
  return record;
}

/** The lines of a chunk as the reference implementation reads them. */
function linesByOthers(bytes: Uint8Array): string[] {
  const reader = new McapStreamReader({ decompressHandlers: handlers, validateCrcs: true });
  reader.append(bytes);
  const topics = new Map<number, string>();
  const lines: string[] = [];
  for (let record = reader.nextRecord(); record; record = reader.nextRecord()) {
    if (record.type === 'Channel') topics.set(record.id, record.topic);
    if (record.type !== 'Message') continue;
    const data = Buffer.from(record.data).toString('base64');
    lines.push([topics.get(record.channelId), record.sequence, record.logTime, record.publishTime, data].join(' '));
  }
  expect(reader.done()).toBe(true);
  return lines;
}

const hashesOf = ({ spool }: CutDone): [string, string][] =>
  [...spool.files].map(([path, bytes]) => [path, createHash('sha256').update(bytes).digest('hex')]);

/** What of an attachment and a channel is the same in a chunk as in the recording. */
const unplaced = (attachment: Attachment) => ({ ...attachment, sourceOffset: 0 });
const unnumbered = (channel: Channel) => ({ ...channel, index: 0 });

const prefixOf = (batches: Batches, length: number): Batches => [batches.flat().slice(0, length)];

describe('cutting a recording', () => {
  it('puts every message into exactly one chunk, of its window, in the order of the recording', async () => {
    await fc.assert(
      fc.asyncProperty(recordings, async (given) => {
        const cut = await cutBatches(given);
        const found: Message[] = [];
        for (const chunk of logsOf(cut)) {
          const { messages, losses, notes } = await read(cut, chunk);
          expect([losses, notes]).toEqual([[], []]);
          expect(linesByOthers(cut.bytesOf(chunk))).toEqual(linesOf(messages));
          expect(messages.length).toBe(chunk.messages);
          const sequences = messages.map(({ sequence }) => sequence);
          expect(sequences).toEqual([...sequences].sort((a, b) => a - b));
          for (const { logTimeNs } of messages) {
            expect(String(windowOf(logTimeNs) * 60_000_000_000n)).toBe(chunk.windowStart);
          }
          found.push(...messages);
        }
        const inOrder = found.sort((a, b) => a.sequence - b.sequence);
        expect(linesOf(inOrder)).toEqual(linesOf(messagesOf(given)));
        expect(cut.end.messages).toBe(inOrder.length);
      }),
      RUNS,
    );
  });

  it('says of each chunk and channel what can be counted again from its bytes', async () => {
    await fc.assert(
      fc.asyncProperty(recordings, async (given) => {
        const cut = await cutBatches(given);
        const leaves = new Map<number, { window: bigint; group: string; part: number; leaf: string }[]>();
        for (const chunk of logsOf(cut)) {
          const { messages } = await read(cut, chunk);
          for (const [id, facts] of chunk.channels.entries()) {
            const own = messages.filter(({ channel }) => channel.index === id);
            const times = own.map(({ logTimeNs }) => logTimeNs).sort((a, b) => (a < b ? -1 : 1));
            const leaf = createHash('sha256')
              .update(Buffer.concat(own.map(recordOf)))
              .digest('hex');
            expect(facts).toEqual({
              channel: facts.channel,
              topic: own[0]?.channel.topic,
              messages: own.length,
              bytes: own.reduce((sum, { data }) => sum + data.byteLength, 0),
              startTime: String(times[0]),
              endTime: String(times.at(-1)),
              leaf,
            });
            const place = { window: BigInt(chunk.windowStart ?? 0), group: chunk.group, part: chunk.part, leaf };
            leaves.set(facts.channel, [...(leaves.get(facts.channel) ?? []), place]);
          }
        }
        for (const channel of cut.end.channels) {
          const own = (leaves.get(channel.channel) ?? []).sort(
            (a, b) => Number(a.window - b.window) || (a.group < b.group ? -1 : a.group > b.group ? 1 : a.part - b.part),
          );
          expect(channel.digest).toBe(channelDigestFromLeaves(own.map(({ leaf }) => leaf as typeof channel.digest)));
          const messages = messagesOf(given).filter((message) => message.channel.index === channel.channel);
          expect(channel.messages).toBe(messages.length);
          expect(channel.bytes).toBe(messages.reduce((sum, { data }) => sum + data.byteLength, 0));
        }
      }),
      RUNS,
    );
  });

  it('numbers chunks from 0 in order of closing, each place once, and leaves nothing half-grown', async () => {
    await fc.assert(
      fc.asyncProperty(recordings, async (given) => {
        const { chunks, spool } = await cutBatches(given);
        expect(chunks.map(({ ordinal }) => ordinal)).toEqual(chunks.map((_, i) => i));
        expect(new Set(chunks.map(placeOf)).size).toBe(chunks.length);
        expect(spool.growing.size).toBe(0);
        expect(spool.files.size).toBe(chunks.length);
      }),
      RUNS,
    );
  });

  it('tells of chunks as they are sealed, however many one batch closes', async () => {
    const thin = channelOf(0, '/thin');
    const batch = Array.from({ length: 500 }, (_, i) =>
      said(messageOf(thin, i, BigInt(i) * 60_000_000_000n, new Uint8Array(3))),
    );
    const createdAtEach: number[] = [];
    await cutBatches([batch], { onChunk: ({ created }) => createdAtEach.push(created.length) });
    expect(createdAtEach.length).toBe(500);
    expect(Math.max(...createdAtEach.map((created, told) => created - told))).toBeLessThan(20);
  });

  it('gives the same chunks, to the byte, whatever the batches in which it is read', async () => {
    await fc.assert(
      fc.asyncProperty(recordings, async (given) => {
        const [first, again] = [await cutBatches(given), await cutBatches([given.flat()])];
        expect(again.chunks).toEqual(first.chunks);
        expect(again.end).toEqual(first.end);
        expect(hashesOf(again)).toEqual(hashesOf(first));
      }),
      RUNS,
    );
  });

  it('gives a truncated copy the chunks of the whole wherever it holds all their messages', async () => {
    await fc.assert(
      fc.asyncProperty(recordings, fc.nat(70), async (given, length) => {
        const [whole, copy] = [await cutBatches(given), await cutBatches(prefixOf(given, length))];
        const kept = messagesOf(prefixOf(given, length)).length;
        const last = messagesOf(given)[kept]?.sequence ?? Infinity;
        const ids = new Map(copy.chunks.map((chunk) => [placeOf(chunk), chunk.chunkId]));
        for (const chunk of logsOf(whole)) {
          const { messages } = await read(whole, chunk);
          if (messages.every(({ sequence }) => sequence < last)) expect(ids.get(placeOf(chunk))).toBe(chunk.chunkId);
        }
      }),
      RUNS,
    );
  });

  it('goes on from any set of finished chunks, makes the others alike, and says which were known', async () => {
    await fc.assert(
      fc.asyncProperty(recordings, fc.infiniteStream(fc.boolean()), async (given, kept) => {
        const first = await cutBatches(given);
        const done = first.chunks.filter(() => kept.next().value);
        const again = await cutBatches(given, { done });
        expect(again.chunks).toEqual(first.chunks);
        expect(again.end).toEqual(first.end);
        const doneLogs = done.filter(({ kind }) => kind === 'log').map(placeOf);
        expect([...again.known].sort()).toEqual(doneLogs.sort());
        for (const place of doneLogs) expect(again.spool.created).not.toContain(place);
        const hashes = new Map(hashesOf(first));
        for (const [path, hash] of hashesOf(again)) expect(hash).toBe(hashes.get(path));
      }),
      RUNS,
    );
  });

  it('holds metadata, attachments and channels without messages in extras', async () => {
    await fc.assert(
      fc.asyncProperty(recordings, async (given) => {
        const cut = await cutBatches(given);
        const found = await Promise.all(
          cut.chunks.filter(({ kind }) => kind === 'extras').map((chunk) => read(cut, chunk)),
        );
        const events = given.flat();
        const texts = (all: readonly { name: string }[]) => all.map(({ name }) => name);
        const metadata = events.flatMap((event) => (event.kind === 'metadata' ? [event.metadata] : []));
        const attachments = events.flatMap((event) => (event.kind === 'attachment' ? [event.attachment] : []));
        expect(texts(found.flatMap((one) => one.metadata))).toEqual(texts(metadata));
        expect(found.flatMap((one) => one.attachments).map(unplaced)).toEqual(attachments.map(unplaced));
        const used = new Set(messagesOf(given).map(({ channel }) => channel.index));
        const silent = events.flatMap((event) => (event.kind === 'channel' ? [event.channel] : []));
        expect(found.flatMap((one) => one.channels).map(unnumbered)).toEqual(
          silent.filter(({ index }) => !used.has(index)).map(unnumbered),
        );
        // Behind them stands what is said of the clock, whose times are odd here.
        const notes = events.flatMap((event) => (event.kind === 'note' ? [event.text] : []));
        expect(cut.end.notes.slice(0, notes.length)).toEqual(notes);
      }),
      RUNS,
    );
  });
});
