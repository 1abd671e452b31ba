/** Sessions over HTTP: a code for whoever has the token, a cookie for the page that brings the code. */
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import { NS_PER_MS } from '@pitlane/base/time';
import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import { nullable, TIME } from './answer-schemas.ts';
import { setCookieText } from './sessions.ts';

const CodeAnswer = Type.Object({ code: Type.String(), expiresAt: TIME });
const SessionAnswer = Type.Object({
  mayAct: Type.Boolean({ description: 'whether this request may do more than read' }),
  expiresAt: nullable(TIME),
});
const CodeBody = Type.Object(
  { code: Type.String({ minLength: 1, maxLength: 128 }) },
  { additionalProperties: false, examples: [{ code: '$CODE' }] },
);

export function addSessionRoutes(app: FastifyInstance): void {
  const typed = app.withTypeProvider<TypeBoxTypeProvider>();
  const tags = ['session'];
  typed.post(
    '/v1/session/codes',
    {
      schema: {
        summary: 'Makes a code, good once and for a minute, with which a page may open a session',
        tags,
        response: { 200: CodeAnswer },
      },
    },
    async () => {
      const { secret, expiresAtMs } = app.sessions.newCode();
      return { code: secret, expiresAt: timeText(expiresAtMs) };
    },
  );
  typed.post(
    '/v1/session',
    {
      schema: {
        summary: 'Trades a code for a session, which is a cookie that stands for the token for twelve hours',
        description: 'It stands for it in what people do on the pages, and in reading. It ends with the program.',
        tags,
        body: CodeBody,
        response: { 204: Type.Null() },
      },
    },
    async ({ body, headers }, reply) => {
      const { secret } = app.sessions.open(body.code);
      return reply.code(204).header('set-cookie', setCookieText(headers, secret)).send(null);
    },
  );
  typed.get(
    '/v1/session',
    { schema: { summary: 'Whether whoever asks may act, and until when', tags, response: { 200: SessionAnswer } } },
    async ({ headers }) => {
      const expiresAtMs = app.sessions.expiresAtMs(headers);
      const bearsToken = /^Bearer /i.test(headers.authorization ?? ''); // a wrong one does not pass the guard
      return {
        mayAct: bearsToken || expiresAtMs !== undefined,
        expiresAt: expiresAtMs === undefined ? null : timeText(expiresAtMs),
      };
    },
  );
  typed.delete(
    '/v1/session',
    { schema: { summary: 'Ends the session', tags, response: { 204: Type.Null() } } },
    async ({ headers }, reply) => {
      app.sessions.close(headers);
      return reply.code(204).header('set-cookie', setCookieText(headers, '')).send(null);
    },
  );
}

const timeText = (ms: number): string => String(BigInt(Math.round(ms)) * NS_PER_MS);
