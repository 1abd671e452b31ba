import { memoryLog } from '@pitlane/base/telemetry';
import type { WebhookEvent, WebhookEventType } from '@pitlane/contracts/webhook';
import { openSqliteJournal } from '@pitlane/journal-sqlite';
import type { Journal } from '@pitlane/ports/journal';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { PostAnswer, PostRequest } from './post-event.ts';
import { webhookBackoffMs } from './receiver-line.ts';
import { Webhooks } from './webhooks.ts';

const MINUTE_MS = 60_000;
let journal: Journal;
let log: ReturnType<typeof memoryLog>;
let nowMs: number;
/** What the wall clock was set ahead by. */
let aheadMs: number;
let sleepers: { readonly untilMs: number; readonly wake: () => void }[];
/** Every request, as `host type drive`. */
let asked: string[];
let requests: PostRequest[];
/** What a host answers; one that is not here answers 200. */
let answers: Record<string, () => Promise<PostAnswer>>;
let secret: string;
let open: Webhooks[];

beforeEach(() => {
  journal = openSqliteJournal({ file: ':memory:' });
  log = memoryLog();
  [nowMs, aheadMs] = [1_767_225_600_000, 0];
  [sleepers, asked, requests, open, answers, secret] = [[], [], [], [], {}, 'the-first-secret'];
});
afterEach(async () => {
  for (const webhooks of open) {
    const closing = webhooks.close();
    await pass(MINUTE_MS);
    await closing;
  }
  journal.close();
});

const settled = async (): Promise<void> => {
  for (let i = 0; i < 20; i += 1) await new Promise((resolve) => setImmediate(resolve));
};

/** Lets time go by, from sleeper to sleeper. */
async function pass(ms: number): Promise<void> {
  const endMs = nowMs + ms;
  for (;;) {
    await settled();
    const next = Math.min(...sleepers.map(({ untilMs }) => untilMs));
    if (next > endMs) break;
    nowMs = Math.max(nowMs, next);
    for (const { wake } of sleepers.filter(({ untilMs }) => untilMs <= nowMs)) wake();
  }
  nowMs = endMs;
}

const ALL: readonly WebhookEventType[] = ['drive.staged', 'drive.receipted', 'drive.loss', 'dataset.built'];

function opened(hosts = ['one'], events = ALL): Webhooks {
  const receivers = hosts.map((host) => ({
    id: `id-${host}`,
    url: new URL(`https://${host}`),
    shown: `https://${host}`,
  }));
  const webhooks = new Webhooks({
    outbox: journal.outbox,
    webhooks: { receivers, events: new Set(events), secret: secretNow },
    garage: 'g',
    newTestId: () => 'test-1',
    clock: { nowMs: () => nowMs + aheadMs, monotonicMs: () => nowMs },
    wait: (waitMs, signal) =>
      new Promise((resolve) => {
        const sleeper = { untilMs: nowMs + waitMs, wake: () => end() };
        const end = (): void => {
          sleepers = sleepers.filter((one) => one !== sleeper);
          resolve();
        };
        sleepers.push(sleeper);
        if (signal.aborted) end();
        signal.addEventListener('abort', end);
      }),
    random: () => 1 - Number.EPSILON,
    post: async (request, { signal }) => {
      requests.push(request);
      const { type, drive } = JSON.parse(request.body) as WebhookEvent;
      asked.push(`${request.url.hostname} ${type} ${drive?.driveId ?? '-'}`);
      const stopped = new Promise<never>((_, reject) => {
        signal.addEventListener('abort', () => reject(new Error('it was stopped')));
      });
      return Promise.race([stopped, (answers[request.url.hostname] ?? ok)()]);
    },
    telemetry: log,
  });
  open.push(webhooks);
  webhooks.start();
  return webhooks;
}

function secretNow(): string {
  if (secret === '') throw new Error('no secret');
  return secret;
}

const ok = async (): Promise<PostAnswer> => ({ status: 204, text: '' });
const down = async (): Promise<PostAnswer> => ({ status: 503, text: 'busy' });

function staged(driveId: string, dockId = 'dock-1'): WebhookEvent {
  const data = { garage: 'g', dockId, path: '/media/disk', safeToPull: true, text: '' } as const;
  return { type: 'drive.staged', drive: { tenant: 't', driveId, vehicleId: 'v' }, data };
}
const lost = (driveId: string): WebhookEvent => ({
  type: 'drive.loss',
  drive: { tenant: 't', driveId, vehicleId: 'v' },
  data: { garage: 'g', dockId: 'dock-1', losses: 1, bytesLost: 5, list: [] },
});

