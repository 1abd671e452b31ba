/** Requests that are tried again when the node was away or had no place: doubling waits with jitter, up to a limit. */
import { errorFromAnswer, PitlaneApiError } from './api-error.ts';

export interface HttpOptions {
  /** `http://127.0.0.1:7420` */
  readonly url: string;
  readonly token?: string | undefined;
  readonly attemptsMax: number;
  readonly firstWaitMs: number;
  readonly waitMaxMs: number;
  readonly fetch: typeof fetch;
  /** From 0 to 1. */
  readonly random: () => number;
}

export interface Asked {
  readonly method?: 'GET' | 'HEAD' | 'POST' | 'PATCH' | 'DELETE';
  /** It changes something: an answer that was lost is not asked for again. */
  readonly changes?: boolean;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: object;
  readonly signal?: AbortSignal | undefined;
}

export class Http {
  readonly #options: HttpOptions;

  constructor(options: HttpOptions) {
    this.#options = options;
  }

  /** The answer of a request that succeeded. What changes nothing is repeated where that may help. */
  async ask(path: string, asked: Asked = {}): Promise<Response> {
    const attemptsMax = asked.changes === true ? 1 : this.#options.attemptsMax;
    for (let attempt = 1; ; attempt += 1) {
      const answer = await this.#once(path, asked).catch((error: unknown) => error as Error);
      if (answer instanceof Response) {
        if (answer.ok) return answer;
        const error = await errorFromAnswer(answer);
        if (!error.retryable || attempt >= attemptsMax) throw error;
        await this.pause(attempt, asked.signal, Number(answer.headers.get('retry-after')));
        continue;
      }
      asked.signal?.throwIfAborted();
      if (attempt >= attemptsMax) throw away(this.#options.url, answer);
      await this.pause(attempt, asked.signal);
    }
  }

  /** Waits before the next attempt, at least as long as the node asked for. */
  async pause(attempt: number, signal: AbortSignal | undefined, retryAfterS = 0): Promise<void> {
    const { firstWaitMs, waitMaxMs, random } = this.#options;
    const jitterMs = random() * Math.min(waitMaxMs, firstWaitMs * 2 ** (attempt - 1));
    const waitMs = Math.min(waitMaxMs, Math.max(jitterMs, (Number.isFinite(retryAfterS) ? retryAfterS : 0) * 1000));
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(done, waitMs);
      signal?.addEventListener('abort', stop, { once: true });
      function done(): void {
        signal?.removeEventListener('abort', stop);
        resolve();
      }
      function stop(): void {
        clearTimeout(timer);
        reject(signal?.reason as Error);
      }
    });
  }

  get attemptsMax(): number {
    return this.#options.attemptsMax;
  }

  #once(path: string, { method = 'GET', headers, body, signal }: Asked): Promise<Response> {
    const { url, token } = this.#options;
    return this.#options.fetch(`${url.replace(/\/+$/, '')}${path}`, {
      method,
      headers: {
        ...(token && { authorization: `Bearer ${token}` }),
        ...(body && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body && { body: JSON.stringify(body) }),
      ...(signal && { signal }),
    });
  }
}

const away = (url: string, cause: unknown): PitlaneApiError =>
  new PitlaneApiError('unavailable', `the node at ${url} does not answer: try again later`, 0, true, cause);
