/**
 * What every frame log must do, as cases that run over any of them. Lanes are shared, so each case has keys and a group of
 * its own and passes over frames of others; it holds a log to no more than the port promises.
 */
import assert from 'node:assert/strict';
import { randomBytes, randomUUID } from 'node:crypto';
import { FRAME_BYTES_MAX, type Frame, LANES, type Lane } from '@pitlane/contracts/frame';
import type { ContractCase } from '../contract/index.ts';
import type { DeliveredFrame, FrameLog, Settle } from './index.ts';

export interface FrameLogSubject {
  readonly log: FrameLog;
  /** The same log as another program opens it. Whoever asks closes it. */
  readonly another: () => Promise<FrameLog>;
}

const PATIENCE_MS = 60_000;
const LANE: Lane = 'normal';
const BATCH_BYTES = 2 * FRAME_BYTES_MAX;

export const frameLogContract: readonly ContractCase<FrameLogSubject>[] = [
  onKeys('delivers every frame byte for byte and keeps the order of each key', async ({ log }, keyOf) => {
    const frames = Array.from({ length: 40 }, (_, index) => frame(keyOf(index % 5), index, randomBytes(index * 7 + 1)));
    for (let at = 0; at < frames.length; at += 9) await log.publish(LANE, frames.slice(at, at + 9));
    const reader = read(log, newGroup(), keyOf);
    await reader.until(40);
    await reader.stop();
    assertOrderPerKey(reader.seen, frames);
  }),
  onKeys('carries frames of the largest size', async ({ log }, keyOf) => {
    const frames = [0, 1, 2].map((index) => frame(keyOf(0), index, randomBytes(FRAME_BYTES_MAX)));
    await log.publish(LANE, frames);
    const reader = read(log, newGroup(), keyOf);
    await reader.until(3);
    await reader.stop();
    assertOrderPerKey(reader.seen, frames);
    assert.ok(reader.batchBytesMost() <= BATCH_BYTES, `${reader.batchBytesMost()} bytes at once`);
  }),
  onKeys('keeps the frames of a key in one partition, whose offsets rise', async ({ log }, keyOf) => {
    const frames = Array.from({ length: 30 }, (_, index) => frame(keyOf(index % 6), index));
    for (const one of frames) await log.publish(LANE, [one]);
    const reader = read(log, newGroup(), keyOf);
    await reader.until(30);
    await reader.stop();
    for (const key of new Set(frames.map((one) => one.key))) {
      const own = firstSeen(reader.seen).filter((one) => one.key === key);
      assert.equal(new Set(own.map((one) => one.partition)).size, 1);
      own.reduce((before, one) => (assert.ok(before.offset < one.offset, 'offsets do not rise'), one));
    }
  }),
  onKeys('keeps lanes apart', async ({ log }, keyOf) => {
    for (const lane of LANES) await log.publish(lane, [frame(keyOf(0), LANES.indexOf(lane))]);
    for (const lane of LANES) {
      const reader = read(log, newGroup(), keyOf, { lane });
      await reader.until(1);
      await reader.stop();
      assert.deepEqual(firstSeen(reader.seen).map(headOf), [String(LANES.indexOf(lane))]);
    }
  }),
  onKeys('delivers again what was not settled, and nothing that was', async ({ log }, keyOf) => {
    const group = newGroup();
    await log.publish(LANE, numbered(keyOf(0), 6));
    const first = read(log, group, keyOf);
    await first.until(6);
    first.settleBefore(4);
    await first.stop();
    const second = read(log, group, keyOf);
    await second.until(2);
    await second.stop();
    assert.deepEqual(firstSeen(second.seen).map(headOf), ['4', '5']);
  }),
  onKeys('settles long after the handler has resolved, and never back', async ({ log }, keyOf) => {
    const group = newGroup();
    await log.publish(LANE, numbered(keyOf(0), 3));
    const first = read(log, group, keyOf);
    await first.until(3);
    await log.publish(LANE, [frame(keyOf(0), 3), frame(keyOf(0), 4)]);
    await first.until(5);
    first.settleBefore(4);
    first.settleBefore(1);
    await first.stop();
    const second = read(log, group, keyOf);
    await second.until(1);
    await second.stop();
    assert.deepEqual(firstSeen(second.seen).map(headOf), ['4']);
  }),
  onKeys('counts the frames that a group has not settled', async ({ log }, keyOf) => {
    const group = newGroup();
    await log.publish(LANE, numbered(keyOf(0), 5));
    const reader = read(log, group, keyOf);
    await reader.until(5);
    const unsettled = await log.lag(LANE, group);
    assert.ok(unsettled >= 5, `${unsettled} are counted, 5 are not settled`);
    reader.settleBefore(3);
    await reader.stop();
    assert.ok((await log.lag(LANE, group)) >= 2);
    const again = read(log, group, keyOf);
    await again.until(2);
    again.settleAll();
    await again.stop();
    assert.equal(await log.lag(LANE, group), 0);
  }),
  onKeys('waits for a handler before it brings more of its partition', async ({ log }, keyOf) => {
    const gate = latch();
    const reader = read(log, newGroup(), keyOf, { hold: gate.opened });
    await log.publish(LANE, numbered(keyOf(0), 1));
    await reader.until(1);
    await log.publish(LANE, [frame(keyOf(0), 1)]);
    assert.equal(firstSeen(reader.seen).length, 1);
    gate.open();
    await reader.until(2);
    await reader.stop();
    assert.equal(reader.handlersAtOnceOfOnePartition(), 1);
  }),
  onKeys('ends with the error of a handler, and brings its frames again', async ({ log }, keyOf) => {
    const group = newGroup();
    const thrown = new Error('the handler failed');
    await log.publish(LANE, numbered(keyOf(0), 2));
    const failing = read(log, group, keyOf, { hold: Promise.reject(thrown) });
    await assert.rejects(withinPatience(failing.ended, 'consuming did not end'), (error) => error === thrown);
    const again = read(log, group, keyOf);
    await again.until(2);
    await again.stop();
    assert.deepEqual(firstSeen(again.seen).map(headOf), ['0', '1']);
  }),
  onKeys(
    'tells of all partitions when it is stopped, and takes settles until that was heard',
    async ({ log }, keyOf) => {
      const group = newGroup();
      await log.publish(LANE, numbered(keyOf(0), 4));
      const reader = read(log, group, keyOf, { onRevoked: () => reader.settleBefore(3) });
      await reader.until(4);
      await reader.stop();
      const { partition } = reader.seen[0] as DeliveredFrame;
      assert.ok(reader.revoked.includes(partition), 'it was not told of its partition');
      const again = read(log, group, keyOf);
      await again.until(1);
      await again.stop();
      assert.deepEqual(firstSeen(again.seen).map(headOf), ['3']);
    },
  ),
  onKeys('shares partitions with another program of the group, and loses nothing', async ({ log, another }, keyOf) => {
    const group = newGroup();
    const other = await another();
    try {
      const frames = Array.from({ length: 60 }, (_, index) => frame(keyOf(index), index));
      await log.publish(LANE, frames);
      const mine = read(log, group, keyOf);
      await mine.until(60);
      const theirs = read(other, group, keyOf);
      await withinPatience(mine.firstRevoked, 'nothing was revoked when another program joined');
      const lost = new Set(mine.revoked);
      const owed = firstSeen(mine.seen).filter((one) => lost.has(one.partition));
      await until(
        () => owed.every((one) => mine.timesSeen(one) + theirs.timesSeen(one) > 1),
        'frames did not come again',
      );
      await mine.stop();
      await theirs.until(60);
      await theirs.stop();
    } finally {
      await other.close();
    }
  }),
  onKeys('does nothing for a consumer that was stopped before it began', async ({ log }, keyOf) => {
    await log.publish(LANE, numbered(keyOf(0), 1));
    await log.publish(LANE, []);
    const options = { batchBytesMax: BATCH_BYTES, signal: AbortSignal.abort(), onRevoked: async () => {} };
    await log.consume(LANE, newGroup(), options, async () => assert.fail('it was given frames'));
  }),
];

