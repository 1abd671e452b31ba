/** Work of minutes over HTTP: progress line by line, then the result. Closing the connection stops it. */
import { isAbsolute } from 'node:path';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import { PitlaneError } from '@pitlane/base/errors';
import { timeNsFromText } from '@pitlane/base/time';
import type { FastifyInstance } from 'fastify';
import { type TSchema, Type } from 'typebox';
import type { DeriveAsked, ExportAsked, RestoreAsked, TaskEvent, TaskService, VerifyAsked } from './services.ts';
import { sendEvents } from './streamed.ts';

const DRIVE = Type.String({ minLength: 1, maxLength: 128 });
const TENANT = Type.Optional(Type.String({ maxLength: 128 }));
const PATH = Type.String({ minLength: 1, maxLength: 4096, description: 'absolute path' });
const TIME = Type.Optional(Type.String({ maxLength: 64, description: 'decimal nanoseconds or RFC 3339' }));
const TOPIC = Type.String({ minLength: 1, maxLength: 1024 });
const closed = { additionalProperties: false };

const ExportBody = Type.Object(
  {
    driveId: DRIVE,
    tenant: TENANT,
    out: PATH,
    topics: Type.Optional(Type.Array(TOPIC, { maxItems: 1000 })),
    start: TIME,
    end: TIME,
    lastPerChannel: Type.Optional(Type.Boolean()),
    preview: Type.Optional(Type.Boolean()),
  },
  closed,
);
const RestoreBody = Type.Object({ driveId: DRIVE, tenant: TENANT, out: PATH }, closed);
const VerifyBody = Type.Object(
  { driveId: Type.Optional(DRIVE), tenant: TENANT, subset: Type.Optional(Type.String({ pattern: '^\\d+/\\d+$' })) },
  closed,
);

const DeriveBody = Type.Object(
  {
    driveId: Type.Optional(DRIVE),
    tenant: TENANT,
    timeoutMs: Type.Optional(Type.Integer({ minimum: 0, maximum: 86_400_000 })),
  },
  closed,
);

export function addTaskRoutes(app: FastifyInstance, tasks: TaskService): void {
  const add = <Body>(
    name: string,
    summary: string,
    body: TSchema,
    run: (body: Body, signal: AbortSignal) => AsyncIterable<TaskEvent>,
  ): void => {
    app
      .withTypeProvider<TypeBoxTypeProvider>()
      .post(`/v1/tasks/${name}`, { schema: { summary, tags: ['tasks'], body } }, (request, reply) =>
        sendEvents(reply, 'ndjson', (signal) => run((request.body ?? {}) as Body, signal)),
      );
  };
  add<ExportAsked>('export', 'Writes a slice of a drive as one MCAP file', ExportBody, (body, signal) => {
    refuseRelative(body.out);
    if (body.start !== undefined) timeNsFromText(body.start);
    if (body.end !== undefined) timeNsFromText(body.end);
    if (body.lastPerChannel && body.start === undefined) {
      const text = 'the last messages before the start are asked for (--last-per-channel), but there is no --start';
      throw new PitlaneError('bad-usage', `${text}: give one, or leave that out`);
    }
    if (body.preview && (body.topics || body.start !== undefined || body.end !== undefined)) {
      throw new PitlaneError('bad-usage', 'a preview is exported whole: leave --topics, --start and --end out');
    }
    return tasks.export(body, signal);
  });
  add<RestoreAsked>('restore', 'Writes the recordings of a drive as they came', RestoreBody, (body, signal) => {
    refuseRelative(body.out);
    return tasks.restore(body, signal);
  });
  add<VerifyAsked>(
    'verify',
    'Reads objects again and compares them with what was promised',
    VerifyBody,
    (body, signal) => tasks.verify(body, signal),
  );
  add<DeriveAsked>(
    'derive',
    'Derives the chunks of a drive anew, or waits until what has landed is derived',
    DeriveBody,
    (body, signal) => tasks.derive(body, signal),
  );
  const nothing = Type.Optional(Type.Object({}, closed));
  add<unknown>('reindex', 'Rebuilds the catalog from the store', nothing, (_, signal) => tasks.reindex(signal));
  add<unknown>('doctor', 'Tries the stores against their contracts', nothing, (_, signal) => tasks.doctor(signal));
}

function refuseRelative(path: string): void {
  if (!isAbsolute(path) || path.includes('\0')) {
    throw new PitlaneError('bad-usage', `${JSON.stringify(path)} is no absolute path: give one`);
  }
}
