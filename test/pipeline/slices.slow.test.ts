/** Slices of a real node: over HTTP, by its clients, and by other people's readers. */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { McapIndexedReader } from '@mcap/core';
import { PitlaneApiError, PitlaneClient } from '@pitlane/client';
import { loadDecompressors } from '@pitlane/compressor-zstd';
import { generateDrive } from '@pitlane/generator';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readNodeFile } from '../../apps/cli/node/node-file.ts';
import { cuttingProxy } from '../support/cutting-proxy.ts';
import { indexedReaderOf } from '../support/foreign-mcap.ts';
import { HttpReadable } from '../support/http-readable.ts';
import { NodeUnderTest, scratchFolder } from '../support/node-under-test.ts';
import { requirePython } from '../support/requires.ts';

const VIEWER = 'https://viewer.example';
const IMU = '/imu/data';
const LIDAR = '/lidar/top/points';
const decompressors = await loadDecompressors();
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
const python = requirePython();

let scratch: Awaited<ReturnType<typeof scratchFolder>>;
let node: NodeUnderTest;
let url: string;
let token: string;
let drive: string;

beforeAll(async () => {
  scratch = await scratchFolder();
  const outDir = path.join(scratch.path, 'drive');
  await generateDrive({ outDir, seed: 11, durationS: 12, vehicleId: 'car-1', size: 'small' });
  const home = path.join(scratch.path, 'home');
  const settings = { PITLANE_PORT: '0', PITLANE_CORS_ORIGINS: VIEWER, PITLANE_SLICES_AT_ONCE: '2' };
  node = await NodeUnderTest.open(home, settings);
  ({ driveId: drive } = await node.dockOne(outDir));
  ({ url, token } = (await readNodeFile(home)) as { url: string; token: string });
});
afterAll(async () => {
  await node.close();
  await scratch[Symbol.asyncDispose]();
});

const sliceUrl = (more: Readonly<Record<string, string>> = {}): string =>
  `${url}/v1/slice?${new URLSearchParams({ drive, topics: IMU, ...more }).toString()}`;
const bytesOf = async (answer: Response): Promise<Buffer> => Buffer.from(await answer.arrayBuffer());
const clientAt = (at: string): PitlaneClient => new PitlaneClient({ url: at, token, firstWaitMs: 1 });

async function timesOf(file: Uint8Array): Promise<string[]> {
  const times: string[] = [];
  for await (const { logTime } of (await indexedReaderOf(file, decompressors)).readMessages()) times.push(`${logTime}`);
  return times;
}

describe('a slice over HTTP', () => {
  it('is streamed, has the same bytes each time, and is not sent again to who has it', async () => {
    const first = await fetch(sliceUrl());
    expect([first.status, first.headers.get('content-length'), first.headers.get('accept-ranges')]).toEqual([
      200,
      null,
      'bytes',
    ]);
    expect(first.headers.get('pitlane-slice-missing')).toBe('0');
    const etag = first.headers.get('etag') ?? '';
    const file = await bytesOf(first);
    const [{ messages }] = (await node.list('topics', { drive, topic: IMU })) as [{ messages: number }];
    expect(await timesOf(file)).toHaveLength(messages);
    expect(sha256(await bytesOf(await fetch(sliceUrl())))).toBe(sha256(file));
    const again = await fetch(sliceUrl(), { headers: { 'if-none-match': etag } });
    expect([again.status, again.headers.get('etag')]).toEqual([304, etag]);
  });

  it('is gone on with by range, only if it is still the same', async () => {
    const file = await bytesOf(await fetch(sliceUrl()));
    const etag = (await fetch(sliceUrl(), { method: 'HEAD' })).headers.get('etag') ?? '';
    const from = 1000;
    const rest = await fetch(sliceUrl(), { headers: { range: `bytes=${from}-`, 'if-range': etag } });
    expect([rest.status, rest.headers.get('content-range')]).toEqual([
      206,
      `bytes ${from}-${file.byteLength - 1}/${file.byteLength}`,
    ]);
    expect((await bytesOf(rest)).equals(file.subarray(from))).toBe(true);
    const other = await fetch(sliceUrl(), { headers: { range: `bytes=${from}-`, 'if-range': '"another"' } });
    expect([other.status, (await bytesOf(other)).byteLength]).toEqual([200, file.byteLength]);
    const behind = await fetch(sliceUrl(), { headers: { range: `bytes=${file.byteLength}-` } });
    expect([behind.status, behind.headers.get('content-range')]).toEqual([416, `bytes */${file.byteLength}`]);
    const tail = await fetch(sliceUrl(), { headers: { range: 'bytes=-8' } });
    expect((await bytesOf(tail)).equals(file.subarray(-8))).toBe(true);
  });

  it('tells its length before it is sent, when it is asked for whole', async () => {
    const topics = '/odometry';
    const unknown = await fetch(sliceUrl({ topics }), { method: 'HEAD' });
    expect([unknown.status, unknown.headers.get('content-length')]).toEqual([200, null]);
    const known = await fetch(sliceUrl({ topics, whole: 'true' }), { method: 'HEAD' });
    const file = await bytesOf(await fetch(sliceUrl({ topics, whole: 'true' })));
    expect(Number(known.headers.get('content-length'))).toBe(file.byteLength);
    expect(await timesOf(file)).not.toEqual([]);
  });

  it('is refused with what is wrong before a byte of it is sent', async () => {
    const asked = [
      { topics: '/nothing' },
      { drive: 'nobody' },
      { primer: 'all' },
      { start: 'noon' },
      { colour: 'red' },
    ];
    const answers = await Promise.all(asked.map((more) => fetch(sliceUrl(more))));
    expect(answers.map(({ status }) => status)).toEqual([404, 404, 400, 400, 400]);
    expect(await answers[0]?.json()).toMatchObject({ code: 'not-found', detail: expect.stringContaining('/nothing') });
  });

  it('sends away who comes while as many are cut as may be, and our client comes back', async () => {
    const whole = `${url}/v1/slice?drive=${drive}`;
    const answers = await Promise.all(Array.from({ length: 12 }, () => fetch(whole)));
    const [away] = answers.filter(({ status }) => status === 503);
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200, 503]));
    expect(away?.headers.get('retry-after')).toBe('2');
    expect(await away?.json()).toMatchObject({ code: 'unavailable', retryable: true });
    // Who goes gives up his place.
    for (const { body, bodyUsed } of answers) if (!bodyUsed) await body?.cancel();
    const slices = await Promise.all([1, 2, 3, 4].map(() => clientAt(url).slice({ drive, topics: [IMU] })));
    const all = await Promise.all(slices.map((slice) => slice.bytes()));
    expect(new Set(all.map(sha256)).size).toBe(1);
  });
});

