/** Work of minutes over HTTP: progress line by line, then the result. Closing the connection stops it. */
import { isAbsolute } from 'node:path';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import { PitlaneError } from '@pitlane/base/errors';
import { timeNsFromText } from '@pitlane/base/time';
import { SAMPLING_PLAN_BYTES_MAX } from '@pitlane/contracts/dataset';
import type { FastifyInstance } from 'fastify';
import { type TSchema, Type } from 'typebox';
import { NODE } from './answers/node.ts';
import type {
  DatasetBuildAsked,
  DatasetCreateAsked,
  DeriveAsked,
  ExportAsked,
  ReplayAsked,
  RestoreAsked,
  TaskEvent,
  TaskService,
  VerifyAsked,
} from './services.ts';
import { PRIMERS, refuseIdlePrimer } from './slices/slice-query.ts';
import { sendLines } from './streamed.ts';

const DRIVE = Type.String({ minLength: 1, maxLength: 128 });
const TENANT = Type.Optional(Type.String({ maxLength: 128 }));
const PATH = Type.String({ minLength: 1, maxLength: 4096, description: 'absolute path' });
const TIME = Type.Optional(Type.String({ maxLength: 64, description: 'decimal nanoseconds or RFC 3339' }));
const TOPIC = Type.String({ minLength: 1, maxLength: 1024 });
const closed = { additionalProperties: false };

const SLICE = {
  driveId: DRIVE,
  tenant: TENANT,
  topics: Type.Optional(Type.Array(TOPIC, { maxItems: 1000 })),
  start: TIME,
  end: TIME,
  primer: Type.Optional(Type.Enum([...PRIMERS])),
};
const FLAG = Type.Optional(Type.Boolean());
const FORMAT = Type.Optional(Type.Enum(['mcap', 'ndjson']));
const like = (example: object) => ({ ...closed, examples: [example] });
const ExportBody = Type.Object(
  { ...SLICE, out: PATH, preview: FLAG, format: FORMAT },
  like({ driveId: '$DRIVE', topics: ['/imu/*'], out: '$OUT/cut.mcap' }),
);
const ReplayBody = Type.Object(
  { ...SLICE, seekPrimer: Type.Optional(Type.Enum([...PRIMERS])), wait: FLAG },
  like({ driveId: '$DRIVE', topics: ['/imu/*'] }),
);
const KeepBody = Type.Object({ path: PATH }, like({ path: '$RESULTS' }));
const ReadBody = Type.Object({ runId: DRIVE, tenant: TENANT }, like({ runId: '$RUN' }));
const RestoreBody = Type.Object(
  { driveId: DRIVE, tenant: TENANT, out: PATH },
  like({ driveId: '$DRIVE', out: '$OUT/restored' }),
);
const VerifyBody = Type.Object(
  { driveId: Type.Optional(DRIVE), tenant: TENANT, subset: Type.Optional(Type.String({ pattern: '^\\d+/\\d+$' })) },
  like({ driveId: '$DRIVE' }),
);

const DeriveBody = Type.Object(
  {
    driveId: Type.Optional(DRIVE),
    tenant: TENANT,
    timeoutMs: Type.Optional(Type.Integer({ minimum: 0, maximum: 86_400_000 })),
  },
  like({ driveId: '$DRIVE' }),
);
/** A sample is a picture of this camera. */
const PLAN = JSON.stringify({ kind: 'frames', camera: '/camera/front/image/compressed' });
const DatasetCreateBody = Type.Object(
  {
    name: Type.String({ pattern: '^[a-z0-9][a-z0-9._-]{0,63}$', description: 'a-z 0-9 . _ -' }),
    sql: Type.String({ minLength: 1, maxLength: 64 * 1024 }),
    plan: Type.String({ maxLength: SAMPLING_PLAN_BYTES_MAX + 1, description: 'the text of a sampling plan' }),
    planName: Type.Optional(Type.String({ maxLength: 4096 })),
    split: Type.Optional(Type.String({ maxLength: 64, description: 'such as drive=80/10/10 or place=80/10/10' })),
    seed: Type.Optional(Type.Integer({ minimum: 0, maximum: 2 ** 31 - 1 })),
    tenant: TENANT,
  },
  like({ name: 'braking', sql: 'SELECT drive_id FROM drives', plan: PLAN }),
);
const WORKERS = Type.Integer({ minimum: 1, maximum: 10_000 });
const DatasetBuildBody = Type.Object(
  {
    dataset: Type.String({ minLength: 1, maxLength: 64, description: 'an id, the beginning of one, or a name' }),
    tenant: TENANT,
    workers: Type.Optional(WORKERS),
    worker: Type.Optional(Type.Integer({ minimum: 0, maximum: 9999 })),
  },
  like({ dataset: '$DATASET' }),
);

