/** One drive behind a fake node, in every list that its page asks for; a test changes what it looks at. */
import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { type ReceiptBody, signReceipt } from '@pitlane/contracts/receipt';
import { type Asked, type FakeNode, fakeDrive } from '../../../fake-node.fixture.ts';

type Row = Readonly<Record<string, unknown>>;

export interface DriveAnswers {
  readonly drive: ReturnType<typeof fakeDrive>;
  readonly lists: Record<string, readonly Row[]>;
  chunks: number;
}

export const START_NS = BigInt(fakeDrive(1).startTime);
const S = 1_000_000_000n;
export const timeAt = (seconds: number): string => String(START_NS + BigInt(Math.round(seconds * 1000)) * 1_000_000n);
const LENGTH_S = 724;
const hex = (number: number): string => number.toString(16).padStart(8, '0').repeat(8);

export const TOPICS = [
  '/camera/front/image_compressed',
  '/camera/rear/image_compressed',
  '/diagnostics',
  '/gnss/fix',
  '/imu/data',
  '/lidar/top/points',
  '/perception/objects/tracked/with/a/name/that/is/far/too/long/for/any/lane/and/tells/of/its/end/in_the_end',
  '/vehicle/can',
];

/** Ten thousand runs or however many, evenly over the topics. */
export function coverageOf(
  topics: readonly string[],
  runsEach: number,
  changes: (at: number) => Row = () => ({}),
): Row[] {
  const each = LENGTH_S / runsEach;
  return topics.flatMap((topic) =>
    Array.from({ length: runsEach }, (_, at) => ({
      topic,
      state: 'indexed',
      reason: null,
      messages: 120,
      startTime: timeAt(at * each),
      endTime: timeAt(at * each + each * 0.9),
      ...changes(at),
    })),
  );
}

export function driveAnswers(changes: Row = {}): DriveAnswers {
  const drive = fakeDrive(1, { endTime: timeAt(LENGTH_S), bytesLost: 1_204_224, chunks: 5000, ...changes });
  const coverage = TOPICS.flatMap((topic, lane) => [
    run(topic, 0, 300 + lane * 7, 'indexed'),
    run(topic, 302 + lane * 7, 560, lane === 5 ? 'on-dock' : 'indexed'),
    ...(lane === 1 ? [run(topic, 400, 412, 'lost', 'truncated')] : []),
    run(
      topic,
      562,
      LENGTH_S,
      lane < 2 ? 'in-flight' : lane === 7 ? 'on-car' : 'indexed',
      lane === 7 ? 'withheld' : null,
    ),
  ]);
  return {
    drive,
    chunks: 5000,
    lists: {
      coverage,
      topics: TOPICS.map((topic) => ({
        topic,
        schemaName: null,
        messages: 1000,
        bytes: 1e6,
        meanHz: 10,
        ...span(0, LENGTH_S),
      })),
      gaps: [{ topic: '/gnss/fix', ...span(200, 214), seconds: 14, foundBy: 'verdict', text: 'no message for 14 s' }],
      events: [
        {
          eventId: 'e1',
          kind: 'disengagement',
          note: 'driver took over',
          source: 'person',
          author: 'test driver',
          ...span(310, 310),
        },
        { eventId: 'e2', kind: 'hard-braking', note: null, source: 'import', author: null, ...span(600, 603) },
      ],
      findings: [
        {
          ordinal: 0,
          topic: '/gnss/fix',
          kind: 'gap',
          severity: 'error',
          occurrences: 1,
          text: '/gnss/fix was silent for 14 s',
          ...span(200, 214),
        },
        {
          ordinal: 1,
          topic: '/imu/data',
          kind: 'rate',
          severity: 'warning',
          occurrences: 1,
          text: '/imu/data came at 88 Hz, not at 100',
          startTime: null,
          endTime: null,
        },
      ],
      verdicts: [
        {
          judgedFrom: 'messages',
          vehicleType: 'sedan',
          summary: '2 findings',
          findings: 2,
          notes: ['/diagnostics has no profile'],
        },
      ],
      losses: [
        {
          recordingId: hex(7),
          path: 'front.mcap',
          reason: 'truncated',
          text: 'the file ends in the middle of a chunk',
          byteOffset: 9_123_456,
          bytes: 1_204_224,
          keptIn: hex(3),
          topics: ['/camera/rear/image_compressed'],
          ...span(400, 412),
        },
      ],
      clocks: [
        {
          recordingId: hex(7),
          segment: 0,
          topic: null,
          offsetNs: '37000000000',
          quality: 'good',
          applied: true,
          text: 'its clock was 37 s slow, by GNSS',
          ...span(0, LENGTH_S),
        },
      ],
      corrections: [],
      previews: [],
    },
  };
}

