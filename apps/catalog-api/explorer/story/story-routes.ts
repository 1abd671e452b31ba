/** `GET /v1/drives/:driveId/story`: a drive's whole story in plain sentences. */
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import { coveringReceipts } from '../../covering-receipts.ts';
import type { CatalogService } from '../../services.ts';
import { DriveParams, OfTenant, orNull, TEXT, TIME } from '../answer-parts.ts';
import { keyOfDrive, rowOfDrive } from '../of-drive.ts';
import { storyRows } from './story-rows.ts';
import { tell } from './tell.ts';

const Answer = Type.Object({
  sentences: Type.Array(
    Type.Object({
      time: orNull(TIME),
      clock: orNull(Type.Enum(['log', 'wall'], { description: "whose time: the car's own, or UTC" })),
      kind: Type.String({
        description:
          'recorded, clock, event, gap, lost, withheld, docked, verdict, finding, a state on the way, landed, derived, receipted, dataset or corrected',
      }),
      text: TEXT,
      topic: orNull(TEXT),
      startTime: orNull(Type.String({ description: 'where on the drive it is, in log time; likewise endTime' })),
      endTime: orNull(TIME),
    }),
  ),
});

export function addStoryRoutes(app: FastifyInstance, services: CatalogService): void {
  const { catalog } = services;
  app.withTypeProvider<TypeBoxTypeProvider>().get(
    '/v1/drives/:driveId/story',
    {
      schema: {
        summary: "A drive's story in plain sentences, oldest first",
        description: 'What happened on the drive is told in order of log time, then what was done with it since.',
        tags: ['catalog'],
        params: DriveParams,
        querystring: OfTenant,
        response: { 200: Answer },
      },
    },
    async ({ params, query }) => {
      const key = await keyOfDrive(services, { ...params, ...query });
      const [drive, { uncovered }] = await Promise.all([
        rowOfDrive(catalog, key),
        coveringReceipts(catalog, key.tenant, key.driveId),
      ]);
      return { sentences: tell(await storyRows(catalog, key, { drive, uncovered: uncovered.length })) };
    },
  );
}