type KeyOf = (index: number) => string;

function onKeys(
  name: string,
  run: (subject: FrameLogSubject, keyOf: KeyOf) => Promise<void>,
): ContractCase<FrameLogSubject> {
  return {
    name,
    run: (subject) => {
      const own = randomUUID();
      return run(subject, (index) => `${own}-${index}`);
    },
  };
}

const newGroup = (): string => `pitlane-contract-${randomUUID()}`;
const frame = (key: string, index: number, body: Uint8Array = new Uint8Array([index])): Frame => ({
  key,
  head: String(index),
  body,
});
const numbered = (key: string, count: number): Frame[] =>
  Array.from({ length: count }, (_, index) => frame(key, index));
const headOf = ({ head }: Frame): string => head;
const isSame = (a: DeliveredFrame, b: DeliveredFrame): boolean => a.partition === b.partition && a.offset === b.offset;

/** Each frame once, in the order in which it first came. */
function firstSeen(seen: readonly DeliveredFrame[]): DeliveredFrame[] {
  return seen.filter((one, at) => seen.findIndex((other) => isSame(one, other)) === at);
}

interface ReadOptions {
  readonly lane?: Lane;
  /** Every handler with a frame of ours waits for it. */
  readonly hold?: Promise<void>;
  readonly onRevoked?: () => void;
}