const span = (from: number, to: number): Row => ({ startTime: timeAt(from), endTime: timeAt(to) });
const run = (topic: string, from: number, to: number, state: string, reason: string | null = null): Row => ({
  topic,
  state,
  reason,
  messages: Math.round((to - from) * 10),
  ...span(from, to),
});

const keys = generateKeyPairSync('ed25519');

/** Answers all that the page asks; the lists are read when they are asked for, so that a test may change them. */
export function answerDrive(node: FakeNode, answers: DriveAnswers = driveAnswers()): DriveAnswers {
  const { drive, lists } = answers;
  const id = drive.driveId;
  node.answer('GET', `/v1/drives/${id}`, () => drive);
  for (const name of Object.keys(lists))
    node.answer('GET', `/v1/${name}`, ({ query }) => page(name, lists[name] ?? [], query));
  node.answer('GET', '/v1/chunks', ({ query }) => {
    const [from, to] = [query['start'], query['end']];
    const rows = Array.from({ length: answers.chunks }, (_, at) => chunkRow(at, answers.chunks));
    return page(
      'chunks',
      rows.filter((row) => (!to || row.startTime < to) && (!from || row.endTime >= from)),
      query,
    );
  });
  node.answer('GET', '/v1/chunks/:chunkId', ({ path }) => chunkDetail(path.slice('/v1/chunks/'.length)));
  node.answer('GET', '/v1/chunks/:chunkId/url', ({ path }) => link(`${node.url}${path.replace(/url$/, 'data')}`));
  node.answer('POST', '/v1/chunks/:chunkId/verify', () => ({ ok: true, faults: [], checkedAt: timeAt(9000) }));
  node.answer('GET', '/v1/slice/estimate', (asked) => estimateOf(asked));
  node.answer('GET', '/v1/slice/url', ({ query }) =>
    link(`${node.url}/v1/slice?${new URLSearchParams(query).toString()}`),
  );
  node.answer('GET', '/v1/slice', () => 'the bytes of the slice');
  node.answer('GET', `/v1/drives/${id}/track`, () => ({ segments: [] }));
  node.answer('GET', `/v1/drives/${id}/rates`, () => ({ startTime: null, endTime: null, bucketNs: null, topics: [] }));
  node.answer('GET', `/v1/drives/${id}/story`, () => ({ sentences: STORY }));
  node.answer('GET', `/v1/drives/${id}/receipt`, () => receiptOf(id));
  node.answer('GET', '/v1/why/:id', ({ path }) => ({
    id: decodeURIComponent(path.slice('/v1/why/'.length)),
    lines: [
      'garage: docked in bay 3',
      `catalog: drive ${id} is receipted`,
      'lost: front.mcap at byte 9123456, 1.20 MB: truncated',
    ],
  }));
  return answers;
}

const STORY = [
  {
    time: timeAt(200),
    kind: 'gap',
    text: '/gnss/fix was silent for 14 s.',
    topic: '/gnss/fix',
    startTime: timeAt(200),
    endTime: timeAt(214),
  },
  { time: timeAt(7200), kind: 'docked', text: 'car-0001 was docked in garage-1 with 2 recordings, 8.70 GB.' },
  { time: timeAt(7201), kind: 'verdict', text: 'The verdict found two things: /gnss/fix was silent for 14 s.' },
  {
    time: timeAt(7300),
    kind: 'lost',
    text: 'front.mcap ends in the middle of a chunk: 1.20 MB could not be read, and are kept.',
  },
  { time: timeAt(7500), kind: 'receipted', text: 'The receipt was signed: 5,000 chunks, 3.44 GB.' },
];

