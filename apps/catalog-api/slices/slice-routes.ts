/** `GET /v1/slice`: any range of time and topics of a drive as one file; where its bytes lie; a link that opens it. */
import { Readable } from 'node:stream';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import { CATALOG } from '../answers/catalog.ts';
import { tenantOfDrive } from '../drive-tenant.ts';
import type { CatalogService } from '../services.ts';
import { LINK_SECONDS, LINK_SECONDS_MAX } from '../signed-links.ts';
import { chunkLinks } from './chunk-links.ts';
import { sendSlice } from './slice-answer.ts';
import { manifestText } from './manifest-text.ts';
import { type Asked, requestOf, SliceAsked, SliceLink, SliceSelection, type Selection } from './slice-query.ts';
import type { PlannedSlice, Slices } from './slices.ts';

export const EXPIRES_IN = Type.Optional(
  Type.Integer({ minimum: 1, maximum: LINK_SECONDS_MAX, default: LINK_SECONDS, description: 'seconds' }),
);

export function addSliceRoutes(app: FastifyInstance, services: CatalogService, slices: Slices): void {
  const planned = async (asked: Asked | Selection): Promise<PlannedSlice> => {
    const tenant = await tenantOfDrive(services, { driveId: asked.drive, tenant: asked.tenant }, services.tenant);
    return slices.plan(requestOf(asked, tenant), ('format' in asked && asked.format) || 'mcap');
  };
  app.withTypeProvider<TypeBoxTypeProvider>().route({
    method: ['GET', 'HEAD'],
    url: '/v1/slice',
    exposeHeadRoute: false,
    schema: {
      summary: 'A range of time and topics of a drive as one MCAP or NDJSON file, in order',
      description:
        'What is missing in it is counted in `Pitlane-Slice-Missing`, and told in its metadata record `pitlane.slice` or its last line. The same slice of the same catalog has the same bytes and `ETag`; `Range` goes on with one that was cut.',
      tags: ['catalog'],
      querystring: SliceAsked,
      response: CATALOG.slice,
    },
    handler: async (request, reply) =>
      sendSlice(request, reply, slices, await planned(request.query), request.query.whole === true),
  });
  app.withTypeProvider<TypeBoxTypeProvider>().get(
    '/v1/slice/manifest',
    {
      schema: {
        summary: 'Where the bytes of a slice lie, with links to fetch them past this program',
        tags: ['catalog'],
        querystring: Type.Object(
          { ...SliceSelection.properties, expiresIn: EXPIRES_IN },
          { additionalProperties: false },
        ),
        response: CATALOG.manifest,
      },
    },
    async (request, reply) => {
      const slice = await planned(request.query);
      const links = chunkLinks(app.links, services.objectLinks, `${request.protocol}://${request.host}`);
      const gone = new AbortController();
      reply.raw.once('close', () => gone.abort());
      const objects = slices.manifest(slice, gone.signal);
      const text = await manifestText(slice, objects, links, request.query.expiresIn ?? LINK_SECONDS);
      return reply.type('application/json').send(Readable.from(text, { objectMode: false }));
    },
  );
  app.withTypeProvider<TypeBoxTypeProvider>().get(
    '/v1/slice/url',
    {
      schema: {
        summary: 'A link that opens a slice for a while without a token, made whole for viewers',
        tags: ['catalog'],
        querystring: Type.Object({ ...SliceLink.properties, expiresIn: EXPIRES_IN }, { additionalProperties: false }),
        response: CATALOG.sliceUrl,
      },
    },
    async ({ query: { expiresIn, ...asked }, protocol, host }) => {
      await planned(asked);
      const query = new URLSearchParams();
      for (const [name, value] of Object.entries({ whole: true, ...asked })) query.set(name, String(value));
      const { path, expiresAtMs } = app.links.sign('/v1/slice', query, expiresIn);
      const expiresTime = String(BigInt(expiresAtMs) * 1_000_000n);
      return { url: `${protocol}://${host}${path}`, path, expiresTime };
    },
  );
}
