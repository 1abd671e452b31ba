/** Docking over HTTP: start one and follow it, watch all, list them, and free what is safe. */
import { isAbsolute } from 'node:path';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import { PitlaneError } from '@pitlane/base/errors';
import { parseTenant, parseVehicleId } from '@pitlane/contracts/identity';
import { FILTER_GLOB_CHARACTERS_MAX, FILTER_GLOBS_MAX } from '@pitlane/contracts/topic-filter';
import type { FastifyInstance } from 'fastify';
import { type TSchema, Type } from 'typebox';
import { GARAGE } from './answers/garage.ts';
import type { DockAsked, GarageService } from './services.ts';
import { BacklogAnswer, BaysAnswer, QueueAnswer, SpoolAnswer } from './garage-answers.ts';
import { sendLines, sendServerEvents } from './streamed.ts';

const PATH_MAX = 4096;

const globs = (description: string) =>
  Type.Optional(
    Type.Array(Type.String({ minLength: 1, maxLength: FILTER_GLOB_CHARACTERS_MAX }), {
      minItems: 1,
      maxItems: FILTER_GLOBS_MAX,
      description,
    }),
  );

const DockBody = Type.Object(
  {
    path: Type.String({ minLength: 1, maxLength: PATH_MAX, description: 'absolute path of a file or folder' }),
    vehicleId: Type.Optional(Type.String({ maxLength: 128 })),
    tenant: Type.Optional(Type.String({ maxLength: 128 })),
    priority: Type.Optional(Type.Integer({ minimum: 0, maximum: 99, description: '0 first, 99 last' })),
    topics: globs('only topics that match one of these globs leave the garage'),
    exclude: globs('topics that match one of these globs stay, and are on the disk alone'),
  },
  { additionalProperties: false, examples: [{ path: '$FOLDER', vehicleId: '$VEHICLE' }] },
);

const RetireBody = Type.Object(
  {
    driveId: Type.String({ minLength: 1, maxLength: 128 }),
    tenant: Type.Optional(Type.String({ maxLength: 128 })),
    dryRun: Type.Optional(Type.Boolean()),
  },
  { additionalProperties: false, examples: [{ driveId: '$DRIVE', dryRun: true }] },
);

export function addGarageRoutes(app: FastifyInstance, garage: GarageService): void {
  const typed = app.withTypeProvider<TypeBoxTypeProvider>();
  typed.post(
    '/v1/garage/docks',
    {
      schema: {
        summary: 'Docks a path; answers with events, one JSON object a line, until `done` or `failed`',
        description: 'Closing the connection does not stop the docking.',
        tags: ['garage'],
        body: DockBody,
        response: GARAGE.docking,
      },
    },
    ({ body }, reply) => {
      refuseBadNames(body);
      return sendLines(reply, () => garage.dock(body));
    },
  );
  typed.get(
    '/v1/garage/docks',
    { schema: { summary: 'Dockings that the journal knows', tags: ['garage'], response: GARAGE.docks } },
    async () => ({ docks: await garage.docks(), next: null }),
  );
  typed.post(
    '/v1/retire',
    {
      schema: {
        summary: 'Frees what Pitlane wrote for a receipted drive',
        tags: ['garage'],
        body: RetireBody,
        response: GARAGE.retired,
      },
    },
    ({ body }) => garage.retire(body.driveId, body.tenant, { dryRun: body.dryRun ?? false }),
  );
  addWatching(app, garage);
}

/** What a board shows, and how it hears that this has changed. */
function addWatching(app: FastifyInstance, garage: GarageService): void {
  const shown = (summary: string, answer: TSchema) => ({
    schema: { summary, tags: ['garage'], response: { 200: answer } },
  });
  app.get(
    '/v1/garage/bays',
    shown('What is in each bay, and when it may be pulled or wiped', BaysAnswer),
    async () => ({ bays: garage.bays(), next: null }),
  );
  app.get(
    '/v1/garage/backlog',
    shown('What is yet to be sent, how fast it goes, when it is through, and whether the cloud answers', BacklogAnswer),
    async () => garage.backlog(),
  );
  app.get('/v1/garage/spool', shown("How full the spool's disk is, and whether intake pauses", SpoolAnswer), async () =>
    garage.spool(),
  );
  app.get(
    '/v1/garage/queue',
    shown('The drives on their way, in the order in which they go; those that are held come last', QueueAnswer),
    async () => ({ queue: garage.queue(), next: null }),
  );
  app.get(
    '/v1/garage/events',
    {
      schema: {
        summary: 'What happens in the garage, as server-sent events',
        description:
          'Each has an id; with `Last-Event-ID` what was missed comes first, or `reset` where that is not known any more: ' +
          'then ask for everything again. `tick` comes every 5 s, `bays` when what is in them has changed, `action` when ' +
          'something became of one; the others are those of dockings.',
        tags: ['garage'],
        response: GARAGE.events,
        'x-example': 'curl -sN --max-time 2 "$PITLANE/v1/garage/events"',
      },
    },
    ({ headers }, reply) =>
      sendServerEvents(reply, (signal) => garage.events(signal, String(headers['last-event-id'] ?? ''))),
  );
}

function refuseBadNames({ path, vehicleId, tenant }: DockAsked): void {
  if (!isAbsolute(path) || path.includes('\0')) {
    throw new PitlaneError('bad-usage', `${JSON.stringify(path)} is no absolute path: give one`);
  }
  if (vehicleId !== undefined) parseVehicleId(vehicleId);
  if (tenant !== undefined) parseTenant(tenant);
}
