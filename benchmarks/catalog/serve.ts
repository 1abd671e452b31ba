/**
 * The catalog's API as a program of its own, over a catalog file, while rows are appended: `serve.ts FILE TEMP BYTES`. Its
 * first message says where it listens; then it appends the chunks of a drive that is under way, 200 rows a second.
 */
import { catalogApi, openHttpNode } from '@pitlane/catalog-api';
import { openDuckDbCatalog } from '@pitlane/catalog-duckdb';
import type { ObjectStore } from '@pitlane/ports/object-store';
import { silentLog } from '@pitlane/base/telemetry';
import { setInterval as every } from 'node:timers/promises';
import { chunkEvents } from './appended.ts';

const APPEND_EVERY_MS = 500;
/** A chunk of one channel is a row of each of two tables. */
const CHUNKS_AT_ONCE = 50;

const [file = '', tempDir = '', memory = ''] = process.argv.slice(2);
const catalog = await openDuckDbCatalog({ file, tempDir, memoryMaxBytes: Number(memory) });
const api = catalogApi({
  program: { facts: { version: 'benchmark' }, log: silentLog, ready: async () => {}, metrics: () => ({}) },
  catalog: {
    catalog,
    // No question of the benchmark reads an object.
    store: {} as ObjectStore,
    objectUrl: (name) => `file:///${name}`,
    tenant: 'default',
    receiptKeyPem: '',
    why: async () => [],
  },
});
const node = await openHttpNode({ port: 0, plugins: [api], documents: false, log: silentLog });
process.send?.({ url: node.url, token: node.token });

let ordinal = 0;
const appendMs: number[] = [];
process.on('message', () => process.send?.({ appendMs: appendMs.splice(0) }));
process.on('SIGTERM', () => process.exit(0));
for await (const _ of every(APPEND_EVERY_MS)) {
  const startedMs = performance.now();
  await catalog.append(chunkEvents(ordinal, CHUNKS_AT_ONCE));
  appendMs.push(performance.now() - startedMs);
  ordinal += CHUNKS_AT_ONCE;
}
