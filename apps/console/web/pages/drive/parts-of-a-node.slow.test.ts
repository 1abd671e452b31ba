/** Map, preview and rates of a drive's page over a whole node: what the browser shows is what a generated drive recorded. */
import path from 'node:path';
import { Readable } from 'node:stream';
import { readFile } from 'node:fs/promises';
import { mcap } from '@pitlane/formats/mcap';
import { generateDrive } from '@pitlane/generator';
import Fastify, { type FastifyInstance } from 'fastify';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { consolePlugin } from '../../../assemble.ts';
import { openBrowser, openPage } from '../../../browser.fixture.ts';
import { builtPages } from '../../../built-pages.fixture.ts';
import { memorySource } from '../../../../../test/support/byte-source.ts';
import { NodeUnderTest, scratchFolder } from '../../../../../test/support/node-under-test.ts';
import { readRecording } from '../../../../../test/support/read-recording.ts';
import { requireChromium } from '../../../../../test/support/requires.ts';

const SECONDS = 40;
const CAMERA = '/camera/front/image/compressed';
const chromiumPath = requireChromium();

describe.skipIf(!chromiumPath)('the parts of the page of a generated drive', () => {
  let scratch: Awaited<ReturnType<typeof scratchFolder>>;
  let node: NodeUnderTest;
  let pages: FastifyInstance;
  let browser: Browser;
  let url: string;
  let driveId: string;

  beforeAll(async () => {
    scratch = await scratchFolder();
    const outDir = path.join(scratch.path, 'drive');
    await generateDrive({ outDir, seed: 21, durationS: SECONDS, vehicleId: 'car-21', size: 'small' });
    node = await NodeUnderTest.open(path.join(scratch.path, 'home'));
    ({ driveId } = await node.dockOne(outDir));
    await node.derived();
    pages = await pagesBefore(node);
    url = await pages.listen({ port: 0, host: '127.0.0.1' });
    browser = await openBrowser(chromiumPath ?? '');
  });
  afterAll(async () => {
    await browser?.close();
    await pages?.close();
    await node?.close();
    await scratch?.[Symbol.asyncDispose]();
  });

  it('show frames that the camera took at those times', async () => {
    const [preview] = await node.rows('SELECT start_ns, end_ns FROM previews WHERE frames > 0');
    const [from, to] = [String(preview?.['start_ns']), String(preview?.['end_ns'])];
    const query = new URLSearchParams({ topics: CAMERA, from, to });
    await using opened = await openPage(browser, `${url}/drives/${driveId}?${query.toString()}`);
    const { page } = opened;
    await page.locator('.part-preview').scrollIntoViewIfNeeded();
    await page.locator('.preview-notes', { hasText: /^\d+ frames?, made small, of the many in the log\./ }).waitFor();
    await page.locator('.film-frame img').first().waitFor();
    const shown = await framesShown(page);
    expect(shown.length).toBeGreaterThan(3);
    const taken = await picturesTaken(path.join(scratch.path, 'drive'));
    const original = await luminanceOf(page, [...taken.values()]);
    const times = [...taken.keys()];
    for (const { clock, luminance } of shown) {
      const at = times.findIndex((timeNs) => clockOf(timeNs) === clock);
      const off = original.map((one) => meanOff(one, luminance));
      const others = off.filter((_, i) => Math.abs(Number((times[i] ?? 0n) - (times[at] ?? 0n))) > 2e9);
      expect(off[at], `the picture at ${clock}`).toBeLessThan(6);
      expect(off[at], `the picture at ${clock}`).toBeLessThan(Math.min(...others));
    }
  });

  it('show the way that its receiver knew, and the rates that were recorded', async () => {
    await using opened = await openPage(browser, `${url}/drives/${driveId}`);
    const { page } = opened;
    const [row] = await node.rows(
      `SELECT sum(length_m) AS length_m FROM trajectories WHERE preference = (SELECT min(preference) FROM trajectories)`,
    );
    const text = (await page.locator('.way-in-words summary').textContent()) ?? '';
    const [, figure, unit] = /^([\d.]+) (k?m) in/.exec(text) ?? [];
    const shownM = Number(figure) * (unit === 'km' ? 1000 : 1);
    expect(shownM / Number(row?.['length_m'])).toBeCloseTo(1, 1);
    const [imu] = await node.rows("SELECT mean_hz FROM topics WHERE topic = '/imu/data'");
    const told = await page.locator('.rate-row', { hasText: '/imu/data' }).locator('.rate-figure b').textContent();
    expect(Number(told?.split(' ')[0]) / Number(imu?.['mean_hz'])).toBeCloseTo(1, 1);
  });
});

