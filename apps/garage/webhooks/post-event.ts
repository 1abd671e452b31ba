/**
 * One try at telling a receiver: a POST on a connection of its own. A receiver may be anything: it gets so much time for the
 * whole of it, what it answers is read to a small cap and thrown away, and where it sends us elsewhere nobody goes.
 */
import http from 'node:http';
import https from 'node:https';
import { messageOf } from '@pitlane/base/errors';

export interface PostRequest {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface PostAnswer {
  readonly status: number;
  /** How the answer begins, for people. */
  readonly text: string;
}

/** Throws an error whose text says why there was no answer. */
export type Post = (request: PostRequest, limits: { timeoutMs: number; signal: AbortSignal }) => Promise<PostAnswer>;

const ANSWER_BYTES_MAX = 4096;
const TEXT_MAX = 200;
const HEADERS_BYTES_MAX = 16 * 1024;

export const postEvent: Post = ({ url, headers, body }, { timeoutMs, signal }) =>
  new Promise((resolve, reject) => {
    const content = Buffer.from(body);
    const request = (url.protocol === 'https:' ? https : http).request(url, {
      method: 'POST',
      headers: { ...headers, 'content-length': String(content.byteLength), connection: 'close' },
      agent: false,
      maxHeaderSize: HEADERS_BYTES_MAX,
    });
    let answer: { readonly status: number; readonly read: Buffer[] } | undefined;
    const end = (error?: Error): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
      request.destroy();
      // What it answers with is its word, though the rest of the answer may never come.
      if (answer) resolve({ status: answer.status, text: textFrom(answer.read) });
      else reject(error ?? new Error('the connection was closed without an answer'));
    };
    const onAbort = (): void => end(new Error('it was stopped'));
    const timer = setTimeout(() => end(new Error(`no answer within ${timeoutMs / 1000} s`)), timeoutMs);
    signal.addEventListener('abort', onAbort, { once: true });
    request.on('error', (error) => end(new Error(reasonOf(error))));
    request.on('close', () => end());
    request.on('response', (response) => {
      const read: Buffer[] = [];
      answer = { status: response.statusCode ?? 0, read };
      let room = ANSWER_BYTES_MAX;
      response.on('error', () => end());
      response.on('end', () => end());
      response.on('data', (bytes: Buffer) => {
        read.push(bytes.subarray(0, Math.max(0, room)));
        room -= bytes.byteLength;
        if (room <= 0) end();
      });
    });
    if (signal.aborted) onAbort();
    else request.end(content);
  });

/** Where a name leads to several addresses, the error of all of them has no text of its own. */
function reasonOf(error: Error): string {
  const code = 'code' in error && typeof error.code === 'string' ? error.code : error.name;
  return (messageOf(error) || code).slice(0, TEXT_MAX);
}

const textFrom = (read: readonly Buffer[]): string =>
  Buffer.concat(read)
    .toString()
    .replaceAll(/[\p{C}\s]+/gu, ' ')
    .trim()
    .slice(0, TEXT_MAX);
