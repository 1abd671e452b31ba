/** A node as the console sees it: the lists and the event stream, filled by the test. */
import type { ServerResponse } from 'node:http';
import Fastify from 'fastify';
import { consolePlugin } from './assemble.ts';
import type { NodeFact } from './assemble.ts';

export interface FakeDrive {
  readonly driveId: string;
  readonly vehicleId: string;
  readonly state: string;
  readonly [field: string]: unknown;
}

interface FakeDock {
  readonly dockId: string;
  readonly path: string;
  readonly state: 'open' | 'done' | 'failed';
  readonly driveIds: string[];
  readonly error: string | null;
  readonly dockedAtMs: number;
}

export interface FakeLists {
  drives: FakeDrive[];
  next: string | null;
  docks: FakeDock[];
  bays: object[];
}

export interface FakeNode extends AsyncDisposable {
  readonly url: string;
  readonly lists: FakeLists;
  /** Every list is refused from now on, or answered again. */
  answering: boolean;
  /** Open event streams. */
  readonly listeners: ReadonlySet<ServerResponse>;
  send(event: { readonly type: string; readonly [field: string]: unknown }): void;
}

export async function startFakeNode(facts: readonly NodeFact[], port = 0): Promise<FakeNode> {
  const app = Fastify({ forceCloseConnections: true });
  const listeners = new Set<ServerResponse>();
  const lists: FakeLists = { drives: [], next: null, docks: [], bays: [] };
  await app.register(consolePlugin, { facts });
  app.get('/v1/drives', async (_request, reply) =>
    node.answering ? { drives: lists.drives, next: lists.next } : reply.code(503).send({ title: 'catalog is away' }),
  );
  app.get('/v1/garage/docks', async () => ({ docks: lists.docks }));
  app.get('/v1/garage/bays', async () => ({ bays: lists.bays, next: null }));
  app.get('/v1/garage/events', (request, reply) => {
    reply.hijack();
    reply.raw.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' });
    reply.raw.write(': hello\n\n');
    listeners.add(reply.raw);
    request.raw.on('close', () => listeners.delete(reply.raw));
  });
  const node = {
    url: await app.listen({ port, host: '127.0.0.1' }),
    lists,
    answering: true,
    listeners,
    send(event: { readonly type: string }) {
      for (const listener of listeners) listener.write(`event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`);
    },
    [Symbol.asyncDispose]: () => app.close(),
  };
  return node;
}

/** A receipted drive, an hour after the one of the number before; a test changes what it looks at. */
export function fakeDrive(number: number, changes: Partial<FakeDrive> = {}): FakeDrive {
  const startMs = Date.UTC(2026, 2, 12, 8, 15, 2) + number * 3_600_000;
  const vehicleId = `car-${String(number).padStart(4, '0')}`;
  const start = new Date(startMs).toISOString().replace(/[-:]|\.\d+/g, '');
  return {
    driveId: `${vehicleId}-${start}-${(number * 0x1a2b3c4d).toString(16).slice(-8).padStart(8, '0')}`,
    vehicleId,
    tenant: 'default',
    state: 'receipted',
    startTime: `${startMs}123456`,
    endTime: `${startMs + 724_000 + number * 91_000}123456`,
    dockedAt: new Date(startMs + 7_200_000).toISOString(),
    garages: ['garage-1'],
    labels: { software: '2026.3' },
    recordings: 1 + (number % 3),
    chunks: 12 + number * 17,
    messages: 8_647 + number * 91_234,
    bytesIn: 1_400_000_000 + number * 7_300_000_000,
    bytesLanded: 540_000_000 + number * 2_900_000_000,
    bytesLost: 0,
    receiptId: (number * 0x5e6f7a8b + 0x1234567).toString(16).padStart(8, '0').repeat(4),
    ...changes,
  };
}
