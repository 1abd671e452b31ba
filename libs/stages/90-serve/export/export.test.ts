import { crc32 } from '@node-rs/crc32';
import { loadDecompressors } from '@pitlane/compressor-zstd';
import fc from 'fast-check';
import type { ChunkFacts } from '@pitlane/contracts/manifest';
import { describe, expect, it } from 'vitest';
import { indexedReaderOf } from '../../../../test/support/foreign-mcap.ts';
import {
  type GivenChannel,
  type GivenMessage,
  LandedDrive,
  plainCompressor,
} from '../../../../test/support/landed-drive.ts';
import { type ExportPlan, type ExportRequest, type MergeDeps, planExport, runExport } from '../index.ts';
import { Merge } from './merged-messages.ts';

const decompressors = await loadDecompressors();
const SECOND = 1_000_000_000n;

const depsOf = (drive: LandedDrive, more: Partial<MergeDeps> = {}): MergeDeps => ({
  store: drive.store,
  decompressors,
  crc32: (bytes, previous) => crc32(bytes, previous) >>> 0,
  ...more,
});

async function exported(drive: LandedDrive, request: Partial<ExportRequest> = {}, more: Partial<MergeDeps> = {}) {
  const plan = JSON.parse(JSON.stringify(await planExport(drive.catalog, { ...drive.key, ...request }))) as ExportPlan;
  const parts: Uint8Array[] = [];
  const append = async (bytes: readonly Uint8Array[]) => void parts.push(...bytes.map((part) => part.slice()));
  const result = await runExport(plan, { ...depsOf(drive, more), compressor: plainCompressor, append });
  const file = Buffer.concat(parts);
  expect(file.byteLength).toBe(result.bytes);
  return { result, file, reader: await indexedReaderOf(file, decompressors) };
}

/** Messages as they stand in the file, by topic, times, sequence and data. */
async function linesOf(reader: Awaited<ReturnType<typeof indexedReaderOf>>): Promise<string[]> {
  const lines: string[] = [];
  for await (const message of reader.readMessages()) {
    const channel = reader.channelsById.get(message.channelId);
    lines.push(`${message.logTime} ${channel?.topic} ${message.sequence} ${Buffer.from(message.data).toString('hex')}`);
  }
  return lines;
}

async function mergedLines(plan: ExportPlan, deps: MergeDeps): Promise<string[]> {
  const lines: string[] = [];
  for await (const batch of new Merge(plan, deps).batches()) {
    for (const { channel, logTimeNs, sequence, data } of batch) {
      lines.push(`${logTimeNs} ${channel.topic} ${sequence} ${Buffer.from(data).toString('hex')} ${channel.twin}`);
    }
  }
  return lines;
}

const schema = (name: string) => ({ name, encoding: 'ros2msg', data: new TextEncoder().encode(`# ${name}`) });
const CHANNELS: readonly GivenChannel[] = [
  { topic: '/b', schema: schema('B') },
  { topic: '/a', messageEncoding: 'cdr', schema: schema('A'), metadata: { qos: '1' } },
  { topic: '/cam', group: '/cam', schema: schema('Image') },
  { topic: '/a', messageEncoding: 'cdr', schema: schema('A'), metadata: { qos: '1' } },
];

const line = (message: GivenMessage, channels = CHANNELS): string =>
  `${message.logTimeNs} ${channels[message.channel]?.topic} ${message.sequence} ${Buffer.from(message.data).toString('hex')}`;

/** With the number of the channel among its equals: the fourth channel is the twin of the second. */
const twinLine = (message: GivenMessage): string => `${line(message)} ${message.channel === 3 ? 1 : 0}`;

function sorted(recordings: readonly (readonly GivenMessage[])[], channels = CHANNELS): GivenMessage[] {
  const topicOf = (message: GivenMessage): string => channels[message.channel]?.topic ?? '';
  return recordings
    .flatMap((messages, recording) => messages.map((message, at) => ({ message, recording, at })))
    .sort(
      (a, b) =>
        Number(a.message.logTimeNs - b.message.logTimeNs) ||
        (topicOf(a.message) < topicOf(b.message) ? -1 : topicOf(a.message) > topicOf(b.message) ? 1 : 0) ||
        a.message.sequence - b.message.sequence ||
        a.recording - b.recording ||
        a.at - b.at,
    )
    .map(({ message }) => message);
}

