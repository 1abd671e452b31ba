import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PitlaneError } from '@pitlane/base/errors';
import { memoryLog } from '@pitlane/base/telemetry';
import type { CatalogEvent } from '@pitlane/contracts/catalog';
import { sha256Of } from '@pitlane/contracts/identity';
import { type Answer, type DockRecord, type Landing, LogTopic, type ManifestClosed } from '@pitlane/contracts/records';
import { openSqliteLog } from '@pitlane/message-log-sqlite';
import type { Catalog } from '@pitlane/ports/catalog';
import type { MessageLog } from '@pitlane/ports/message-log';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { claimOf } from '../../test/support/claimed-chunk.ts';
import { MemoryObjectStore } from '../../test/support/memory-object-store.ts';
import { derivationsWaiting, Indexer, type IndexerTools } from './assemble.ts';

/** A catalog that lists what it is given, and fails when something is appended while it is wiped. */
class ListingCatalog {
  readonly events: CatalogEvent[] = [];
  #appending = 0;
  #isWiping = false;

  query = async () => [];

  async append(events: readonly CatalogEvent[]): Promise<void> {
    if (this.#isWiping) throw new Error('appended while it was wiped');
    this.#appending += 1;
    await new Promise((resolve) => setImmediate(resolve));
    this.events.push(...events);
    this.#appending -= 1;
  }

  async wipe(): Promise<void> {
    if (this.#appending > 0) throw new Error('wiped while something was appended');
    this.#isWiping = true;
    await new Promise((resolve) => setImmediate(resolve));
    this.events.length = 0;
    this.#isWiping = false;
  }
}

const { drive, chunk } = claimOf(new Uint8Array(3));
const landing: Landing = { drive, chunk, stored: { generation: '1', bytesStored: 3, crc32c: '00000000' } };
const moved: DockRecord = { type: 'moved', drive, recordingId: chunk.recordingId, state: 'staged' };

let folder: string;
let log: MessageLog;
let catalog: ListingCatalog;
let tools: IndexerTools;
let telemetry: ReturnType<typeof memoryLog>;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pitlane-indexer-'));
  log = openSqliteLog({ file: join(folder, 'log.sqlite') });
  catalog = new ListingCatalog();
  telemetry = memoryLog();
  const { privateKey } = generateKeyPairSync('ed25519');
  const store = new MemoryObjectStore();
  tools = {
    log,
    catalog: catalog as unknown as Catalog,
    store,
    telemetry,
    privateKey,
    now: () => '',
  } as unknown as IndexerTools;
});

afterEach(async () => {
  await log.close();
  await rm(folder, { recursive: true, force: true });
});

const send = (topic: string, value: unknown) => log.publish(topic, [{ key: 'k', value: JSON.stringify(value) }]);

describe('the indexer', () => {
  it('makes docks and landings rows, and none while a rebuild has the catalog', async () => {
    const indexer = new Indexer(tools);
    const stop = new AbortController();
    const running = indexer.run(stop.signal);
    for (let i = 0; i < 20; i += 1) {
      await send(LogTopic.docks, moved);
      await send(LogTopic.landings, landing);
      if (i === 10) expect(await indexer.reindex()).toMatchObject({ manifests: 0 });
    }
    for (const topic of [LogTopic.docks, LogTopic.landings]) {
      await vi.waitFor(async () => expect(await log.lag(topic, 'indexer')).toBe(0), 10_000);
    }
    await vi.waitFor(async () => expect(await derivationsWaiting(log)).toBe(0), 10_000);
    expect(telemetry.events.filter(({ event }) => event === 'deriving.failed')).toEqual([]);
    stop.abort();
    await running;
    // The chunk is not in the store: what derives it says so, and holds up nobody.
    expect(new Set(catalog.events.map(({ type }) => type))).toEqual(new Set(['state', 'chunk', 'derivation']));
  });

  it('refuses a manifest that is not there, and goes on to the next', async () => {
    const closed: ManifestClosed = { drive, dockId: 'dock', manifestObject: 'v1/gone', manifestSha256: sha256Of('') };
    await send(LogTopic.manifests, closed);
    const stop = new AbortController();
    const running = new Indexer(tools).run(stop.signal);
    await vi.waitFor(async () => expect(await log.lag(LogTopic.manifests, 'indexer')).toBe(0));
    stop.abort();
    await running;
    expect(telemetry.events).toMatchObject([{ event: 'manifest.refused', fields: { manifest: 'v1/gone' } }]);
    expect(await log.lag(LogTopic.answers, 'garage')).toBe(1);
  });

  it('answers a manifest that keeps failing for a reason of its own, so that the next ones have their turn', async () => {
    const closed: ManifestClosed = { drive, dockId: 'dock', manifestObject: 'v1/some', manifestSha256: sha256Of('') };
    await send(LogTopic.manifests, closed);
    const small = { stat: () => Promise.reject(new PitlaneError('limit-exceeded', 'no memory is left')) };
    const indexer = new Indexer({ ...tools, store: small as unknown as IndexerTools['store'] });
    for (const attempt of ['first', 'second']) {
      await expect(indexer.run(new AbortController().signal), attempt).rejects.toThrow('no memory is left');
    }
    const stop = new AbortController();
    const running = indexer.run(stop.signal);
    await vi.waitFor(async () => expect(await log.lag(LogTopic.manifests, 'indexer')).toBe(0));
    const answers: Answer[] = [];
    const reading = log.consume(LogTopic.answers, 'garage', { batchMax: 10, signal: stop.signal }, async (batch) => {
      for (const { value } of batch) answers.push(JSON.parse(value) as Answer);
    });
    await vi.waitFor(() => expect(answers.length).toBe(1));
    stop.abort();
    await Promise.all([running, reading]);
    const reason = 'indexing failed 3 times: no memory is left';
    expect(answers).toMatchObject([{ type: 'refused', dockId: 'dock', retryable: true, reason }]);
  });

  it('keeps a manifest for the next time while the store is away, answers nothing, and says so', async () => {
    const closed: ManifestClosed = { drive, dockId: 'dock', manifestObject: 'v1/some', manifestSha256: sha256Of('') };
    await send(LogTopic.manifests, closed);
    const away = { stat: () => Promise.reject(new PitlaneError('unavailable', 'the store is away')) };
    const indexer = new Indexer({ ...tools, store: away as unknown as IndexerTools['store'] });
    const stop = new AbortController();
    for (const attempt of ['first', 'second']) {
      await expect(indexer.run(stop.signal), attempt).rejects.toThrow('the store is away');
    }
    expect(telemetry.events.slice(1)).toMatchObject([
      { level: 'error', event: 'manifest.failed', fields: { manifest: 'v1/some' } },
    ]);
    expect(await log.lag(LogTopic.answers, 'garage')).toBe(0);
    expect(await log.lag(LogTopic.manifests, 'indexer')).toBe(1);
  });
});
