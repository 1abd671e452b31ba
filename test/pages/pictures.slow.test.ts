/**
 * The pictures in the documents are what the pages look like: taken here, and compared coarsely, since letters differ from machine
 * to machine. `PITLANE_PICTURES=write` takes them anew. The board's bays are made up; the others show generated drives.
 */
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openBrowser, openPage } from '../../apps/console/browser.fixture.ts';
import { startFakeNode } from '../../apps/console/fake-node.fixture.ts';
import { answerBoard, eightBays, GARAGE_NOW_MS } from '../../apps/console/web/pages/board/board.fixture.ts';
import { runCommand } from '../support/command.ts';
import { scratchFolder } from '../support/node-under-test.ts';
import { requireChromium } from '../support/requires.ts';
import { type PagesNode, startPagesNode } from './pages-node.fixture.ts';

const chromiumPath = requireChromium();
const isWriting = process.env['PITLANE_PICTURES'] === 'write';
const folder = fileURLToPath(new URL('../../apps/console/pictures/', import.meta.url));
/** Of 255, between the pictures made small and grey: a part that went missing is more, another font is less. */
const DIFFERENCE_MAX = 8;
const SMALL = { width: 96, height: 60, fit: 'fill' } as const;
const DRIVES = [
  ['car-12', '20', '3'],
  ['car-31', '25', '5'],
  ['car-47', '60', '7'],
] as const;

describe.skipIf(!chromiumPath)('pictures', () => {
  let browser: Browser;
  let scratch: Awaited<ReturnType<typeof scratchFolder>>;
  let node: PagesNode;
  let driveId: string;

  beforeAll(async () => {
    browser = await openBrowser(chromiumPath ?? '');
    scratch = await scratchFolder();
    const [home, media] = [path.join(scratch.path, 'home'), path.join(scratch.path, 'media')];
    await mkdir(media);
    for (const [vehicle, duration, seed] of DRIVES) {
      const drive = path.join(scratch.path, vehicle);
      const size = ['--size', 'small', '--duration', duration, '--seed', seed];
      for (const args of [
        ['generate', '-o', drive, '--vehicle', vehicle, ...size],
        ['ingest', drive, '--home', home],
      ]) {
        const { code, stderr } = await runCommand(args);
        expect(code, stderr).toBe(0);
      }
    }
    const { stdout } = await runCommand(['drives', '--vehicle', 'car-47', '--home', home, '--json']);
    driveId = (JSON.parse(stdout) as { drives: { driveId: string }[] }).drives[0]?.driveId ?? '';
    node = await startPagesNode(home, media);
  });
  afterAll(async () => {
    await node?.[Symbol.asyncDispose]();
    await scratch?.[Symbol.asyncDispose]();
    await browser?.close();
  });

  it('the board, read from five metres', async () => {
    await using fake = await startFakeNode();
    answerBoard(fake, eightBays(GARAGE_NOW_MS));
    await using opened = await openPage(browser, 'about:blank', {
      viewport: { width: 1920, height: 1080 },
      timezoneId: 'Europe/Berlin',
    });
    await opened.page.clock.install({ time: GARAGE_NOW_MS });
    await opened.page.goto(`${fake.url}/board`);
    await opened.page.locator('.tile', { hasText: 'TO WIPE' }).waitFor();
    await opened.page.locator('.heard[data-word="live"]').waitFor();
    await looksLike(opened.page, 'board');
  });

  it('the drives', async () => {
    await using opened = await openPage(browser, node.url, { viewport: { width: 1440, height: 900 } });
    await opened.page.getByRole('link', { name: /^Drive car-47-/ }).waitFor();
    await opened.page.locator('.heard[data-word="live"]').waitFor();
    await looksLike(opened.page, 'drives');
  });

  it('a drive: its coverage, a selection, where it went and what it saw', async () => {
    await using opened = await openPage(browser, `${node.url}/drives/${driveId}`, {
      viewport: { width: 1440, height: 2000 },
    });
    const { page } = opened;
    await page.locator('.lane-name').first().waitFor();
    const box = await page.locator('.tracks').boundingBox();
    const { x, y, width } = box ?? { x: 0, y: 0, width: 0 };
    await page.mouse.move(x + width * 0.3, y + 60);
    await page.mouse.down();
    await page.mouse.move(x + width * 0.45, y + 70, { steps: 4 });
    await page.mouse.up();
    await page.locator('.slice-amount', { hasText: /chunk/ }).waitFor();
    await page.locator('main img[src^="blob:"]').first().waitFor();
    await looksLike(page, 'drive');
  });

  it('the SQL page', async () => {
    const sql =
      'SELECT topic, count(*) AS chunks, sum(messages) AS messages\nFROM chunk_topics\nGROUP BY topic\nORDER BY messages DESC';
    await using opened = await openPage(browser, `${node.url}/sql?q=${encodeURIComponent(sql)}`, {
      viewport: { width: 1440, height: 1000 },
    });
    await opened.page.getByRole('button', { name: 'Run' }).click();
    await opened.page.locator('.sql-grid tbody tr').first().waitFor();
    await looksLike(opened.page, 'sql');
  });
});

async function looksLike(page: Page, name: string): Promise<void> {
  const taken = await page.screenshot({ animations: 'disabled' });
  const file = path.join(folder, `${name}.png`);
  if (isWriting) {
    await mkdir(folder, { recursive: true });
    await writeFile(file, await sharp(taken).png({ palette: true, compressionLevel: 9 }).toBuffer());
  }
  expect(existsSync(file), `${file} is missing: PITLANE_PICTURES=write takes it`).toBe(true);
  const kept = await readFile(file);
  const sizeOf = async (image: Buffer) => {
    const { width, height } = await sharp(image).metadata();
    return { width, height };
  };
  expect(await sizeOf(taken)).toEqual(await sizeOf(kept));
  expect(await differenceOf(taken, kept), `${name}.png is stale: PITLANE_PICTURES=write takes it anew`).toBeLessThan(
    DIFFERENCE_MAX,
  );
}

async function differenceOf(a: Buffer, b: Buffer): Promise<number> {
  const grey = (image: Buffer): Promise<Buffer> => sharp(image).resize(SMALL).greyscale().raw().toBuffer();
  const [left, right] = [await grey(a), await grey(b)];
  const sum = left.reduce((total, value, at) => total + Math.abs(value - (right[at] ?? 0)), 0);
  return sum / left.length;
}