/** Consumes in the background, collects frames of this case, and settles what it is told to. */
function read(log: FrameLog, group: string, keyOf: KeyOf, { lane = LANE, hold, onRevoked }: ReadOptions = {}) {
  const stop = new AbortController();
  const seen: DeliveredFrame[] = [];
  const settles = new Map<number, { readonly settle: Settle; readonly end: bigint }>();
  const revoked: number[] = [];
  const revocation = latch();
  const own = keyOf(0).slice(0, -1);
  const running = new Map<number, number>();
  let atOnce = 0;
  let batchBytes = 0;
  hold?.catch(() => {});
  const options = {
    batchBytesMax: BATCH_BYTES,
    signal: stop.signal,
    onRevoked: async (partitions: readonly number[]) => {
      onRevoked?.();
      revoked.push(...partitions);
      revocation.open();
    },
  };
  const ended = log.consume(lane, group, options, async (frames, settle) => {
    const { partition } = frames[0] as DeliveredFrame;
    assert.ok(
      frames.every((one) => one.partition === partition),
      'one batch has frames of several partitions',
    );
    running.set(partition, (running.get(partition) ?? 0) + 1);
    atOnce = Math.max(atOnce, running.get(partition) ?? 0);
    batchBytes = Math.max(
      batchBytes,
      frames.reduce((sum, { body }) => sum + body.byteLength, 0),
    );
    settles.set(partition, { settle, end: (frames.at(-1) as DeliveredFrame).offset + 1n });
    const mine = frames.filter(({ key }) => key.startsWith(own));
    seen.push(...mine);
    if (mine.length > 0) await hold;
    running.set(partition, (running.get(partition) ?? 0) - 1);
  });
  let failure: { error: unknown } | undefined;
  ended.catch((error: unknown) => (failure = { error }));
  const hasSeen = (count: number): boolean => {
    if (failure) throw failure.error;
    return firstSeen(seen).length >= count;
  };
  return {
    seen,
    revoked,
    ended,
    firstRevoked: revocation.opened,
    handlersAtOnceOfOnePartition: () => atOnce,
    batchBytesMost: () => batchBytes,
    timesSeen: (which: DeliveredFrame) => seen.filter((one) => isSame(one, which)).length,
    until: (count: number) => until(() => hasSeen(count), `fewer than ${count} frames came`),
    /** Settles everything before frame number `index` of this case, which has one key then. */
    settleBefore: (index: number) => {
      const found = seen.findLast(({ head }) => head === String(index));
      assert.ok(found, `frame ${index} was not seen`);
      settles.get(found.partition)?.settle(found.partition, found.offset);
    },
    /** Settles every frame that came, those of other cases too. */
    settleAll: () => {
      for (const [partition, { settle, end }] of settles) settle(partition, end);
    },
    stop: () => {
      stop.abort();
      return withinPatience(ended, 'the stopped consumer did not end');
    },
  };
}

function assertOrderPerKey(seen: readonly DeliveredFrame[], published: readonly Frame[]): void {
  const once = firstSeen(seen);
  assert.equal(once.length, published.length, 'number of frames');
  for (const key of new Set(published.map((one) => one.key))) {
    const delivered = once.filter((one) => one.key === key);
    const sent = published.filter((one) => one.key === key);
    assert.deepEqual(delivered.map(headOf), sent.map(headOf));
    delivered.forEach(({ body }, at) => assert.ok(Buffer.from(body).equals(sent[at]?.body ?? new Uint8Array(0))));
  }
}

function latch(): { readonly opened: Promise<void>; open(): void } {
  let open = (): void => {};
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { opened, open };
}

async function until(isSo: () => boolean, otherwise: string): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS;
  while (!isSo()) {
    if (Date.now() > deadline) assert.fail(`${otherwise} within ${PATIENCE_MS} ms`);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

async function withinPatience<T>(work: Promise<T>, otherwise: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${otherwise} within ${PATIENCE_MS} ms`)), PATIENCE_MS);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
