/**
 * People in a browser, who hold no token. Whoever has the token makes a code, good once and for a minute; a page trades it
 * for a cookie, which ends with the program. Both are kept as digests in memory, a few of each, the oldest making room.
 */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { PitlaneError } from '@pitlane/base/errors';
import type { Clock } from '@pitlane/base/time';

declare module 'fastify' {
  interface FastifyInstance {
    readonly sessions: Sessions;
  }
}

export const CODE_SECONDS = 60;
export const SESSION_SECONDS = 12 * 3600;
const CODES_MAX = 16;
const SESSIONS_MAX = 64;
const SECRET_BYTES = 32;

type Headers = Readonly<Record<string, string | string[] | undefined>>;

interface Issued {
  readonly secret: string;
  /** Wall clock, to be told; it ends by the clock that is never set. */
  readonly expiresAtMs: number;
}

export class Sessions {
  readonly #clock: Clock;
  readonly #codes: Secrets;
  readonly #sessions: Secrets;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#codes = new Secrets({ max: CODES_MAX, seconds: CODE_SECONDS }, clock);
    this.#sessions = new Secrets({ max: SESSIONS_MAX, seconds: SESSION_SECONDS }, clock);
  }

  newCode(): Issued {
    return this.#codes.issue();
  }

  /** Trades a code for a session. Throws `refused` for one that is wrong, has ended or was used. */
  open(code: string): Issued {
    if (this.#codes.take(code)) return this.#sessions.issue();
    throw new PitlaneError(
      'refused',
      'this code is wrong, was used, or is over a minute old: get a new one with `pitlane board`',
    );
  }

  /** When the session of this request ends; undefined where it has none. */
  expiresAtMs(headers: Headers): number | undefined {
    const secret = cookieOf(headers);
    const leftMs = secret === undefined ? undefined : this.#sessions.leftMs(secret);
    return leftMs === undefined ? undefined : this.#clock.nowMs() + leftMs;
  }

  close(headers: Headers): void {
    const secret = cookieOf(headers);
    if (secret !== undefined) this.#sessions.take(secret);
  }
}

/** Of a port its own: cookies are of a host, and a second program on it would else log people out of the first. */
export const cookieNameOf = ({ host = '' }: Headers): string => {
  const port = /:(\d{1,5})$/.exec(String(host))?.[1];
  return port === undefined ? 'pitlane_session' : `pitlane_session_${port}`;
};

/** @param secret empty to take the cookie away */
export function setCookieText(headers: Headers, secret: string): string {
  const seconds = secret === '' ? 0 : SESSION_SECONDS;
  const isEncrypted = String(headers['origin'] ?? '').startsWith('https:');
  const text = `${cookieNameOf(headers)}=${secret}; HttpOnly; SameSite=Strict; Path=/; Max-Age=${seconds}`;
  return isEncrypted ? `${text}; Secure` : text;
}

function cookieOf(headers: Headers): string | undefined {
  const start = `${cookieNameOf(headers)}=`;
  const cookies = String(headers['cookie'] ?? '').split(';');
  return cookies
    .map((cookie) => cookie.trim())
    .find((cookie) => cookie.startsWith(start))
    ?.slice(start.length);
}

/** A few secrets that end. All of them are looked at each time, so that the time it takes tells nothing. */
class Secrets {
  readonly #bounds: { readonly max: number; readonly seconds: number };
  readonly #clock: Clock;
  #known: { readonly digest: Buffer; readonly endsAtMs: number }[] = [];

  constructor(bounds: { readonly max: number; readonly seconds: number }, clock: Clock) {
    this.#bounds = bounds;
    this.#clock = clock;
  }

  issue(): Issued {
    const { max, seconds } = this.#bounds;
    const secret = randomBytes(SECRET_BYTES).toString('base64url');
    const known = { digest: digestOf(secret), endsAtMs: this.#clock.monotonicMs() + seconds * 1000 };
    this.#known = [...this.#known, known].slice(-max);
    return { secret, expiresAtMs: this.#clock.nowMs() + seconds * 1000 };
  }

  leftMs(secret: string): number | undefined {
    const nowMs = this.#clock.monotonicMs();
    this.#known = this.#known.filter(({ endsAtMs }) => endsAtMs > nowMs);
    const digest = digestOf(secret);
    const found = this.#known.filter((known) => timingSafeEqual(known.digest, digest));
    return found[0] && found[0].endsAtMs - nowMs;
  }

  /** Whether it was there; it is there no more. */
  take(secret: string): boolean {
    const isKnown = this.leftMs(secret) !== undefined;
    const digest = digestOf(secret);
    if (isKnown) this.#known = this.#known.filter((known) => !timingSafeEqual(known.digest, digest));
    return isKnown;
  }
}

const digestOf = (secret: string): Buffer => createHash('sha256').update(secret).digest();
