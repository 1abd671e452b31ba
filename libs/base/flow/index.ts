/**
 * Bounded flow between stages: ordered mapping with a limit, and batches by count, bytes or age. Pulling is the
 * backpressure: nothing here takes an item before there is room for it, and nothing queues without bound.
 */
import pLimit from 'p-limit';

/**
 * Maps `source` through `work`, at most `limit` at a time, yielding results in the order of the source. The next item
 * is pulled only when a place is free. The first failure ends the iteration after the work under way has settled.
 */
export async function* mapOrdered<T, R>(
  source: AsyncIterable<T> | Iterable<T>,
  limit: number,
  work: (item: T) => Promise<R>,
): AsyncGenerator<R> {
  const run = pLimit(limit);
  const underWay: Promise<R>[] = [];
  try {
    for await (const item of source) {
      const result = run(work, item);
      result.catch(() => {}); // seen below, when its turn comes
      underWay.push(result);
      if (underWay.length >= limit) yield await (underWay.shift() as Promise<R>);
    }
    while (underWay.length > 0) yield await (underWay.shift() as Promise<R>);
  } finally {
    await Promise.allSettled(underWay);
  }
}

/** Runs `work` over `source`, at most `limit` at a time; order does not matter and results are dropped. */
export async function forEachConcurrent<T>(
  source: AsyncIterable<T> | Iterable<T>,
  limit: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const underWay = new Set<Promise<void>>();
  let failure: { error: unknown } | undefined;
  for await (const item of source) {
    if (failure) break;
    const task: Promise<void> = work(item)
      .catch((error: unknown) => {
        failure ??= { error };
      })
      .finally(() => underWay.delete(task));
    underWay.add(task);
    if (underWay.size >= limit) await Promise.race(underWay);
  }
  await Promise.all(underWay);
  if (failure) throw failure.error;
}

/** Groups `source` into arrays of at most `maxItems`, closing one early when `sizeOf` its items passes `maxSize`. */
export async function* batches<T>(
  source: AsyncIterable<T> | Iterable<T>,
  {
    maxItems,
    maxSize = Infinity,
    sizeOf = () => 0,
  }: { maxItems: number; maxSize?: number; sizeOf?: (item: T) => number },
): AsyncGenerator<T[]> {
  let batch: T[] = [];
  let size = 0;
  for await (const item of source) {
    batch.push(item);
    size += sizeOf(item);
    if (batch.length >= maxItems || size >= maxSize) {
      yield batch;
      batch = [];
      size = 0;
    }
  }
  if (batch.length > 0) yield batch;
}

/** Runs all at once; when one fails the others are aborted and waited for, and its error is thrown. */
export async function runTogether(
  signal: AbortSignal,
  starters: readonly ((signal: AbortSignal) => Promise<void>)[],
): Promise<void> {
  const failed = new AbortController();
  const either = AbortSignal.any([signal, failed.signal]);
  const running = starters.map((start) => start(either));
  await Promise.all(running).catch(async (error: unknown) => {
    failed.abort(error);
    await Promise.allSettled(running);
    throw error;
  });
}

export interface KeepRunningOptions {
  readonly signal: AbortSignal;
  /** Between a failure and the next try. */
  readonly restartMs: number;
  readonly onFailure: (error: unknown) => void;
}

/** Runs `work` until the signal aborts: when it fails it is told of and begun again a moment later. Never rejects. */
export async function keepRunning(
  work: (signal: AbortSignal) => Promise<void>,
  { signal, restartMs, onFailure }: KeepRunningOptions,
): Promise<void> {
  while (!signal.aborted) {
    try {
      await work(signal);
    } catch (error) {
      if (!signal.aborted) onFailure(error);
    }
    if (!signal.aborted) await pause(restartMs, signal);
  }
}

/** Waits so long, or until the signal aborts. */
function pause(waitMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, waitMs);
    signal.addEventListener('abort', done);
  });
}

/**
 * Pulls on without waiting for whoever takes, and keeps what is not taken yet: only for a source whose items are few and
 * small. It goes on to the end of the source though nobody takes any more.
 */
export function pulledAhead<T>(source: AsyncIterable<T>): AsyncGenerator<T> {
  const kept: T[] = [];
  let isOver = false;
  let failure: { error: unknown } | undefined;
  let wake = (): void => {};
  const pull = async (): Promise<void> => {
    try {
      for await (const item of source) {
        kept.push(item);
        wake();
      }
    } catch (error) {
      failure = { error };
    }
    isOver = true;
    wake();
  };
  void pull();
  const take = async function* (): AsyncGenerator<T> {
    for (;;) {
      while (kept.length > 0) yield kept.shift() as T;
      if (failure) throw failure.error;
      if (isOver) return;
      await new Promise<void>((resolve) => (wake = resolve));
    }
  };
  return take();
}
