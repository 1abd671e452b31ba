/** What people ask a garage for, over HTTP: said in words, taken back for ten seconds, and listed for good. */
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import { parseTenant, parseVehicleId } from '@pitlane/contracts/identity';
import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import { ActionAnswer, ActionsAnswer } from './garage-answers.ts';
import { PAGE_DEFAULT, PAGE_MAX } from './list-query.ts';
import type { ActionService } from './services.ts';

const NAME = Type.Optional(Type.String({ minLength: 1, maxLength: 128 }));
const KINDS = ['name-vehicle', 'mark-incident', 'prioritise', 'hold', 'release', 'retire'] as const;
const closed = { additionalProperties: false };

const ActionBody = Type.Object(
  {
    kind: Type.Union(KINDS.map((kind) => Type.Literal(kind))),
    bay: Type.Optional(
      Type.String({ minLength: 1, maxLength: 128, description: 'what lies in it, if that is one disk' }),
    ),
    dockId: NAME,
    driveId: NAME,
    tenant: NAME,
    vehicleId: Type.Optional(Type.String({ minLength: 1, maxLength: 128, description: 'of name-vehicle' })),
    priority: Type.Optional(Type.Integer({ minimum: 0, maximum: 99, description: 'of prioritise: 0 first, 99 last' })),
    before: Type.Optional(
      Type.String({ minLength: 1, maxLength: 128, description: 'of prioritise: the drive before which it goes' }),
    ),
    time: Type.Optional(
      Type.String({ minLength: 1, maxLength: 64, description: 'of mark-incident: log time, nanoseconds or RFC 3339' }),
    ),
    note: Type.Optional(Type.String({ minLength: 1, maxLength: 500 })),
    author: Type.Optional(Type.String({ minLength: 1, maxLength: 128, description: 'who asks' })),
    dryRun: Type.Optional(Type.Boolean({ description: 'says what it would do, and does not' })),
  },
  { ...closed, examples: [{ kind: 'mark-incident', driveId: '$DRIVE', time: '$START', note: 'cut-in' }] },
);
const Said = Type.Object({ text: Type.String({ description: 'what it would do' }) });
const Page = Type.Object(
  {
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: PAGE_MAX, default: PAGE_DEFAULT })),
    cursor: Type.Optional(Type.String({ minLength: 1, maxLength: 128 })),
  },
  closed,
);

export function addActionRoutes(app: FastifyInstance, actions: ActionService): void {
  const typed = app.withTypeProvider<TypeBoxTypeProvider>();
  const tags = ['garage'];
  typed.get(
    '/v1/garage/actions',
    {
      schema: {
        summary: 'What people asked for and what came of it, the newest first',
        tags,
        querystring: Page,
        response: { 200: ActionsAnswer },
      },
    },
    async ({ query: { limit = PAGE_DEFAULT, cursor } }) => actions.list(limit, cursor),
  );
  typed.post(
    '/v1/garage/actions',
    {
      schema: {
        summary: 'Names a vehicle, marks an incident, moves, holds, releases or retires a drive, in ten seconds',
        description: 'Until it is due it can be taken back. With `dryRun` it answers with what it would do, in words.',
        tags,
        body: ActionBody,
        response: { 200: Said, 202: ActionAnswer },
      },
    },
    async ({ body: { dryRun = false, ...asked } }, reply) => {
      if (asked.vehicleId !== undefined) parseVehicleId(asked.vehicleId);
      if (asked.tenant !== undefined) parseTenant(asked.tenant);
      if (dryRun) return reply.code(200).send(await actions.say(asked));
      return reply.code(202).send(await actions.ask(asked));
    },
  );
  typed.delete(
    '/v1/garage/actions/:actionId',
    {
      schema: {
        summary: 'Takes an action back before it is due',
        tags,
        params: Type.Object({ actionId: Type.String({ minLength: 1, maxLength: 128 }) }),
        response: { 200: ActionAnswer },
      },
    },
    async ({ params }) => actions.undo(params.actionId),
  );
}
