/** A drive that a garage has cut, shipped and closed: real chunks in a store in memory, and a real catalog to index into. */
import { createPrivateKey, createPublicKey, generateKeyPairSync } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDuckDbCatalog } from '@pitlane/catalog-duckdb';
import type { CatalogEvent } from '@pitlane/contracts/catalog';
import { type RecordingId, sha256Of } from '@pitlane/contracts/identity';
import type { ChunkFacts, RecordingFacts } from '@pitlane/contracts/manifest';
import { ObjectMetadata } from '@pitlane/contracts/object-layout';
import { PLAN_VERSION } from '@pitlane/contracts/plan';
import type { Landing, ManifestClosed } from '@pitlane/contracts/records';
import type { Channel, RecordingEvent } from '@pitlane/formats/recording';
import type { Catalog } from '@pitlane/ports/catalog';
import type { MessageLog } from '@pitlane/ports/message-log';
import { openFileSpool } from '@pitlane/spool-files';
import { type CutRecording, closeDock } from '@pitlane/stages/60-close';
import { CUT_DRIVE, cutBatches } from '../../../test/support/cut-in-memory.ts';
import { testDecompressors } from '../../../test/support/decompressors.ts';
import { MemoryObjectStore } from '../../../test/support/memory-object-store.ts';
import { type IndexTools, indexManifest } from './index.ts';

/** Made anew for each run: nothing that is tested hangs on it. */
const privateKey = createPrivateKey(
  generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
);

const silentMessages = { publish: async () => {} } as unknown as MessageLog;

export interface Docked {
  readonly closed: ManifestClosed;
  readonly chunks: readonly ChunkFacts[];
  readonly recordingId: RecordingId;
}

export class Cloud {
  readonly store = new MemoryObjectStore();
  readonly publicKey = createPublicKey(privateKey);
  /** Every event that was appended since the catalog was last wiped. */
  readonly events: CatalogEvent[] = [];
  readonly tools: IndexTools;
  afterAppend: () => Promise<void> = async () => {};
  readonly catalog: Catalog;
  readonly #folder: string;
  #docks = 0;

  private constructor(folder: string, catalog: Catalog, decompressors: IndexTools['decompressors']) {
    this.#folder = folder;
    this.catalog = catalog;
    const watched: Catalog = {
      append: async (events) => {
        this.events.push(...events);
        await catalog.append(events);
        await this.afterAppend();
      },
      query: (sql, parameters) => catalog.query(sql, parameters),
      sandboxed: (sql, caps, signal) => catalog.sandboxed(sql, caps, signal),
      estimate: (sql) => catalog.estimate(sql),
      wipe: async () => {
        this.events.length = 0;
        await catalog.wipe();
      },
      close: () => catalog.close(),
    };
    let signed = 0;
    const now = (): string => `2026-01-01T00:00:0${signed++}Z`;
    this.tools = { store: this.store, catalog: watched, decompressors, privateKey, now };
  }

  static async open(): Promise<Cloud> {
    const folder = await mkdtemp(join(tmpdir(), 'pitlane-index-'));
    const catalog = await openDuckDbCatalog({ file: join(folder, 'catalog.duckdb'), tempDir: join(folder, 'spill') });
    return new Cloud(folder, catalog, await testDecompressors());
  }

  async close(): Promise<void> {
    await this.catalog.close();
    await rm(this.#folder, { recursive: true, force: true });
  }

  /** Cuts and ships one recording and closes its dock. */
  async dock(name: string, events: readonly RecordingEvent[]): Promise<Docked> {
    const recordingId = sha256Of(name) as string as RecordingId;
    const cut = await cutBatches([events], { recordingId });
    for (const chunk of cut.chunks) {
      if (!this.store.objects.has(chunk.object)) this.land(chunk, cut.bytesOf(chunk));
    }
    const times = cut.end.channels.flatMap(({ startTime, endTime }) =>
      startTime && endTime ? [startTime, endTime] : [],
    );
    const sorted = times.map(BigInt).sort((a, b) => (a < b ? -1 : 1));
    const recording: RecordingFacts = {
      recordingId,
      path: `${name}.mcap`,
      format: 'mcap',
      opaqueReason: null,
      profile: cut.end.profile,
      library: cut.end.library,
      bytes: 1000,
      headSha256: sha256Of('head'),
      planVersion: PLAN_VERSION,
      chunks: cut.chunks.length,
      messages: cut.end.messages,
      startTime: sorted[0]?.toString() ?? null,
      endTime: sorted.at(-1)?.toString() ?? null,
      notes: [],
    };
    const { channels, losses } = cut.end;
    return {
      closed: await this.closeWith({ recording, channels, losses, chunks: cut.chunks }),
      chunks: cut.chunks,
      recordingId,
    };
  }

  async closeWith(recording: CutRecording): Promise<ManifestClosed> {
    this.#docks += 1;
    const spool = await openFileSpool({ root: join(this.#folder, 'spool') });
    const drive = { ...CUT_DRIVE, labels: { software: '1.2.3' }, startTime: null };
    const dock = { dockId: `dock-${this.#docks}`, garage: 'north', dockedAtMs: 1_767_225_600_000 + this.#docks };
    return closeDock({ drive, dock, recordings: [recording] }, { spool, store: this.store, log: silentMessages });
  }

  land(chunk: ChunkFacts, bytes: Uint8Array, chunkId: string = chunk.chunkId): void {
    this.store.replace(chunk.object, bytes, { [ObjectMetadata.chunkId]: chunkId });
  }

  /** What the lander tells of a chunk. */
  landingOf(chunk: ChunkFacts, { drive }: ManifestClosed): Landing {
    const info = this.store.objects.get(chunk.object)?.info;
    const { generation = '', bytes = 0, crc32c = '' } = info ?? {};
    return { drive, chunk, stored: { generation, bytesStored: bytes, crc32c } };
  }

  index({ closed }: { closed: ManifestClosed }) {
    return indexManifest(closed, this.tools);
  }

  /** Each recording's place among the copies, by name. */
  async setStates(names: readonly string[]): Promise<Record<string, unknown>> {
    const rows = await this.catalog.query('SELECT recording_id, set_state FROM recordings');
    const states = new Map(rows.map((row) => [row.recording_id, row.set_state]));
    return Object.fromEntries(names.map((name) => [name, states.get(sha256Of(name))]));
  }
}

const channel = (index: number, topic: string): Channel => ({
  index,
  topic,
  messageEncoding: 'json',
  metadata: new Map(),
  schema: undefined,
});

const CHANNELS = [channel(0, '/imu'), channel(1, '/gps')] as const;

/** A message of two channels every ten seconds: six of each to a window. */
export function messagesUpTo(count: number, textOf = (i: number): string => `message ${i}`): RecordingEvent[] {
  return Array.from({ length: count }, (_, i): RecordingEvent => {
    const timeNs = 1_767_225_600_000_000_000n + BigInt(i) * 5_000_000_000n;
    const data = new Uint8Array(Buffer.from(textOf(i)));
    const message = {
      channel: CHANNELS[i % 2] as Channel,
      sequence: i,
      logTimeNs: timeNs,
      publishTimeNs: timeNs,
      data,
    };
    return { kind: 'message', message: { ...message, sourceOffset: i * 100 } };
  });
}
