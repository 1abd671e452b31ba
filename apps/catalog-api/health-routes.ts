/** `/healthz`: the process answers. `/readyz`: what it works with does too. `/metrics`: its counters. */
import type { FastifyInstance } from 'fastify';
import { messageOf } from '@pitlane/base/errors';
import { NODE } from './answers/node.ts';
import type { Metrics } from './metrics.ts';
import type { ProgramService } from './services.ts';

export function addHealthRoutes(app: FastifyInstance, program: ProgramService, metrics: Metrics): void {
  const { facts, log } = program;
  const schema = { tags: ['node'] };
  app.get('/healthz', { schema: { ...schema, summary: 'The process answers', response: NODE.health } }, async () => ({
    status: 'ok',
    version: facts.version,
    pid: process.pid,
  }));
  app.get(
    '/readyz',
    { schema: { ...schema, summary: 'The node can do its work', response: NODE.ready } },
    async (_, reply) => {
      try {
        await program.ready();
        return { status: 'ready' };
      } catch (error) {
        log.warn('readiness.failed', { reason: messageOf(error) });
        return reply.code(503).send({ status: 'not ready', reason: 'what it works with does not answer, see its log' });
      }
    },
  );
  app.get(
    '/metrics',
    { schema: { ...schema, summary: 'Counters for Prometheus', response: NODE.metrics } },
    (_, reply) => reply.type('text/plain; version=0.0.4').send(metrics.text(program.metrics())),
  );
  app.get('/v1/node', { schema: { ...schema, summary: 'What this node is', response: NODE.facts } }, async () => facts);
}
