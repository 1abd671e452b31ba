/** What is asked of the catalog beside lists and SQL: a drive's receipts, a dataset by its name, and where an id stands. */
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import { PitlaneError } from '@pitlane/base/errors';
import { CATALOG_SCHEMA_VERSION } from '@pitlane/contracts/catalog';
import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import { CATALOG } from './answers/catalog.ts';
import { coveringReceipts, type CoveredRecording } from './covering-receipts.ts';
import { datasetOf } from './dataset-of.ts';
import { catalogFault, tenantOfDrive } from './drive-tenant.ts';
import type { CatalogService } from './services.ts';

/** A path on the garage's disk may be as long as that. */
const WHY_TEXT_MAX = 4096;

export function addCatalogRoutes(app: FastifyInstance, services: CatalogService): void {
  addReceipt(app, services);
  app.get(
    '/v1/catalog',
    {
      schema: {
        summary: 'Which catalog this is, and what is wrong with it: it is empty beside a full store',
        tags: ['catalog'],
        response: CATALOG.catalog,
      },
    },
    async () => ({ schemaVersion: CATALOG_SCHEMA_VERSION, fault: await catalogFault(services) }),
  );
  app.withTypeProvider<TypeBoxTypeProvider>().get(
    '/v1/datasets/:dataset',
    {
      schema: {
        summary: 'Which dataset an id, the beginning of one, or a name means: of several of one name the newest',
        tags: ['catalog'],
        params: Type.Object({ dataset: Type.String({ minLength: 1, maxLength: 64 }) }),
        querystring: Type.Object(
          { tenant: Type.Optional(Type.String({ maxLength: 128 })) },
          { additionalProperties: false },
        ),
        response: CATALOG.dataset,
      },
    },
    ({ params, query }) => datasetOf(services.catalog, params.dataset, query.tenant),
  );
  app.withTypeProvider<TypeBoxTypeProvider>().get(
    '/v1/why/:id',
    {
      schema: {
        summary: 'Where a drive, recording, topic or chunk stands, line by line',
        description: 'By id, by the first 8 digits or more of one, by topic, or by the path of a log.',
        tags: ['catalog'],
        params: Type.Object({ id: Type.String({ minLength: 1, maxLength: WHY_TEXT_MAX }) }),
        response: CATALOG.why,
        'x-example': 'curl -s "$PITLANE/v1/why/$DRIVE"',
      },
    },
    async ({ params }) => ({ id: params.id, lines: [...(await services.why(params.id))] }),
  );
}

function addReceipt(app: FastifyInstance, { catalog, store, tenant: own, receiptKeyPem }: CatalogService): void {
  app.withTypeProvider<TypeBoxTypeProvider>().get(
    '/v1/drives/:driveId/receipt',
    {
      schema: {
        summary:
          "A drive's receipts as they lie in the store, as many as cover its recordings, and the key that checks them",
        tags: ['catalog'],
        params: Type.Object({ driveId: Type.String({ minLength: 1, maxLength: 128 }) }),
        querystring: Type.Object({ tenant: Type.Optional(Type.String()) }),
        response: CATALOG.receipt,
      },
    },
    async ({ params, query }) => {
      const { driveId } = params;
      const tenant = await tenantOfDrive({ catalog, store }, { driveId, tenant: query.tenant }, own);
      const { receipts, uncovered } = await coveringReceipts(catalog, tenant, driveId);
      const texts: { object: string; receipt: string; recordings: readonly CoveredRecording[] }[] = [];
      for (const { object, recordings } of receipts) {
        texts.push({ object, receipt: Buffer.from(await store.read(object)).toString('utf8'), recordings });
      }
      const [newest] = texts;
      if (!newest) {
        throw new PitlaneError(
          'not-found',
          `drive ${params.driveId} has no receipt: \`pitlane why\` tells where it stands`,
        );
      }
      const { object, receipt } = newest;
      return {
        driveId: params.driveId,
        object,
        receipt,
        publicKeyPem: receiptKeyPem,
        receipts: texts,
        uncovered,
      };
    },
  );
}
