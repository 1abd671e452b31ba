/** What pages ask of the catalog beside its lists. */
import type { FastifyInstance } from 'fastify';
import type { CatalogService } from '../services.ts';
import { addChunkDetailRoutes, addChunkVerifyRoute } from './chunk-detail-routes.ts';
import { addDriveRoutes } from './drive-routes.ts';
import { addEstimateRoutes } from './estimate-routes.ts';
import { addFleetRoutes } from './fleet/fleet-routes.ts';
import { addLineageRoutes } from './lineage-routes.ts';
import { addRateRoutes } from './rate-routes.ts';
import { addSchemaRoutes } from './schema-routes.ts';
import { addStoryRoutes } from './story/story-routes.ts';
import { addTrackRoutes } from './track/track-routes.ts';

export function addExplorerRoutes(app: FastifyInstance, services: CatalogService): void {
  addDriveRoutes(app, services);
  addStoryRoutes(app, services);
  addRateRoutes(app, services);
  addTrackRoutes(app, services);
  addEstimateRoutes(app, services);
  addChunkDetailRoutes(app, services);
  if (services.slices) addChunkVerifyRoute(app, services, services.slices);
  addLineageRoutes(app, services);
  addSchemaRoutes(app, services);
  addFleetRoutes(app, services);
}
