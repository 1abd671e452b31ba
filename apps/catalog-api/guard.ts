/**
 * Who may ask what. On loopback, pages of other sites must not reach the node through the user's browser: so the Host
 * must be a loopback name (a rebound name is not), an Origin must be the node itself, and whatever changes something
 * needs the token, which only its owner can read. Beyond loopback every request needs it.
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import { PitlaneError } from '@pitlane/base/errors';

const LOOPBACK = /^(?:127\.0\.0\.1|localhost|\[::1\])(?::\d{1,5})?$/i;
const READING = new Set(['GET', 'HEAD', 'OPTIONS']);

export interface GuardOptions {
  readonly token: string;
  /** Where people find it. */
  readonly tokenPlace: string;
  /** Listens on loopback only. */
  readonly loopbackOnly: boolean;
}

export interface AskedRequest {
  readonly method: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

/** Throws `refused` for what may not pass; returns whether the request carries the token. */
export function guard({ method, headers }: AskedRequest, { token, tokenPlace, loopbackOnly }: GuardOptions): boolean {
  const host = headers['host'] as string | undefined;
  if (loopbackOnly && !LOOPBACK.test(host ?? '')) {
    throw refused('this node answers only to 127.0.0.1, localhost and [::1]');
  }
  const origin = headers['origin'];
  if (origin !== undefined && origin !== `http://${host}` && origin !== `https://${host}`) {
    throw refused('pages of other sites may not use this node');
  }
  const site = headers['sec-fetch-site'];
  if (site === 'cross-site' || (site === 'same-site' && origin === undefined)) {
    throw refused('pages of other sites may not use this node');
  }
  const given = /^Bearer (.+)$/i.exec(String(headers['authorization'] ?? ''))?.[1];
  if (given !== undefined) {
    if (!equal(given, token)) throw refused(`the token is not that of this program: read it from ${tokenPlace}`);
    return true;
  }
  if (!loopbackOnly || !READING.has(method)) {
    throw refused(`this needs the program's token (Authorization: Bearer …): it stands in ${tokenPlace}`);
  }
  return false;
}

const refused = (text: string): PitlaneError => new PitlaneError('refused', text);

/** Compared as digests, so that neither length nor content shows in the time it takes. */
function equal(a: string, b: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}
