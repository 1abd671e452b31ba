/**
 * A file behind an address as the viewers' readers see it: opened by a GET that is let go of, then read by ranges.
 * It stands where Foxglove and Lichtblick have theirs, and keeps their rules: `Accept-Ranges` and `Content-Length` must
 * be there, and every header that is read must be one that CORS shows to a page.
 */
import type { McapTypes } from '@mcap/core';

const SAFE = new Set([
  'cache-control',
  'content-language',
  'content-length',
  'content-type',
  'expires',
  'last-modified',
]);

export class HttpReadable implements McapTypes.IReadable {
  requests = 0;
  readonly etag: string;
  readonly #url: string;
  readonly #size: bigint;
  readonly #origin: string;

  private constructor(url: string, origin: string, answer: Response) {
    this.#url = url;
    this.#origin = origin;
    if (shown(answer, origin, 'accept-ranges') !== 'bytes')
      throw new Error('support for range requests was not detected');
    const length = shown(answer, origin, 'content-length');
    if (length === null) throw new Error('the remote file is missing Content-Length');
    this.#size = BigInt(length);
    this.etag = shown(answer, origin, 'etag') ?? '';
  }

  static async open(url: string, origin: string): Promise<HttpReadable> {
    const stop = new AbortController();
    const answer = await fetch(url, { signal: stop.signal, headers: { origin, 'sec-fetch-site': 'cross-site' } });
    if (!answer.ok) throw new Error(`${url}: ${answer.status} ${await answer.text()}`);
    stop.abort();
    return new HttpReadable(url, origin, answer);
  }

  async size(): Promise<bigint> {
    return this.#size;
  }

  async read(offset: bigint, size: bigint): Promise<Uint8Array> {
    this.requests += 1;
    const headers = {
      range: `bytes=${offset}-${offset + size - 1n}`,
      origin: this.#origin,
      'sec-fetch-site': 'cross-site',
    };
    const answer = await fetch(this.#url, { headers });
    if (answer.status !== 206) throw new Error(`${this.#url}: ${answer.status}`);
    if (shown(answer, this.#origin, 'etag') !== this.etag) throw new Error('the file has changed');
    return new Uint8Array(await answer.arrayBuffer());
  }
}

/** A header, as far as the browser shows it to a page of that origin. */
function shown({ headers }: Response, origin: string, name: string): string | null {
  if (headers.get('access-control-allow-origin') !== origin) throw new Error('the browser refuses: CORS');
  const exposed = (headers.get('access-control-expose-headers') ?? '').toLowerCase().split(/, */);
  return SAFE.has(name) || exposed.includes(name) ? headers.get(name) : null;
}
