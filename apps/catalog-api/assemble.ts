/**
 * The HTTP face of a node: lists and SQL over the catalog, docking, tasks, health. It stands between people's tools (the
 * command, the console, scripts) and the node's parts, which it gets as arguments. It never touches a log's bytes itself,
 * and lets nobody in that its guard does not.
 */
import type { FastifyInstance, FastifyPluginAsync } from 'fastify';
import { addCatalogRoutes } from './catalog-routes.ts';
import { addDeadLetterRoutes } from './dead-letter-routes.ts';
import { addGarageRoutes } from './garage-routes.ts';
import { addHealthRoutes } from './health-routes.ts';
import { addListRoutes } from './list-routes.ts';
import { Metrics } from './metrics.ts';
import type { ApiServices } from './services.ts';
import { addTaskRoutes } from './task-routes.ts';

export { type HttpNode, type HttpNodeOptions, openHttpNode } from './server.ts';
export { allTenants, refuseLostCatalog, tenantOfDrive } from './drive-tenant.ts';
export type { ObjectUrl } from './json-rows.ts';
export { type Problem, problemFrom } from './problem.ts';
export type * from './services.ts';

/** All routes as a fastify plugin; `openHttpNode` puts it behind the guard. */
export function catalogApi(services: ApiServices): FastifyPluginAsync {
  return async (app) => {
    countAnswers(app, services);
    addListRoutes(app, services);
    addCatalogRoutes(app, services);
    addGarageRoutes(app, services);
    addTaskRoutes(app, services);
    addDeadLetterRoutes(app, services);
  };
}

function countAnswers(app: FastifyInstance, services: ApiServices): void {
  const metrics = new Metrics();
  app.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url ?? 'none';
    metrics.answered(request.method, route, reply.statusCode, reply.elapsedTime / 1000);
  });
  app.addHook('onClose', async () => metrics.close());
  addHealthRoutes(app, services, metrics);
}