/** The pages as they stand in the sources; whatever they ask is asked of the node. */
async function pagesBefore(node: NodeUnderTest): Promise<FastifyInstance> {
  const { port } = JSON.parse(await readFile(path.join(node.home, 'node.json'), 'utf8')) as { readonly port: number };
  const app = Fastify({ forceCloseConnections: true });
  await app.register(consolePlugin, { folder: await builtPages() });
  app.get('/v1/*', async (request, reply) => {
    const answer = await fetch(`http://127.0.0.1:${port}${request.url}`);
    void reply.code(answer.status).type(answer.headers.get('content-type') ?? 'text/plain');
    return reply.send(answer.body ? Readable.fromWeb(answer.body as never) : undefined);
  });
  return app;
}

/** JPEGs of the camera as the drive's files have them, by log time. */
async function picturesTaken(folder: string): Promise<ReadonlyMap<bigint, Buffer>> {
  const bytes = await readFile(path.join(folder, 'cameras.mcap'));
  const { messages } = await readRecording(mcap, memorySource(bytes));
  return new Map(
    messages
      .filter(({ channel }) => channel.topic === CAMERA)
      .map(({ logTimeNs, data }) => [
        logTimeNs,
        Buffer.from(data.subarray(Buffer.from(data).indexOf('ffd8ff', 'hex'))),
      ]),
  );
}

interface Shown {
  readonly clock: string;
  readonly luminance: readonly number[];
}

async function framesShown(page: Page): Promise<readonly Shown[]> {
  const pictures = page.locator('.film-frame img');
  const found: Shown[] = [];
  for (const picture of await pictures.all()) {
    const alt = (await picture.getAttribute('alt')) ?? '';
    const bytes = await picture.evaluate(async (one: HTMLImageElement) => {
      await one.decode();
      const canvas = document.createElement('canvas');
      [canvas.width, canvas.height] = [one.naturalWidth, one.naturalHeight];
      canvas.getContext('2d')?.drawImage(one, 0, 0);
      return canvas.toDataURL('image/png').split(',')[1] ?? '';
    });
    const [luminance = []] = await luminanceOf(page, [Buffer.from(bytes, 'base64')]);
    found.push({ clock: alt.split(' at ')[1] ?? '', luminance });
  }
  return found;
}

/** Of each picture 32 × 18 shades of grey, as the browser makes them. */
const luminanceOf = (page: Page, pictures: readonly Buffer[]): Promise<readonly (readonly number[])[]> =>
  page.evaluate(
    async (all) => {
      const grey: number[][] = [];
      for (const base64 of all) {
        const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
        const picture = await createImageBitmap(new Blob([bytes]), {
          resizeWidth: 32,
          resizeHeight: 18,
          resizeQuality: 'high',
        });
        const canvas = new OffscreenCanvas(32, 18);
        const pen = canvas.getContext('2d');
        pen?.drawImage(picture, 0, 0);
        const { data = new Uint8ClampedArray() } = pen?.getImageData(0, 0, 32, 18) ?? {};
        grey.push(
          Array.from(
            { length: 32 * 18 },
            (_, i) => ((data[4 * i] ?? 0) + (data[4 * i + 1] ?? 0) + (data[4 * i + 2] ?? 0)) / 3,
          ),
        );
      }
      return grey;
    },
    pictures.map((picture) => picture.toString('base64')),
  );

const meanOff = (a: readonly number[], b: readonly number[]): number =>
  a.reduce((sum, value, i) => sum + Math.abs(value - (b[i] ?? 0)), 0) / a.length;

const clockOf = (timeNs: bigint): string =>
  `${new Date(Number(timeNs / 1_000_000n)).toISOString().slice(11, 19)}.${(timeNs / 100_000_000n) % 10n}`;
