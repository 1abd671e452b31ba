import { mcap } from '@pitlane/formats/mcap';
import { describe, expect, it } from 'vitest';
import { memorySource } from '../../../test/support/byte-source.ts';
import { readRecording } from '../../../test/support/read-recording.ts';
import { cutBatches, MemorySpool } from '../../../test/support/cut-in-memory.ts';
import { channelOf, messageOf, SCHEMAS, said } from './recordings.fixture.ts';

const data = (text: string): Uint8Array => new Uint8Array(Buffer.from(text));
const [none, stateX, stateY, image] = SCHEMAS;

async function readChunks(cut: Awaited<ReturnType<typeof cutBatches>>) {
  return Promise.all(cut.chunks.map((chunk) => readRecording(mcap, memorySource(cut.bytesOf(chunk)))));
}

describe('channels that are alike', () => {
  it('stay two when they are equal in everything, with digests of their own', async () => {
    const twins = [channelOf(0, '/a', stateX), channelOf(1, '/a', stateX)] as const;
    const cut = await cutBatches([
      [said(messageOf(twins[0], 0, 1n, data('one'))), said(messageOf(twins[1], 1, 2n, data('two')))],
    ]);
    const [chunk] = await readChunks(cut);
    expect(chunk?.channels.length).toBe(2);
    expect(chunk?.messages.map(({ channel }) => channel.index)).toEqual([0, 1]);
    const [first, second] = cut.end.channels;
    expect(first?.digest).not.toBe(second?.digest);
    expect([first?.topic, first?.messages]).toEqual([second?.topic, second?.messages]);
  });

  it('give other chunks when the twins change places, for their order of appearance is theirs', async () => {
    const twins = [channelOf(0, '/a', stateX), channelOf(1, '/a', stateX)] as const;
    const [one, two] = [data('one'), data('two')];
    const as = (first: 0 | 1, second: 0 | 1) =>
      cutBatches([[said(messageOf(twins[first], 0, 1n, one)), said(messageOf(twins[second], 1, 2n, two))]]);
    const ids = [(await as(0, 1)).chunks[0]?.chunkId, (await as(0, 0)).chunks[0]?.chunkId];
    expect(new Set(ids).size).toBe(2);
  });

  it('keep their schemas apart that have one name and another text', async () => {
    const channels = [channelOf(0, '/x', stateX), channelOf(1, '/y', stateY)] as const;
    const cut = await cutBatches([channels.map((channel, i) => said(messageOf(channel, i, 1n, data('.'))))]);
    const [chunk] = await readChunks(cut);
    expect(chunk?.channels.map(({ schema }) => schema)).toEqual([stateX, stateY]);
  });

  it('share one schema record that has the same text, and go without where there is none', async () => {
    const channels = [channelOf(0, '/x', stateX), channelOf(1, '/y', stateX), channelOf(2, '/z', none)] as const;
    const cut = await cutBatches([channels.map((channel, i) => said(messageOf(channel, i, 1n, data('.'))))]);
    const [chunk] = await readChunks(cut);
    expect(chunk?.channels.map(({ schema }) => schema)).toEqual([stateX, stateX, undefined]);
    expect(chunk?.channels[0]?.schema).toBe(chunk?.channels[1]?.schema);
    expect(cut.end.channels[2]?.schemaSha256).toBeNull();
  });
});

describe('topics', () => {
  it('travel alone when they are thick, and a late one leaves the shared group in mid-window', async () => {
    const camera = channelOf(0, '/camera', image);
    const thin = channelOf(1, '/thin', stateX);
    const growing = channelOf(2, '/growing', stateY);
    const large = new Uint8Array(500_000);
    const cut = await cutBatches([
      [
        said(messageOf(camera, 0, 1n, data('.'))),
        said(messageOf(thin, 1, 1n, data('.'))),
        said(messageOf(growing, 2, 1n, large)),
        said(messageOf(growing, 3, 2n, large)),
        said(messageOf(growing, 4, 3n, data('.'))),
      ],
    ]);
    const inside = cut.chunks.map(({ group, channels }) => [group, channels.map((one) => [one.topic, one.messages])]);
    expect(Object.fromEntries(inside)).toEqual({
      '/camera': [['/camera', 1]],
      '': [
        ['/thin', 1],
        ['/growing', 1],
      ],
      '/growing': [['/growing', 2]],
    });
  });
});

describe('a spool that fails', () => {
  it('ends the cut with its error and leaves nothing half-grown', async () => {
    const channels = Array.from({ length: 5 }, (_, i) => channelOf(i, `/camera/${i}`, image));
    const messages = Array.from({ length: 400 }, (_, i) => {
      const channel = channels[i % 5] as (typeof channels)[number];
      return said(messageOf(channel, i, BigInt(i) * 1_000_000_000n, new Uint8Array(20_000).fill(i)));
    });
    for (const bytesMax of [0, 100, 500_000, 3_000_000]) {
      const spool = new MemorySpool();
      spool.bytesMax = bytesMax;
      await expect(cutBatches([messages], { spool })).rejects.toThrow('the spool is full');
      expect([...spool.growing], `${bytesMax} bytes`).toEqual([]);
    }
  });
});
