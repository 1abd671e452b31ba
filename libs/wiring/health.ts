/** What an orchestrator and a scraper ask of a program: `/healthz`, `/readyz` and `/metrics`, and nothing else. */
import { PitlaneError } from '@pitlane/base/errors';
import Fastify from 'fastify';

export interface HealthOptions {
  /** 0 for any free one. */
  readonly port: number;
  readonly host: string;
  /** Resolves when the program can do its work; rejects with the reason why it cannot. */
  readonly ready: () => Promise<void>;
  /** Values by Prometheus name; names that end in `_total` are counters. */
  readonly metrics: () => Promise<Readonly<Record<string, number>>>;
}

export interface Health {
  readonly port: number;
  /** From now on it is not ready: no new work is wanted, what is under way ends. */
  drain(): void;
  close(): Promise<void>;
}

export async function openHealth({ port, host, ready, metrics }: HealthOptions): Promise<Health> {
  const app = Fastify({ logger: false, bodyLimit: 1024 });
  let draining = false;
  app.get('/healthz', async () => ({ status: 'ok', pid: process.pid }));
  app.get('/readyz', async (_, reply) => {
    const reason = draining
      ? 'draining'
      : await ready().then(
          () => undefined,
          (error: unknown) => (error instanceof PitlaneError ? error.message : 'it fails, see its log'),
        );
    return reason === undefined ? { status: 'ready' } : reply.code(503).send({ status: 'not ready', reason });
  });
  app.get('/metrics', async (_, reply) =>
    reply.type('text/plain; version=0.0.4').send(textOf({ ...processMetrics(), ...(await metrics()) })),
  );
  try {
    await app.listen({ port, host });
  } catch (error) {
    await app.close();
    if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE') {
      throw new PitlaneError('busy', `port ${port} is taken by another program: set PITLANE_HEALTH_PORT to another`);
    }
    throw error;
  }
  const address = app.server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : port,
    drain: () => {
      draining = true;
    },
    close: () => app.close(),
  };
}

function processMetrics(): Record<string, number> {
  const { user, system } = process.cpuUsage();
  return {
    process_resident_memory_bytes: process.memoryUsage.rss(),
    process_cpu_seconds_total: (user + system) / 1e6,
    process_uptime_seconds: Math.round(process.uptime()),
  };
}

const textOf = (values: Readonly<Record<string, number>>): string =>
  Object.entries(values)
    .map(([name, value]) => `# TYPE ${name} ${name.endsWith('_total') ? 'counter' : 'gauge'}\n${name} ${value}\n`)
    .join('');
