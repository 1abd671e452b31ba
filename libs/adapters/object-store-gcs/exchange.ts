/**
 * One HTTP request with content in it, out or in. Content does not go through the client library: there a source that
 * fails or a signal leaves its request hanging, an answer that is cut off is waited for without end, no length is named,
 * and each block passes through five streams. Who we are, it takes from the library.
 */
import { Agent as HttpAgent, type ClientRequest, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { pipeline } from 'node:stream/promises';
import { errorOfAnswer, StalledError } from './gcs-errors.ts';

const ANSWER_MAX_BYTES = 1024 * 1024;

export interface ExchangeOptions {
  readonly endpoint: string;
  /** Headers that prove who we are; asked for with each request, since they grow old. */
  readonly credentials: () => Promise<Record<string, string>>;
  /** A request on which nothing moves for so long is given up. */
  readonly stallMs: number;
}

export interface Outgoing {
  readonly method: 'GET' | 'POST';
  /** Path and query, encoded. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: AsyncIterable<Uint8Array>;
  readonly signal?: AbortSignal | undefined;
}

export class Exchange {
  readonly #options: ExchangeOptions;
  readonly #open: typeof httpRequest;
  readonly #agent: HttpAgent;

  constructor(options: ExchangeOptions) {
    const isSecure = options.endpoint.startsWith('https:');
    this.#options = options;
    this.#open = isSecure ? httpsRequest : httpRequest;
    this.#agent = isSecure ? new HttpsAgent({ keepAlive: true }) : new HttpAgent({ keepAlive: true });
  }

  /** The answer, whose content is the caller's to read; one that is no success is thrown with its status. */
  async send({ method, path, headers, body, signal }: Outgoing): Promise<IncomingMessage> {
    const { endpoint, credentials, stallMs } = this.#options;
    const all = { ...(await credentials()), ...headers };
    const request = this.#open(`${endpoint}${path}`, {
      method,
      headers: all,
      agent: this.#agent,
      ...(signal && { signal }),
    });
    request.setTimeout(stallMs, () => request.destroy(new StalledError(stallMs)));
    const response = await answerTo(request, body);
    const status = response.statusCode ?? 0;
    if (status >= 200 && status <= 299) return response;
    const text = await textOf(response);
    // Refused before all was sent: nothing more of this body shall go over this connection.
    if (!request.writableFinished) request.destroy();
    throw errorOfAnswer(status, text);
  }
}

function answerTo(request: ClientRequest, body: AsyncIterable<Uint8Array> | undefined): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    request.on('error', reject);
    request.once('response', resolve);
    // A source that fails takes the request down with it, so that the store sees a body cut short and keeps nothing.
    if (body) pipeline(body, request).catch(reject);
    else request.end();
  });
}

/** The text of a short answer. */
export async function textOf(response: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of response as AsyncIterable<Buffer>) {
    bytes += part.length;
    if (bytes > ANSWER_MAX_BYTES) break;
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}
