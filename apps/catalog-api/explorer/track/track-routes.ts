/** `GET /v1/drives/:driveId/track`: where a drive went, for a map. */
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import { decodedTrack } from '@pitlane/contracts/trajectory';
import type { Catalog, SqlRow } from '@pitlane/ports/catalog';
import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import { catalogTime } from '../../list-filters.ts';
import type { CatalogService } from '../../services.ts';
import { closed, COUNT, DriveParams, LOG_TIME, orNull, TENANT, TEXT, TIME } from '../answer-parts.ts';
import { countOf, type DriveKey, keyOfDrive, OF_DRIVE, rowOfDrive, textOf } from '../of-drive.ts';
import { segmentsOf, type Track } from './thin-track.ts';

const POINTS = 2000;
const POINTS_MAX = 20_000;
/** Two days of chunks; a longer drive is asked for in parts. */
const TRACKS_MAX = 3000;

const Answer = Type.Object({
  topic: orNull(Type.String({ description: 'the most trusted topic that says where the vehicle was' })),
  source: orNull(Type.String({ description: 'gnss, localisation or odometry' })),
  topics: Type.Array(Type.Object({ topic: TEXT, source: TEXT, points: COUNT }), {
    description: 'all that say it, the most trusted first',
  }),
  segments: Type.Array(
    Type.Object({
      startTime: TIME,
      endTime: TIME,
      points: Type.Array(Type.Array(Type.Unknown()), {
        description: '[longitude, latitude, log time as decimal nanoseconds in text, speed in m/s or null]',
      }),
    }),
  ),
  isCut: Type.Boolean({ description: 'there is more of it than one answer holds: ask for less time' }),
});

export function addTrackRoutes(app: FastifyInstance, services: CatalogService): void {
  const { catalog } = services;
  app.withTypeProvider<TypeBoxTypeProvider>().get(
    '/v1/drives/:driveId/track',
    {
      schema: {
        summary: 'Where a drive went, thinned to so many points, with time and speed',
        tags: ['catalog'],
        params: DriveParams,
        querystring: Type.Object(
          {
            tenant: TENANT,
            topic: Type.Optional(Type.String({ minLength: 1, maxLength: 1024 })),
            start: LOG_TIME,
            end: LOG_TIME,
            points: Type.Optional(Type.Integer({ minimum: 2, maximum: POINTS_MAX, default: POINTS })),
          },
          closed,
        ),
        response: { 200: Answer },
      },
    },
    async ({ params, query }) => {
      const key = await keyOfDrive(services, { ...params, ...query });
      await rowOfDrive(catalog, key);
      const topics = await topicsOf(catalog, key);
      const wanted = query.topic === undefined ? topics[0] : topics.find(({ topic }) => topic === query.topic);
      if (!wanted) return { topic: null, source: null, topics, segments: [], isCut: false };
      const { tracks, isCut } = await tracksOf(catalog, key, {
        topic: wanted.topic,
        start: query.start,
        end: query.end,
      });
      const segments = await segmentsOf(tracks, query.points ?? POINTS);
      return { topic: wanted.topic, source: wanted.source, topics, segments, isCut };
    },
  );
}

const WITH_TRACK = 'track IS NOT NULL AND path IS NOT NULL AND start_ns IS NOT NULL';

async function topicsOf(catalog: Pick<Catalog, 'query'>, { tenant, driveId }: DriveKey) {
  const rows = await catalog.query(
    `SELECT topic, MIN(source) AS source, SUM(points) AS points FROM trajectories WHERE ${OF_DRIVE} AND ${WITH_TRACK}
     GROUP BY topic ORDER BY MIN(preference), SUM(points) DESC, topic LIMIT 100`,
    [tenant, driveId],
  );
  return rows.map((row) => ({
    topic: textOf(row['topic']) ?? '',
    source: textOf(row['source']) ?? '',
    points: countOf(row['points']),
  }));
}

async function tracksOf(
  catalog: Pick<Catalog, 'query'>,
  { tenant, driveId }: DriveKey,
  { topic, start, end }: { topic: string; start: string | undefined; end: string | undefined },
): Promise<{ tracks: Track[]; isCut: boolean }> {
  const conditions = [OF_DRIVE, WITH_TRACK, 'topic = ?'];
  const parameters = [tenant, driveId, topic];
  for (const [sql, time] of [
    ['end_ns >= CAST(? AS BIGINT)', start],
    ['start_ns < CAST(? AS BIGINT)', end],
  ] as const) {
    if (time === undefined) continue;
    conditions.push(sql);
    parameters.push(catalogTime(time));
  }
  const rows = await catalog.query(
    `SELECT start_ns, reach_m, track FROM trajectories WHERE ${conditions.join(' AND ')}
     ORDER BY start_ns, chunk_id, part LIMIT ${TRACKS_MAX + 1}`,
    parameters,
  );
  return { tracks: rows.slice(0, TRACKS_MAX).map(trackFrom), isCut: rows.length > TRACKS_MAX };
}

const trackFrom = (row: SqlRow): Track => ({
  startNs: BigInt(textOf(row['start_ns']) ?? '0'),
  reachM: countOf(row['reach_m']),
  points: decodedTrack(textOf(row['track']) ?? ''),
});
