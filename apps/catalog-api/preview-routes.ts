/** A preview as it lies in the store: an MCAP file that viewers open. */
import { Readable } from 'node:stream';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import { MIB } from '@pitlane/base/bytes';
import { PitlaneError } from '@pitlane/base/errors';
import { readInParts } from '@pitlane/ports/object-store/read-in-parts';
import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import { CATALOG } from './answers/catalog.ts';
import { sendRanged } from './ranged.ts';
import type { CatalogService } from './services.ts';

/** A browser shows the first frames when the first part is there. */
const PART = { partBytes: MIB, partsAtOnce: 1 };

export function addPreviewRoutes(app: FastifyInstance, { catalog, store }: CatalogService): void {
  app.withTypeProvider<TypeBoxTypeProvider>().route({
    method: ['GET', 'HEAD'],
    url: '/v1/previews/:previewId',
    exposeHeadRoute: false,
    schema: {
      summary: 'A preview as an MCAP file: small camera frames and thinned topics of one recording; any range of it',
      tags: ['catalog'],
      params: Type.Object({ previewId: Type.String({ pattern: '^[0-9a-f]{64}$' }) }),
      response: CATALOG.preview,
    },
    handler: async (request, reply) => {
      const { previewId } = request.params;
      const sql = 'SELECT object, bytes_stored, generation, crc32c FROM previews WHERE preview_id = ? LIMIT 1';
      const [row] = await catalog.query(sql, [previewId]);
      if (!row)
        throw new PitlaneError('not-found', `there is no preview ${previewId}: /v1/previews lists those there are`);
      const { object: name, generation, crc32c } = row as Readonly<Record<'object' | 'generation' | 'crc32c', string>>;
      const bytes = Number(row['bytes_stored']);
      const read = (start: number, end: number): Readable =>
        Readable.from(readInParts(store, { name, bytes }, { start, end, ...PART }), {
          objectMode: false,
        });
      void reply.type('application/mcap').header('cache-control', 'private, no-cache');
      void reply.header('content-disposition', `attachment; filename="${previewId.slice(0, 12)}.mcap"`);
      return sendRanged(request, reply, { etag: `"${generation}-${crc32c}"`, bytes, read });
    },
  });
}
