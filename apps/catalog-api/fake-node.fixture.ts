/** An API over a catalog that answers from a list, and a garage that does what a test says. */
import { PitlaneError } from '@pitlane/base/errors';
import { memoryLog } from '@pitlane/base/telemetry';
import type { Catalog, SqlParameter, SqlRow } from '@pitlane/ports/catalog';
import type { ObjectStore } from '@pitlane/ports/object-store';
import { fakeAction, fakeBay, fakeQueued, MARKS, NO_BACKLOG } from './fake-garage.fixture.ts';
import type { Slices } from './slices/slices.ts';
import {
  type ApiServices,
  catalogApi,
  type DockAsked,
  type HttpNode,
  openHttpNode,
  tenantOfDrive,
  type TypedEvent,
  type UploadListed,
} from './assemble.ts';

export const TOKEN = 'token-of-the-test';
export const AUTHORIZED = { authorization: `Bearer ${TOKEN}` };

export interface FakeApi {
  readonly node: HttpNode;
  /** Its routes. */
  readonly plugin: ReturnType<typeof catalogApi>;
  readonly queries: { sql: string; parameters: readonly SqlParameter[] }[];
  readonly docked: DockAsked[];
  readonly events: { level: string; event: string }[];
  /** Answers of the catalog, one a query; then it has no rows. */
  rows: (readonly SqlRow[])[];
  dockEvents: (TypedEvent & Record<string, unknown>)[];
  uploads: UploadListed[];
  /** What uploads are answered with. */
  refusing: Error | undefined;
  /** What the store lists. */
  objects: { name: string }[];
}

/** @param without parts that its program has not. */
export async function fakeApi(without: readonly (keyof ApiServices)[] = [], elsewhere = ''): Promise<FakeApi> {
  const log = memoryLog();
  const nothing = { queries: [], docked: [], rows: [], dockEvents: [], uploads: [], objects: [] };
  const fake = { ...nothing, events: log.events } as unknown as FakeApi;
  const catalog: Pick<Catalog, 'query' | 'sandboxed' | 'estimate'> = {
    async query(sql, parameters = []) {
      fake.queries.push({ sql, parameters });
      return fake.rows.shift() ?? [];
    },
    async sandboxed(sql) {
      if (/drop/i.test(sql)) throw new PitlaneError('refused', 'only SELECT');
      if (/boom/.test(sql)) throw new Error('a stack that nobody outside may see');
      return { columns: [{ name: 'n', type: 'BIGINT' }], rows: [{ n: 1 }], truncated: false };
    },
    async estimate(sql) {
      if (/drop/i.test(sql)) throw new PitlaneError('refused', 'only SELECT');
      return { bytesProcessed: 2 ** 39, usdPerTiB: 6.25 };
    },
  };
  const store = {
    read: async () => new TextEncoder().encode('{"receiptId":"r1"}'),
    async *list() {
      yield* fake.objects;
    },
  } as unknown as ObjectStore;
  const all: ApiServices = {
    program: {
      facts: { version: '0' },
      log,
      ready: () => catalog.query('SELECT 1'),
      metrics: () => ({ pitlane_garage_chunks_on_their_way: 3 }),
    },
    catalog: {
      catalog: catalog as Catalog,
      store,
      objectUrl: (name) => `file:///store/${name}`,
      tenant: 'default',
      receiptKeyPem: 'PEM',
      why: async (id) => [`garage: ${id} is here`],
      slices: {} as Slices,
    },
    notes: {
      mark: async () => ({ events: [], refused: [], isShown: true }),
      withdraw: async (eventId) => ({ eventId, isShown: true }),
      correct: async (driveId) => ({ driveId, isShown: true }),
    },
    garage: {
      async *dock(asked) {
        fake.docked.push(asked);
        yield* fake.dockEvents;
      },
      async *events(_, lastId) {
        for (const [at, event] of fake.dockEvents.entries()) yield { id: `${lastId}run-${at}`, event };
      },
      docks: async () => [{ dockId: 'd1' }],
      async retire(driveId, tenant) {
        await tenantOfDrive({ catalog, store }, { driveId, tenant }, 'default');
        throw new PitlaneError('refused', `${driveId} has no receipt`);
      },
      bays: () => [fakeBay],
      spool: async () => ({ usedPercent: 7, freeBytes: 93, totalBytes: 100, reservedBytes: 0, state: 'ok', ...MARKS }),
      backlog: () => ({ ...NO_BACKLOG, backlogBytes: 5, bytesPerSecond: 1, clearsInSeconds: 5 }),
      queue: () => [fakeQueued],
    },
    actions: {
      async say({ kind }) {
        if (kind === 'retire') throw new PitlaneError('refused', 'it has no receipt');
        return { text: `would ${kind}` };
      },
      ask: async ({ kind, driveId = null }) => ({ ...fakeAction, kind, driveId }),
      undo(actionId) {
        if (actionId !== fakeAction.actionId) throw new PitlaneError('not-found', `there is no action ${actionId}`);
        return { ...fakeAction, state: 'undone', endedAt: '3' };
      },
      list: (max, before) => ({ actions: [fakeAction], next: `${max} before ${before}` }),
    },
    orders: {
      list: async () => [{ orderId: 'order-1', state: 'waiting' }],
      add: async (order) => ({ orderId: 'order-2', ...order }),
      async remove(orderId) {
        if (orderId !== 'order-1') throw new PitlaneError('not-found', `there is no order ${orderId}`);
        return { orderId };
      },
    },
    webhooks: {
      status: (max) => ({ receivers: [], deliveries: [{ eventId: 'e1', max }] }),
      replay: (ids) => ids?.length ?? 7,
      test: async () => [{ url: 'https://hooks.example.com', ok: true }],
    },
    uploads: {
      list: async () => fake.uploads,
      async accept(request) {
        if (fake.refusing) throw fake.refusing;
        return async (response) => void response.setHeader('tus-resumable', '1.0.0').end(request.method);
      },
    },
    deadLetters: {
      list: async (limit) => [{ id: 'bulk/0/1', limit }],
      replay: async (ids) => ({ asked: ids, unknown: [] }),
    },
    tasks: {
      async *export() {
        yield { type: 'progress', text: 'exporting', doneBytes: 1, totalBytes: 2 };
        throw new PitlaneError('not-found', 'there is no such drive');
      },
      async *restore() {},
      async *verify() {
        yield { type: 'result', result: { drives: [] } };
      },
      async *derive() {
        yield { type: 'result', result: { chunks: 0, waiting: 0 } };
      },
      async *planReplay() {},
      async *keepResults() {},
      async *readResults() {},
      async *reindex() {
        yield { type: 'result', result: { drives: 0 } };
      },
      async *doctor() {},
      async *createDataset() {},
      async *buildDataset() {},
    },
  };
  const services = Object.fromEntries(
    Object.entries(all).filter(([part]) => !without.includes(part as keyof ApiServices)),
  ) as unknown as ApiServices;
  const plugin = catalogApi(services);
  const node = await openHttpNode({ port: 0, plugins: [plugin], documents: true, log, token: TOKEN, elsewhere });
  return Object.assign(fake, { node, plugin });
}
