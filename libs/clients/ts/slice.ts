/**
 * A slice as it comes. A connection that is cut is gone on with where it ended, by `Range` and the tag of the slice: what
 * arrives is one file, whatever happened on the way. A slice that has changed meanwhile is an error, never two halves.
 */
import { PitlaneApiError } from './api-error.ts';
import type { Http } from './http.ts';

export interface SliceRequest {
  readonly drive: string;
  readonly tenant?: string | undefined;
  /** Globs; all topics without. */
  readonly topics?: readonly string[] | undefined;
  /** Log times [start, end): decimal nanoseconds or RFC 3339. */
  readonly start?: string | bigint | undefined;
  readonly end?: string | bigint | undefined;
  /** What of the time before the start comes first. */
  readonly primer?: 'none' | 'last' | 'state' | 'all' | undefined;
  readonly format?: 'mcap' | 'ndjson' | undefined;
}

export interface Slice extends AsyncIterable<Uint8Array> {
  readonly etag: string;
  /** State of the drive when the slice was planned. */
  readonly driveState: string;
  /** So many runs of the topics are missing in it; the slice itself says which. */
  readonly missing: number;
  /** How often the connection was cut so far. */
  readonly resumed: number;
  /** All of it in memory. */
  bytes(): Promise<Uint8Array>;
}

export function queryOf(request: SliceRequest): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(request) as [string, string | bigint | readonly string[] | undefined][]) {
    if (value !== undefined) query.set(name, typeof value === 'object' ? value.join(',') : String(value));
  }
  return query.toString();
}

export async function openSlice(http: Http, request: SliceRequest, signal?: AbortSignal): Promise<Slice> {
  const path = `/v1/slice?${queryOf(request)}`;
  return new OpenedSlice(http, path, await http.ask(path, { signal }), signal);
}

class OpenedSlice implements Slice {
  readonly etag: string;
  readonly driveState: string;
  readonly missing: number;
  resumed = 0;
  readonly #http: Http;
  readonly #path: string;
  readonly #signal: AbortSignal | undefined;
  #answer: Response | undefined;

  constructor(http: Http, path: string, answer: Response, signal: AbortSignal | undefined) {
    this.#http = http;
    this.#path = path;
    this.#answer = answer;
    this.#signal = signal;
    this.etag = answer.headers.get('etag') ?? '';
    this.driveState = answer.headers.get('pitlane-drive-state') ?? '';
    this.missing = Number(answer.headers.get('pitlane-slice-missing') ?? 0);
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    let answer = this.#answer;
    this.#answer = undefined;
    if (!answer) throw new Error('a slice is read once: ask for it again');
    let at = 0;
    let skip = 0;
    for (let failures = 0; ; ) {
      try {
        for await (const part of partsOf(answer)) {
          const rest = part.subarray(Math.min(skip, part.byteLength));
          skip -= part.byteLength - rest.byteLength;
          at += rest.byteLength;
          failures = rest.byteLength > 0 ? 0 : failures;
          if (rest.byteLength > 0) yield rest;
        }
        return;
      } catch (cause) {
        this.#signal?.throwIfAborted();
        failures += 1;
        if (failures >= this.#http.attemptsMax) throw cut(at, cause);
      }
      await this.#http.pause(failures, this.#signal);
      answer = await this.#goOn(at);
      skip = answer.status === 206 ? 0 : at;
      this.resumed += 1;
    }
  }

  async bytes(): Promise<Uint8Array> {
    const parts: Uint8Array[] = [];
    for await (const part of this) parts.push(part);
    const all = new Uint8Array(parts.reduce((sum, { byteLength }) => sum + byteLength, 0));
    let at = 0;
    for (const part of parts) {
      all.set(part, at);
      at += part.byteLength;
    }
    return all;
  }

  /** The node may answer with a part or, where it keeps no such slice, from the beginning. */
  async #goOn(at: number): Promise<Response> {
    const headers = { range: `bytes=${at}-`, 'if-range': this.etag };
    const answer = await this.#http.ask(this.#path, { ...(at > 0 && { headers }), signal: this.#signal });
    if (answer.headers.get('etag') === this.etag) return answer;
    await answer.body?.cancel();
    const text = `the slice has changed after ${at} bytes of it: begin again`;
    throw new PitlaneApiError('changed-while-read', text, answer.status, true);
  }
}

/** Browsers have no async iterator of a body yet. */
async function* partsOf({ body }: Response): AsyncGenerator<Uint8Array> {
  const reader = body?.getReader();
  if (!reader) return;
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) yield next.value as Uint8Array;
  } finally {
    await reader.cancel().catch(() => {}); // it may have failed already
  }
}

const cut = (at: number, cause: unknown): PitlaneApiError =>
  new PitlaneApiError('unavailable', `the slice was cut after ${at} bytes, again and again`, 0, true, cause);