let counter = 0;
const messageArb = fc
  .record({ channel: fc.nat(3), second: fc.nat(200), sequence: fc.nat(3), bytes: fc.nat(40) })
  .map(({ channel, second, sequence, bytes }): GivenMessage => {
    counter += 1;
    const data = Buffer.alloc(bytes + 4, channel);
    data.writeUInt32LE(counter);
    return { channel, logTimeNs: BigInt(second) * SECOND, sequence, data };
  });

describe('an export', () => {
  it('equals the sorted messages of all recordings, whatever their times and cuts', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(messageArb, { maxLength: 120 }), { minLength: 1, maxLength: 3 }),
        fc.record({ chunkMessages: fc.integer({ min: 1, max: 40 }), innerMessages: fc.integer({ min: 1, max: 12 }) }),
        fc.constantFrom('' as const, 'zstd' as const),
        fc.constantFrom(undefined, 4096),
        async (recordings, cuts, compression, memoryBytesMax) => {
          const drive = new LandedDrive({ ...cuts, compression });
          for (const [i, messages] of recordings.entries())
            await drive.add({ path: `r${i}`, channels: CHANNELS, messages });
          const inOrder = sorted(recordings);
          const expected = inOrder.map((message) => line(message));
          const plan = await planExport(drive.catalog, drive.key);
          expect(await mergedLines(plan, depsOf(drive, { memoryBytesMax }))).toEqual(inOrder.map(twinLine));
          const { result, reader } = await exported(drive, {}, { memoryBytesMax });
          expect(result.messages).toBe(expected.length);
          expect((await linesOf(reader)).sort()).toEqual([...expected].sort());
        },
      ),
      { numRuns: 60, seed: 7 },
    );
  });

  it('holds the slice that was asked for and no other message', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(messageArb, { maxLength: 150 }),
        fc.nat(200),
        fc.nat(60),
        async (messages, from, span) => {
          const [startNs, endNs] = [BigInt(from) * SECOND, BigInt(from + span + 1) * SECOND];
          const drive = new LandedDrive({ chunkMessages: 30, innerMessages: 5 });
          await drive.add({ path: 'r', channels: CHANNELS, messages });
          const wanted = messages.filter(
            ({ channel, logTimeNs }) => channel !== 0 && logTimeNs >= startNs && logTimeNs < endNs,
          );
          const plan = await planExport(drive.catalog, { ...drive.key, topics: ['/a', '/c*'], startNs, endNs });
          const expected = sorted([wanted]).map(twinLine);
          expect(await mergedLines(plan, depsOf(drive))).toEqual(expected);
        },
      ),
      { numRuns: 60, seed: 8 },
    );
  });

  it('begins with the last message of each channel before the start, if asked', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(messageArb, { maxLength: 150 }), fc.nat(200), async (messages, from) => {
        const startNs = BigInt(from) * SECOND;
        const drive = new LandedDrive({ chunkMessages: 20, innerMessages: 4 });
        await drive.add({ path: 'r', channels: CHANNELS, messages });
        const before = sorted([messages.filter(({ logTimeNs }) => logTimeNs < startNs)]);
        const last = CHANNELS.map((_, channel) => before.findLast((message) => message.channel === channel));
        const inside = messages.filter(({ logTimeNs }) => logTimeNs >= startNs);
        const primers = before.filter((message) => last.includes(message));
        const expected = [...primers, ...sorted([inside])].map(twinLine);
        const plan = await planExport(drive.catalog, { ...drive.key, startNs, primer: 'last' });
        expect(await mergedLines(plan, depsOf(drive))).toEqual(expected);
      }),
      { numRuns: 60, seed: 9 },
    );
  });
});

const messagesOf = (
  channel: number,
  count: number,
  bytes: number,
  everyNs = SECOND / 10n,
  startNs = 0n,
): GivenMessage[] =>
  Array.from({ length: count }, (_, i) => {
    const data = Buffer.alloc(bytes);
    for (let at = 0; at + 4 <= bytes; at += 4)
      data.writeUInt32LE(Math.imul(i * 4099 + at + channel, 2654435761) >>> 0, at);
    return { channel, sequence: i, logTimeNs: startNs + BigInt(i) * everyNs, data };
  });