describe('webhooks', () => {
  it('tell each receiver, signed with what the file holds then, and keep nothing that was taken', async () => {
    const webhooks = opened(['one', 'two']);
    webhooks.tell(staged('d-1'));
    await settled();
    expect(asked).toEqual(['one drive.staged d-1', 'two drive.staged d-1']);
    expect(webhooks.status(9)).toMatchObject({ deliveries: [] });
    secret = 'the-second-secret';
    webhooks.tell(lost('d-1'));
    await settled();
    const signatures = requests.map(({ headers }) => headers['Pitlane-Signature']);
    expect(signatures[0]).toBe(signatures[1]);
    expect(signatures[2]).not.toBe(signatures[0]);
    expect(requests[0]?.headers).toMatchObject({
      'Pitlane-Timestamp': '1767225600',
      'Pitlane-Event-Type': 'drive.staged',
    });
    expect(webhooks.metrics()).toMatchObject({ pitlane_webhooks_waiting: 0, pitlane_webhooks_delivered_total: 4 });
  });

  it('tell the same thing once, also when it is found out again after all have it', async () => {
    const webhooks = opened();
    for (let i = 0; i < 3; i += 1) {
      webhooks.tell(staged('d-1'));
      await settled();
    }
    expect(asked).toHaveLength(1);
  });

  it('tell of what was asked for, and of nothing where nobody listens', async () => {
    const webhooks = opened(['one'], ['drive.loss']);
    webhooks.tell(staged('d-1'));
    webhooks.tell(lost('d-1'));
    await settled();
    expect(asked).toEqual(['one drive.loss d-1']);
    opened([]).tell(staged('d-2'));
    expect(journal.outbox.counts()).toEqual([]);
  });

  it('keep the order of a drive, and let a receiver that is down hold up neither another nor other drives', async () => {
    const webhooks = opened(['one', 'two']);
    answers['one'] = down;
    for (const event of [staged('d-1'), lost('d-1'), staged('d-2')]) webhooks.tell(event);
    await settled();
    expect(asked.filter((text) => text.startsWith('two'))).toEqual([
      'two drive.staged d-1',
      'two drive.staged d-2',
      'two drive.loss d-1',
    ]);
    expect(asked.filter((text) => text.startsWith('one'))).toEqual(['one drive.staged d-1', 'one drive.staged d-2']);
    answers['one'] = ok;
    await pass(MINUTE_MS);
    expect(asked.filter((text) => text.startsWith('one')).slice(2)).toEqual([
      'one drive.staged d-1',
      'one drive.staged d-2',
      'one drive.loss d-1',
    ]);
  });

  it('have few requests under way with one that hangs', async () => {
    const webhooks = opened();
    const hanging: (() => void)[] = [];
    answers['one'] = () => new Promise((resolve) => hanging.push(() => resolve({ status: 200, text: '' })));
    for (let i = 0; i < 50; i += 1) webhooks.tell(staged(`d-${i}`));
    await settled();
    expect(asked).toHaveLength(4);
    hanging.shift()?.();
    await settled();
    expect(asked).toHaveLength(5);
    expect(journal.outbox.counts()).toEqual([{ receiver: 'id-one', waiting: 49, parked: 0 }]);
  });

  it('try again five times, later and later, then park, say so and go on with the drive', async () => {
    const webhooks = opened();
    answers['one'] = down;
    webhooks.tell(staged('d-1'));
    const beganMs = nowMs;
    await settled();
    const triedAfterMs: number[] = [];
    for (let tries = 1; tries <= 5; tries += 1) {
      const [waiting] = journal.outbox.deliveries(9);
      expect(waiting).toMatchObject({ state: 'waiting', tries, error: 'answered 503: busy' });
      triedAfterMs.push((waiting?.nextAtMs ?? 0) - beganMs);
      await pass((waiting?.nextAtMs ?? 0) - nowMs);
      await settled();
    }
    expect(triedAfterMs).toEqual([5000, 25_000, 105_000, 425_000, 1_705_000]);
    expect(asked).toHaveLength(6);
    expect(webhooks.status(9)).toMatchObject({
      receivers: [{ receiver: 'id-one', url: 'https://one', waiting: 0, parked: 1 }],
      deliveries: [{ type: 'drive.staged', state: 'parked', tries: 6, event: { drive: { driveId: 'd-1' } } }],
    });
    expect(log.events.map(({ level, event }) => `${level} ${event}`)).toEqual([
      'warn webhook.delayed',
      'error webhook.parked',
    ]);
    expect(JSON.stringify(log.events)).not.toContain(secret);
    answers['one'] = ok;
    webhooks.tell(lost('d-1'));
    await pass(60 * MINUTE_MS);
    expect(asked.slice(6)).toEqual(['one drive.loss d-1']);
    expect(webhooks.replay()).toBe(1);
    await settled();
    expect(asked.slice(7)).toEqual(['one drive.staged d-1']);
    expect(webhooks.status(9).deliveries).toEqual([]);
  });

  it('go on where the outbox stands when the node was killed, with the tries that were made', async () => {
    const killed = opened();
    answers['one'] = down;
    killed.tell(staged('d-1'));
    await settled();
    const hangs = opened();
    answers['one'] = () => new Promise(() => {});
    await pass(6000);
    expect(asked.length).toBeGreaterThan(1);
    const closing = Promise.all([killed.close(), hangs.close()]);
    await pass(MINUTE_MS);
    await closing;
    expect(journal.outbox.deliveries(9)).toMatchObject([{ state: 'waiting', tries: 1 }]);
    answers['one'] = ok;
    const before = asked.length;
    opened();
    await settled();
    expect(asked.slice(before)).toEqual(['one drive.staged d-1']);
    expect(journal.outbox.counts()).toEqual([]);
  });

  it('when closed try first what was never tried, and wait for no receiver that hangs', async () => {
    const webhooks = opened(['one', 'two']);
    answers['two'] = () => new Promise(() => {});
    webhooks.tell(staged('d-1'));
    webhooks.tell(lost('d-1'));
    const closing = webhooks.close();
    await pass(5000);
    await closing;
    expect(asked.filter((text) => text.startsWith('one'))).toHaveLength(2);
    expect(journal.outbox.deliveries(9).map(({ receiver, tries }) => [receiver, tries])).toEqual([
      ['id-two', 0],
      ['id-two', 0],
    ]);
  });

  it('are not held up by a clock that was set back', async () => {
    const webhooks = opened();
    answers['one'] = down;
    webhooks.tell(staged('d-1'));
    await settled();
    answers['one'] = ok;
    aheadMs = -10 * 365 * 86_400_000;
    await pass(MINUTE_MS);
    expect(journal.outbox.counts()).toEqual([]);
  });

  it('keep what is for a receiver that the settings do not name, send it when they do again, and park it after a week', async () => {
    answers['one'] = down;
    const first = opened(['one']);
    first.tell(staged('d-1'));
    first.tell(lost('d-1'));
    await settled();
    await first.close();
    const without = opened(['two']);
    const orphan = { receiver: 'id-one', url: null, waiting: 2, parked: 0 };
    expect(without.status(9).receivers).toEqual([
      { ...orphan, receiver: 'id-two', url: 'https://two', waiting: 0 },
      orphan,
    ]);
    await pass(8 * 86_400_000);
    expect(asked).toHaveLength(1);
    const later = opened(['two']);
    expect(later.status(9).receivers[1]).toEqual({ ...orphan, waiting: 0, parked: 2 });
    expect(later.status(9).deliveries[0]?.error).toContain('for a week');
    expect(later.replay()).toBe(2);
    answers['one'] = ok;
    opened(['one']);
    await settled();
    expect(asked.slice(1)).toEqual(['one drive.staged d-1', 'one drive.loss d-1']);
  });

  it('send nothing while the file holds no secret', async () => {
    const webhooks = opened();
    secret = '';
    webhooks.tell(staged('d-1'));
    await settled();
    expect([requests.length, journal.outbox.deliveries(9)[0]?.error]).toEqual([0, 'no secret']);
  });

  it('send a test to each receiver and say what came back, and keep nothing of it', async () => {
    answers = {
      two: async () => ({ status: 302, text: '' }),
      three: async () => {
        throw new Error('connect ECONNREFUSED 127.0.0.1:9');
      },
    };
    const webhooks = opened(['one', 'two', 'three']);
    const shown = (await webhooks.test()).map(({ url, ok: isOk, status, text }) => [url, isOk, status, text]);
    expect(shown).toEqual([
      ['https://one', true, 204, ''],
      ['https://two', false, 302, 'redirects are not followed: name the address itself'],
      ['https://three', false, null, 'connect ECONNREFUSED 127.0.0.1:9'],
    ]);
    expect(JSON.parse(requests[0]?.body ?? '')).toMatchObject({
      type: 'webhook.test',
      drive: null,
      data: { garage: 'g' },
    });
    expect(journal.outbox.counts()).toEqual([]);
  });
});

it('waits between tries with full jitter, and never longer than half an hour', () => {
  expect([1, 2, 3, 4, 5, 9].map((tries) => webhookBackoffMs(tries, () => 0.5))).toEqual([
    2500, 10_000, 40_000, 160_000, 640_000, 900_000,
  ]);
  expect(webhookBackoffMs(3, () => 0)).toBe(0);
});
