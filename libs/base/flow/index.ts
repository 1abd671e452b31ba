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
