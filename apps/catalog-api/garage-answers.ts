/** What a garage answers to a board, for the documents and for those who make clients from them. */
import { type TSchema, Type } from 'typebox';
import { nullable, TIME } from './answer-schemas.ts';

const TEXT = Type.String();
const COUNT = Type.Integer();
const NUMBER = Type.Number();
const TEXTS = Type.Array(Type.String());
const FLAG = Type.Boolean();
const said = (description: string) => Type.String({ description });
const bytes = (description: string) => Type.Integer({ description: `bytes ${description}` });

const Disk = Type.Object({
  path: TEXT,
  state: said('settling, docking, staged, done, failed, or pulled: before it might be'),
  sinceMs: Type.Number({ description: 'wall clock, milliseconds since the epoch' }),
  files: COUNT,
  bytes: bytes('of its files'),
  dockId: nullable(TEXT),
  driveIds: TEXTS,
  vehicleIds: Type.Array(Type.String(), { description: 'whose drives are on it, as far as that is known' }),
  receiptIds: TEXTS,
  stages: nullable(
    Type.Record(TEXT, Type.Object({ doneBytes: COUNT, totalBytes: COUNT, totalKnown: FLAG }), {
      description: 'how far each stage is, while it docks',
    }),
  ),
  readBytes: bytes('that were read from it'),
  verifiedBytes: bytes('that were copied, flushed and read back'),
  bytesPerSecond: NUMBER,
  bytesRead: bytes('read, or cut where it is read in place'),
  bytesTotal: bytes('of which that is a part'),
  bytesPerS: NUMBER,
  safeToPullAtMs: nullable(NUMBER),
  safeToPullAt: nullable(TIME),
  safeToPull: FLAG,
  safeToWipe: FLAG,
  verdict: nullable(said('whether its drives are complete, in short')),
  pulledEarly: nullable(Type.Object({ lostText: said('what is on it alone') })),
  text: said('what is wrong, or what happens next'),
  device: nullable(TEXT),
  model: nullable(TEXT),
  serial: nullable(TEXT),
  transport: nullable(TEXT),
  deviceBytes: nullable(COUNT),
  health: nullable(
    Type.Object({
      verdict: said('healthy, worn, failing or unknown'),
      text: TEXT,
      temperatureC: nullable(NUMBER),
      powerOnHours: nullable(NUMBER),
    }),
  ),
  lastVehicleIds: Type.Array(Type.String(), { description: 'whose drives it brought last' }),
  warning: nullable(said('it is not where it was last')),
});

const Bay = Type.Object({
  bay: TEXT,
  path: TEXT,
  vehicleId: nullable(TEXT),
  fault: nullable(said('why nobody could look into it')),
  disks: Type.Array(Disk),
});

export const BaysAnswer: TSchema = Type.Object({ bays: Type.Array(Bay), next: Type.Null() });

export const SpoolAnswer: TSchema = Type.Object({
  usedPercent: Type.Number({ description: 'of the whole disk, with what is reserved' }),
  freeBytes: COUNT,
  totalBytes: COUNT,
  reservedBytes: COUNT,
  state: said('ok, filling, or paused: nothing is taken in'),
  warnPercent: NUMBER,
  pausePercent: NUMBER,
});

export const BacklogAnswer: TSchema = Type.Object({
  backlogBytes: bytes('that are yet to be cut, and of chunks that are not in the store'),
  chunks: Type.Integer({ description: 'chunks that are not in the store' }),
  bytesPerSecond: Type.Number({ description: 'bytes that were cut in a second, over the last minute' }),
  linkBytesPerS: Type.Number({ description: 'bytes of chunks that were sent in a second, over the last minute' }),
  capBytesPerS: nullable(Type.Number({ description: 'what the settings allow' })),
  clearsInSeconds: nullable(Type.Number({ description: 'at these rates, without what is held' })),
  clearsAt: nullable(TIME),
  isCloudAway: FLAG,
  cloudAwaySince: nullable(TIME),
  oldestWaitingMs: Type.Number({ description: 'how long the oldest has been here that is not signed for' }),
});

const Queued = Type.Object({
  driveId: TEXT,
  tenant: TEXT,
  vehicleId: TEXT,
  priority: Type.Integer({ description: '0 first, 99 last' }),
  state: said('sending, waiting, cutting, landing or held'),
  isHeld: FLAG,
  chunksWaiting: COUNT,
  bytesWaiting: COUNT,
  clearsAt: nullable(TIME),
});

export const QueueAnswer: TSchema = Type.Object({ queue: Type.Array(Queued), next: Type.Null() });

export const ActionAnswer: TSchema = Type.Object({
  actionId: TEXT,
  kind: TEXT,
  state: said('waiting, done, undone or failed'),
  bay: nullable(TEXT),
  dockId: nullable(TEXT),
  tenant: TEXT,
  driveId: nullable(said('null where all drives of the dock are meant')),
  args: Type.Unsafe<object>({ type: 'object', additionalProperties: true, description: 'what was asked for beside' }),
  text: said('what it will do; once it is done, what it did'),
  author: nullable(TEXT),
  askedAt: TIME,
  dueAt: Type.String({ description: 'decimal nanoseconds; until then it can be taken back' }),
  endedAt: nullable(TIME),
  error: nullable(TEXT),
});

export const ActionsAnswer: TSchema = Type.Object({ actions: Type.Array(ActionAnswer), next: nullable(TEXT) });
