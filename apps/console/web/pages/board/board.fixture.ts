/** A garage for the board: bays in every state that a disk can have, a queue, gauges, and actions that wait their ten seconds. */
import type { FakeNode } from '../../../fake-node.fixture.ts';

type Fields = Readonly<Record<string, unknown>>;

export const GARAGE_NOW_MS = Date.UTC(2026, 2, 12, 4, 41, 7);
export const ns = (atMs: number): string => `${Math.round(atMs)}000000`;
const MINUTE_MS = 60_000;

export function fakeDisk(number: number, nowMs: number, changes: Fields = {}): Fields {
  const total = 1.2e12 + number * 1e11;
  return {
    path: `/media/bay-${number}`,
    state: 'docking',
    text: 'taking 12 files: leave it in',
    sinceMs: nowMs - 12 * MINUTE_MS,
    bytesRead: 0.63 * total,
    bytesTotal: total,
    bytesPerS: 412e6,
    safeToPull: false,
    safeToPullAt: ns(nowMs + (17 + number) * MINUTE_MS),
    safeToWipe: false,
    receiptIds: [],
    device: '/dev/sdb',
    model: 'Samsung SSD 870 QVO 4TB',
    serial: `S5SSNJ0T70000${number}`,
    health: { verdict: 'healthy', text: 'healthy, 31 °C, 2,114 h' },
    vehicleIds: [`car-${String(40 + number)}`],
    lastVehicleIds: [`car-${String(40 + number)}`],
    warning: null,
    verdict: null,
    driveIds: [`car-${40 + number}-20260312T021500Z-1a2b3c4d`],
    dockId: `dock-${number}`,
    pulledEarly: null,
    ...changes,
  };
}

/** In the order of a disk's life. */
export function statesOf(): Readonly<Record<string, Fields | null>> {
  const gone = { safeToPullAt: null, bytesPerS: null };
  const copied = { ...gone, safeToPull: true, verdict: 'complete' };
  return {
    empty: null,
    settling: {
      ...gone,
      state: 'settling',
      text: '12 files, 1.40 TB; docked in 21 s if nothing changes on it',
      driveIds: [],
      vehicleIds: [],
    },
    reading: {},
    staged: {
      ...copied,
      state: 'staged',
      text: '12 files copied and read back: safe to pull; it may be wiped only when it is signed for',
    },
    done: {
      ...copied,
      state: 'done',
      safeToWipe: true,
      receiptIds: ['5e6f7a8b01234567'],
      text: '12 files, 1.40 TB: in the store and signed for, safe to pull, safe to wipe',
    },
    failed: {
      ...gone,
      state: 'failed',
      text: 'rec-0007.mcap cannot be read at 41.2 GB: input/output error; tried again in 240 s',
      verdict: '2 findings',
      health: { verdict: 'failing', text: '12 sectors that cannot be read: copy it and replace it' },
    },
    pulled: {
      ...gone,
      state: 'pulled',
      text: 'it was pulled early',
      pulledEarly: { lostText: '812 GB of it are copied, 388 GB are on it alone, /camera/front from 02:31 on.' },
    },
    verdict: { verdict: '2 findings', bytesRead: 1.99e12, bytesTotal: 2e12 },
  };
}

export const fakeBay = (number: number, nowMs: number, disk: Fields | null): Fields => ({
  bay: `bay-${number}`,
  path: `/media/bay-${number}`,
  vehicleId: null,
  fault: null,
  disks: disk ? [fakeDisk(number, nowMs, disk)] : [],
});

/** One bay in each state. */
export const eightBays = (nowMs: number): Fields[] =>
  Object.values(statesOf()).map((disk, at) => fakeBay(at + 1, nowMs, disk));

