import type { TaskEvent } from '@pitlane/catalog-api';
import type { Sha256Hex } from '@pitlane/contracts/identity';
import type { BuildJob, BuiltResult } from '@pitlane/stages/90-serve';
import { expect, it } from 'vitest';
import { buildSideBySide, type RunBuild } from './build-side-by-side.ts';

const SHARDS = 23;
const JOB: BuildJob = { tenant: 'default', snapshotId: 'ab'.repeat(32) as Sha256Hex, worker: 1, workers: 3 };

const mineOf = ({ worker, workers }: BuildJob) =>
  Array.from({ length: SHARDS }, (_, shard) => ({ split: 'train', shard })).filter(
    ({ shard }) => shard % workers === worker,
  );

/** One that has ended before the others sees shards missing. */
const resultOf = (job: BuildJob): BuiltResult => {
  const mine = mineOf(job);
  const counts = { built: mine.length, known: 0, bytes: 10 * mine.length, shards: SHARDS };
  return { snapshotId: job.snapshotId, mine, ...counts, missing: job.worker === 1 ? 0 : 5 };
};

const progress = (done: number, total: number): TaskEvent => ({
  type: 'progress',
  text: `building  ${done} of ${total} shards`,
  steps: { done, total, unit: 'shard' },
});

const untilStopped = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => {
    if (signal.aborted) reject(new Error('stopped'));
    signal.addEventListener('abort', () => reject(new Error('stopped')));
  });

async function all(events: AsyncIterable<TaskEvent>): Promise<TaskEvent[]> {
  const found: TaskEvent[] = [];
  for await (const event of events) found.push(event);
  return found;
}

it('parts the shards of one worker among processes, each to one of them, and adds up what they did', async () => {
  const run: RunBuild = async function* (job) {
    yield progress(0, mineOf(job).length);
    yield { type: 'result', result: resultOf(job) };
  };
  for (const processes of [1, 2, 4]) {
    const events = await all(buildSideBySide(JOB, processes, run, new AbortController().signal));
    const { result } = events.at(-1) as TaskEvent & { result: BuiltResult };
    expect([...result.mine].sort((a, b) => a.shard - b.shard)).toEqual(mineOf(JOB));
    expect(result).toMatchObject({ built: mineOf(JOB).length, bytes: 10 * mineOf(JOB).length, missing: 0 });
    expect(events.slice(0, -1)).toHaveLength(processes);
  }
});

it('tells how far they are together', async () => {
  const run: RunBuild = async function* (job) {
    yield progress(job.worker, 4);
    yield { type: 'result', result: resultOf(job) };
  };
  const events = await all(buildSideBySide(JOB, 2, run, new AbortController().signal));
  expect(events.at(-2)).toEqual(progress(5, 8));
});

it('stops the others when one fails, and waits for them', async () => {
  const ended: number[] = [];
  const run: RunBuild = async function* (job, signal) {
    try {
      yield progress(0, 4);
      if (job.worker === JOB.worker) throw new Error('an object is gone');
      await untilStopped(signal);
    } finally {
      ended.push(job.worker);
    }
  };
  await expect(all(buildSideBySide(JOB, 3, run, new AbortController().signal))).rejects.toThrow('an object is gone');
  expect(ended.sort((a, b) => a - b)).toEqual([1, 4, 7]);
});

it('stops all of them when whoever follows it lets go', async () => {
  const ended: number[] = [];
  const run: RunBuild = async function* (job, signal) {
    try {
      yield progress(0, 4);
      await untilStopped(signal);
    } finally {
      ended.push(job.worker);
    }
  };
  for await (const event of buildSideBySide(JOB, 2, run, new AbortController().signal)) {
    expect(event.type).toBe('progress');
    break;
  }
  expect(ended.sort((a, b) => a - b)).toEqual([1, 4]);
});
