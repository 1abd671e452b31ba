/**
 * An object store that tries again when the store was away: full jitter, doubling to a cap, a limit on attempts. What
 * would fail again (not allowed, wrong content, taken name) is passed on at once. A create is safe to repeat because it
 * creates only: the one trap, an answer lost after the write, shows as our own object standing there, and is told from
 * a stranger's by comparing it with what was sent.
 */
import { stat } from 'node:fs/promises';
import { PitlaneError } from '@pitlane/base/errors';
import type { ObjectInfo, ObjectStore, PutOptions, PutSource } from './index.ts';

export interface Retry {
  readonly operation: 'put' | 'stat' | 'read' | 'list' | 'remove';
  readonly name: string;
  /** Which attempt has failed, from 1. */
  readonly attempt: number;
  readonly waitMs: number;
  readonly error: PitlaneError;
}

export interface RetryOptions {
  readonly firstWaitMs?: number;
  readonly waitMaxMs?: number;
  readonly attemptsMax?: number;
  /** Ends every wait, with `interrupted`: a program that stops does not sit one out. */
  readonly signal?: AbortSignal;
  /** Told of each retry before its wait, for logs and metrics. */
  readonly onRetry?: (retry: Retry) => void;
  /** From 0 to 1; and how to wait. Tests bring their own. */
  readonly random?: () => number;
  readonly pause?: (waitMs: number, signal: AbortSignal | undefined) => Promise<void>;
}

type Settled = Required<Omit<RetryOptions, 'signal'>> & Pick<RetryOptions, 'signal'>;

export function retryingStore(store: ObjectStore, options: RetryOptions = {}): ObjectStore {
  return new RetryingStore(store, {
    firstWaitMs: 100,
    waitMaxMs: 120_000,
    attemptsMax: 12,
    onRetry: () => {},
    random: Math.random,
    pause: pauseFor,
    ...options,
  });
}

class RetryingStore implements ObjectStore {
  readonly #store: ObjectStore;
  readonly #options: Settled;

  constructor(store: ObjectStore, options: Settled) {
    this.#store = store;
    this.#options = options;
  }

  get traits(): ObjectStore['traits'] {
    return this.#store.traits;
  }

  async put(name: string, source: PutSource, options: PutOptions): Promise<ObjectInfo> {
    let mayHaveLanded = false;
    const once = async (): Promise<ObjectInfo> => {
      try {
        return await this.#store.put(name, source, options);
      } catch (error) {
        if (mayHaveLanded && error instanceof PitlaneError && error.code === 'already-exists') {
          const found = await this.stat(name);
          if (found && (await isWhatWasSent(found, source, options))) return found;
        }
        mayHaveLanded ||= isWorthRetrying(error);
        throw error;
      }
    };
    return this.#retry('put', name, once, options.signal);
  }

  stat(name: string): Promise<ObjectInfo | undefined> {
    return this.#retry('stat', name, () => this.#store.stat(name));
  }

  read(name: string, range?: { readonly start: number; readonly end: number }): Promise<Uint8Array> {
    return this.#retry('read', name, () => this.#store.read(name, range));
  }

  async *list(prefix: string): AsyncIterable<ObjectInfo> {
    let last: string | undefined;
    for (let attempt = 1; ; ) {
      const resumeAfter = last;
      try {
        for await (const info of this.#store.list(prefix)) {
          if (resumeAfter !== undefined && compareNames(info.name, resumeAfter) <= 0) continue;
          last = info.name;
          attempt = 1; // a listing that goes on has not used up its attempts
          yield info;
        }
        return;
      } catch (error) {
        await this.#waitAfter(error, 'list', prefix, attempt, undefined);
        attempt += 1;
      }
    }
  }

  remove(name: string): Promise<void> {
    return this.#retry('remove', name, () => this.#store.remove(name));
  }

  async #retry<T>(
    operation: Retry['operation'],
    name: string,
    work: () => Promise<T>,
    signal?: AbortSignal,
  ): Promise<T> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await work();
      } catch (error) {
        await this.#waitAfter(error, operation, name, attempt, signal);
      }
    }
  }

  /** Waits before the next attempt, or throws `error` again if there shall be none. */
  async #waitAfter(
    error: unknown,
    operation: Retry['operation'],
    name: string,
    attempt: number,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    const { firstWaitMs, waitMaxMs, attemptsMax, onRetry, random, pause } = this.#options;
    if (!isWorthRetrying(error) || attempt >= attemptsMax) throw error;
    const waitMs = random() * Math.min(waitMaxMs, firstWaitMs * 2 ** (attempt - 1));
    onRetry({ operation, name, attempt, waitMs, error });
    const signals = [signal, this.#options.signal].filter((one) => one !== undefined);
    const either = signals.length === 0 ? undefined : AbortSignal.any(signals);
    if (!either?.aborted) await pause(waitMs, either);
    if (either?.aborted) {
      const told = `${operation} of ${name} was stopped while the store was away: run it again`;
      throw new PitlaneError('interrupted', told, { cause: error });
    }
  }
}

function isWorthRetrying(error: unknown): error is PitlaneError {
  return error instanceof PitlaneError && error.retryable;
}

async function isWhatWasSent(found: ObjectInfo, source: PutSource, options: PutOptions): Promise<boolean> {
  const bytes = await sizeOf(source);
  const wanted = Object.entries(options.metadata ?? {});
  return (
    found.crc32c === options.crc32c &&
    (bytes === undefined || found.bytes === bytes) &&
    Object.keys(found.metadata).length === wanted.length &&
    wanted.every(([key, value]) => found.metadata[key] === value)
  );
}

/** The size of a source, or undefined for one that the store has taken already. */
async function sizeOf(source: PutSource): Promise<number | undefined> {
  if ('bytes' in source) return source.bytes.byteLength;
  if ('blocks' in source) return source.blocks.reduce((sum, block) => sum + block.byteLength, 0);
  try {
    return (await stat(source.file)).size;
  } catch {
    return undefined;
  }
}

/** Byte order of UTF-8, in which stores list. */
function compareNames(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

function pauseFor(waitMs: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, waitMs);
    signal?.addEventListener('abort', done);
  });
}
