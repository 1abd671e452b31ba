/** `GET /v1/replay`: the messages of a drive in their order, at a pace or as fast as possible, as lines of JSON. */
import { Readable } from 'node:stream';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import { PitlaneError } from '@pitlane/base/errors';
import { CLOCK_TOPIC, isOnItsWay, isWithheld, type ReplayPlan } from '@pitlane/stages/90-serve';
import type { FastifyInstance } from 'fastify';
import { type Static, Type } from 'typebox';
import { tenantOfDrive } from '../drive-tenant.ts';
import type { CatalogService } from '../services.ts';
import { failureAsLine, withFirst } from '../slices/slice-answer.ts';
import { PRIMER, requestOf, SELECTION } from '../slices/slice-query.ts';
import type { ReplayPace, ReplayTold } from './replay-job.ts';
import type { Replays } from './replays.ts';

const Asked = Type.Object(
  {
    ...SELECTION,
    primer: PRIMER,
    speed: Type.Optional(
      Type.String({
        pattern: '^(max|[0-9]{1,5}(\\.[0-9]{1,3})?)$',
        default: '1',
        description: 'times real time, or max',
      }),
    ),
    loop: Type.Optional(Type.Boolean({ description: 'begins again at the end, until nobody reads any more' })),
    clock: Type.Optional(
      Type.Number({
        exclusiveMinimum: 0,
        maximum: 1000,
        description: 'lines on /clock, so many a second of the drive',
      }),
    ),
    gapMax: Type.Optional(
      Type.Number({
        exclusiveMinimum: 0,
        maximum: 86_400,
        description: 'seconds of silence that are played out (600)',
      }),
    ),
    missing: Type.Optional(
      Type.Enum(['wait', 'skip', 'fail'], { description: 'what becomes of what is on its way or lost (skip)' }),
    ),
    digest: Type.Optional(Type.Boolean({ description: 'the SHA-256 over all messages, in the last line' })),
  },
  { additionalProperties: false },
);

export function addReplayRoutes(app: FastifyInstance, services: CatalogService, replays: Replays): void {
  app.withTypeProvider<TypeBoxTypeProvider>().get(
    '/v1/replay',
    {
      schema: {
        summary: 'The messages of a drive in their order, at a pace or as fast as possible, as lines of JSON',
        description:
          'A slow reader slows all topics together. A line with `jump` says that a silence was passed over or that it began again; the last line, `replay`, how it went and what is missing, or `failed`, why it ended early.',
        tags: ['catalog'],
        querystring: Asked,
      },
    },
    async (request, reply) => {
      const asked = request.query;
      const pace = paceOf(asked);
      const gone = new AbortController();
      reply.raw.once('close', () => gone.abort());
      const tenant = await tenantOfDrive(services, { driveId: asked.drive, tenant: asked.tenant }, services.tenant);
      const plan = await replays.plan(requestOf(asked, tenant), asked.missing === 'wait', gone.signal);
      refuseUnfit(asked, plan);
      const lines = withReport(replays.lines(plan, pace, gone.signal), plan);
      // The first part decides whether there is an answer at all.
      const first = await lines.next();
      const all = first.done ? [] : withFirst(first.value, lines);
      return reply
        .type('application/x-ndjson')
        .header('cache-control', 'no-store')
        .header('pitlane-drive-state', plan.messages.driveState)
        .header('pitlane-replay-missing', plan.missing.length)
        .send(Readable.from(failureAsLine(all), { objectMode: false }));
    },
  );
}

function paceOf({ speed = '1', loop = false, clock, gapMax, digest = false }: Static<typeof Asked>): ReplayPace {
  const times = speed === 'max' ? Number.POSITIVE_INFINITY : Number(speed);
  if (!(times > 0)) throw new PitlaneError('bad-usage', 'speed is 0: give a number above it, or max');
  if (loop && digest) throw new PitlaneError('bad-usage', 'a loop has no end, and so no digest: leave one of them');
  return { speed: times, loop, clockHz: clock, gapMaxMs: gapMax === undefined ? undefined : gapMax * 1000, digest };
}

function refuseUnfit({ drive, clock, missing: how }: Static<typeof Asked>, { messages, missing }: ReplayPlan): void {
  if (clock !== undefined && messages.channels.some(({ topic }) => topic === CLOCK_TOPIC)) {
    throw new PitlaneError('bad-usage', `${drive} has a ${CLOCK_TOPIC} of its own: name other topics, or leave clock`);
  }
  const lacking = missing.filter((run) => !isWithheld(run));
  if (how !== 'fail' || lacking.length === 0) return;
  const text = `${drive} is not whole in this selection: ${lacking.length} ranges are missing`;
  throw lacking.some(isOnItsWay)
    ? new PitlaneError('unavailable', `${text}; ask again later, or with missing=wait`, { retryable: true })
    : new PitlaneError('not-found', `${text}; missing=skip plays what is there`);
}

async function* withReport(
  lines: AsyncGenerator<Uint8Array, ReplayTold, undefined>,
  { missing }: ReplayPlan,
): AsyncGenerator<Uint8Array> {
  const told = yield* lines;
  yield Buffer.from(`${JSON.stringify({ replay: { ...told, missing } })}\n`);
}
