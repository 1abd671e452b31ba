/** What is asked of a fleet: what landed by day, what waits in which garage, and a year of coverage. */
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import { type Clock, systemClock } from '@pitlane/base/time';
import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import { dayOf } from '../../list-filters.ts';
import type { CatalogService } from '../../services.ts';
import { ANY_TENANT, closed, COUNT, NAME, NUMBER, orNull, TEXT } from '../answer-parts.ts';
import { calendarFrom, daysFrom, garagesFrom } from './fleet.ts';
import { calendarSql, daysSql, lagSql, type Sql, waitingSql } from './fleet-sql.ts';

const DAY_OF = Type.Optional(
  Type.String({ minLength: 1, maxLength: 64, description: 'a time of the day: decimal nanoseconds, or RFC 3339' }),
);
const Days = Type.Object({
  days: Type.Array(
    Type.Object({
      day: Type.String({ description: 'UTC day of docking, yyyy-mm-dd' }),
      garage: orNull(Type.String({ description: 'null for drives that were docked in several' })),
      drives: COUNT,
      chunks: COUNT,
      bytesStored: COUNT,
    }),
  ),
});
const Garages = Type.Object({
  garages: Type.Array(
    Type.Object({
      garage: TEXT,
      waitingRecordings: Type.Integer({ description: 'docked and not in the catalog yet' }),
      waitingBytes: COUNT,
      oldestS: orNull(Type.Number({ description: 'seconds since the oldest of them was docked' })),
      lagP50S: orNull(Type.Number({ description: 'docked to indexed, seconds, on lagDay' })),
      lagP95S: orNull(NUMBER),
      lagDay: orNull(Type.String({ description: 'the newest day of docking with anything indexed' })),
    }),
  ),
});
const Calendar = Type.Object({
  days: Type.Array(
    Type.Object({
      day: TEXT,
      seconds: Type.Record(TEXT, NUMBER, { description: 'by state; those of all topics that are asked for, added up' }),
    }),
  ),
});

export function addFleetRoutes(app: FastifyInstance, { catalog }: CatalogService, clock: Clock = systemClock): void {
  const typed = app.withTypeProvider<TypeBoxTypeProvider>();
  const ask = ({ sql, parameters }: Sql) => catalog.query(sql, parameters);
  const tags = ['fleet'];
  typed.get(
    '/v1/fleet/days',
    {
      schema: {
        summary: 'What landed of the drives that were docked on each day, by garage, oldest first',
        tags,
        querystring: Type.Object({ tenant: ANY_TENANT, start: DAY_OF, end: DAY_OF }, closed),
        response: { 200: Days },
      },
    },
    async ({ query: { tenant, start, end } }) => {
      const [first, last] = [start, end].map((time) => (time === undefined ? undefined : dayOf(time)));
      return { days: daysFrom(await ask(daysSql({ tenant, first, last }))) };
    },
  );
  typed.get(
    '/v1/fleet/garages',
    {
      schema: {
        summary: 'What waits in each garage, how old it is, and how long docked to indexed takes',
        tags,
        querystring: Type.Object({ tenant: ANY_TENANT }, closed),
        response: { 200: Garages },
      },
    },
    async ({ query: { tenant } }) => {
      const [waiting, lags] = await Promise.all([ask(waitingSql(tenant)), ask(lagSql(tenant))]);
      return { garages: garagesFrom(waiting, lags, clock.nowMs()) };
    },
  );
  typed.get(
    '/v1/fleet/calendar',
    {
      schema: {
        summary: 'A year of coverage, day by day: seconds in each state',
        tags,
        querystring: Type.Object(
          {
            tenant: ANY_TENANT,
            year: Type.Integer({ minimum: 1970, maximum: 2261 }),
            vehicle: Type.Optional(NAME),
            topic: Type.Optional(Type.String({ minLength: 1, maxLength: 1024 })),
          },
          closed,
        ),
        response: { 200: Calendar },
      },
    },
    async ({ query: { tenant, year, vehicle, topic } }) => ({
      days: calendarFrom(await ask(calendarSql({ tenant, year, vehicleId: vehicle, topic }))),
    }),
  );
}
