/**
 * Who may watch. On loopback any program of this machine; a page only from this very address, or from a site that was
 * named, because a browser lets every page open a WebSocket to 127.0.0.1. Beyond loopback everybody brings the token.
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { PitlaneError } from '@pitlane/base/errors';

const LOOPBACK_HOST = /^(?:127\.0\.0\.1|localhost|\[::1\])(?::\d{1,5})?$/i;

export interface AdmitOptions {
  /** Whoever watches gives it; undefined on loopback alone. */
  readonly token: string | undefined;
  readonly allowOrigins: readonly string[];
}

/** Throws `refused`. */
export function admit({ headers, url = '/' }: Pick<IncomingMessage, 'headers' | 'url'>, options: AdmitOptions): void {
  const { host = '', origin } = headers;
  const { token, allowOrigins } = options;
  if (token === undefined && !LOOPBACK_HOST.test(host))
    throw refused('this replay answers only to 127.0.0.1, localhost and [::1]');
  const own = [`http://${host}`, `https://${host}`];
  if (origin !== undefined && !own.includes(origin) && !allowOrigins.includes(origin)) {
    throw refused(`pages of ${origin} may not watch this replay: --allow-origin names those that may`);
  }
  if (token === undefined) return;
  const given =
    /^Bearer (.+)$/i.exec(headers.authorization ?? '')?.[1] ?? new URL(url, 'http://replay').searchParams.get('token');
  if (given === null || !equal(given, token))
    throw refused('this needs the token of the replay: ?token=… in the address');
}

const refused = (text: string): PitlaneError => new PitlaneError('refused', text);

/** Compared as digests, so that neither length nor content shows in the time it takes. */
function equal(a: string, b: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}