/** As the node pages: a cursor that is a number here. */
function page(name: string, rows: readonly Row[], { limit = '100', cursor = '0' }: Readonly<Record<string, string>>) {
  const [from, to] = [Number(cursor), Number(cursor) + Number(limit)];
  return { [name]: rows.slice(from, to), next: to < rows.length ? String(to) : null };
}

function chunkRow(at: number, of: number) {
  const each = LENGTH_S / of;
  return {
    chunkId: hex(at + 1),
    kind: 'log',
    topics: at % 3 === 0 ? [TOPICS[6]] : ['/gnss/fix', '/imu/data', '/vehicle/can'],
    messages: 1200 + at,
    bytesRaw: 64e6,
    bytesStored: 21e6,
    state: 'indexed',
    startTime: timeAt(at * each),
    endTime: timeAt((at + 1) * each),
  };
}

function chunkDetail(chunkId: string) {
  return {
    ...chunkRow(3, 5000),
    chunkId,
    object: `gs://fleet-logs/v1/0f/default/car-0001/${fakeDrive(1).driveId}/${chunkId}.mcap`,
    objectName: `v1/0f/default/car-0001/${fakeDrive(1).driveId}/${chunkId}.mcap`,
    bucket: 'gs://fleet-logs',
    generation: '1773310502123456',
    crc32c: '8a9136aa',
    sha256: hex(99),
    kafka: { topic: 'pitlane.bulk', partition: 5, offset: '120394', lastOffset: '120421' },
    sources: [{ recordingId: hex(7), path: 'front.mcap', startOffset: 1_048_576, endOffset: 9_123_456 }],
    receiptIds: [hex(42)],
    dataUrl: `/v1/chunks/${chunkId}/data`,
  };
}

const link = (url: string) => ({
  url: `${url}&expires=1773317702&signature=${'f'.repeat(64)}`,
  path: '',
  expiresTime: timeAt(3600),
});

/** Of a minute of the drive, four chunks. */
function estimateOf({ query }: Asked) {
  const [start, end] = [BigInt(query['start'] ?? timeAt(0)), BigInt(query['end'] ?? timeAt(LENGTH_S))];
  const chunks = Number((end - start) / (15n * S)) + 1;
  const isAll = query['topics'] === undefined;
  return {
    chunks,
    bytesStored: chunks * 300_000_000,
    messages: chunks * 5000,
    requests: chunks * 4,
    secondsAt: { bytesPerS: 32_000_000, seconds: (chunks * 300) / 32 },
    missing:
      isAll && start < BigInt(timeAt(412)) && end > BigInt(timeAt(400))
        ? [run(TOPICS[1] ?? '', 400, 412, 'lost', 'truncated')]
        : [],
  };
}

function receiptOf(driveId: string) {
  const body = {
    receiptVersion: 1,
    tenant: 'default',
    driveId,
    vehicleId: 'car-0001',
    dockId: 'dock-1',
    garage: 'garage-1',
    store: 'gs://fleet-logs',
    manifestObject: 'v1/0f/manifest.ndjson',
    manifestSha256: hex(5),
    recordings: [{ recordingId: hex(7), bytes: 8_700_000_000, lostBytes: 1_204_224 }],
    chunks: 5000,
    bytesStored: 3_440_000_000,
    objectsSha256Root: hex(6),
    signedAt: '2026-03-12T11:20:00Z',
  } as unknown as ReceiptBody;
  const receipt = JSON.stringify(signReceipt(body, keys.privateKey));
  const recordings = [{ recordingId: hex(7), path: 'front.mcap', bytes: 8_700_000_000 }];
  return {
    driveId,
    publicKeyPem: createPublicKey(keys.privateKey).export({ type: 'spki', format: 'pem' }).toString(),
    receipts: [{ object: 'receipts/1.json', receipt, recordings }],
    uncovered: [],
  };
}
