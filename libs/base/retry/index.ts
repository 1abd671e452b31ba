/** Patience with a store or a log that is away: the same call again, later and later, until it works or we are stopped. */
import { setTimeout } from 'node:timers/promises';
import { isPitlaneError, messageOf, PitlaneError } from '../errors/index.ts';
import type { Log } from '../telemetry/index.ts';

/** Resolves after so long, or at once when the signal aborts. */
export type Wait = (waitMs: number, signal: AbortSignal) => Promise<void>;

export const systemWait: Wait = async (waitMs, signal) => {
  await setTimeout(waitMs, undefined, { signal }).catch(() => {});
};

export interface Patience {
  readonly wait: Wait;
  /** From 0 up to 1. */
  readonly random: () => number;
  readonly signal: AbortSignal;
  readonly telemetry: Log;
}

const FIRST_WAIT_MS = 100;
const WAIT_MS_MAX = 120_000;

/** Full jitter: programs that lost the same store do not come back in step. */
export const backoffMs = (tries: number, random: () => number, mostMs = WAIT_MS_MAX): number =>
  random() * Math.min(FIRST_WAIT_MS * 2 ** tries, mostMs);

/** Errors: what `work` throws and is not retryable; `interrupted` when the signal aborts between two tries. */
export async function keepTrying<T>(doing: string, work: () => Promise<T>, patience: Patience): Promise<T> {
  const { wait, random, signal, telemetry } = patience;
  for (let tries = 0; ; tries += 1) {
    try {
      return await work();
    } catch (error) {
      if (!isPitlaneError(error) || !error.retryable) throw error;
      if (tries === 0) telemetry.warn('work.delayed', { doing, error: messageOf(error) });
      await wait(backoffMs(tries, random), signal);
      if (signal.aborted) throw new PitlaneError('interrupted', `${doing} was stopped: it goes on at the next start`);
    }
  }
}