export const manyBays = (count: number, nowMs: number): Fields[] => {
  const { empty = null, reading = null, staged = null, done = null, failed = null, pulled = null } = statesOf();
  const usual = [reading, empty, reading, done, reading, empty];
  return Array.from({ length: count }, (_, at) => {
    const rare = at === 90 ? failed : at === 141 ? pulled : at % 40 === 7 ? staged : undefined;
    return fakeBay(at + 1, nowMs, rare === undefined ? (usual[at % usual.length] ?? null) : rare);
  });
};

export const fakeQueue = (nowMs: number): Fields[] =>
  [43, 44, 46].map((car, at) => ({
    driveId: `car-${car}-20260312T021500Z-1a2b3c4d`,
    tenant: 'default',
    vehicleId: `car-${car}`,
    priority: 99,
    state: at === 0 ? 'sending' : 'waiting',
    isHeld: false,
    chunksWaiting: 1204 - at * 311,
    bytesWaiting: 812e9 - at * 2e11,
    clearsAt: ns(nowMs + (at + 1) * 31 * MINUTE_MS),
  }));

export const fakeSpool = { usedPercent: 61.7, freeBytes: 1.53e12, reservedBytes: 2e11, state: 'ok' };
export const fakeBacklog = (nowMs: number): Fields => ({
  backlogBytes: 5.53e12,
  linkBytesPerS: 8.1e9 / 8,
  capBytesPerS: 10e9 / 8,
  clearsInSeconds: 5430,
  clearsAt: ns(nowMs + 90 * MINUTE_MS),
  isCloudAway: false,
  cloudAwaySince: null,
  oldestWaitingMs: 12 * MINUTE_MS,
});

/** Answers all that the board asks; a later answer of the test takes its place. */
export function answerBoard(
  node: FakeNode,
  bays: readonly Fields[],
  { nowMs = GARAGE_NOW_MS, mayAct = true } = {},
): void {
  const actions: Record<string, unknown>[] = [];
  node.answer('GET', '/v1/session', () => ({ mayAct, expiresAt: null }));
  node.answer('GET', '/v1/garage/bays', () => ({ bays, next: null }));
  node.answer('GET', '/v1/garage/docks', () => ({ docks: [], next: null }));
  node.answer('GET', '/v1/garage/spool', () => fakeSpool);
  node.answer('GET', '/v1/garage/backlog', () => fakeBacklog(nowMs));
  node.answer('GET', '/v1/garage/queue', () => ({ queue: fakeQueue(nowMs), next: null }));
  node.answer('GET', '/v1/findings', () => ({
    findings: [{ text: '/camera/front silent from 02:31:07 for 31 s: check the connector' }],
    next: null,
  }));
  node.answer('GET', '/v1/garage/actions', () => ({ actions: [...actions].reverse(), next: null }));
  node.answer('POST', '/v1/garage/actions', ({ body }) => {
    const { kind, bay = null, driveId = null, dryRun = false, author = null } = body as Fields;
    const text = `${WORDS[String(kind)] ?? String(kind)}: ${String(bay ?? driveId)}.`;
    if (dryRun === true) return { text };
    const action = {
      actionId: `a${actions.length + 1}`,
      kind,
      bay,
      driveId,
      dockId: null,
      args: {},
      text,
      state: 'waiting',
      askedAt: ns(nowMs),
      dueAt: ns(nowMs + 10_000),
      endedAt: null,
      author,
      error: null,
    };
    actions.push(action);
    return action;
  });
  node.answer('DELETE', '/v1/garage/actions/:actionId', () => {
    const last = actions.at(-1);
    return last && Object.assign(last, { state: 'undone', endedAt: ns(nowMs + 2000) });
  });
}

const WORDS: Readonly<Record<string, string>> = {
  hold: 'Nothing more is sent of what is in it, until somebody lets it go on',
  prioritise: 'All of it is sent before everything else',
  'name-vehicle': 'Its drives are of another car from now on',
  'mark-incident': 'The time around it is sent first',
  retire: 'What the garage keeps of it is freed',
};
