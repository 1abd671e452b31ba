/** What people and programs say of drives, over HTTP: events marked and taken back, a wrong vehicle or label put right. */
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import { CATALOG } from './answers/catalog.ts';
import type { NoteService } from './services.ts';

const NAME = Type.String({ minLength: 1, maxLength: 128 });
const TENANT = Type.Optional(Type.String({ maxLength: 128 }));
const TIME = Type.String({ minLength: 1, maxLength: 64, description: 'log time: decimal nanoseconds or RFC 3339' });
const WORD = Type.String({ pattern: '^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$' });
const AUTHOR = Type.String({ minLength: 1, maxLength: 128, description: 'who says so' });
const closed = { additionalProperties: false };

const LABELS_MAX = 64;
const EVENTS_MAX = 500;
const LABEL_VALUE = Type.String({ maxLength: 1024 });

const EventBody = Type.Object(
  {
    eventId: Type.Optional(Type.String({ pattern: '^[A-Za-z0-9][A-Za-z0-9_.:-]{0,127}$' })),
    driveId: Type.Optional(NAME),
    vehicleId: Type.Optional(NAME),
    tenant: TENANT,
    time: TIME,
    endTime: Type.Optional(TIME),
    kind: WORD,
    note: Type.Optional(Type.String({ maxLength: 500 })),
    labels: Type.Optional(Type.Record(NAME, LABEL_VALUE, { maxProperties: LABELS_MAX })),
    source: Type.Optional(Type.Union([Type.Literal('person'), Type.Literal('import')])),
  },
  closed,
);
const MarkBody = Type.Object(
  { events: Type.Array(EventBody, { minItems: 1, maxItems: EVENTS_MAX }), author: Type.Optional(AUTHOR) },
  {
    ...closed,
    examples: [{ events: [{ driveId: '$DRIVE', time: '$START', kind: 'incident', note: 'cut-in' }], author: 'safety' }],
  },
);
const CorrectBody = Type.Object(
  {
    tenant: TENANT,
    vehicleId: Type.Optional(NAME),
    labels: Type.Optional(
      // Null goes first: the validator would else make empty text of it.
      Type.Record(NAME, Type.Union([Type.Null(), LABEL_VALUE]), { minProperties: 1, maxProperties: LABELS_MAX }),
    ),
    reason: Type.String({ minLength: 1, maxLength: 500 }),
    author: AUTHOR,
  },
  { ...closed, examples: [{ labels: { map: 'm13' }, reason: 'the map was another', author: 'safety' }] },
);

export function addNoteRoutes(app: FastifyInstance, notes: NoteService): void {
  const typed = app.withTypeProvider<TypeBoxTypeProvider>();
  const tags = ['notes'];
  typed.post(
    '/v1/events',
    {
      schema: {
        summary: 'Marks what happened on drives',
        description:
          'Each event names a drive, or a vehicle that drove at its time. Those that fit no drive are refused by themselves, ' +
          'and the others are taken; the same event again changes nothing.',
        tags,
        body: MarkBody,
        response: CATALOG.marked,
      },
    },
    ({ body }) => notes.mark(body),
  );
  typed.delete(
    '/v1/events/:eventId',
    {
      schema: {
        summary: 'Takes an event back: it is shown no longer, and what was said stays in the store',
        tags,
        params: Type.Object({ eventId: Type.String({ minLength: 1, maxLength: 128 }) }),
        querystring: Type.Object({ drive: NAME, tenant: TENANT, author: Type.Optional(AUTHOR) }, closed),
        response: CATALOG.withdrawn,
      },
    },
    ({ params, query }) => notes.withdraw(params.eventId, { driveId: query.drive, tenant: query.tenant }, query.author),
  );
  typed.patch(
    '/v1/drives/:driveId',
    {
      schema: {
        summary: 'Puts a wrong vehicle or wrong labels of a drive right, in all views; no byte is sent again',
        description: 'Who did so and why stands in the view corrections. A label that is null goes.',
        tags,
        params: Type.Object({ driveId: NAME }),
        body: CorrectBody,
        response: CATALOG.corrected,
      },
    },
    ({ params, body }) => notes.correct(params.driveId, body),
  );
}
