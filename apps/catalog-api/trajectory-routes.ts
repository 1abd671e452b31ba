/** Where vehicles were: passes through an area, and tracks as GeoJSON. */
import { Readable } from 'node:stream';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import { PitlaneError } from '@pitlane/base/errors';
import { timeNsFromText } from '@pitlane/base/time';
import { globsFromText } from '@pitlane/contracts/topic-filter';
import {
  areaFromText,
  findPasses,
  type FoundPass,
  geoJsonLines,
  headingFromText,
  passKey,
  type PassRequest,
  type TrackFilter,
  tracksOfDrives,
} from '@pitlane/stages/90-serve/maps';
import type { FastifyInstance } from 'fastify';
import { type Static, Type } from 'typebox';
import { CATALOG } from './answers/catalog.ts';
import { cursorFrom, keyFromCursor } from './cursor.ts';
import { PAGE_DEFAULT, PAGE_MAX } from './list-query.ts';
import type { CatalogService } from './services.ts';

const text = (description: string, maxLength = 1024) =>
  Type.Optional(Type.String({ minLength: 1, maxLength, description }));
const POLYGON_MAX = 200 * 1024;
const KMH = 1 / 3.6;

const AREA = {
  bbox: text('west,south,east,north in degrees; west greater than east spans the antimeridian'),
  near: text('latitude,longitude,radius in metres'),
  polygon: text('GeoJSON: a Polygon, a MultiPolygon, or features of them', POLYGON_MAX),
};
const OF_TRACK = {
  tenant: text('only this tenant'),
  drive: text('only this drive'),
  vehicle: text('only this vehicle'),
  start: text('log time from here on: decimal nanoseconds since 1970, or RFC 3339'),
  end: text('log time before this: likewise'),
};
const PASSES = Type.Object(
  {
    ...AREA,
    ...OF_TRACK,
    heading: text('north, southwest, … (45 degrees to each side), or degrees clockwise such as 350-20'),
    speedBelow: Type.Optional(Type.Number({ minimum: 0, description: 'km/h, length of the pass over its time' })),
    speedAbove: Type.Optional(Type.Number({ minimum: 0, description: 'km/h, likewise' })),
    with: text('globs with commas between: of each a topic is landed for some of the pass'),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: PAGE_MAX, default: PAGE_DEFAULT })),
    cursor: text('"next" of the page before', 4096),
  },
  { additionalProperties: false, examples: [{ bbox: '9,48.5,9.5,49', heading: 'north' }] },
);
const EXPORT = Type.Object({ ...AREA, ...OF_TRACK }, { additionalProperties: false, examples: [{ drive: '$DRIVE' }] });
const NEAR = 'curl -s "$PITLANE/v1/trajectories?near=48.7758,9.1829,500"';

export function addTrajectoryRoutes(app: FastifyInstance, { catalog }: CatalogService): void {
  const typed = app.withTypeProvider<TypeBoxTypeProvider>();
  const passes = async (asked: Static<typeof PASSES>): Promise<object> => {
    const { limit = PAGE_DEFAULT, cursor } = asked;
    const found = await findPasses(
      catalog,
      requestFrom(asked),
      limit + 1,
      cursor === undefined ? undefined : keyFrom(cursor),
    );
    const shown = found.slice(0, limit);
    const last = found.length > limit ? shown.at(-1) : undefined;
    return { passes: shown.map(passAsJson), next: last ? cursorOf(last) : null };
  };
  const tags = ['catalog'];
  const summary = 'Passes through an area, with heading, speed and what of other topics is landed';
  typed.get(
    '/v1/trajectories',
    { schema: { summary, tags, querystring: PASSES, response: CATALOG.passes, 'x-example': NEAR } },
    ({ query }) => passes(query),
  );
  typed.post(
    '/v1/trajectories',
    {
      schema: {
        summary: `${summary}; for polygons that fit into no address`,
        tags,
        body: PASSES,
        response: CATALOG.passes,
      },
    },
    ({ body }) => passes(body),
  );
  const exported = (asked: Static<typeof EXPORT>): Readable =>
    Readable.from(geoJsonLines(tracksOfDrives(catalog, filterFrom(asked), areaFromText(asked))), { objectMode: false });
  const geoJson = 'application/geo+json';
  const about = 'Tracks as GeoJSON (RFC 7946), a feature a line';
  typed.get(
    '/v1/trajectories/export',
    { schema: { summary: about, tags, querystring: EXPORT, response: CATALOG.tracks } },
    ({ query }, reply) => reply.type(geoJson).send(exported(query)),
  );
  typed.post(
    '/v1/trajectories/export',
    {
      schema: {
        summary: `${about}; for polygons that fit into no address`,
        tags,
        body: EXPORT,
        response: CATALOG.tracks,
      },
    },
    ({ body }, reply) => reply.type(geoJson).send(exported(body)),
  );
}

const filterFrom = ({ tenant, drive, vehicle, start, end }: Static<typeof EXPORT>): TrackFilter => ({
  tenant,
  driveId: drive,
  vehicleId: vehicle,
  startNs: start === undefined ? undefined : timeNsFromText(start),
  endNs: end === undefined ? undefined : timeNsFromText(end),
});

function requestFrom(asked: Static<typeof PASSES>): PassRequest {
  const area = areaFromText(asked);
  if (!area) throw new PitlaneError('bad-usage', 'where? Give bbox, near or polygon');
  const { heading, speedBelow, speedAbove, with: globs } = asked;
  return {
    ...filterFrom(asked),
    area,
    heading: heading === undefined ? undefined : headingFromText(heading),
    speedBelowMps: speedBelow === undefined ? undefined : speedBelow * KMH,
    speedAboveMps: speedAbove === undefined ? undefined : speedAbove * KMH,
    with: globs === undefined ? undefined : globsFromText(globs),
  };
}

const LIST = 'trajectories';
const cursorOf = (pass: FoundPass): string => cursorFrom(LIST, passKey(pass).map(String));

function keyFrom(cursor: string): ReturnType<typeof passKey> {
  const [enterNs = '', ...names] = keyFromCursor(LIST, cursor, 4).map(String);
  if (!/^-?\d{1,20}$/.test(enterNs))
    throw new PitlaneError('bad-usage', 'this cursor is none: give "next" of the page before');
  return [BigInt(enterNs), ...(names as [string, string, string])];
}

const passAsJson = ({ enterNs, exitNs, preference: _, ...pass }: FoundPass): object => ({
  ...pass,
  enterTime: String(enterNs),
  exitTime: String(exitNs),
});
