/** Webhooks over HTTP: how they stand, what is parked sent again, and one sent to try. */
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import { GARAGE } from './answers/garage.ts';
import type { WebhookService } from './services.ts';

const ListQuery = Type.Object({ limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 2000 })) });
const ReplayBody = Type.Object(
  {
    ids: Type.Optional(
      Type.Array(Type.String({ minLength: 1, maxLength: 128 }), {
        minItems: 1,
        maxItems: 2000,
        description: 'ids of events; every parked one without them',
      }),
    ),
  },
  { additionalProperties: false },
);

const LIMIT = 100;

export function addWebhookRoutes(app: FastifyInstance, webhooks: WebhookService): void {
  const typed = app.withTypeProvider<TypeBoxTypeProvider>();
  const tags = ['garage'];
  typed.get(
    '/v1/garage/webhooks',
    {
      schema: {
        summary: 'Receivers of webhooks, and what waits or is parked for each',
        tags,
        querystring: ListQuery,
        response: GARAGE.webhooks,
      },
    },
    async ({ query }) => ({ ...webhooks.status(query.limit ?? LIMIT), next: null }),
  );
  typed.post(
    '/v1/garage/webhooks/replay',
    { schema: { summary: 'Sends parked events again', tags, body: ReplayBody, response: GARAGE.replayed } },
    async ({ body }) => ({ replayed: webhooks.replay(body.ids) }),
  );
  typed.post(
    '/v1/garage/webhooks/test',
    {
      schema: {
        summary: 'Sends a signed test event to each receiver, and says what came back',
        tags,
        response: GARAGE.tried,
      },
    },
    async () => ({ results: await webhooks.test() }),
  );
}
