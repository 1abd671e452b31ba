/**
 * Who may ask what. On loopback, pages of other sites must not reach the node through the user's browser: so the Host
 * must be a loopback name (a rebound name is not), an Origin must be the node itself, and whatever changes something
 * needs the token, which only its owner can read. Beyond loopback every request needs it, but for the pages themselves, in
 * which nothing of anybody stands. Three doors are opened by their owner alone: pages of named origins may ask, a signed link
 * stands for the token in what it names, and a session does in reading and in what people do on our own pages.
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import { PitlaneError } from '@pitlane/base/errors';
import type { Sessions } from './sessions.ts';
import type { SignedLinks } from './signed-links.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** A page or a file of one: the same for everybody. */
    readonly isPage?: boolean;
  }
}

const LOOPBACK = /^(?:127\.0\.0\.1|localhost|\[::1\])(?::\d{1,5})?$/i;
const READING = new Set(['GET', 'HEAD', 'OPTIONS']);
/** A SELECT is sent in a body because of its length alone. */
const READING_BY_POST = /^\/v1\/sql(?:\/estimate)?$/;
/** Opening, asking after and ending a session: the code in it, or its cookie, is what counts. */
const SESSION = '/v1/session';
/** What people do on the pages. */
const ACTING = [
  /^\/v1\/garage\/actions(?:\/[^/]+)?$/,
  /^\/v1\/events(?:\/[^/]+)?$/,
  /^\/v1\/chunks\/[0-9a-f]{64}\/verify$/,
];

export interface GuardOptions {
  readonly token: string;
  /** Where people find it. */
  readonly tokenPlace: string;
  /** Listens on loopback only. */
  readonly loopbackOnly: boolean;
  /** Pages of these may ask, too. */
  readonly origins: readonly string[];
  readonly links: Pick<SignedLinks, 'opens'>;
  readonly sessions: Pick<Sessions, 'expiresAtMs'>;
}

export interface AskedRequest {
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly isPage?: boolean | undefined;
}

/** Throws `refused` for what may not pass. */
export function guard(request: AskedRequest, options: GuardOptions): void {
  const { method, headers } = request;
  const { token, tokenPlace, loopbackOnly } = options;
  const host = headers['host'] as string | undefined;
  if (loopbackOnly && !LOOPBACK.test(host ?? '')) {
    throw refused('this node answers only to 127.0.0.1, localhost and [::1]');
  }
  const path = request.url.split('?', 1)[0] as string;
  const isReading = READING.has(method) || (method === 'POST' && READING_BY_POST.test(path));
  // A link to a page may stand anywhere; what the page asks for is asked by the page.
  if (request.isPage && isReading && headers['sec-fetch-mode'] === 'navigate') return;
  refuseOtherSites(request, options);
  const given = /^Bearer (.+)$/i.exec(String(headers['authorization'] ?? ''))?.[1];
  if (given !== undefined && equal(given, token)) return;
  if (given !== undefined) throw refused(`the token is not that of this program: read it from ${tokenPlace}`);
  if (options.links.opens(request) || request.isPage || path === SESSION) return;
  if (loopbackOnly && isReading) return;
  const isActing = ACTING.some((one) => one.test(path));
  if (!(isReading || isActing) || options.sessions.expiresAtMs(headers) === undefined) {
    const page = isActing ? ', or a session: `pitlane board` opens one' : '';
    throw refused(`this needs the program's token (Authorization: Bearer …): it stands in ${tokenPlace}${page}`);
  }
  // A browser says from where it does more than read, and sends the cookie to whatever stands on this host.
  if (!READING.has(method) && !isOwnOrigin(headers)) throw refused('a session may act from our own pages alone');
}

/** The origin of a page of another site that may ask; undefined for our own pages and for what is no page. */
export function allowedOrigin(
  { headers }: Pick<AskedRequest, 'headers'>,
  origins: readonly string[],
): string | undefined {
  const origin = headers['origin'] as string | undefined;
  return origin !== undefined && origins.includes(origin) ? origin : undefined;
}

function refuseOtherSites({ headers }: AskedRequest, { origins }: GuardOptions): void {
  if (allowedOrigin({ headers }, origins) !== undefined) return;
  const [origin, site] = [headers['origin'], headers['sec-fetch-site']];
  const isOurs = origin === undefined || isOwnOrigin(headers);
  const isElsewhere = site === 'cross-site' || (site === 'same-site' && origin === undefined);
  if (!isOurs || isElsewhere) {
    throw refused('pages of other sites may not use this node, but for those that PITLANE_CORS_ORIGINS names to it');
  }
}

function isOwnOrigin({ host, origin }: AskedRequest['headers']): boolean {
  return origin === `http://${String(host)}` || origin === `https://${String(host)}`;
}

const refused = (text: string): PitlaneError => new PitlaneError('refused', text);

/** Compared as digests, so that neither length nor content shows in the time it takes. */
function equal(a: string, b: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}
