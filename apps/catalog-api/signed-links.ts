/**
 * Links that stand for the token for a while, in one path and query alone, for viewers that cannot send headers: an HMAC
 * over all of it, with the second at which it ends. The key comes from the token, so that every program with the same
 * token honours them, and a new token ends them all.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { PitlaneError } from '@pitlane/base/errors';
import type { Clock } from '@pitlane/base/time';

declare module 'fastify' {
  interface FastifyInstance {
    readonly links: SignedLinks;
  }
}

export const LINK_SECONDS = 3600;
export const LINK_SECONDS_MAX = 86_400;

/** What a link may open: bytes, and nothing that changes anything. */
const PATHS = /^\/v1\/(?:slice|chunks\/[0-9a-f]{64}\/data)\?/;
const SIGNATURE = /^(.+)&signature=([0-9a-f]{64})$/;

export interface SignedLink {
  /** Path and query. */
  readonly path: string;
  readonly expiresAtMs: number;
}

export class SignedLinks {
  readonly #key: Buffer;
  readonly #clock: Pick<Clock, 'nowMs'>;

  constructor(token: string, clock: Pick<Clock, 'nowMs'>) {
    this.#key = createHmac('sha256', token).update('pitlane signed link 1').digest();
    this.#clock = clock;
  }

  sign(path: string, query: URLSearchParams, seconds = LINK_SECONDS): SignedLink {
    const expiresAtS = Math.floor(this.#clock.nowMs() / 1000) + seconds;
    query.set('expires', String(expiresAtS));
    const signed = `${path}?${query.toString()}`;
    return { path: `${signed}&signature=${this.#signature(signed).toString('hex')}`, expiresAtMs: expiresAtS * 1000 };
  }

  /** Whether the link opens this. Throws `refused` for one that is wrong or has ended. */
  opens({ method, url }: { readonly method: string; readonly url: string }): boolean {
    const [, signed, signature] = SIGNATURE.exec(url) ?? [];
    if (signed === undefined || signature === undefined) return false;
    const isRight =
      (method === 'GET' || method === 'HEAD') &&
      PATHS.test(signed) &&
      timingSafeEqual(Buffer.from(signature, 'hex'), this.#signature(signed));
    if (!isRight) throw new PitlaneError('refused', 'the signature of this link is wrong: ask for the link again');
    const expiresAtS = Number(new URLSearchParams(signed.slice(signed.indexOf('?'))).get('expires'));
    if (expiresAtS * 1000 > this.#clock.nowMs()) return true;
    throw new PitlaneError('refused', 'this link has ended: ask for a new one');
  }

  #signature(text: string): Buffer {
    return createHmac('sha256', this.#key).update(text).digest();
  }
}
