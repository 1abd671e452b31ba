import { PitlaneError } from '@pitlane/base/errors';
import { memoryLog } from '@pitlane/base/telemetry';
import { beforeEach, expect, it } from 'vitest';
import { ANSWER_WITHIN_MS, ASK_EVERY_MS, CloudWatch } from './cloud-watch.ts';

let nowMs: number;
let sleepers: { ms: number; wake: () => void }[];
let answers: { resolve: () => void; reject: (error: Error) => void }[];
let stop: AbortController;
let watch: CloudWatch;
let running: Promise<void>;
const telemetry = memoryLog();

beforeEach(() => {
  [nowMs, sleepers, answers, stop] = [1_000_000, [], [], new AbortController()];
  telemetry.events.length = 0;
  watch = new CloudWatch({
    ask: () => new Promise<void>((resolve, reject) => answers.push({ resolve, reject })),
    clock: { nowMs: () => nowMs },
    wait: (ms, signal) =>
      new Promise((resolve) => {
        if (signal.aborted) return resolve();
        const sleeper = { ms, wake: resolve };
        sleepers.push(sleeper);
        signal.addEventListener('abort', () => {
          sleepers = sleepers.filter((one) => one !== sleeper);
          resolve();
        });
        return undefined;
      }),
    telemetry,
  });
  running = watch.run(stop.signal);
});

const settled = () => new Promise((resolve) => setImmediate(resolve));

async function pass(ms: number): Promise<void> {
  nowMs += ms;
  const due = sleepers.filter((one) => one.ms === ms);
  sleepers = sleepers.filter((one) => one.ms !== ms);
  for (const { wake } of due) wake();
  await settled();
}

async function answer(error?: Error): Promise<void> {
  const next = answers.shift();
  if (error) next?.reject(error);
  else next?.resolve();
  await settled();
}

async function end(): Promise<void> {
  stop.abort();
  await running;
}

it('a cloud that answers is there', async () => {
  for (let i = 0; i < 3; i += 1) {
    await answer();
    await pass(ASK_EVERY_MS);
  }
  expect(watch.awaySinceMs).toBeUndefined();
  expect(answers).toHaveLength(1);
  await end();
});

it('one that fails is away from then on until it answers again', async () => {
  await answer(new Error('no route'));
  expect(watch.awaySinceMs).toBe(1_000_000);
  await pass(ASK_EVERY_MS);
  await answer(new Error('no route'));
  expect(watch.awaySinceMs).toBe(1_000_000);
  await pass(ASK_EVERY_MS);
  await answer();
  expect(watch.awaySinceMs).toBeUndefined();
  expect(telemetry.events).toMatchObject([
    { level: 'warn', event: 'cloud.away' },
    { level: 'info', event: 'cloud.back', fields: { awaySeconds: 20 } },
  ]);
  await end();
});

it('one that refuses is there', async () => {
  await answer(new PitlaneError('unavailable', 'no brokers', { retryable: true }));
  expect(watch.awaySinceMs).toBe(1_000_000);
  await pass(ASK_EVERY_MS);
  await answer(new PitlaneError('refused', 'this object may not be looked at'));
  expect(watch.awaySinceMs).toBeUndefined();
  await end();
});

it('one that says nothing is away after five seconds, and is asked one question at a time', async () => {
  await settled();
  await pass(ANSWER_WITHIN_MS);
  expect(watch.awaySinceMs).toBe(1_000_000);
  await pass(ANSWER_WITHIN_MS);
  expect(answers).toHaveLength(1);
  await answer();
  expect(watch.awaySinceMs).toBeUndefined();
  await end();
});

it('stops while an answer is awaited', async () => {
  await settled();
  await end();
  expect(watch.awaySinceMs).toBeUndefined();
});
