import { ObjectMetadata } from '@pitlane/contracts/object-layout';
import { type ChunkClaim, type Landing, LogTopic } from '@pitlane/contracts/records';
import { beforeEach, describe, expect, it } from 'vitest';
import { claimOf } from '../../../test/support/claimed-chunk.ts';
import { ListedMessages } from '../../../test/support/listed-messages.ts';
import { MemoryObjectStore } from '../../../test/support/memory-object-store.ts';
import { landBatch } from './look-at-claims.ts';

const content = new Uint8Array(Buffer.from('a chunk'));

let store: MemoryObjectStore;
let log: ListedMessages;

beforeEach(() => {
  store = new MemoryObjectStore();
  log = new ListedMessages();
});

const put = ({ chunk }: ChunkClaim, bytes = content, chunkId: string = chunk.chunkId) =>
  store.replace(chunk.object, bytes, { [ObjectMetadata.chunkId]: chunkId });

async function land(claims: readonly ChunkClaim[]): Promise<Landing[]> {
  const landed: Landing[] = [];
  const batch = claims.map((claim, i) => ({
    topic: LogTopic.chunks,
    key: claim.chunk.chunkId,
    value: JSON.stringify(claim),
    offset: BigInt(i),
  }));
  await landBatch(batch, { store, log, onLanded: (landing) => landed.push(landing) });
  return landed;
}

describe('landing by claim check', () => {
  it('confirms what the store holds, with what the store says of it', async () => {
    const claim = claimOf(content);
    const { generation, bytes, crc32c } = put(claim);
    const landing = { ...claim, stored: { generation, bytesStored: bytes, crc32c } };
    expect(await land([claim])).toEqual([landing]);
    expect(log.on(LogTopic.landings)).toEqual([landing]);
    expect(log.published[0]?.key).toBe(claim.drive.driveId);
    expect(log.on(LogTopic.answers)).toEqual([]);
  });

  it('believes the store and not the sender about another encoding', async () => {
    const claim = claimOf(content);
    const info = put(claim, new Uint8Array(Buffer.from('another encoding of it')));
    const [landing] = await land([claim]);
    expect(landing?.stored).toEqual({ generation: info.generation, bytesStored: 22, crc32c: info.crc32c });
    expect(landing?.stored.crc32c).not.toBe(claim.chunk.crc32c);
  });

  it('sends back what is missing, is another chunk, or does not say what it is', async () => {
    const [missing, other, nameless] = ['missing', 'other', 'nameless'].map((name) => claimOf(content, name)) as [
      ChunkClaim,
      ChunkClaim,
      ChunkClaim,
    ];
    put(other, content, 'f'.repeat(64));
    store.replace(nameless.chunk.object, content, {});
    expect(await land([missing, other, nameless])).toEqual([]);
    expect(log.on(LogTopic.landings)).toEqual([]);
    expect(log.on(LogTopic.answers)).toMatchObject(
      [missing, other, nameless].map(({ chunk, drive }) => ({
        type: 'resend',
        driveId: drive.driveId,
        objects: [chunk.object],
      })),
    );
  });

  it('keeps the order of a batch, and says the same when the batch comes again', async () => {
    const claims = Array.from({ length: 30 }, (_, i) => claimOf(content, `chunk ${i}`));
    for (const [i, claim] of claims.entries()) if (i % 3 > 0) put(claim);
    const wanted = claims.filter((_, i) => i % 3 > 0).map(({ chunk }) => chunk.chunkId);
    expect((await land(claims)).map(({ chunk }) => chunk.chunkId)).toEqual(wanted);
    const first = [...log.published];
    log.published.length = 0;
    await land(claims);
    expect(log.published).toEqual(first);
  });
});
