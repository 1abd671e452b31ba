/** A small fleet by hand, and the API over a catalog that holds it: what the explorer's tests ask. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDuckDbCatalog } from '@pitlane/catalog-duckdb';
import { silentLog } from '@pitlane/base/telemetry';
import type { CatalogEvent } from '@pitlane/contracts/catalog';
import { encodedTrack } from '@pitlane/contracts/trajectory';
import type { Catalog } from '@pitlane/ports/catalog';
import {
  chunkId,
  clockSegment,
  DOCKED_AT_MS,
  DriveBuilder,
  recordingId,
  timeText,
} from '@pitlane/ports/catalog/contract-facts';
import { derivedTracks, frozenDataset, trackFacts } from '@pitlane/ports/catalog/contract-fleet';
import { MemoryObjectStore } from '../../../test/support/memory-object-store.ts';
import { catalogApi, type CatalogService, type HttpNode, openHttpNode } from '../assemble.ts';

export const DRIVE = 'drive-whole';
export const LATE = 'drive-late';
/** Two tenants have one of this name. */
export const TWICE = 'drive-twice';
export const SHARED = [chunkId('shared 0'), chunkId('shared 1')] as const;

const whole = new DriveBuilder(DRIVE);
const late = new DriveBuilder(LATE, { garage: 'süd', dockId: 'dock-2' });
const twice = ['acme', 'beta'].map((tenant) => new DriveBuilder(TWICE, { tenant }));

/** Two recordings that hold the same chunks, with all that may be told of a drive. */
function wholeDrive(): CatalogEvent[] {
  const copied = (name: string): CatalogEvent[] =>
    SHARED.map((id, ordinal) => whole.chunk(name, ordinal, { chunkId: id, topics: ['/imu', '/gps'] }));
  const clock = clockSegment('-3600000000000', { text: 'its clock was an hour ahead, says GNSS' });
  return [
    whole.docked(),
    whole.recording('r1', timeText(120), { version: 1, segments: [clock], skews: [] }),
    whole.recording('r2'),
    whole.recording('copy'),
    whole.set('copy', 'superseded', 'r1'),
    ...['r1', 'r2'].flatMap((name) => [
      whole.channel(name, 0, '/imu'),
      whole.channel(name, 1, '/gps', 'Fix'),
      ...copied(name),
      whole.state(name, 'indexed'),
    ]),
    whole.loss('r1', { startTime: timeText(70), endTime: timeText(80) }),
    whole.loss('r1', {
      reason: 'withheld',
      offset: 500,
      bytes: 10,
      topics: ['/cabin'],
      keptIn: null,
      text: 'kept back',
    }),
    whole.previewed('r1'),
    ...whole.judged(['/imu was silent for 10.5 s, from 03:30:00 to 03:30:10: look at its cable']),
    derivedTracks(whole, SHARED[0], [trackFacts('/gps'), trackFacts('/odom', { rank: 7, source: 'odometry' })]),
    derivedTracks(whole, SHARED[1], [trackFacts('/gps', later(60))]),
    happened('e1', 'incident', 'a cyclist from the right'),
    {
      type: 'correction',
      drive: whole.drive,
      correction: {
        correctionId: 'c1',
        vehicleId: 'car-8',
        labels: null,
        reason: 'wrong disk',
        author: 'crew',
        correctedAtMs: DOCKED_AT_MS + 7_200_000,
      },
    },
    whole.receipt(['r1']),
  ];
}

/** Of a minute later, and far enough on that nothing joins the two. */
const later = (seconds: number) => ({
  startTime: timeText(seconds),
  endTime: timeText(seconds + 10),
  track: encodedTrack([
    { latDeg: 48.15, lngDeg: 11.57, timeMs: 0 },
    { latDeg: 48.1509, lngDeg: 11.5701, timeMs: 10_000 },
  ]),
});

const happened = (eventId: string, kind: string, note: string): CatalogEvent => ({
  type: 'annotation',
  drive: whole.drive,
  annotation: {
    eventId,
    kind,
    startTime: timeText(65),
    endTime: timeText(67),
    note,
    labels: {},
    source: 'person',
    author: 'crew',
    notedAtMs: DOCKED_AT_MS,
    isWithdrawn: false,
  },
});

export const fleetEvents = (): CatalogEvent[] => [
  ...wholeDrive(),
  { type: 'dock', drive: { ...late.drive, labels: { map: 'm7', 'rain state': 'wet' } }, dock: late.dock },
  late.preview('r3', { startTime: timeText(0), endTime: timeText(120) }),
  late.preview('r4', { path: 'Night/Camera.mcap', topics: [], messages: null, startTime: null, endTime: null }),
  late.state('r3', 'shipped'),
  late.chunk('r3', 0),
  ...twice.flatMap((drive) => [drive.docked(), drive.preview('r5'), drive.chunk('r5', 0)]),
  ...frozenDataset(),
];

export interface ExplorerApi {
  readonly node: HttpNode;
  readonly store: MemoryObjectStore;
  get(url: string): Promise<{ status: number; body: Row }>;
}

export type Row = Readonly<Record<string, unknown>>;
/** The answer of a list, or of what has one. */
export type Rows<Name extends string> = Row & { readonly [name in Name]: readonly Row[] };

export async function explorerApi(catalog: Catalog, more: Partial<CatalogService> = {}): Promise<ExplorerApi> {
  const store = new MemoryObjectStore();
  const service: CatalogService = {
    catalog,
    store,
    objectUrl: (name) => `memory:///${name}`,
    tenant: 'acme',
    receiptKeyPem: 'PEM',
    why: async () => [],
    ...more,
  };
  const program = { facts: { version: '0' }, log: silentLog, ready: async () => {}, metrics: () => ({}) };
  const plugins = [catalogApi({ program, catalog: service })];
  const node = await openHttpNode({ port: 0, plugins, documents: true, log: silentLog, token: 'token' });
  return {
    node,
    store,
    async get(url) {
      const answer = await node.app.inject({ method: 'GET', url, headers: { host: '127.0.0.1' } });
      return { status: answer.statusCode, body: answer.json<Row>() };
    },
  };
}

export interface Embedded extends ExplorerApi {
  /** What is answered with 200, and nothing else. */
  ask<Body extends Row = Row>(url: string): Promise<Body>;
  close(): Promise<void>;
}

/** The fleet in an embedded catalog of its own. */
export async function embeddedExplorer(): Promise<Embedded> {
  const folder = await mkdtemp(join(tmpdir(), 'pitlane-explorer-'));
  const catalog = await openDuckDbCatalog({ file: join(folder, 'c.duckdb'), tempDir: join(folder, 'spill') });
  await catalog.append(fleetEvents());
  const api = await explorerApi(catalog);
  return {
    ...api,
    async ask<Body extends Row>(url: string) {
      const { status, body } = await api.get(url);
      if (status !== 200) throw new Error(`${url} was answered with ${status}: ${JSON.stringify(body)}`);
      return body as Body;
    },
    async close() {
      await api.node.close();
      await catalog.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Columns of rows; of one column the values alone. */
export const pluck = (rows: readonly Row[], ...names: readonly string[]): unknown[] =>
  rows.map((row) => (names.length === 1 ? row[names[0] ?? ''] : names.map((name) => row[name])));

export { chunkId, recordingId, timeText };
