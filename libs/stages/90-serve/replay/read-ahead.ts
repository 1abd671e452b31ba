/** Pulls a few items ahead of whoever takes them, so that reading goes on while a replay waits for its time. */
type Pulled<T> = Promise<{ readonly result: IteratorResult<T, void> } | { readonly error: unknown }>;

/** @param depth the most that is pulled and not yet taken. */
export async function* readAhead<T>(source: AsyncIterable<T>, depth: number): AsyncGenerator<T> {
  const iterator = source[Symbol.asyncIterator]() as AsyncIterator<T, void>;
  const pulled: Pulled<T>[] = [];
  const pull = (): Pulled<T> =>
    iterator.next().then(
      (result) => ({ result }),
      (error: unknown) => ({ error }),
    );
  try {
    for (;;) {
      while (pulled.length < depth) pulled.push(pull());
      const next = await (pulled.shift() as Pulled<T>);
      if ('error' in next) throw next.error;
      if (next.result.done) return;
      yield next.result.value;
    }
  } finally {
    // A generator takes one call after another: its end is told when what was pulled has come.
    await iterator.return?.();
  }
}
