import { mkdtemp, rm, truncate, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import Fastify from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addBasemap, checkBasemap } from './basemap.ts';

let folder: string;
let file: string;
const roads = JSON.stringify({ type: 'FeatureCollection', features: [], name: 'ä'.repeat(40_000) });

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pitlane-basemap-'));
  file = join(folder, 'roads.geojson');
  await writeFile(file, roads);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

function nodeWith(path: string) {
  const app = Fastify();
  addBasemap(app, path, { 'x-content-type-options': 'nosniff' });
  return { app, [Symbol.asyncDispose]: () => app.close() };
}

describe('the basemap', () => {
  it('comes as it lies there, gzipped for whoever takes it, and once for whoever has it', async () => {
    await using node = nodeWith(file);
    const ask = (headers: Record<string, string> = {}) => node.app.inject({ url: '/console/basemap.json', headers });
    const plain = await ask();
    expect([plain.statusCode, plain.body]).toEqual([200, roads]);
    expect(plain.headers).toMatchObject({
      'content-type': 'application/geo+json',
      'x-content-type-options': 'nosniff',
    });
    const gzipped = await ask({ 'accept-encoding': 'br, gzip' });
    expect(gzipped.headers['content-encoding']).toBe('gzip');
    expect(gunzipSync(gzipped.rawPayload).toString()).toBe(roads);
    expect(gzipped.rawPayload.length).toBeLessThan(roads.length / 10);
    const known = { 'if-none-match': String(plain.headers.etag) };
    expect([(await ask(known)).statusCode, (await ask(known)).body]).toEqual([304, '']);
    await utimes(file, 1, 1);
    expect((await ask(known)).statusCode).toBe(200);
  });

  it('is nothing where there is none', async () => {
    await using node = nodeWith('');
    const answer = await node.app.inject('/console/basemap.json');
    expect([answer.statusCode, answer.body]).toEqual([204, '']);
  });

  it('that is gone or has grown is told of in words', async () => {
    const other = join(folder, 'other.geojson');
    await using node = nodeWith(other);
    expect((await node.app.inject('/console/basemap.json')).body).toContain('the basemap is gone');
    await writeFile(other, '{');
    await truncate(other, 32_000_001);
    expect((await node.app.inject('/console/basemap.json')).body).toContain('the basemap has grown to 32.0 MB');
    await expect(checkBasemap(other)).rejects.toThrow('it has 32.0 MB; expected a GeoJSON file of at most 32.0 MB');
  });

  it('is looked at when the node starts', async () => {
    await checkBasemap(file);
    const wrong = join(folder, 'roads.shp');
    await writeFile(wrong, Buffer.from([0, 0, 39, 10]));
    await expect(checkBasemap(wrong)).rejects.toThrow('it does not begin as JSON');
    await expect(checkBasemap(folder)).rejects.toThrow('it is no file');
    await expect(checkBasemap(join(folder, 'none'))).rejects.toMatchObject({ code: 'bad-settings' });
  });
});
