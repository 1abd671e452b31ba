/**
 * Work that may take long while the brokers want to hear from us every few seconds. A heartbeat that fails does not stop
 * the work: it is told afterwards, since only then can anything be done about it.
 */

export interface Beaten {
  /** The first heartbeat that failed. */
  readonly failure: { readonly error: unknown } | undefined;
}

export async function whileBeating(
  beat: () => Promise<void>,
  everyMs: number,
  work: () => Promise<void>,
): Promise<Beaten> {
  let failure: Beaten['failure'];
  let beating: Promise<void> | undefined;
  const timer = setInterval(() => {
    if (failure || beating) return;
    beating = beat()
      .catch((error: unknown) => {
        failure = { error };
      })
      .finally(() => {
        beating = undefined;
      });
  }, everyMs);
  try {
    await work();
  } finally {
    clearInterval(timer);
    await beating;
  }
  return { failure };
}
