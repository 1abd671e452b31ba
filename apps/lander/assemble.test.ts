import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PitlaneError } from '@pitlane/base/errors';
import { ObjectMetadata } from '@pitlane/contracts/object-layout';
import { type ChunkClaim, type Landing, LogTopic } from '@pitlane/contracts/records';
import { openSqliteLog } from '@pitlane/message-log-sqlite';
import type { MessageLog } from '@pitlane/ports/message-log';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { claimOf } from '../../test/support/claimed-chunk.ts';
import { MemoryObjectStore } from '../../test/support/memory-object-store.ts';
import { runLander } from './assemble.ts';

const content = new Uint8Array(3);

let folder: string;
let store: MemoryObjectStore;
let log: MessageLog;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pitlane-lander-'));
  store = new MemoryObjectStore();
  log = openSqliteLog({ file: join(folder, 'log.sqlite') });
});

afterEach(async () => {
  await log.close();
  await rm(folder, { recursive: true, force: true });
});

const claim = async (name: string): Promise<ChunkClaim> => {
  const made = claimOf(content, name);
  store.replace(made.chunk.object, content, { [ObjectMetadata.chunkId]: made.chunk.chunkId });
  await log.publish(LogTopic.chunks, [{ key: made.chunk.chunkId, value: JSON.stringify(made) }]);
  return made;
};

/** Everything that was confirmed so far, in order. */
async function landed(): Promise<string[]> {
  const ids: string[] = [];
  const stop = new AbortController();
  if ((await log.lag(LogTopic.landings, 'test')) === 0) return ids;
  await log.consume(LogTopic.landings, 'test', { batchMax: 100, signal: stop.signal }, async (batch) => {
    for (const { value } of batch) ids.push((JSON.parse(value) as Landing).chunk.chunkId);
    stop.abort();
  });
  return ids;
}

const caughtUp = () => vi.waitFor(async () => expect(await log.lag(LogTopic.chunks, 'lander')).toBe(0), 10_000);

describe('the lander', () => {
  it('confirms claims from before and after its start, until it is stopped', async () => {
    const before = await claim('before');
    const stop = new AbortController();
    const running = runLander({ store, log }, stop.signal);
    await caughtUp();
    const after = await claim('after');
    await caughtUp();
    stop.abort();
    await running;
    await claim('too late');
    expect(await landed()).toEqual([before.chunk.chunkId, after.chunk.chunkId]);
  });

  it('ends with the error of a store that is away, and takes the same claims up again', async () => {
    const made = await claim('chunk');
    const stat = store.stat.bind(store);
    store.stat = async () => Promise.reject(new PitlaneError('unavailable', 'the store is away'));
    await expect(runLander({ store, log }, new AbortController().signal)).rejects.toThrow('the store is away');
    expect(await landed()).toEqual([]);
    store.stat = stat;
    const stop = new AbortController();
    const running = runLander({ store, log }, stop.signal);
    await caughtUp();
    stop.abort();
    await running;
    expect(await landed()).toEqual([made.chunk.chunkId]);
  });
});
