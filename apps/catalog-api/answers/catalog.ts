/** What the catalog answers beside its lists: SQL, receipts, notes, passes and tracks, slices and chunks. */
import { Type } from 'typebox';
import {
  answer,
  answerFile,
  answerOf,
  type Answers,
  count,
  flag,
  listOf,
  oneOf,
  open,
  orNull,
  page,
  real,
  text,
  timeNs,
} from './answer.ts';

const SQL_TYPES = ['text/csv', 'application/vnd.apache.parquet'] as const;
const SQL_ROWS = open({
  columns: listOf(open({ name: text(), type: text('as the engine calls it') })),
  rows: listOf(Type.Record(Type.String(), Type.Unknown())),
  truncated: flag('there are more rows than one answer holds'),
});

const RECORDING = open({ recordingId: text(), path: text(), bytes: count() });
const RECEIPT = open({ object: text(), receipt: text('as it lies in the store'), recordings: listOf(RECORDING) });

const PASS = open({
  tenant: text(),
  driveId: text(),
  vehicleId: text(),
  topic: text(),
  enterTime: timeNs(),
  exitTime: timeNs(),
  lengthM: real(),
  headingDeg: orNull(real()),
  speedMps: orNull(real()),
  chunkIds: listOf(text()),
  landed: listOf(open({ topic: text(), chunkId: text() })),
});

const EVENT = open({ eventId: text(), driveId: text(), kind: text(), startTime: timeNs() });

const LINK = { url: text(), via: oneOf('bucket', 'api'), expiresTime: timeNs() };
const INNER_CHUNK = open({
  offset: count(),
  bytes: count(),
  uncompressedBytes: count(),
  startTime: timeNs(),
  endTime: timeNs(),
});
const MISSING = open({
  topic: text(),
  startTime: orNull(timeNs()),
  endTime: orNull(timeNs()),
  state: text(),
  reason: orNull(text()),
});
const OBJECT = open({
  object: text(),
  generation: text(),
  bytes: count(),
  crc32c: text(),
  topics: listOf(text()),
  summaryOffset: count(),
  innerChunks: listOf(INNER_CHUNK),
  ...LINK,
});

const MCAP = 'application/mcap';
const NDJSON = 'application/x-ndjson';

const SQL: Answers = {
  200: {
    description: 'the rows; as a file where `accept` names one, with `Pitlane-Sql-Truncated` beside it',
    content: {
      'application/json': { schema: SQL_ROWS },
      ...Object.fromEntries(SQL_TYPES.map((type) => [type, { schema: Type.String({ format: 'binary' }) }])),
    },
  },
};

export const CATALOG = {
  sql: SQL,
  estimate: answer(
    'what it would read and cost',
    open({ bytesProcessed: count(), usdPerTiB: orNull(real('null where queries cost nothing')), usd: real() }),
  ),
  catalog: answer('the catalog', open({ schemaVersion: count(), fault: orNull(text('what is wrong with it')) })),
  dataset: answer('the dataset', open({ tenant: text(), snapshotId: text(), name: text() })),
  why: answer('where it stands', Type.Object({ id: Type.String(), lines: Type.Array(Type.String()) })),
  receipt: answer(
    'receipts that cover the drive, newest first',
    open({
      driveId: text(),
      object: text('of the newest'),
      receipt: text('the newest'),
      publicKeyPem: text(),
      receipts: listOf(RECEIPT),
      uncovered: listOf(RECORDING, 'recordings that stand in no receipt'),
    }),
  ),
  passes: answer('passes', page('passes', PASS)),
  tracks: answerOf('a feature a line', 'application/geo+json', Type.Unknown({ description: 'a FeatureCollection' })),
  marked: answer(
    'what was taken, and what was not',
    open({
      events: listOf(EVENT),
      refused: listOf(open({ index: count('its place in what was asked'), reason: text() })),
      isShown: flag('whether the catalog shows them already; what is taken is safe in any case'),
    }),
  ),
  withdrawn: answer('the event is taken back', open({ eventId: text(), isShown: flag() })),
  corrected: answer(
    'the correction',
    open({
      correctionId: text(),
      driveId: text(),
      tenant: text(),
      vehicleId: orNull(text()),
      labels: orNull(Type.Record(Type.String(), Type.String())),
      reason: text(),
      author: text(),
      isShown: flag(),
    }),
  ),
  slice: answerFile('the slice', 'application/octet-stream', NDJSON),
  manifest: answer(
    'objects, and where in them',
    open({
      driveId: text(),
      driveState: text(),
      missing: listOf(MISSING),
      missingMore: count('so many more runs are missing'),
      channels: count(),
      objects: listOf(OBJECT),
    }),
  ),
  sliceUrl: answer('the link', open({ url: text(), path: text(), expiresTime: timeNs() })),
  chunk: answerFile('an MCAP file', 'application/octet-stream'),
  chunkUrl: answer('the link', open(LINK)),
  preview: answerFile('an MCAP file', MCAP),
  datasetFile: answerFile('the file', 'application/x-tar', 'application/json', NDJSON),
};
