import { gunzipSync } from 'node:zlib';
import { textFromBytes, textFromSeconds } from '@pitlane/base/units';
import { STATES } from '@pitlane/contracts/records';
import Fastify from 'fastify';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { consolePlugin } from './assemble.ts';

const hostileFact = { label: 'Node', value: '"><img src=x onerror=alert(1)>' };
let app: FastifyInstance;

beforeAll(async () => {
  app = Fastify();
  await app.register(consolePlugin, { facts: [hostileFact] });
});
afterAll(() => app.close());

/** The page and everything it names, as a browser would find it. */
async function servedPaths(): Promise<string[]> {
  const { body } = await app.inject('/');
  const named = [...body.matchAll(/(?:href|src)="(\/console\/[^"]+)"/g)].map(([, path]) => path ?? '');
  return ['/', ...new Set(named)];
}

describe('the console', () => {
  it('serves the page and all it names, with the right types', async () => {
    const types = new Map<string, string>();
    for (const path of await servedPaths()) {
      const response = await app.inject(path);
      expect(response.statusCode, path).toBe(200);
      types.set(path.replace(/^.*\./, ''), String(response.headers['content-type']));
    }
    expect(Object.fromEntries(types)).toEqual({
      '/': 'text/html; charset=utf-8',
      css: 'text/css; charset=utf-8',
      js: 'text/javascript; charset=utf-8',
      svg: 'image/svg+xml',
    });
  });

  it('lets the browser load and run nothing from elsewhere', async () => {
    for (const path of await servedPaths()) {
      const { headers } = await app.inject(path);
      expect(headers['content-security-policy'], path).toContain("default-src 'self'");
      expect(headers['content-security-policy'], path).not.toContain('unsafe');
      expect(headers['x-content-type-options'], path).toBe('nosniff');
      expect(headers['referrer-policy'], path).toBe('no-referrer');
    }
  });

  it('has no inline script, style or handler, and names no other host', async () => {
    for (const path of await servedPaths()) {
      const { body } = await app.inject(path);
      expect(body, path).not.toMatch(
        /<style|\sstyle="|\son[a-z]+="|<script(?![^>]*\ssrc=)|innerHTML|insertAdjacentHTML/,
      );
      expect(body.replaceAll('http://www.w3.org/2000/svg', ''), path).not.toMatch(/https?:\/\//);
    }
  });

  it('shows the facts of the node as text, whatever is in them', async () => {
    const { body } = await app.inject('/');
    expect(body).toContain('<dd title="&quot;&gt;&lt;img src=x onerror=alert(1)&gt;">');
    expect(body).not.toContain('<img src=x');
  });

  it('answers 304 when nothing changed', async () => {
    const { headers } = await app.inject('/console/style.css');
    const again = await app.inject({ url: '/console/style.css', headers: { 'if-none-match': String(headers.etag) } });
    expect(again.statusCode).toBe(304);
    expect(again.body).toBe('');
    expect(again.headers['content-security-policy']).toBeDefined();
  });

  it('sends less than 30 kB in all, and the same bytes gzipped or not', async () => {
    let sentBytes = 0;
    for (const path of await servedPaths()) {
      const gzipped = await app.inject({ url: path, headers: { 'accept-encoding': 'br, gzip' } });
      expect(gzipped.headers['content-encoding']).toBe('gzip');
      expect(gunzipSync(gzipped.rawPayload)).toEqual((await app.inject(path)).rawPayload);
      sentBytes += gzipped.rawPayload.length;
    }
    expect(sentBytes).toBeGreaterThan(5_000);
    expect(sentBytes).toBeLessThan(30_000);
  });
});

describe('figures on the page', async () => {
  const load = <T>(name: string): Promise<T> => import(new URL(`./public/${name}`, import.meta.url).href) as Promise<T>;
  type Text = (...values: unknown[]) => string;
  const figures = await load<Record<string, Text> & { progressFrom: (progress: unknown) => { percent: string } }>(
    'figures.js',
  );

  it('read like those of the command line', () => {
    for (const value of [0, 1, 999, 1000, 999_499, 999_500, 1_070_000_000, 8e12, 3e18]) {
      expect(figures['textFromBytes']?.(value)).toBe(textFromBytes(value));
    }
    for (const value of [0, 0.84, 9.99, 59.4, 59.6, 200, 3599.6, 7505]) {
      expect(figures['textFromSeconds']?.(value)).toBe(textFromSeconds(value));
    }
  });

  it('give times in UTC, and a dash for what is no time', () => {
    expect(figures['textFromTime']?.('1773303302123456789')).toBe('2026-03-12 08:15:02');
    expect(figures['textFromTime']?.('18446744073709551615')).toBe('2554-07-21 23:34:33');
    for (const wrong of [null, undefined, '', '-1', '1e9', '99999999999999999999999', 12]) {
      expect(figures['textFromTime']?.(wrong)).toBe('–');
    }
  });

  it('say 100 % only when every byte there will be is done', () => {
    const percent = (doneBytes: number, totalBytes: number, totalKnown: boolean) =>
      figures.progressFrom({ doneBytes, totalBytes, totalKnown }).percent;
    expect(percent(999_999_999, 1_000_000_000, true)).toBe('99 %');
    expect(percent(10, 10, true)).toBe('100 %');
    expect(percent(10, 10, false)).toBe('≤ 100 %');
    expect(percent(0, 0, false)).toBe('waiting');
    expect(percent(0, 0, true)).toBe('100 %');
  });

  it('know every state there is', async () => {
    const { KNOWN_STATES } = await load<{ KNOWN_STATES: string[] }>('states.js');
    expect(KNOWN_STATES).toEqual(expect.arrayContaining([...STATES, 'quarantined', 'pulled-early']));
  });
});
