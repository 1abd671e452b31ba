/** What landers set aside, and asking for it again. */
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import { GARAGE } from './answers/garage.ts';
import type { DeadLetterService } from './services.ts';

const LIMIT = 100;
const Query = Type.Object(
  { limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 2000 })) },
  { additionalProperties: false },
);
const ReplayBody = Type.Object(
  { ids: Type.Array(Type.String({ minLength: 1, maxLength: 128 }), { minItems: 1, maxItems: 2000 }) },
  { additionalProperties: false, examples: [{ ids: ['$LETTER'] }] },
);

export function addDeadLetterRoutes(app: FastifyInstance, deadLetters: DeadLetterService): void {
  const typed = app.withTypeProvider<TypeBoxTypeProvider>();
  typed.get(
    '/v1/deadletters',
    {
      schema: {
        summary: 'The newest that was set aside, oldest first',
        tags: ['garage'],
        querystring: Query,
        response: GARAGE.letters,
      },
    },
    async ({ query }) => ({ deadletters: await deadLetters.list(query.limit ?? LIMIT), next: null }),
  );
  typed.post(
    '/v1/deadletters/replay',
    {
      schema: {
        summary: 'Asks the garages for the chunks again',
        tags: ['garage'],
        body: ReplayBody,
        response: GARAGE.askedAgain,
      },
    },
    ({ body }) => deadLetters.replay(body.ids),
  );
}
