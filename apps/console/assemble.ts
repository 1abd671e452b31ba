/**
 * Serves the pages: one document for each of their paths, their styles and their scripts, all from here.
 * It stands at the very end of the flow, between the node's HTTP interface, which the pages ask, and a person.
 * It never reads the catalog or the garage by itself, and never lets a page load or run anything from elsewhere.
 */
import type { FastifyPluginAsync, FastifyReply, FastifyRequest, FastifySchema } from 'fastify';
import { addBasemap, checkBasemap } from './basemap.ts';
import { type PageFile, readPageFiles } from './page-files.ts';

/** A line about the node at the foot of each page: its garage, its version, where it stores. */
export interface NodeFact {
  readonly label: string;
  readonly value: string;
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** A page or a file of one: the same for everybody. */
    readonly isPage?: boolean;
  }
}

export interface ConsoleOptions {
  /** In the order in which they are shown. */
  readonly facts?: readonly NodeFact[];
  /** Where the built pages are, with a slash at the end; beside the program unless said. */
  readonly folder?: URL;
  /** A GeoJSON file of the site, for maps. Throws `bad-settings` at the start where it is none. */
  readonly basemap?: string;
}

/** Paths that people have in their address bar; `web/kit/routes.ts` has the page of each. */
export const PAGES = ['/', '/board', '/drives/:driveId', '/sql', '/datasets', '/datasets/:datasetId', '/fleet'];
const YEAR_S = 31_536_000;

/** Names in logs are hostile: no inline code, no foreign origin, no frame, and no markup made from text. */
const HEADERS = {
  'content-security-policy':
    "default-src 'self'; img-src 'self' blob:; object-src 'none'; base-uri 'none'; form-action 'none'; " +
    "frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  vary: 'accept-encoding',
} as const;

export const consolePlugin: FastifyPluginAsync<ConsoleOptions> = async (fastify, options) => {
  const { facts = [], folder, basemap = '' } = options;
  if (basemap !== '') await checkBasemap(basemap);
  const { document, files } = await readPageFiles(folder);
  // Pages are no part of the documented interface; `hide` is a word of @fastify/swagger.
  const hidden = { schema: { hide: true } as FastifySchema };
  // The node's guard lets everybody have them: nothing of anybody stands in them.
  const open = { ...hidden, config: { isPage: true } };
  for (const path of PAGES) fastify.get(path, open, async (request, reply) => send(request, reply, document));
  for (const file of files) fastify.get(file.path, open, async (request, reply) => send(request, reply, file));
  fastify.get('/console/facts.json', hidden, async () => ({ facts }));
  addBasemap(fastify, basemap, HEADERS);
};

function send(request: FastifyRequest, reply: FastifyReply, file: PageFile): FastifyReply {
  const { contentType, body, gzipped, etag, isNamedByContent } = file;
  // Asked each time, answered 304: a page never runs against the scripts of another version.
  const kept = isNamedByContent ? `public, max-age=${YEAR_S}, immutable` : 'no-cache';
  void reply.headers(HEADERS).header('etag', etag).header('cache-control', kept);
  if (request.headers['if-none-match'] === etag) return reply.code(304).send();
  void reply.type(contentType);
  const takesGzip = /\bgzip\b(?!;q=0)/.test(request.headers['accept-encoding'] ?? '');
  return takesGzip ? reply.header('content-encoding', 'gzip').send(gzipped) : reply.send(body);
}
