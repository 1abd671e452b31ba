/**
 * The basemap of the site: a GeoJSON file of the operator's, streamed as it lies there. It is opened anew for each browser
 * that has not got it, so that a file may be exchanged while the node runs.
 */
import { createReadStream, type Stats } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { pipeline } from 'node:stream';
import { createGzip } from 'node:zlib';
import { messageOf, PitlaneError } from '@pitlane/base/errors';
import { textFromBytes } from '@pitlane/base/units';
import type { FastifyInstance, FastifySchema } from 'fastify';

/** A browser reads it whole. */
const BASEMAP_BYTES_MAX = 32_000_000;
/** GeoJSON begins with an object. */
const BEGINS = /^\s*\{/;
const HEAD_BYTES = 256;

/** At start, so that a wrong setting is told there. Throws `bad-settings`. */
export async function checkBasemap(file: string): Promise<void> {
  const fault = await faultOf(file).catch((error: unknown) => messageOf(error));
  if (fault === undefined) return;
  const expected = `expected a GeoJSON file of at most ${textFromBytes(BASEMAP_BYTES_MAX)}, such as roads.geojson`;
  throw new PitlaneError('bad-settings', `PITLANE_BASEMAP is ${JSON.stringify(file)}: ${fault}; ${expected}`);
}

async function faultOf(file: string): Promise<string | undefined> {
  const facts = await stat(file);
  if (!facts.isFile()) return 'it is no file';
  if (facts.size > BASEMAP_BYTES_MAX) return `it has ${textFromBytes(facts.size)}`;
  await using handle = await open(file);
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
  return BEGINS.test(buffer.toString('utf8', 0, bytesRead)) ? undefined : 'it does not begin as JSON';
}

/** @param file empty where the site has none: then nothing is answered, which is no fault */
export function addBasemap(fastify: FastifyInstance, file: string, headers: Readonly<Record<string, string>>): void {
  const hidden = { schema: { hide: true } as FastifySchema };
  fastify.get('/console/basemap.json', hidden, async (request, reply) => {
    void reply.headers(headers).header('cache-control', 'private, no-cache');
    if (file === '') return reply.code(204).send();
    const facts = await factsOf(file);
    const etag = `W/"${facts.size.toString(36)}-${Math.round(facts.mtimeMs).toString(36)}"`;
    void reply.header('etag', etag);
    if (request.headers['if-none-match'] === etag) return reply.code(304).send();
    void reply.type('application/geo+json');
    const content = createReadStream(file, { end: Math.max(0, facts.size - 1) });
    if (!/\bgzip\b(?!;q=0)/.test(request.headers['accept-encoding'] ?? '')) return reply.send(content);
    // A browser that goes away ends the reading, too.
    return reply.header('content-encoding', 'gzip').send(pipeline(content, createGzip(), () => {}));
  });
}

async function factsOf(file: string): Promise<Stats> {
  const facts = await stat(file).catch((cause: unknown) => {
    throw new PitlaneError('not-found', `the basemap is gone: ${messageOf(cause)}`, { cause });
  });
  if (facts.size <= BASEMAP_BYTES_MAX) return facts;
  const text = `the basemap has grown to ${textFromBytes(facts.size)}: at most ${textFromBytes(BASEMAP_BYTES_MAX)} are shown`;
  throw new PitlaneError('limit-exceeded', text);
}
