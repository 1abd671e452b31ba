/** `GET /v1/chunks/:chunkId`: a chunk whole; `POST …/verify`: its object read anew. */
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import { PitlaneError } from '@pitlane/base/errors';
import { type Clock, systemClock } from '@pitlane/base/time';
import { FRAME_PLACE, framePlaceFrom } from '@pitlane/contracts/object-layout';
import type { ObjectStore } from '@pitlane/ports/object-store';
import { planChunkCheck } from '@pitlane/stages/90-serve';
import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import { rowAsJson } from '../json-rows.ts';
import { rowProperties } from '../row-schemas.ts';
import type { CatalogService } from '../services.ts';
import type { Slices } from '../slices/slices.ts';
import { closed, COUNT, NAME, orNull, TENANT, TEXT, TIME } from './answer-parts.ts';
import { besideChunk, keyOfRow, rowOfChunk } from './chunk-detail.ts';
import { textOf } from './of-drive.ts';

const Params = Type.Object({ chunkId: Type.String({ pattern: '^[0-9a-f]{64}$' }) });
const Asked = Type.Object(
  {
    drive: Type.Optional(Type.String({ ...NAME, description: 'its drive: the answer is quicker in a large catalog' })),
    tenant: TENANT,
  },
  closed,
);

const Beside = {
  objectName: Type.String({ description: 'name of the object in the store' }),
  bucket: Type.String({ description: 'the store: `file`, or `gs://bucket`' }),
  kafka: orNull(Type.Object({ topic: TEXT, partition: COUNT, offset: TEXT, lastOffset: TEXT }), {
    description: 'where its frames lay, from the first to the last; null where it did not come by frames',
  }),
  sources: Type.Array(
    Type.Object({
      recordingId: TEXT,
      path: orNull(TEXT),
      startOffset: COUNT,
      endOffset: Type.Integer({ description: 'end of the range of the recording that holds it' }),
    }),
  ),
  channels: Type.Array(
    Type.Object({ topic: TEXT, messages: COUNT, bytes: COUNT, startTime: orNull(TIME), endTime: orNull(TIME) }),
  ),
  receiptIds: Type.Array(TEXT, { description: 'receipts of its recordings, newest first' }),
  dataUrl: Type.String({ description: 'where its bytes are, as a path' }),
};

export function addChunkDetailRoutes(app: FastifyInstance, services: CatalogService): void {
  const { catalog, store, objectUrl } = services;
  app.withTypeProvider<TypeBoxTypeProvider>().get(
    '/v1/chunks/:chunkId',
    {
      schema: {
        summary: 'A chunk with its object, its bytes in the recordings it comes from, and what vouches for it',
        tags: ['catalog'],
        params: Params,
        querystring: Asked,
        response: { 200: Type.Object({ ...rowProperties('chunks'), ...Beside }) },
      },
    },
    async ({ params: { chunkId }, query: { drive, tenant } }) => {
      const row = await rowOfChunk(catalog, { chunkId, driveId: drive, tenant });
      return {
        ...rowAsJson(row, objectUrl),
        objectName: textOf(row['object']) ?? '',
        bucket: store.traits.storeName,
        kafka: await framesOf(store, textOf(row['object']) ?? ''),
        ...(await besideChunk(catalog, row)),
        dataUrl: `/v1/chunks/${chunkId}/data`,
      };
    },
  );
}

/** By which records it came, as its lander wrote beside the object; null where the store cannot say it, now or ever. */
async function framesOf(store: Pick<ObjectStore, 'stat'>, object: string) {
  const info = await store.stat(object).catch(() => undefined);
  const place = framePlaceFrom(info?.metadata[FRAME_PLACE]);
  if (!place) return null;
  const { topic, partition, firstOffset, lastOffset } = place;
  return { topic, partition, offset: String(firstOffset), lastOffset: String(lastOffset) };
}

const Checked = Type.Object({ ok: Type.Boolean(), faults: Type.Array(TEXT), checkedAt: TIME });

export function addChunkVerifyRoute(
  app: FastifyInstance,
  { catalog, store }: CatalogService,
  slices: Slices,
  clock: Clock = systemClock,
): void {
  app.withTypeProvider<TypeBoxTypeProvider>().post(
    '/v1/chunks/:chunkId/verify',
    {
      schema: {
        summary: 'Reads the object of a chunk whole and compares it with what catalog and store say of it',
        tags: ['catalog'],
        params: Params,
        querystring: Asked,
        response: { 200: Checked },
      },
    },
    async ({ params: { chunkId }, query: { drive, tenant } }, reply) => {
      const row = await rowOfChunk(catalog, { chunkId, driveId: drive, tenant });
      const planned = await planChunkCheck(catalog, keyOfRow(row), chunkId);
      if (!planned) throw new PitlaneError('not-found', `chunk ${chunkId} counts no more: ask again`);
      const gone = new AbortController();
      reply.raw.once('close', () => gone.abort());
      const info = await store.stat(planned.chunk.object);
      const faults = await slices.check({ ...planned, info }, gone.signal);
      const checkedAt = String(BigInt(Math.trunc(clock.nowMs())) * 1_000_000n);
      return { ok: faults.length === 0, faults: faults.map(({ fault }) => fault), checkedAt };
    },
  );
}
