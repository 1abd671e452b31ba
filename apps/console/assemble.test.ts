import { gunzipSync } from 'node:zlib';
import Fastify from 'fastify';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { consolePlugin, PAGES } from './assemble.ts';
import { builtPages } from './built-pages.fixture.ts';
import { readPageFiles } from './page-files.ts';

const hostileFact = { label: 'Node', value: '"><img src=x onerror=alert(1)>' };
/** What a first visit may cost, as the pages were promised to stay. */
const FIRST_PAGE_BYTES_MAX = 150_000;
let app: FastifyInstance;
let paths: string[];

beforeAll(async () => {
  const folder = await builtPages();
  app = Fastify();
  await app.register(consolePlugin, { facts: [hostileFact], folder });
  paths = ['/', ...(await readPageFiles(folder)).files.map(({ path }) => path)];
});
afterAll(() => app.close());

describe('the console', () => {
  it('serves the document at the path of each page', async () => {
    const document = await app.inject('/');
    expect(document.headers['content-type']).toBe('text/html; charset=utf-8');
    for (const pattern of PAGES) {
      const page = await app.inject(pattern.replaceAll(/:[a-zA-Z]+/g, 'some%20id'));
      expect(page.body, pattern).toBe(document.body);
    }
  });

  it('serves styles, scripts and pictures with the right types, for good where their name says what is in them', async () => {
    const types = new Map<string, string>();
    for (const path of paths) {
      const response = await app.inject(path);
      expect(response.statusCode, path).toBe(200);
      types.set(path.replace(/^.*\./, ''), String(response.headers['content-type']));
      const kept = path.includes('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache';
      expect(response.headers['cache-control'], path).toBe(kept);
    }
    expect(Object.fromEntries(types)).toEqual({
      '/': 'text/html; charset=utf-8',
      css: 'text/css; charset=utf-8',
      js: 'text/javascript; charset=utf-8',
      svg: 'image/svg+xml',
    });
  });

  it('lets the browser load and run nothing from elsewhere', async () => {
    for (const path of paths) {
      const { headers } = await app.inject(path);
      expect(headers['content-security-policy'], path).toContain("default-src 'self'");
      expect(headers['content-security-policy'], path).not.toContain('unsafe');
      expect(headers['x-content-type-options'], path).toBe('nosniff');
      expect(headers['referrer-policy'], path).toBe('no-referrer');
    }
  });

  it('has no inline script, style or handler', async () => {
    const { body } = await app.inject('/');
    expect(body).not.toMatch(/<style|\sstyle="|\son[a-z]+="|<script(?![^>]*\ssrc=)/);
  });

  it('tells the facts of the node as they are, for pages to show as text', async () => {
    expect((await app.inject('/console/facts.json')).json()).toEqual({ facts: [hostileFact] });
  });

  it('answers 304 when nothing changed', async () => {
    for (const path of paths) {
      const { headers } = await app.inject(path);
      const again = await app.inject({ url: path, headers: { 'if-none-match': String(headers.etag) } });
      expect(again.statusCode).toBe(304);
      expect(again.body).toBe('');
      expect(again.headers['content-security-policy']).toBeDefined();
    }
  });

  it('sends the same bytes gzipped or not, and few of them', async () => {
    let sentBytes = 0;
    for (const path of paths) {
      const gzipped = await app.inject({ url: path, headers: { 'accept-encoding': 'br, gzip' } });
      expect(gzipped.headers['content-encoding']).toBe('gzip');
      expect(gunzipSync(gzipped.rawPayload)).toEqual((await app.inject(path)).rawPayload);
      sentBytes += gzipped.rawPayload.length;
    }
    expect(sentBytes).toBeGreaterThan(5_000);
    // All pages together: the first of them is less.
    expect(sentBytes).toBeLessThan(FIRST_PAGE_BYTES_MAX);
  });

  it('says what to do where the pages were not built', async () => {
    await expect(readPageFiles(new URL('./nowhere/', import.meta.url))).rejects.toThrow();
  });
});
