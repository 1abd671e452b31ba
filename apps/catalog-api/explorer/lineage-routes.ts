/** Lineage of datasets: the drives behind one, and the bytes behind one sample. */
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import { PitlaneError } from '@pitlane/base/errors';
import { sampleKeyFrom } from '@pitlane/contracts/dataset';
import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import { cursorFrom, keyFromCursor } from '../cursor.ts';
import { datasetOf } from '../dataset-of.ts';
import { PAGE_DEFAULT, PAGE_MAX } from '../list-query.ts';
import type { CatalogService } from '../services.ts';
import { ANY_TENANT, closed, COUNT, NEXT, orNull, TEXT, TIME } from './answer-parts.ts';
import { drivesSql, lineageFrom, sourcesOf } from './lineage.ts';

const SPAN = { startTime: orNull(TIME), endTime: orNull(TIME) };

const Lineage = Type.Object({
  tenant: TEXT,
  snapshotId: TEXT,
  name: TEXT,
  drives: Type.Array(
    Type.Object({
      driveId: TEXT,
      vehicleId: TEXT,
      split: TEXT,
      chunks: COUNT,
      topics: COUNT,
      shards: COUNT,
      samples: COUNT,
      messages: Type.Integer({ description: 'each counted in every sample that has it' }),
      ...SPAN,
    }),
  ),
  next: NEXT,
});

const Sources = Type.Object({
  sample: TEXT,
  sources: Type.Array(
    Type.Object({
      tenant: TEXT,
      snapshotId: TEXT,
      field: Type.Integer({ description: 'number of the field in the sampling plan' }),
      topic: TEXT,
      driveId: TEXT,
      vehicleId: TEXT,
      chunkId: TEXT,
      recordingId: TEXT,
      path: Type.String({ description: "the car's file" }),
      startOffset: orNull(COUNT),
      endOffset: orNull(COUNT),
      firstSample: COUNT,
      lastSample: COUNT,
      messages: COUNT,
      ...SPAN,
    }),
  ),
});

export function addLineageRoutes(app: FastifyInstance, { catalog }: CatalogService): void {
  const typed = app.withTypeProvider<TypeBoxTypeProvider>();
  typed.get(
    '/v1/datasets/:dataset/lineage',
    {
      schema: {
        summary: 'The drives behind a dataset, with how much of each is in it',
        tags: ['catalog'],
        params: Type.Object({ dataset: Type.String({ minLength: 1, maxLength: 64 }) }),
        querystring: Type.Object(
          {
            tenant: ANY_TENANT,
            limit: Type.Optional(Type.Integer({ minimum: 1, maximum: PAGE_MAX, default: PAGE_DEFAULT })),
            cursor: Type.Optional(Type.String({ maxLength: 4096, description: '"next" of the page before' })),
          },
          closed,
        ),
        response: { 200: Lineage },
      },
    },
    async ({ params, query: { tenant, limit = PAGE_DEFAULT, cursor } }) => {
      const dataset = await datasetOf(catalog, params.dataset, tenant);
      const list = `lineage of ${dataset.snapshotId}`;
      const [afterDrive = ''] = cursor === undefined ? [] : keyFromCursor(list, cursor, 1).map(String);
      const { sql, parameters } = drivesSql(dataset, { afterDrive, limit: limit + 1 });
      const rows = (await catalog.query(sql, parameters)).map(lineageFrom);
      const drives = rows.slice(0, limit);
      const last = rows.length > limit ? drives.at(-1) : undefined;
      return { ...dataset, drives, next: last ? cursorFrom(list, [last.driveId]) : null };
    },
  );
  typed.get(
    '/v1/samples/:sample',
    {
      schema: {
        summary: 'Where a sample of a dataset comes from, down to the bytes of the files of the car',
        description:
          'By its key, such as 1a2b3c4d-train-000000-00007; without the last part, all samples of the shard.',
        tags: ['catalog'],
        params: Type.Object({ sample: Type.String({ minLength: 1, maxLength: 64 }) }),
        querystring: Type.Object({ tenant: ANY_TENANT }, closed),
        response: { 200: Sources },
      },
    },
    async ({ params: { sample }, query: { tenant } }) => {
      const key = sampleKeyFrom(sample);
      if (!key) {
        const text = `${JSON.stringify(sample)} is no key of a sample: write it like 1a2b3c4d-train-000000-00007`;
        throw new PitlaneError('bad-usage', text);
      }
      const sources = await sourcesOf(catalog, key, tenant);
      if (sources.length === 0) throw new PitlaneError('not-found', `no dataset has a sample ${sample}`);
      return { sample, sources };
    },
  );
}
