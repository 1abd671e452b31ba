/**
 * What browsers want to be told before a page of another origin may read an answer. Only origins that the owner has named
 * hear anything; to all others the guard says no.
 */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { allowedOrigin } from './guard.ts';

const METHODS = 'GET, HEAD, POST';
const ASKED_HEADERS = 'Authorization, Content-Type, Range, If-Range, If-None-Match';
const SHOWN_HEADERS =
  'Accept-Ranges, Content-Disposition, Content-Length, Content-Range, ETag, Retry-After, Pitlane-Drive-State, Pitlane-Slice-Missing, Pitlane-Sql-Truncated';
const PREFLIGHT_KEPT_S = 600;

/** Adds the headers for the origin of a request; true where it was a browser's question alone, and is answered. */
export function answerOrigin(request: FastifyRequest, reply: FastifyReply, origins: readonly string[]): boolean {
  const origin = allowedOrigin(request, origins);
  if (origin === undefined) return false;
  void reply.header('access-control-allow-origin', origin).header('vary', 'Origin');
  void reply.header('access-control-expose-headers', SHOWN_HEADERS);
  if (request.method !== 'OPTIONS' || request.headers['access-control-request-method'] === undefined) return false;
  void reply.header('access-control-allow-methods', METHODS).header('access-control-allow-headers', ASKED_HEADERS);
  void reply.header('access-control-max-age', PREFLIGHT_KEPT_S);
  // A page of the open net that asks for something in a private one, or on this machine.
  if (request.headers['access-control-request-private-network'] === 'true') {
    void reply.header('access-control-allow-private-network', 'true');
  }
  void reply.code(204).send();
  return true;
}
