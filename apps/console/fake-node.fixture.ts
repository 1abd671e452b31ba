/** A node as the pages see it: answers and an event stream, filled by the test. */
import type { ServerResponse } from 'node:http';
import Fastify from 'fastify';
import { consolePlugin } from './assemble.ts';
import { builtPages } from './built-pages.fixture.ts';

export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly body: unknown;
}

type Answering = (asked: Asked) => unknown;

export interface FakeNode extends AsyncDisposable {
  readonly url: string;
  /** What was asked, in order, but for pages and events. */
  readonly asked: Asked[];
  /** Open event streams. */
  readonly listeners: ReadonlySet<ServerResponse>;
  /** Of those who came back to the event stream: the last event that they had. */
  readonly lastEventIds: string[];
  /** Answers `GET /v1/drives` and the like from now on; a `:name` in the path stands for one part. The newest wins. */
  answer(method: 'GET' | 'POST' | 'DELETE', path: string, answering: Answering): void;
  /** Everything is refused with this status from now on; undefined answers again. */
  refuse(status: number | undefined): void;
  send(event: { readonly type: string; readonly [field: string]: unknown }, id?: string): void;
  /** Cuts the event streams, as a lost connection does. */
  cut(): void;
}

export async function startFakeNode(port = 0, basemap = ''): Promise<FakeNode> {
  const app = Fastify({ forceCloseConnections: true });
  const listeners = new Set<ServerResponse>();
  const lastEventIds: string[] = [];
  const asked: Asked[] = [];
  const answers: { method: string; pattern: RegExp; answering: Answering }[] = [];
  let refused: number | undefined;
  const facts = [{ label: 'garage', value: 'garage-1' }];
  await app.register(consolePlugin, { facts, folder: await builtPages(), basemap });
  app.get('/v1/garage/events', (request, reply) => {
    reply.hijack();
    reply.raw.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' });
    reply.raw.write(': hello\n\n');
    listeners.add(reply.raw);
    const lastEventId = request.headers['last-event-id'];
    if (typeof lastEventId === 'string') lastEventIds.push(lastEventId);
    request.raw.on('close', () => listeners.delete(reply.raw));
  });
  app.all('/v1/*', async (request, reply) => {
    const [path = ''] = request.url.split('?');
    const one = { method: request.method, path, query: request.query as Record<string, string>, body: request.body };
    asked.push(one);
    if (refused !== undefined) return reply.code(refused).send({ title: 'refused', detail: 'the catalog is away' });
    const answering = answers.find(({ method, pattern }) => method === one.method && pattern.test(path))?.answering;
    if (!answering)
      return reply.code(404).send({ title: 'not found', detail: `there is no ${path}`, code: 'not-found' });
    return answering(one);
  });
  const node: FakeNode = {
    url: await app.listen({ port, host: '127.0.0.1' }),
    asked,
    listeners,
    lastEventIds,
    answer(method, path, answering) {
      const pattern = new RegExp(`^${path.replaceAll(/:[a-zA-Z]+/g, '[^/]+')}$`);
      answers.unshift({ method, pattern, answering });
    },
    refuse(status) {
      refused = status;
    },
    send(event, id) {
      const head = id === undefined ? '' : `id: ${id}\n`;
      for (const listener of listeners)
        listener.write(`${head}event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`);
    },
    cut() {
      for (const listener of listeners) listener.destroy();
    },
    [Symbol.asyncDispose]: () => app.close(),
  };
  node.answer('GET', '/v1/session', () => ({ mayAct: false, expiresAt: null }));
  return node;
}

/** A receipted drive, an hour after the one of the number before; a test changes what it looks at. */
export function fakeDrive(number: number, changes: Readonly<Record<string, unknown>> = {}) {
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