describe('an export', () => {
  it('of a part says what it is, of a whole drive is what the car wrote, and may be lines of JSON', async () => {
    const out = (name: string): string => path.join(scratch.path, name);
    const part = { driveId: drive, topics: [IMU] };
    await node.task('export', { ...part, out: out('part.mcap') });
    await node.task('export', { driveId: drive, out: out('whole.mcap') });
    const result = await node.task<{ messages: number; missing: number }>('export', {
      ...part,
      out: out('part.ndjson'),
      format: 'ndjson',
    });
    const recordsOf = async (file: string): Promise<string[]> => {
      const reader = await indexedReaderOf(await readFile(out(file)), decompressors);
      return reader.metadataIndexes.map(({ name }) => name);
    };
    expect(await recordsOf('part.mcap')).toEqual(['pitlane.slice']);
    expect(await recordsOf('whole.mcap')).not.toContain('pitlane.slice');
    const lines = (await readFile(out('part.ndjson'), 'utf8')).trim().split('\n');
    expect([lines.length - 1, result.missing]).toEqual([result.messages, 0]);
    expect(JSON.parse(lines.at(-1) ?? '')).toMatchObject({ slice: { topics: [IMU], messages: result.messages } });
  });
});

describe('the client in TypeScript', () => {
  it('lists, asks, and tells what went wrong in the words of the node', async () => {
    const client = clientAt(url);
    const drives = [];
    for await (const row of client.drives()) drives.push(row.driveId);
    expect(drives).toEqual([drive]);
    for (const list of [client.recordings(), client.topics({ drive }), client.chunks({ drive }), client.coverage()]) {
      expect((await list.next()).value).toMatchObject({ driveId: drive });
    }
    const { rows } = await client.sql(`SELECT count(*) AS n FROM topics WHERE topic = '${IMU}'`);
    expect(rows.map(({ n }) => Number(n))).toEqual([1]);
    const nobody = client.slice({ drive: 'nobody' });
    await expect(nobody).rejects.toBeInstanceOf(PitlaneApiError);
    await expect(nobody).rejects.toMatchObject({ code: 'not-found', status: 404, retryable: false });
  });

  it('puts a slice together over a link that cuts it again and again', async () => {
    const whole = await (await clientAt(url).slice({ drive, topics: [LIDAR] })).bytes();
    await using proxy = await cuttingProxy(url, [0, 300_000, 20_000, 500_000]);
    const slice = await clientAt(proxy.url).slice({ drive, topics: [LIDAR] });
    expect(sha256(await slice.bytes())).toBe(sha256(whole));
    expect([proxy.cuts, slice.resumed]).toEqual([4, 3]);
  });

  it('reads the inner chunks of a manifest past the slice', async () => {
    const { objects } = await clientAt(url).manifest({ drive, topics: [IMU] });
    expect(objects).not.toEqual([]);
    for (const { url: link, via, innerChunks, bytes } of objects) {
      expect(via).toBe('api');
      for (const inner of innerChunks) {
        const end = inner.offset + inner.bytes - 1;
        const part = await fetch(link, { headers: { range: `bytes=${inner.offset}-${end}` } });
        const record = await bytesOf(part);
        expect([part.status, part.headers.get('content-range')]).toEqual([
          206,
          `bytes ${inner.offset}-${end}/${bytes}`,
        ]);
        expect([record[0], Number(record.readBigUInt64LE(1)) + 9]).toEqual([6, inner.bytes]);
      }
    }
  });
});