type Add = <Body>(
  name: string,
  summary: string,
  body: TSchema,
  run: (body: Body, signal: AbortSignal) => AsyncIterable<TaskEvent>,
) => void;

export function addTaskRoutes(app: FastifyInstance, tasks: TaskService): void {
  const add: Add = (name, summary, body, run) => {
    app
      .withTypeProvider<TypeBoxTypeProvider>()
      .post(
        `/v1/tasks/${name}`,
        { schema: { summary, tags: ['tasks'], body, response: NODE.task } },
        (request, reply) => sendLines(reply, (signal) => run((request.body ?? {}) as never, signal)),
      );
  };
  addReplayTasks(add, tasks);
  add<ExportAsked>('export', 'Writes a slice of a drive as one MCAP or NDJSON file', ExportBody, (body, signal) => {
    refuseRelative(body.out);
    checkTimes(body);
    if (
      body.preview &&
      (body.topics || body.start !== undefined || body.end !== undefined || body.format === 'ndjson')
    ) {
      throw new PitlaneError(
        'bad-usage',
        'a preview is exported whole, as MCAP: leave --topics, --start, --end and --format out',
      );
    }
    refuseIdlePrimer(body);
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
  add<DatasetCreateAsked>(
    'dataset-create',
    'Freezes a selection of drives and a sampling plan into a snapshot',
    DatasetCreateBody,
    (body, signal) => tasks.createDataset(body, signal),
  );
  add<DatasetBuildAsked>('dataset-build', 'Builds the shards of a snapshot', DatasetBuildBody, (body, signal) => {
    const { workers = 1, worker = 0 } = body;
    if (worker >= workers) {
      throw new PitlaneError('bad-usage', `worker ${worker} is none of ${workers}: they are numbered from 0`);
    }
    return tasks.buildDataset(body, signal);
  });
  const nothing = Type.Optional(Type.Object({}, closed));
  add<unknown>('reindex', 'Rebuilds the catalog from the store', nothing, (_, signal) => tasks.reindex(signal));
  add<unknown>('doctor', 'Tries the stores against their contracts', nothing, (_, signal) => tasks.doctor(signal));
}

function addReplayTasks(add: Add, tasks: TaskService): void {
  add<ReplayAsked>('plan-replay', 'Plans the replay of a drive', ReplayBody, (body, signal) => {
    checkTimes(body);
    refuseIdlePrimer(body);
    return tasks.planReplay(body, signal);
  });
  add<{ path: string }>('keep-results', 'Keeps the results of a run of the matrix', KeepBody, (body, signal) => {
    refuseRelative(body.path);
    return tasks.keepResults(body, signal);
  });
  add<{ runId: string }>('read-results', 'Gives the results of a run of the matrix', ReadBody, (body, signal) =>
    tasks.readResults(body, signal),
  );
}

function checkTimes({ start, end }: Pick<ExportAsked, 'start' | 'end'>): void {
  if (start !== undefined) timeNsFromText(start);
  if (end !== undefined) timeNsFromText(end);
}

function refuseRelative(path: string): void {
  if (!isAbsolute(path) || path.includes('\0')) {
    throw new PitlaneError('bad-usage', `${JSON.stringify(path)} is no absolute path: give one`);
  }
}
