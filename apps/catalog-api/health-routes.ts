/** `/healthz`: the process answers. `/readyz`: its catalog does too. `/metrics`: its counters. */
import type { FastifyInstance } from 'fastify';
import { messageOf } from '@pitlane/base/errors';
import type { Metrics } from './metrics.ts';
import type { ApiServices } from './services.ts';

export function addHealthRoutes(app: FastifyInstance, services: ApiServices, metrics: Metrics): void {
  const { facts, catalog, log } = services;
  const schema = { tags: ['node'] };
  app.get('/healthz', { schema: { ...schema, summary: 'The process answers' } }, async () => ({
    status: 'ok',
    version: facts.version,
    pid: process.pid,
  }));
  app.get('/readyz', { schema: { ...schema, summary: 'The node can do its work' } }, async (_, reply) => {
    try {
      await catalog.query('SELECT 1');
      return { status: 'ready' };
    } catch (error) {
      log.warn('readiness.failed', { reason: messageOf(error) });
      return reply.code(503).send({ status: 'not ready', reason: 'the catalog does not answer' });
    }
  });
  app.get('/metrics', { schema: { ...schema, summary: 'Counters for Prometheus' } }, (_, reply) =>
    reply.type('text/plain; version=0.0.4').send(metrics.text(services.garage.metrics())),
  );
  app.get('/v1/node', { schema: { ...schema, summary: 'What this node is' } }, async () => facts);
}