describe("a viewer's reader, by address alone", () => {
  it('opens a slice and a chunk over CORS with signed links', async () => {
    const client = clientAt(url);
    const [chunk] = await node.list('chunks', { drive, topic: IMU });
    const links = [
      await client.sliceUrl({ drive, topics: [IMU] }),
      await client.chunkUrl((chunk as { chunkId: string }).chunkId),
    ];
    for (const link of links) {
      const preflight = await fetch(link, {
        method: 'OPTIONS',
        headers: { origin: VIEWER, 'access-control-request-method': 'GET', 'access-control-request-headers': 'range' },
      });
      expect(preflight.status).toBe(204);
      expect(preflight.headers.get('access-control-allow-origin')).toBe(VIEWER);
      expect(preflight.headers.get('access-control-allow-headers')).toContain('Range');
      const readable = await HttpReadable.open(link, VIEWER);
      const decompressHandlers = {
        zstd: (bytes: Uint8Array, size: bigint) => decompressors.zstd(bytes, Number(size)),
      };
      const reader = await McapIndexedReader.Initialize({ readable, decompressHandlers });
      let messages = 0;
      for await (const _ of reader.readMessages({ topics: [IMU] })) messages += 1;
      expect(messages).toBeGreaterThan(100);
      expect(readable.requests).toBeGreaterThan(1);
    }
  });

  it('is refused from another origin, and with a link that was changed', async () => {
    const link = await clientAt(url).sliceUrl({ drive, topics: [IMU] });
    await expect(HttpReadable.open(link, 'https://evil.example')).rejects.toThrow(/403.*PITLANE_CORS_ORIGINS/);
    const other = link.replace(encodeURIComponent(IMU), encodeURIComponent(LIDAR));
    expect((await fetch(other)).status).toBe(403);
  });
});

describe.skipIf(!python)('programs in Python', () => {
  it('list, ask, and read slices in order, by ranges, and over a link that cuts them', async () => {
    await using proxy = await cuttingProxy(url, [0, 200_000, 10_000]);
    const tokenFile = path.join(scratch.path, 'token');
    await writeFile(tokenFile, `${token}\n`);
    const script = fileURLToPath(new URL('../support/python/read_slices.py', import.meta.url));
    const folder = fileURLToPath(new URL('../../libs/clients/python', import.meta.url));
    const args = [script, folder, url, proxy.url, tokenFile, drive, LIDAR, scratch.path];
    const { stdout } = await promisify(execFile)(python as string, args, { maxBuffer: 64 * 1024 * 1024 });
    const found = JSON.parse(stdout) as Record<string, unknown>;
    const file = await (await clientAt(url).slice({ drive, topics: [LIDAR] })).bytes();
    const reader = await indexedReaderOf(file, decompressors);
    const messages = Number(reader.statistics?.messageCount);
    const topics = await node.list('topics', { drive });
    expect(found).toMatchObject({
      drives: [drive],
      topics: topics.length,
      sql: [expect.any(String), topics.length, ['topic', 'messages'], false],
      error: ['not-found', 404, false],
      sha256: sha256(file),
      summary: messages,
      saved: [file.byteLength, 2],
      savedSha256: sha256(file),
      lines: [messages, messages, []],
    });
    expect(found['sequential']).toHaveLength(messages);
    expect(found['remote']).toEqual(found['sequential']);
    expect(found['remoteRequests']).toBeGreaterThan(2);
    for (const extra of ['pandas', 'pyarrow']) expect([topics.length, null]).toContain(found[extra]);
  });
});

it('leaves no finished slice behind', async () => {
  const folder = path.join(node.home, 'tmp', 'slices');
  expect((await readdir(folder)).every((name) => /^[0-9a-f]{32}$/.test(name))).toBe(true);
});
