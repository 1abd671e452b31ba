/** A node, as commands talk to it: over HTTP, whether it runs in this process or in another. */
import { type ErrorCode, PitlaneError } from '@pitlane/base/errors';

export interface NodeAddress {
  readonly url: string;
  readonly token: string;
  readonly pid: number;
  readonly port: number;
  /** It was started to stay; another lives as long as its command. */
  readonly stays: boolean;
}

type Query = Readonly<Record<string, string | number | undefined>>;

export class NodeClient {
  readonly address: NodeAddress;
  readonly #signal: AbortSignal;

  /** @param signal ends every request that is under way. */
  constructor(address: NodeAddress, signal: AbortSignal) {
    this.address = address;
    this.#signal = signal;
  }

  async get<T>(path: string, query: Query = {}): Promise<T> {
    const search = searchOf(query);
    return (await (await this.#ask('GET', search.size > 0 ? `${path}?${search.toString()}` : path)).json()) as T;
  }

  /** A file as it comes. */
  async download(path: string, query: Query): Promise<Response> {
    return this.#ask('GET', `${path}?${searchOf(query).toString()}`);
  }

  /** The answer to a body as a file of this media type. */
  async postForFile(path: string, body: object, type: string): Promise<Response> {
    return this.#ask('POST', path, body, undefined, type);
  }

  async post<T>(path: string, body: object): Promise<T> {
    return (await (await this.#ask('POST', path, body)).json()) as T;
  }

  async patch<T>(path: string, body: object): Promise<T> {
    return (await (await this.#ask('PATCH', path, body)).json()) as T;
  }

  async delete<T>(path: string): Promise<T> {
    return (await (await this.#ask('DELETE', path)).json()) as T;
  }

  /** Events as the node sends them; ends with the last one. A connection lost before is `interrupted`. */
  async *events<T extends { readonly type: string }>(
    path: string,
    body: object,
    signal?: AbortSignal,
  ): AsyncGenerator<T> {
    const response = await this.#ask('POST', path, body, signal);
    try {
      for await (const line of linesOf(response)) if (line !== '') yield JSON.parse(line) as T;
    } catch (cause) {
      if (cause instanceof PitlaneError) throw cause;
      throw this.#lost(cause, signal);
    }
  }

  /** The lines of an answer as they come. */
  async *lines(path: string, body: object): AsyncGenerator<string> {
    const response = await this.#ask('POST', path, body);
    try {
      yield* linesOf(response);
    } catch (cause) {
      throw this.#lost(cause);
    }
  }

  async #ask(method: string, path: string, body?: object, signal?: AbortSignal, accept?: string): Promise<Response> {
    let response: Response;
    try {
      response = await fetch(`${this.address.url}${path}`, {
        method,
        headers: {
          authorization: `Bearer ${this.address.token}`,
          ...(body && { 'content-type': 'application/json' }),
          ...(accept !== undefined && { accept }),
        },
        ...(body && { body: JSON.stringify(body) }),
        signal: signal ? AbortSignal.any([this.#signal, signal]) : this.#signal,
      });
    } catch (cause) {
      throw this.#lost(cause, signal);
    }
    if (!response.ok) throw errorFromAnswer(await response.text(), response.status);
    return response;
  }

  #lost(cause: unknown, signal?: AbortSignal): PitlaneError {
    if (this.#signal.aborted || signal?.aborted) {
      return new PitlaneError('interrupted', 'stopped: what is done is safe, run the same command again to go on', {
        cause,
      });
    }
    return new PitlaneError('unavailable', `the node at ${this.address.url} went away: run the same command again`, {
      retryable: true,
      cause,
    });
  }
}

function searchOf(query: Query): URLSearchParams {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value !== undefined) search.set(name, String(value));
  return search;
}

const LINE_MAX_CHARS = 64 * 1024 * 1024;

async function* linesOf(response: Response): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const bytes of response.body ?? []) {
    const parts = (rest + decoder.decode(bytes as Uint8Array, { stream: true })).split('\n');
    rest = parts.pop() ?? '';
    if (rest.length > LINE_MAX_CHARS) throw new PitlaneError('limit-exceeded', 'the node sent an event over 64 MiB');
    yield* parts;
  }
  if (rest !== '') yield rest;
}

interface ProblemLike {
  readonly code?: ErrorCode;
  readonly detail?: string;
  readonly retryable?: boolean;
  readonly details?: Readonly<Record<string, string | number | boolean>>;
}

/** The error that an answer stands for. */
export function errorFromAnswer(text: string, status: number): PitlaneError {
  let problem: ProblemLike = {};
  try {
    problem = JSON.parse(text) as ProblemLike;
  } catch {
    // An answer that is no problem document is told by its status.
  }
  const { code = 'internal', detail = `the node answered with status ${status}`, retryable = false, details } = problem;
  return new PitlaneError(code, detail, { retryable, ...(details && { details }) });
}

/** The error that a `failed` event stands for. */
export const errorFromEvent = (event: { code?: string; message?: string }): PitlaneError =>
  new PitlaneError((event.code as ErrorCode | undefined) ?? 'internal', event.message ?? 'the node failed');
