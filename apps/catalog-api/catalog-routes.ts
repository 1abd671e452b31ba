/** What is asked of the catalog beside lists: SQL by people, a drive's receipts, and where an id stands. */
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import { PitlaneError } from '@pitlane/base/errors';
import { CATALOG_SCHEMA_VERSION } from '@pitlane/contracts/catalog';
import type { SqlCaps } from '@pitlane/ports/catalog';
import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import { coveringReceipts, type CoveredRecording } from './covering-receipts.ts';
import { datasetOf } from './dataset-of.ts';
import { catalogFault, tenantOfDrive } from './drive-tenant.ts';
import type { CatalogService } from './services.ts';

/** A path on the garage's disk may be as long as that. */
const WHY_TEXT_MAX = 4096;
const SQL_TEXT_MAX = 64 * 1024;
const SQL_CAPS: SqlCaps = { rowsMax: 10_000, timeoutMs: 30_000, bytesMax: 32 * 1024 * 1024 };
/** Each may take a share of the catalog's memory and threads. */
const SQL_AT_ONCE_MAX = 4;

export function addCatalogRoutes(app: FastifyInstance, services: CatalogService): void {
  addSql(app, services);
  addReceipt(app, services);
  app.get(
    '/v1/catalog',
    {
      schema: {
        summary: 'Which catalog this is, and what is wrong with it: it is empty beside a full store',
        tags: ['catalog'],
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
        response: { 200: Type.Object({ id: Type.String(), lines: Type.Array(Type.String()) }) },
      },
    },
    async ({ params }) => ({ id: params.id, lines: [...(await services.why(params.id))] }),
  );
}

function addSql(app: FastifyInstance, { catalog }: CatalogService): void {
  let underWay = 0;
  const inTurn = async <Answer>(work: () => Promise<Answer>): Promise<Answer> => {
    if (underWay >= SQL_AT_ONCE_MAX) {
      throw new PitlaneError('unavailable', `${SQL_AT_ONCE_MAX} queries run already: try again in a moment`, {
        retryable: true,
      });
    }
    underWay += 1;
    try {
      return await work();
    } finally {
      underWay -= 1;
    }
  };
  const oneSelect = Type.Object(
    { sql: Type.String({ minLength: 1, maxLength: SQL_TEXT_MAX }) },
    { additionalProperties: false },
  );
  app
    .withTypeProvider<TypeBoxTypeProvider>()
    .post(
      '/v1/sql',
      { schema: { summary: 'One SELECT over the views of the catalog', tags: ['catalog'], body: oneSelect } },
      async (request, reply) => {
        const stop = new AbortController();
        reply.raw.once('close', () => stop.abort());
        return inTurn(() => catalog.sandboxed(request.body.sql, SQL_CAPS, stop.signal));
      },
    );
  app.withTypeProvider<TypeBoxTypeProvider>().post(
    '/v1/sql/estimate',
    {
      schema: {
        summary: 'What such a SELECT would read and cost; it is not run',
        tags: ['catalog'],
        body: oneSelect,
      },
    },
    async ({ body }) => {
      const { bytesProcessed, usdPerTiB } = await inTurn(() => catalog.estimate(body.sql));
      return { bytesProcessed, usdPerTiB, usd: ((usdPerTiB ?? 0) * bytesProcessed) / 2 ** 40 };
    },
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
