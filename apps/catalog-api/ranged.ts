/** Answers with a part of something whose size and tag are known: HEAD, `Range`, `If-Range` and `If-None-Match`. */
import type { Readable } from 'node:stream';
import { PitlaneError } from '@pitlane/base/errors';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { problemFrom } from './problem.ts';

export interface Ranged {
  /** With its quotes. */
  readonly etag: string;
  readonly bytes: number;
  /** Bytes [start, end). */
  read(start: number, end: number): Readable;
}

/** A part that is asked for: [start, end) or the last `suffixBytes`; undefined where all of it is. */
export type AskedRange = { readonly start: number; readonly end: number } | { readonly suffixBytes: number };

/** One range in bytes; anything else is passed over, as the standard allows. */
export function askedRange({ headers }: Pick<FastifyRequest, 'headers'>, etag: string): AskedRange | undefined {
  const ifRange = headers['if-range'];
  if (ifRange !== undefined && ifRange !== etag) return undefined;
  const [, first, last] = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(headers.range ?? '') ?? [];
  if (first === undefined || last === undefined || first + last === '') return undefined;
  if (first === '') return { suffixBytes: Number(last) };
  const end = last === '' ? Number.POSITIVE_INFINITY : Number(last) + 1;
  return end > Number(first) ? { start: Number(first), end } : undefined;
}

export function isKnownTo({ headers }: Pick<FastifyRequest, 'headers'>, etag: string): boolean {
  const known = headers['if-none-match'];
  return known !== undefined && known.split(',').some((one) => one.trim().replace(/^W\//, '') === etag || one === '*');
}

export function sendRanged(request: FastifyRequest, reply: FastifyReply, content: Ranged): FastifyReply {
  const { etag, bytes } = content;
  void reply.header('accept-ranges', 'bytes').header('etag', etag);
  if (isKnownTo(request, etag)) return reply.code(304).send();
  const asked = askedRange(request, etag);
  const [start, end] = asked ? within(asked, bytes) : [0, bytes];
  if (asked && start >= end) {
    const text = `the range begins behind the end: there are ${bytes} bytes`;
    const problem = { ...problemFrom(new PitlaneError('bad-usage', text)), status: 416 };
    void reply.header('content-range', `bytes */${bytes}`).type('application/problem+json');
    return reply.code(416).send(JSON.stringify(problem));
  }
  if (asked) void reply.code(206).header('content-range', `bytes ${start}-${end - 1}/${bytes}`);
  void reply.header('content-length', end - start);
  return request.method === 'HEAD' ? reply.send() : reply.send(content.read(start, end));
}

function within(asked: AskedRange, bytes: number): [number, number] {
  if ('suffixBytes' in asked) return [Math.max(0, bytes - asked.suffixBytes), asked.suffixBytes === 0 ? 0 : bytes];
  return [asked.start, Math.min(asked.end, bytes)];
}
