/**
 * Who may ask what. On loopback, pages of other sites must not reach the node through the user's browser: so the Host
 * must be a loopback name (a rebound name is not), an Origin must be the node itself, and whatever changes something
 * needs the token, which only its owner can read. Beyond loopback every request needs it. Two doors are opened by their
 * owner alone: pages of named origins may ask, and a signed link stands for the token in what it names.
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import { PitlaneError } from '@pitlane/base/errors';
import type { SignedLinks } from './signed-links.ts';

const LOOPBACK = /^(?:127\.0\.0\.1|localhost|\[::1\])(?::\d{1,5})?$/i;
const READING = new Set(['GET', 'HEAD', 'OPTIONS']);

export interface GuardOptions {
  readonly token: string;
  /** Where people find it. */
  readonly tokenPlace: string;
  /** Listens on loopback only. */
  readonly loopbackOnly: boolean;
  /** Pages of these may ask, too. */
  readonly origins: readonly string[];
  readonly links: Pick<SignedLinks, 'opens'>;
}

export interface AskedRequest {
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

/** Throws `refused` for what may not pass. */
export function guard(request: AskedRequest, options: GuardOptions): void {
  const { method, headers } = request;
  const { token, tokenPlace, loopbackOnly } = options;
  const host = headers['host'] as string | undefined;
  if (loopbackOnly && !LOOPBACK.test(host ?? '')) {
    throw refused('this node answers only to 127.0.0.1, localhost and [::1]');
  }
  refuseOtherSites(request, options);
  const given = /^Bearer (.+)$/i.exec(String(headers['authorization'] ?? ''))?.[1];
  if (given !== undefined && equal(given, token)) return;
  if (given !== undefined) throw refused(`the token is not that of this program: read it from ${tokenPlace}`);
  if (options.links.opens(request)) return;
  if (!loopbackOnly || !READING.has(method)) {
    throw refused(`this needs the program's token (Authorization: Bearer …): it stands in ${tokenPlace}`);
  }
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
  const [host, origin, site] = [headers['host'], headers['origin'], headers['sec-fetch-site']];
  const isOurs = origin === undefined || origin === `http://${String(host)}` || origin === `https://${String(host)}`;
  const isElsewhere = site === 'cross-site' || (site === 'same-site' && origin === undefined);
  if (!isOurs || isElsewhere) {
    throw refused('pages of other sites may not use this node, but for those that PITLANE_CORS_ORIGINS names to it');
  }
}

const refused = (text: string): PitlaneError => new PitlaneError('refused', text);

/** Compared as digests, so that neither length nor content shows in the time it takes. */
function equal(a: string, b: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}
