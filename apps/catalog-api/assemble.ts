/**
 * The HTTP face of a program: lists and SQL over the catalog, docking, tasks, health, as far as it has them. It stands between people's tools (the
 * command, the console, scripts) and the program's parts, which it gets as arguments. It never touches a log's bytes itself,
 * and lets nobody in that its guard does not.
 */
import type { FastifyInstance, FastifyPluginAsync } from 'fastify';
import { addActionRoutes } from './action-routes.ts';
import { addCatalogRoutes } from './catalog-routes.ts';
import { addDatasetFileRoutes } from './dataset-file-routes.ts';
import { addDeadLetterRoutes } from './dead-letter-routes.ts';
import { addExplorerRoutes } from './explorer/explorer-routes.ts';
import { addGarageRoutes } from './garage-routes.ts';
import { addHealthRoutes } from './health-routes.ts';
import { addListRoutes } from './list-routes.ts';
import { addPreviewRoutes } from './preview-routes.ts';
import { Metrics } from './metrics.ts';
import { addNoteRoutes } from './note-routes.ts';
import { addOrderRoutes } from './order-routes.ts';
import type { ApiServices, ProgramService } from './services.ts';
import { addReplayRoutes } from './replays/replay-routes.ts';
import { addChunkRoutes } from './slices/chunk-routes.ts';
import { addSliceRoutes } from './slices/slice-routes.ts';
import { addSqlRoutes } from './sql-routes.ts';
import { addTaskRoutes } from './task-routes.ts';
import { addTrajectoryRoutes } from './trajectory-routes.ts';
import { addUploadRoutes } from './upload-routes.ts';
import { addWebhookRoutes } from './webhook-routes.ts';

export { type HttpNode, type HttpNodeOptions, openHttpNode } from './server.ts';
export { datasetOf, type FoundDataset } from './dataset-of.ts';
export { allTenants, refuseLostCatalog, tenantOfDrive } from './drive-tenant.ts';
export type { ObjectUrl } from './json-rows.ts';
export { type Problem, problemFrom } from './problem.ts';
export type * from './services.ts';
export { type ReplayParts, Replays } from './replays/replays.ts';
export { type SliceParts, Slices } from './slices/slices.ts';
export { NO_GARAGE, whyLines } from './why.ts';

/** The routes of what there is as a fastify plugin; `openHttpNode` puts it behind the guard. */
export function catalogApi(services: ApiServices): FastifyPluginAsync {
  return async (app) => {
    const { program, catalog, garage, actions, orders, webhooks, uploads, tasks, deadLetters, notes } = services;
    countAnswers(app, program);
    if (catalog) addListRoutes(app, catalog);
    if (catalog) addCatalogRoutes(app, catalog);
    if (catalog) addSqlRoutes(app, catalog);
    if (catalog) addPreviewRoutes(app, catalog);
    if (catalog) addChunkRoutes(app, catalog);
    if (catalog) addDatasetFileRoutes(app, catalog);
    if (catalog?.slices) addSliceRoutes(app, catalog, catalog.slices);
    if (catalog?.replays) addReplayRoutes(app, catalog, catalog.replays);
    if (catalog) addTrajectoryRoutes(app, catalog);
    if (catalog) addExplorerRoutes(app, catalog);
    if (garage) addGarageRoutes(app, garage);
    if (actions) addActionRoutes(app, actions);
    if (orders) addOrderRoutes(app, orders);
    if (webhooks) addWebhookRoutes(app, webhooks);
    if (uploads) addUploadRoutes(app, uploads, program.log);
    if (tasks) addTaskRoutes(app, tasks);
    if (deadLetters) addDeadLetterRoutes(app, deadLetters);
    if (notes) addNoteRoutes(app, notes);
  };
}

function countAnswers(app: FastifyInstance, program: ProgramService): void {
  const metrics = new Metrics();
  app.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url ?? 'none';
    metrics.answered(request.method, route, reply.statusCode, reply.elapsedTime / 1000);
  });
  app.addHook('onClose', async () => metrics.close());
  addHealthRoutes(app, program, metrics);
}
