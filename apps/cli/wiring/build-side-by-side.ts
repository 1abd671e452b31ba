/**
 * Builds the shards of one worker in several processes at once. A shard follows from its list alone, so each process takes every
 * n-th of them, as any worker does. When one fails the others are stopped, and nothing is under way when this has ended.
 */
import { counted } from '@pitlane/base/units';
import type { TaskEvent } from '@pitlane/catalog-api';
import type { BuildJob, BuiltResult } from '@pitlane/stages/90-serve';

export type RunBuild = (job: BuildJob, signal: AbortSignal) => AsyncIterable<TaskEvent>;

/** Its last event is the result of all of them together. */
export async function* buildSideBySide(
  job: BuildJob,
  processes: number,
  run: RunBuild,
  signal: AbortSignal,
): AsyncGenerator<TaskEvent> {
  const stop = new AbortController();
  const either = AbortSignal.any([signal, stop.signal]);
  const builds = Array.from({ length: processes }, (_, number) => {
    const mine = { ...job, worker: job.worker + number * job.workers, workers: processes * job.workers };
    return run(mine, either)[Symbol.asyncIterator]();
  });
  const results: BuiltResult[] = [];
  /** Of each process, as far as it has told. */
  const steps = builds.map(() => ({ done: 0, total: 0 }));
  const nextOf = async (number: number) => ({ number, next: await builds[number]?.next() });
  const waiting = new Map(builds.map((_, number) => [number, nextOf(number)]));
  try {
    while (waiting.size > 0) {
      const { number, next } = await Promise.race(waiting.values());
      if (next === undefined || next.done) {
        waiting.delete(number);
        continue;
      }
      waiting.set(number, nextOf(number));
      if (next.value.type === 'result') results.push(next.value.result as BuiltResult);
      else {
        if (next.value.steps) steps[number] = next.value.steps;
        yield progressOf(steps);
      }
    }
  } finally {
    stop.abort();
    await Promise.allSettled(waiting.values());
    await Promise.allSettled(builds.map(async (build) => build.return?.()));
  }
  yield { type: 'result', result: together(results) };
}

function progressOf(steps: readonly { readonly done: number; readonly total: number }[]): TaskEvent {
  const done = steps.reduce((sum, one) => sum + one.done, 0);
  const total = steps.reduce((sum, one) => sum + one.total, 0);
  return {
    type: 'progress',
    text: `building  ${done} of ${counted(total, 'shard')}`,
    steps: { done, total, unit: 'shard' },
  };
}

function together(results: readonly BuiltResult[]): BuiltResult {
  const sum = (of: (result: BuiltResult) => number): number => results.reduce((total, result) => total + of(result), 0);
  return {
    ...(results[0] as BuiltResult),
    mine: results.flatMap(({ mine }) => mine),
    built: sum(({ built }) => built),
    known: sum(({ known }) => known),
    bytes: sum(({ bytes }) => bytes),
    // Who ended last has seen them all.
    missing: Math.min(...results.map(({ missing }) => missing)),
  };
}
