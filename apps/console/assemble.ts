/**
 * Serves the console's page: one document, its style and its scripts, all from here.
 * It stands at the very end of the flow, between the node's HTTP interface, which the page asks, and a person.
 * It never reads the catalog or the garage by itself, and never lets the page load or run anything from elsewhere.
 */
import type { FastifyPluginAsync } from 'fastify';
import { readPageFiles } from './page-files.ts';
import type { NodeFact } from './page-files.ts';

export type { NodeFact } from './page-files.ts';

export interface ConsoleOptions {
  /** Shown in the header, in this order: the node's name, its version, where it stores. */
  readonly facts?: readonly NodeFact[];
}

/** Names in logs are hostile: no inline code, no foreign origin, no frame, and no markup made from text. */
const HEADERS = {
  'content-security-policy':
    "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; " +
    "require-trusted-types-for 'script'; trusted-types 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  // Asked each time, answered 304: a page never runs against the scripts of another version.
  'cache-control': 'no-cache',
  vary: 'accept-encoding',
} as const;

export const consolePlugin: FastifyPluginAsync<ConsoleOptions> = async (fastify, { facts = [] }) => {
  for (const { path, contentType, body, gzipped, etag } of await readPageFiles(facts)) {
    fastify.get(path, async (request, reply) => {
      reply.headers(HEADERS).header('etag', etag);
      if (request.headers['if-none-match'] === etag) return reply.code(304).send();
      reply.type(contentType);
      const takesGzip = /\bgzip\b(?!;q=0)/.test(request.headers['accept-encoding'] ?? '');
      return takesGzip ? reply.header('content-encoding', 'gzip').send(gzipped) : reply.send(body);
    });
  }
};
