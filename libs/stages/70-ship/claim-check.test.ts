import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isPitlaneError, PitlaneError } from '@pitlane/base/errors';
import { ObjectMetadata } from '@pitlane/contracts/object-layout';
import { CLAIM_RECORD_BYTES_MAX, LogTopic } from '@pitlane/contracts/records';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { claimOf } from '../../../test/support/claimed-chunk.ts';
import { ListedMessages } from '../../../test/support/listed-messages.ts';
import { MemoryObjectStore } from '../../../test/support/memory-object-store.ts';
import { shipChunk } from './claim-check.ts';

const content = new Uint8Array(Buffer.from('a sealed chunk'));
const claim = claimOf(content);
const { object, chunkId, sha256 } = claim.chunk;

let folder: string;
let path: string;
let store: MemoryObjectStore;
let log: ListedMessages;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pitlane-ship-'));
  path = join(folder, 'sealed');
  await writeFile(path, content);
  store = new MemoryObjectStore();
  log = new ListedMessages();
});

afterEach(() => rm(folder, { recursive: true, force: true }));

describe('shipping a chunk by claim check', () => {
  it('creates its object with what it is, then claims it', async () => {
    expect(await shipChunk(claim, path, { store, log })).toEqual({ known: false });
    const info = await store.stat(object);
    expect(info?.metadata).toEqual({ [ObjectMetadata.chunkId]: chunkId, [ObjectMetadata.sha256]: sha256 });
    expect(Buffer.from(await store.read(object)).equals(content)).toBe(true);
    expect(log.published.map(({ topic, key }) => [topic, key])).toEqual([[LogTopic.chunks, chunkId]]);
    expect(log.on(LogTopic.chunks)).toEqual([claim]);
  });

  it('takes the chunk that is there, in whatever encoding, and claims it once more', async () => {
    store.replace(object, Buffer.from('another encoding'), { [ObjectMetadata.chunkId]: chunkId });
    expect(await shipChunk(claim, path, { store, log })).toEqual({ known: true });
    expect(await shipChunk(claim, '', { store, log })).toEqual({ known: true });
    expect(Buffer.from(await store.read(object)).toString()).toBe('another encoding');
    expect(log.published.length).toBe(2);
  });

  it('refuses something else under its name, replaces nothing and claims nothing', async () => {
    for (const metadata of [{}, { [ObjectMetadata.chunkId]: 'f'.repeat(64) }]) {
      store.replace(object, Buffer.from('foreign'), metadata);
      await expect(shipChunk(claim, path, { store, log })).rejects.toSatisfy((error) =>
        isPitlaneError(error, 'already-exists'),
      );
      expect(Buffer.from(await store.read(object)).toString()).toBe('foreign');
    }
    expect(log.published).toEqual([]);
  });

  it('creates the object of a claim that no record takes, and leaves the telling to the manifest', async () => {
    const wordy = { ...claim, chunk: { ...claim.chunk, group: 'ä'.repeat(CLAIM_RECORD_BYTES_MAX / 2) } };
    expect(await shipChunk(wordy, path, { store, log })).toEqual({ known: false });
    expect((await store.stat(object))?.metadata[ObjectMetadata.chunkId]).toBe(chunkId);
    expect(log.published).toEqual([]);
  });

  it('claims nothing when the store refuses the bytes or is away', async () => {
    await writeFile(path, 'spoilt on the disk');
    await expect(shipChunk(claim, path, { store, log })).rejects.toSatisfy((error) =>
      isPitlaneError(error, 'checksum-mismatch'),
    );
    store.put = async () => Promise.reject(new PitlaneError('unavailable', 'the store is away', { retryable: true }));
    await expect(shipChunk(claim, path, { store, log })).rejects.toThrow('the store is away');
    expect(log.published).toEqual([]);
  });
});
