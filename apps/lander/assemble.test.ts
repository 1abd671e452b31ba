import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PitlaneError } from '@pitlane/base/errors';
import { silentLog } from '@pitlane/base/telemetry';
import { ObjectMetadata } from '@pitlane/contracts/object-layout';
import { type ChunkClaim, type Landing, LogTopic } from '@pitlane/contracts/records';
import { openSqliteLog } from '@pitlane/message-log-sqlite';
import type { MessageLog } from '@pitlane/ports/message-log';
import { shipInline } from '@pitlane/stages/70-ship';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { claimOf } from '../../test/support/claimed-chunk.ts';
import { MemoryFrameLog } from '../../test/support/memory-frame-log.ts';
import { MemoryObjectStore } from '../../test/support/memory-object-store.ts';
import { Lander } from './assemble.ts';

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

const runLander = (signal: AbortSignal): Promise<void> => new Lander({ store, log, telemetry: silentLog }).run(signal);

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
    const running = runLander(stop.signal);
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
    await expect(runLander(new AbortController().signal)).rejects.toThrow('the store is away');
    expect(await landed()).toEqual([]);
    store.stat = stat;
    const stop = new AbortController();
    const running = runLander(stop.signal);
    await caughtUp();
    stop.abort();
    await running;
    expect(await landed()).toEqual([made.chunk.chunkId]);
  });

  it('puts the frames of every lane together, and counts over a restart', async () => {
    const frames = new MemoryFrameLog();
    const assembly = join(folder, 'assembly');
    const inline = { frames, folder: assembly, capBytes: 1 << 20, incompleteMs: 60_000 };
    const lander = new Lander({ store, log, telemetry: silentLog, inline });
    const lanes = ['urgent', 'normal', 'bulk'] as const;
    const made = [];
    for (const lane of lanes) {
      const sealed = claimOf(content, lane);
      const path = join(folder, lane);
      await writeFile(path, content);
      await shipInline(sealed, path, { frames, lane, attempt: '0123456789abcdef' });
      made.push(sealed.chunk.object);
      const stop = new AbortController();
      const running = lander.run(stop.signal);
      await vi.waitFor(async () => expect(await frames.lag(lane, 'lander')).toBe(0), 10_000);
      stop.abort();
      await running;
    }
    expect([...store.objects.keys()].sort()).toEqual(made.sort());
    expect(await lander.metrics()).toMatchObject({
      pitlane_lander_landed_total: 3,
      pitlane_lander_attempts_open: 0,
      pitlane_lander_assembly_bytes: 0,
      pitlane_lander_frames_waiting_bulk: 0,
    });
    for (const lane of lanes) expect(await readdir(join(assembly, lane))).toEqual([]);
  });
});
