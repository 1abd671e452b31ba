/**
 * Whatever is published, consumed, stopped, thrown and crashed in whatever order: nothing that was acknowledged is lost,
 * nothing is skipped, and each group sees the log in order. A crash is acted out by copying the files as they stand
 * at that moment and going on with the copy, while the first log still has work under way.
 */
import { copyFileSync, existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import type { LogRecord, MessageLog } from '@pitlane/ports/message-log';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { openSqliteLog } from './index.ts';

const TOPIC = 'drives';

const publishing = fc.record({
  kind: fc.constant('publish' as const),
  batches: fc.array(fc.array(fc.constantFrom('a', 'b', 'c'), { minLength: 1, maxLength: 4 }), {
    minLength: 1,
    maxLength: 3,
  }),
});
const consuming = fc.record({
  kind: fc.constant('consume' as const),
  batches: fc.integer({ min: 1, max: 3 }),
  batchMax: fc.integer({ min: 1, max: 4 }),
  ending: fc.constantFrom('abort' as const, 'throw' as const, 'crash' as const),
});
const crashing = fc.record({
  kind: fc.constant('crash' as const),
  underWay: fc.array(fc.constantFrom('a', 'b'), { maxLength: 3 }),
  turns: fc.integer({ min: 0, max: 2 }),
});
const reopening = fc.record({ kind: fc.constant('reopen' as const) });
const step = fc.oneof(publishing, publishing, consuming, consuming, crashing, reopening);
type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never;

class World {
  readonly acknowledged: LogRecord[][] = [];
  /** What the group was given, by offset. */
  readonly given = new Map<bigint, string>();
  #finished = 0n;
  #published = 0;
  #copies = 0;
  readonly #folder: string;
  #file: string;
  log: MessageLog;

  constructor(folder: string) {
    this.#folder = folder;
    this.#file = join(folder, 'log-0');
    this.log = this.#open();
  }

  async take(one: Step): Promise<void> {
    if (one.kind === 'publish') {
      const batches = one.batches.map((keys) => this.#batch(keys));
      await Promise.all(batches.map((batch) => this.log.publish(TOPIC, batch)));
      this.acknowledged.push(...batches);
    } else if (one.kind === 'consume') {
      await this.consume(one);
    } else if (one.kind === 'reopen') {
      await this.log.close();
      this.log = this.#open();
    } else {
      const before = this.log;
      const underWay = one.underWay.map((key) => before.publish(TOPIC, this.#batch([key, key])));
      for (let turn = 0; turn < one.turns; turn += 1) await setImmediate();
      this.#crash();
      await Promise.all(underWay);
      await before.close();
    }
  }

  async consume(how: { batches: number; batchMax: number; ending: 'abort' | 'throw' | 'crash' }): Promise<void> {
    const { log } = this;
    let left = await log.lag(TOPIC, 'group');
    if (left === 0) return;
    const stop = new AbortController();
    let handled = 0;
    const consumed = log.consume(TOPIC, 'group', { batchMax: how.batchMax, signal: stop.signal }, async (batch) => {
      expect(batch[0]?.offset).toBe(this.#finished);
      batch.forEach(({ offset, value }, index) => {
        expect(offset).toBe(this.#finished + BigInt(index));
        expect(this.given.get(offset) ?? value).toBe(value);
        this.given.set(offset, value);
      });
      left -= batch.length;
      handled += 1;
      if (handled === how.batches || left === 0) {
        if (how.ending === 'crash') this.#crash();
        if (how.ending !== 'abort') throw new Stopped();
        stop.abort();
      }
      this.#finished += BigInt(batch.length);
    });
    await consumed.catch((error: unknown) => {
      if (!(error instanceof Stopped)) throw error;
    });
    if (log !== this.log) await log.close();
  }

  #batch(keys: readonly string[]): LogRecord[] {
    return keys.map((key) => ({ key, value: `${key}-${(this.#published += 1)}` }));
  }

  #crash(): void {
    const copy = join(this.#folder, `log-${(this.#copies += 1)}`);
    for (const ending of ['', '-wal']) {
      if (existsSync(this.#file + ending)) copyFileSync(this.#file + ending, copy + ending);
    }
    this.#file = copy;
    this.log = this.#open();
  }

  #open(): MessageLog {
    return openSqliteLog({ file: this.#file, clock: { nowMs: () => 0, monotonicMs: () => 0 } });
  }
}

class Stopped extends Error {}

async function everything(log: MessageLog): Promise<string[]> {
  const all: string[] = [];
  const left = await log.lag(TOPIC, 'audit');
  if (left === 0) return all;
  const stop = new AbortController();
  await log.consume(TOPIC, 'audit', { batchMax: 7, signal: stop.signal }, async (batch) => {
    all.push(...batch.map(({ value }) => value));
    if (all.length === left) stop.abort();
  });
  return all;
}

it('never loses, skips or reorders a record, whatever interrupts it', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 14 }), async (steps) => {
      const folder = await mkdtemp(join(tmpdir(), 'pitlane-interruptions-'));
      const world = new World(folder);
      try {
        for (const one of steps) await world.take(one);
        await world.consume({ batches: Infinity, batchMax: 5, ending: 'abort' });
        const all = await everything(world.log);
        expect([...world.given].sort(([a], [b]) => Number(a - b)).map(([, value]) => value)).toEqual(all);
        const positions = world.acknowledged.map((batch) => batch.map(({ value }) => all.indexOf(value)));
        for (const batch of positions) {
          const [first] = batch;
          expect(first).toBeGreaterThanOrEqual(0);
          batch.forEach((position, index) => expect(position - index).toBe(first));
        }
        expect(positions.flat()).toEqual(positions.flat().sort((a, b) => a - b));
      } finally {
        await world.log.close();
        await rm(folder, { recursive: true, force: true });
      }
    }),
    { numRuns: 60, seed: 7420 },
  );
});
