/** A preview as it lies in the store: an MCAP file that viewers open. */
import { Readable } from 'node:stream';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import { MIB } from '@pitlane/base/bytes';
import { PitlaneError } from '@pitlane/base/errors';
import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import { CATALOG } from './answers/catalog.ts';
import type { CatalogService } from './services.ts';

const READ_BYTES = MIB;

export function addPreviewRoutes(app: FastifyInstance, { catalog, store }: CatalogService): void {
  app.withTypeProvider<TypeBoxTypeProvider>().get(
    '/v1/previews/:previewId',
    {
      schema: {
        summary: 'A preview as an MCAP file: small camera frames and thinned topics of one recording',
        tags: ['catalog'],
        params: Type.Object({ previewId: Type.String({ pattern: '^[0-9a-f]{64}$' }) }),
        response: CATALOG.preview,
      },
    },
    async ({ params: { previewId } }, reply) => {
      const sql = 'SELECT object, bytes_stored FROM previews WHERE preview_id = ? LIMIT 1';
      const [row] = await catalog.query(sql, [previewId]);
      if (!row)
        throw new PitlaneError('not-found', `there is no preview ${previewId}: /v1/previews lists those there are`);
      const [object, bytes] = [row['object'] as string, Number(row['bytes_stored'])];
      const blocks = async function* (): AsyncGenerator<Uint8Array> {
        for (let start = 0; start < bytes; start += READ_BYTES)
          yield await store.read(object, { start, end: Math.min(start + READ_BYTES, bytes) });
      };
      return reply
        .type('application/mcap')
        .header('content-length', bytes)
        .header('content-disposition', `attachment; filename="${previewId.slice(0, 12)}.mcap"`)
        .send(Readable.from(blocks(), { objectMode: false }));
    },
  );
}
