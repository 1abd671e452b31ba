/** `GET /v1/drives/:driveId/rates`: messages of each topic in buckets of time. */
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import { PitlaneError } from '@pitlane/base/errors';
import type { Catalog } from '@pitlane/ports/catalog';
import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import { catalogTime } from '../list-filters.ts';
import type { CatalogService } from '../services.ts';
import { closed, DriveParams, GLOBS, LOG_TIME, NUMBER, orNull, TENANT, TEXT, TIME } from './answer-parts.ts';
import { topicsAsked } from './known-topics.ts';
import { countOf, type DriveKey, keyOfDrive, OF_DRIVE, rowOfDrive, textOf } from './of-drive.ts';
import { BUCKETS_MAX, bucketsOf, CELLS_MAX, ratesOf } from './rates.ts';

const BUCKETS = 200;
/** Where none are named: those with most messages. */
const TOPICS_SHOWN = 200;

const Answer = Type.Object({
  startTime: orNull(TIME),
  endTime: orNull(TIME),
  bucketNs: orNull(Type.String({ description: 'length of a bucket, nanoseconds as text' })),
  topics: Type.Array(Type.Object({ topic: TEXT, messages: Type.Array(NUMBER) })),
  topicsLeftOut: Type.Integer({ description: 'topics with fewer messages, where none were named' }),
});

export function addRateRoutes(app: FastifyInstance, services: CatalogService): void {
  const { catalog } = services;
  app.withTypeProvider<TypeBoxTypeProvider>().get(
    '/v1/drives/:driveId/rates',
    {
      schema: {
        summary: 'How many messages of each topic came when, in buckets of time',
        description: 'Reckoned from the counts of chunks: within one chunk messages are taken to come evenly.',
        tags: ['catalog'],
        params: DriveParams,
        querystring: Type.Object(
          {
            tenant: TENANT,
            topics: GLOBS,
            start: LOG_TIME,
            end: LOG_TIME,
            buckets: Type.Optional(Type.Integer({ minimum: 1, maximum: BUCKETS_MAX, default: BUCKETS })),
          },
          closed,
        ),
        response: { 200: Answer },
      },
    },
    async ({ params, query }) => {
      const key = await keyOfDrive(services, { ...params, ...query });
      const row = await rowOfDrive(catalog, key);
      const [start, end] = [query.start ?? textOf(row['start_ns']), query.end ?? textOf(row['end_ns'])];
      if (start === null || end === null)
        return { startTime: null, endTime: null, bucketNs: null, topics: [], topicsLeftOut: 0 };
      const [startNs, endNs] = [BigInt(catalogTime(start)), BigInt(catalogTime(end))];
      if (endNs < startNs)
        throw new PitlaneError('bad-usage', `the range ${startNs} to ${endNs} ends before it starts`);
      const { buckets: count = BUCKETS } = query;
      const asked = await topicsAsked(catalog, key, query.topics);
      const shown = asked ? { topics: asked, topicsLeftOut: 0 } : await busiestTopics(catalog, key);
      if (shown.topics.length * count > CELLS_MAX) {
        const text = `${shown.topics.length} topics in ${count} buckets are more than ${CELLS_MAX} numbers`;
        throw new PitlaneError('limit-exceeded', `${text}: ask for fewer of either`);
      }
      const buckets = bucketsOf(startNs, endNs, count);
      return {
        startTime: String(startNs),
        endTime: String(endNs),
        bucketNs: String(buckets.bucketNs),
        topics: await ratesOf(catalog, key, shown.topics, buckets),
        topicsLeftOut: shown.topicsLeftOut,
      };
    },
  );
}

async function busiestTopics(catalog: Pick<Catalog, 'query'>, { tenant, driveId }: DriveKey) {
  const of = `FROM topics WHERE ${OF_DRIVE}`;
  const [rows, [counted]] = await Promise.all([
    catalog.query(`SELECT topic ${of} ORDER BY messages DESC, topic LIMIT ${TOPICS_SHOWN}`, [tenant, driveId]),
    catalog.query(`SELECT COUNT(*) AS topics ${of}`, [tenant, driveId]),
  ]);
  const topics = rows.map(({ topic }) => textOf(topic) ?? '').sort();
  return { topics, topicsLeftOut: Math.max(0, countOf(counted?.['topics']) - topics.length) };
}
