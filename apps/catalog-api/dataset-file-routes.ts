/** The files of a dataset that is built, for readers that cannot reach the store: shards, their indexes, and the list of them. */
import { Readable } from 'node:stream';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import { PitlaneError } from '@pitlane/base/errors';
import { builtObjectName, shardIndexName, shardObjectName } from '@pitlane/contracts/dataset';
import { parseTenant, type Sha256Hex } from '@pitlane/contracts/identity';
import { readInParts } from '@pitlane/ports/object-store/read-in-parts';
import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import { CATALOG } from './answers/catalog.ts';
import { sendRanged } from './ranged.ts';
import type { CatalogService } from './services.ts';

const ALL_SHARDS = 'shards.ndjson';
const SHARD = /^([a-z]+)-(\d{6,})\.(tar|json)$/;
const TYPES: Readonly<Record<string, string>> = { tar: 'application/x-tar', json: 'application/json' };
const READ_AT_ONCE = 2;

export function addDatasetFileRoutes(app: FastifyInstance, { store, tenant: own }: CatalogService): void {
  app.withTypeProvider<TypeBoxTypeProvider>().route({
    method: ['GET', 'HEAD'],
    url: '/v1/datasets/:snapshotId/files/:file',
    exposeHeadRoute: false,
    schema: {
      summary: 'A file of a built dataset, any range of it: shards.ndjson, then train-000000.tar and its index .json',
      tags: ['catalog'],
      params: Type.Object({
        snapshotId: Type.String({ pattern: '^[0-9a-f]{64}$' }),
        file: Type.String({ pattern: '^(shards\\.ndjson|[a-z]{1,20}-[0-9]{6,12}\\.(tar|json))$' }),
      }),
      querystring: Type.Object(
        { tenant: Type.Optional(Type.String({ maxLength: 128 })) },
        { additionalProperties: false },
      ),
      response: CATALOG.datasetFile,
    },
    handler: async (request, reply) => {
      const { snapshotId, file } = request.params;
      const name = objectOf(parseTenant(request.query.tenant ?? own), snapshotId as Sha256Hex, file);
      const info = await store.stat(name);
      if (!info) {
        const text = `there is no ${file} of dataset ${snapshotId}: build it first, and give its tenant`;
        throw new PitlaneError('not-found', text);
      }
      const { bytes, generation } = info;
      const read = (start: number, end: number): Readable =>
        Readable.from(readInParts(store, info, { start, end, partsAtOnce: READ_AT_ONCE }), { objectMode: false });
      void reply.type(TYPES[file.slice(file.lastIndexOf('.') + 1)] ?? 'application/x-ndjson');
      void reply.header('cache-control', 'private, no-cache');
      return sendRanged(request, reply, { etag: `"${generation}"`, bytes, read });
    },
  });
}

function objectOf(tenant: string, snapshotId: Sha256Hex, file: string): string {
  if (file === ALL_SHARDS) return builtObjectName(tenant, snapshotId);
  const [, split = '', shard, kind] = SHARD.exec(file) ?? [];
  return (kind === 'tar' ? shardObjectName : shardIndexName)(tenant, snapshotId, split, Number(shard));
}