describe('what an export costs', () => {
  it('is one request for an object under 2 MB', async () => {
    const drive = new LandedDrive({ chunkMessages: 100, innerMessages: 10 });
    await drive.add({ path: 'r', channels: CHANNELS.slice(0, 1), messages: messagesOf(0, 100, 1000) });
    const { result } = await exported(drive);
    expect(result).toMatchObject({ messages: 100, requests: 1 });
  });

  it('is two requests for a large object, the summary and 8 MB of neighbours', async () => {
    const drive = new LandedDrive({ chunkMessages: 100, innerMessages: 10, compression: '' });
    await drive.add({ path: 'r', channels: CHANNELS.slice(0, 1), messages: messagesOf(0, 60, 100_000) });
    const { result } = await exported(drive);
    expect(result.requests).toBe(2);
  });

  it('asks for the next 8 MB of an object while the ones before are used, and for no byte twice', async () => {
    const drive = new LandedDrive({ chunkMessages: 1000, innerMessages: 10, compression: '' });
    await drive.add({ path: 'r', channels: CHANNELS.slice(0, 1), messages: messagesOf(0, 300, 100_000) });
    const merge = new Merge(await planExport(drive.catalog, drive.key), depsOf(drive));
    const readsAtBatch: number[] = [];
    let messages = 0;
    for await (const batch of merge.batches()) {
      readsAtBatch.push(drive.store.reads.length);
      messages += batch.length;
    }
    expect(messages).toBe(300);
    // The summary, then blocks of 8 MB, always one ahead.
    expect(readsAtBatch[0]).toBeGreaterThanOrEqual(3);
    expect(merge.bytes.requests).toBe(5);
    expect(merge.bytes.bytesRead).toBeLessThan(30_300_000);
  });

  it('leaves inner chunks alone that lie outside of the time or hold other channels', async () => {
    const drive = new LandedDrive({ chunkMessages: 1000, innerMessages: 10, compression: '' });
    const messages = [...messagesOf(0, 100, 100_000), ...messagesOf(1, 10, 10_000, SECOND / 10n, 50n * SECOND)];
    await drive.add({ path: 'r', channels: CHANNELS, messages });
    const [startNs, endNs] = [2n * SECOND, 3n * SECOND];
    const slice = await exported(drive, { topics: ['/b'], startNs, endNs });
    expect(slice.result).toMatchObject({ messages: 10, requests: 2 });
    const bytesRead = drive.store.reads.reduce((sum, { start, end }) => sum + end - start, 0);
    expect(bytesRead).toBeLessThan(1_200_000);
    drive.store.reads.length = 0;
    // They lie close to the summary, and came with it.
    expect((await exported(drive, { topics: ['/a'] })).result).toMatchObject({ messages: 10, requests: 1 });
    expect(drive.store.reads.reduce((sum, { start, end }) => sum + end - start, 0)).toBeLessThan(300_000);
  });

  it('reads an object once that belongs to two recordings', async () => {
    const drive = new LandedDrive();
    const messages = messagesOf(0, 50, 100);
    await drive.add({ path: 'first', channels: CHANNELS.slice(0, 1), messages });
    await drive.add({ path: 'second', channels: CHANNELS.slice(0, 1), messages });
    expect((await exported(drive)).result).toMatchObject({ messages: 50, requests: 1 });
  });

  it('is bounded in memory when all inner chunks overlap in time', async () => {
    const drive = new LandedDrive({ chunkMessages: 100, innerMessages: 10, compression: '' });
    const messages = messagesOf(0, 800, 10_000, 1n);
    const shuffled = messages.flatMap((_, i) => messages.slice((i * 149) % 800, ((i * 149) % 800) + 1));
    await drive.add({ path: 'r', channels: CHANNELS, messages: shuffled });
    const plan = await planExport(drive.catalog, drive.key);
    const memoryBytesMax = 4_000_000;
    const merge = new Merge(plan, depsOf(drive, { memoryBytesMax }));
    const lines: string[] = [];
    for await (const batch of merge.batches()) for (const message of batch) lines.push(`${message.logTimeNs}`);
    expect(lines).toEqual(messages.map(({ logTimeNs }) => `${logTimeNs}`));
    expect(merge.peakLoadedBytes).toBeLessThanOrEqual(memoryBytesMax / 2);
    expect(merge.bytes.peakBytes).toBeLessThanOrEqual(memoryBytesMax / 2);
  });
});

