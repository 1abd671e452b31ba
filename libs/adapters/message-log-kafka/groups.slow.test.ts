/** Members of one group: they share partitions, hand them on in a rebalance, and commit nothing that was taken from them. */
import { randomUUID } from 'node:crypto';
import { memoryLog } from '@pitlane/base/telemetry';
import type { LogRecord, MessageLog } from '@pitlane/ports/message-log';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openPlain, plain } from './brokers.fixture.ts';

let topic: string;
const open: MessageLog[] = [];

beforeEach(() => {
  topic = `groups-${randomUUID()}`;
});
afterEach(async () => {
  await Promise.all(open.splice(0).map((log) => log.close()));
});

function opened<T extends MessageLog>(log: T): T {
  open.push(log);
  return log;
}

const numbered = (start: number, end: number): LogRecord[] =>
  Array.from({ length: end - start }, (_, index) => ({ key: `key ${index % 40}`, value: String(start + index) }));

it.skipIf(!plain)('share partitions and lose nothing when one joins and one leaves', async () => {
  const [first, second] = [opened(openPlain()), opened(openPlain())];
  const counts = [0, 0];
  const seen = new Set<string>();
  const stops = [new AbortController(), new AbortController()];
  let tellBoth = (): void => {};
  const both = new Promise<void>((resolve) => (tellBoth = resolve));
  let tellAll = (): void => {};
  const all = new Promise<void>((resolve) => (tellAll = resolve));
  const member = (log: MessageLog, index: 0 | 1): Promise<void> =>
    log.consume(topic, 'lander', { batchMax: 3, signal: (stops[index] as AbortController).signal }, async (batch) => {
      for (const { value } of batch) seen.add(value);
      counts[index] = (counts[index] ?? 0) + batch.length;
      if (counts.every((count) => count > 0)) tellBoth();
      if (seen.size === published) tellAll();
    });
  let published = 400;
  await first.publish(topic, numbered(0, 400));
  const members = [member(first, 0), member(second, 1)];
  // Both have partitions at some time: records keep coming until each has had some.
  let isShared = false;
  void both.then(() => (isShared = true));
  while (!isShared) {
    await first.publish(topic, numbered(published, published + 40));
    published += 40;
  }
  stops[0]?.abort();
  await members[0];
  const left = numbered(published, published + 40);
  published += 40;
  await second.publish(topic, left);
  if (seen.size < published) await all;
  stops[1]?.abort();
  await members[1];
  expect(seen.size).toBe(published);
  expect(await second.lag(topic, 'lander')).toBe(0);
});

it.skipIf(!plain)('do not commit a batch whose partition was taken away meanwhile', async () => {
  const told = memoryLog();
  const groups = { sessionMs: 6_000, rebalanceMs: 500, heartbeatMs: 200 };
  const [slow, other] = [opened(openPlain({ groups, log: told })), opened(openPlain({ groups }))];
  await slow.publish(topic, numbered(0, 1));
  const stop = new AbortController();
  const options = { batchMax: 1, signal: stop.signal };
  let release = (): void => {};
  const released = new Promise<void>((resolve) => (release = resolve));
  let tellHeld = (): void => {};
  const held = new Promise<void>((resolve) => (tellHeld = resolve));
  let timesSlow = 0;
  const first = slow.consume(topic, 'g', options, async () => {
    timesSlow += 1;
    tellHeld();
    await released;
  });
  await held;
  let tellAgain = (): void => {};
  const again = new Promise<void>((resolve) => (tellAgain = resolve));
  const second = other.consume(topic, 'g', options, async () => {
    // The slow member is let go while this one still works: its commit must not count.
    release();
    await eventOf(told, 'batch.revoked');
    expect(await other.lag(topic, 'g')).toBe(1);
    tellAgain();
  });
  await again;
  stop.abort();
  await Promise.all([first, second]);
  expect(timesSlow).toBe(1);
  expect(await other.lag(topic, 'g')).toBe(0);
});

it.skipIf(!plain)('are given what came while a short batch lingered, and a full one at once', async () => {
  const log = opened(openPlain({ topics: { partitions: 1, replication: 1, createMissing: true } }));
  await log.publish(topic, numbered(0, 1));
  const stop = new AbortController();
  const sizes: number[] = [];
  const options = { batchMax: 3, lingerMs: 500, signal: stop.signal };
  const consumed = log.consume(topic, 'g', options, async (batch) => {
    sizes.push(batch.length);
    stop.abort();
  });
  await log.publish(topic, numbered(1, 2));
  await log.publish(topic, numbered(2, 3));
  await consumed;
  expect(sizes).toEqual([3]);
});

async function eventOf(told: ReturnType<typeof memoryLog>, event: string): Promise<void> {
  while (!told.events.some((one) => one.event === event)) await new Promise((resolve) => setImmediate(resolve));
}
