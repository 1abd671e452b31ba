/** `GET /v1/slice/estimate`: what a slice would take, for whoever is still choosing it. */
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import { PitlaneError } from '@pitlane/base/errors';
import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import { catalogTime } from '../list-filters.ts';
import type { CatalogService } from '../services.ts';
import { SliceSelection } from '../slices/slice-query.ts';
import { closed, COUNT, NUMBER, orNull, TEXT, TIME } from './answer-parts.ts';
import { topicsAsked } from './known-topics.ts';
import { keyOfDrive, rowOfDrive } from './of-drive.ts';
import { missingOf, sumsOf } from './slice-estimate.ts';

const Answer = Type.Object({
  chunks: COUNT,
  bytesStored: Type.Integer({ description: 'of what is wanted, as it lies in the store' }),
  bytesTouched: Type.Integer({ description: 'of the chunks that hold it, whole' }),
  messages: COUNT,
  requests: Type.Integer({ description: 'to the store' }),
  secondsAt: orNull(
    Type.Object({
      bytesPerS: NUMBER,
      seconds: NUMBER,
      isMeasured: Type.Boolean({ description: 'at the rate of slices that this program has sent lately' }),
    }),
  ),
  missing: Type.Array(
    Type.Object({
      topic: TEXT,
      startTime: orNull(TIME),
      endTime: orNull(TIME),
      state: TEXT,
      reason: orNull(TEXT),
    }),
  ),
  missingMore: Type.Integer({ description: 'beside those that are listed' }),
});

export function addEstimateRoutes(app: FastifyInstance, services: CatalogService): void {
  const { catalog, slices } = services;
  app.withTypeProvider<TypeBoxTypeProvider>().get(
    '/v1/slice/estimate',
    {
      schema: {
        summary:
          'What a slice would take, from the catalog alone: chunks, bytes, messages, requests, and what is missing in it',
        description: 'Within one chunk messages are taken to come evenly; the slice itself says exactly what it holds.',
        tags: ['catalog'],
        querystring: Type.Object(
          {
            ...SliceSelection.properties,
            bytesPerS: Type.Optional(
              Type.Number({ exclusiveMinimum: 0, description: 'reckons with this rate instead of the measured one' }),
            ),
          },
          closed,
        ),
        response: { 200: Answer },
      },
    },
    async ({ query }) => {
      const { drive: driveId, tenant, topics: globs, start, end, bytesPerS: stated } = query;
      const key = await keyOfDrive(services, { driveId, tenant });
      await rowOfDrive(catalog, key);
      const topics = await topicsAsked(catalog, key, globs);
      const [startNs, endNs] = [start, end].map((time) => (time === undefined ? undefined : catalogTime(time)));
      if (startNs !== undefined && endNs !== undefined && BigInt(endNs) <= BigInt(startNs)) {
        const text = `the range [${startNs}, ${endNs}) is empty: its end must lie behind its start`;
        throw new PitlaneError('bad-usage', text);
      }
      const asked = { ...key, topics, startNs, endNs };
      const [sums, missing] = await Promise.all([sumsOf(catalog, asked), missingOf(catalog, asked)]);
      const bytesPerS = stated ?? slices?.bytesPerS();
      const secondsAt =
        bytesPerS === undefined
          ? null
          : { bytesPerS, seconds: sums.bytesStored / bytesPerS, isMeasured: stated === undefined };
      return { ...sums, secondsAt, ...missing };
    },
  );
}