describe('the exported file', () => {
  it('keeps channels, schemas, metadata and attachments, and the channels without messages', async () => {
    const drive = new LandedDrive();
    await drive.add({
      path: 'r',
      profile: 'ros2',
      channels: CHANNELS,
      messages: messagesOf(1, 10, 100),
      metadata: [['vehicle', { vin: '42' }]],
      attachments: [{ name: 'calibration', data: Buffer.from('matrix') }],
    });
    const { reader } = await exported(drive);
    expect(reader.header.profile).toBe('ros2');
    const channels = [...reader.channelsById.values()];
    expect(channels.map(({ topic }) => topic).sort()).toEqual(['/a', '/a', '/b', '/cam']);
    const used = channels.find(
      ({ topic, id }) => topic === '/a' && reader.statistics?.channelMessageCounts.get(id) === 10n,
    );
    expect(used?.metadata).toEqual(new Map([['qos', '1']]));
    expect(reader.schemasById.get(used?.schemaId ?? 0)?.name).toBe('A');
    const metadata = [];
    for await (const record of reader.readMetadata()) metadata.push([record.name, ...record.metadata]);
    expect(metadata).toEqual([['vehicle', ['vin', '42']]]);
    const attachments = [];
    for await (const record of reader.readAttachments())
      attachments.push([record.name, Buffer.from(record.data).toString()]);
    expect(attachments).toEqual([['calibration', 'matrix']]);
  });

  it('keeps two equal channels of one recording apart, and joins equal channels of two recordings', async () => {
    const drive = new LandedDrive({ chunkMessages: 7 });
    const messages = [3, 1, 1, 3, 1].flatMap((channel, i) => messagesOf(channel, 3, 8, 1n, BigInt(i * 10)));
    await drive.add({ path: 'r', channels: CHANNELS, messages });
    await drive.add({ path: 's', channels: CHANNELS, messages: messagesOf(1, 5, 16, 1n, 1000n) });
    const { reader } = await exported(drive, { topics: ['/a'] });
    expect(new Set(reader.statistics?.channelMessageCounts.values())).toEqual(new Set([14n, 6n]));
  });

  it('has no profile when the recordings disagree', async () => {
    const drive = new LandedDrive();
    await drive.add({ path: 'r', profile: 'ros1', channels: CHANNELS, messages: messagesOf(0, 3, 8) });
    await drive.add({ path: 's', profile: 'ros2', channels: CHANNELS, messages: messagesOf(0, 3, 9) });
    expect((await exported(drive)).reader.header.profile).toBe('');
  });
});

describe('what cannot be exported', () => {
  it('ends the export at once when the output cannot be written', async () => {
    const drive = new LandedDrive({ chunkMessages: 20, innerMessages: 5, compression: '' });
    await drive.add({ path: 'r', channels: CHANNELS, messages: messagesOf(0, 400, 100_000) });
    const plan = await planExport(drive.catalog, drive.key);
    const append = async (): Promise<void> => {
      if (drive.store.reads.length > 0) throw new Error('the disk is full');
    };
    const failed = runExport(plan, { ...depsOf(drive), compressor: plainCompressor, append });
    await expect(failed).rejects.toThrow('the disk is full');
    expect(drive.store.reads.length).toBeLessThan(20);
  });

  it('is answered with the nearest name', async () => {
    const drive = new LandedDrive();
    await drive.add({ path: 'r', channels: CHANNELS, messages: messagesOf(0, 3, 8) });
    await expect(planExport(drive.catalog, { ...drive.key, driveId: 'car-2' })).rejects.toThrow(/nearest is "car-1-/);
    await expect(planExport(drive.catalog, { ...drive.key, topics: ['/cma'] })).rejects.toThrow(/nearest are "\/cam"/);
  });

  it('names the object that is damaged', async () => {
    const drive = new LandedDrive({ compression: '' });
    await drive.add({ path: 'r', channels: CHANNELS, messages: messagesOf(0, 30, 100) });
    const name = drive.facts.find(({ kind }) => kind === 'log')?.object ?? '';
    const changed = Buffer.from(await drive.store.read(name));
    changed.writeUInt8(changed.readUInt8(600) ^ 1, 600);
    drive.store.replace(name, changed, {});
    await expect(exported(drive)).rejects.toThrow(
      new RegExp(`object ${name}: the inner chunk at byte \\d+ has another CRC`),
    );
  });

  it('says once which object is cut short or missing, with its topics and what tells more', async () => {
    const drive = new LandedDrive();
    await drive.add({ path: 'r', channels: CHANNELS, messages: messagesOf(0, 30, 100) });
    const { object } = drive.facts.find(({ kind }) => kind === 'log') as ChunkFacts;
    const topics = drive.rows('chunk_topics').flatMap((row) => (row['messages'] === 30 ? [String(row['topic'])] : []));
    const verify = '; "pitlane verify" tells what else is wrong';
    drive.store.replace(object, (await drive.store.read(object)).slice(0, -20), {});
    await expect(exported(drive)).rejects.toThrow(new RegExp(`^object ${object}: it ends before byte \\d+${verify}$`));
    await drive.store.remove(object);
    await expect(exported(drive)).rejects.toThrow(
      `object ${object}: it is missing from the store, with ${topics.join(', ')}${verify}`,
    );
  });
});
