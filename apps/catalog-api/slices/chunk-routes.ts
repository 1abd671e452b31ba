/** The bytes of a landed chunk, for viewers and readers that open an address: any range of it, by HEAD and GET. */
import { Readable } from 'node:stream';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import { PitlaneError } from '@pitlane/base/errors';
import { readInParts } from '@pitlane/ports/object-store/read-in-parts';
import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import { CATALOG } from '../answers/catalog.ts';
import { sendRanged } from '../ranged.ts';
import type { CatalogService } from '../services.ts';
import { LINK_SECONDS } from '../signed-links.ts';
import { chunkLinks } from './chunk-links.ts';
import { EXPIRES_IN } from './slice-routes.ts';
import { SIGNED } from './slice-query.ts';

const Params = Type.Object({ chunkId: Type.String({ pattern: '^[0-9a-f]{64}$' }) });
const READ_AT_ONCE = 2;

interface StoredChunk {
  readonly object: string;
  readonly bytes: number;
  readonly generation: string;
  readonly sha256: string;
}

export function addChunkRoutes(app: FastifyInstance, services: CatalogService): void {
  const { store } = services;
  app.withTypeProvider<TypeBoxTypeProvider>().route({
    method: ['GET', 'HEAD'],
    url: '/v1/chunks/:chunkId/data',
    exposeHeadRoute: false,
    schema: {
      summary: 'The bytes of a chunk as they lie in the store: one MCAP file, any range of it',
      tags: ['catalog'],
      params: Params,
      querystring: Type.Object(
        { generation: Type.Optional(Type.String()), ...SIGNED },
        { additionalProperties: false },
      ),
      response: CATALOG.chunk,
    },
    handler: async (request, reply) => {
      const { object: name, bytes, generation, sha256 } = await storedChunk(services, request.params.chunkId);
      const asked = request.query.generation;
      if (asked !== undefined && asked !== generation) {
        throw new PitlaneError(
          'not-found',
          `chunk ${request.params.chunkId} is no more of generation ${asked}: ask again`,
        );
      }
      const read = (start: number, end: number): Readable =>
        Readable.from(readInParts(store, { name, bytes }, { start, end, partsAtOnce: READ_AT_ONCE }), {
          objectMode: false,
        });
      void reply.type('application/octet-stream').header('cache-control', 'private, no-cache');
      void reply.header('content-disposition', `attachment; filename="${request.params.chunkId}.mcap"`);
      return sendRanged(request, reply, { etag: `"${sha256}"`, bytes, read });
    },
  });
  app.withTypeProvider<TypeBoxTypeProvider>().get(
    '/v1/chunks/:chunkId/url',
    {
      schema: {
        summary: 'A link that opens a chunk for a while without a token: straight to the bucket where it signs links',
        tags: ['catalog'],
        params: Params,
        querystring: Type.Object({ expiresIn: EXPIRES_IN }, { additionalProperties: false }),
        response: CATALOG.chunkUrl,
      },
    },
    async ({ params, query, protocol, host }) => {
      const chunk = await storedChunk(services, params.chunkId);
      const linkOf = chunkLinks(app.links, services.objectLinks, `${protocol}://${host}`);
      return linkOf(chunk, query.expiresIn ?? LINK_SECONDS);
    },
  );
}

async function storedChunk({ catalog }: CatalogService, chunkId: string): Promise<StoredChunk> {
  const [row] = await catalog.query(
    'SELECT object, bytes_stored, generation, sha256 FROM chunks WHERE chunk_id = ? LIMIT 1',
    [chunkId],
  );
  const { object, bytes_stored: bytes, generation, sha256 } = row ?? {};
  if (typeof object !== 'string' || typeof generation !== 'string' || typeof sha256 !== 'string') {
    throw new PitlaneError('not-found', `there is no chunk ${chunkId}: "pitlane chunks" lists them`);
  }
  return { object, bytes: Number(bytes), generation, sha256 };
}
