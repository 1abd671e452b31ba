/**
 * What people do with the pages, in a real browser at a real node. A technician docks a disk, reads on the board when it may be
 * pulled, and pulls it; an engineer finds its drive while the bulk of it is still on its way, drags a slice, and downloads it.
 */
import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Storage } from '@google-cloud/storage';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { axeFaults, openBrowser, openPage } from '../../apps/console/browser.fixture.ts';
import { smallLog } from '../support/small-log.ts';
import { runCommand, until } from '../support/command.ts';
import { scratchFolder } from '../support/node-under-test.ts';
import { requireChromium } from '../support/requires.ts';
import { serviceAt } from '../support/services.ts';
import { startPagesNode, WITHIN_MS } from './pages-node.fixture.ts';

const chromiumPath = requireChromium();
const gcs = serviceAt('PITLANE_TEST_GCS');
/** A disk has to stand still for half a minute before it is docked, at each docking. */
const JOURNEY_MS = 400_000;
/** Some 50 MB, which take half a minute over such a link: there is time to look at it meanwhile. */
const SMALL = ['--size', 'small', '--duration', '30', '--vehicle', 'car-47'];
const LINK_BYTES_PER_S = 1_500_000;
/** Some 700 MB: long enough being read to be pulled meanwhile. */
const BULK = ['--size', 'medium', '--duration', '80', '--vehicle', 'car-47'];

describe.skipIf(!chromiumPath)('in a garage', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await openBrowser(chromiumPath ?? '');
  });
  afterAll(() => browser?.close());

  it.skipIf(!gcs)(
    'a disk is docked, pulled when the board says so, and a slice of its drive downloaded, the bytes of the command',
    async () => {
      await using scratch = await scratchFolder();
      const home = path.join(scratch.path, 'home');
      // Another device than the spool's: only what is copied off its own disk may be pulled.
      await using disks = await scratchFolder('/dev/shm');
      const [media, away] = ['media', 'away'].map((name) => path.join(disks.path, name)) as [string, string];
      for (const folder of [media, away]) await mkdir(folder);
      const drive = path.join(away, 'disk-a');
      const generated = await runCommand(['generate', '-o', drive, ...SMALL]);
      expect(generated.code, generated.stderr).toBe(0);
      const bucket = `pages-${randomUUID().slice(0, 8)}`;
      await new Storage({ apiEndpoint: gcs ?? '', projectId: 'p1' }).createBucket(bucket);
      await using node = await startPagesNode(home, media, {
        PITLANE_OBJECT_STORE: `gs://${bucket}`,
        PITLANE_GCS_ENDPOINT: gcs ?? '',
        PITLANE_LINK_BYTES_PER_SECOND: String(LINK_BYTES_PER_S),
      });

      await using board = await openPage(browser, `${node.url}/board`, { viewport: { width: 1920, height: 1080 } });
      await tileSays(board.page, /EMPTY/);
      await using explorer = await openPage(browser, node.url, {
        viewport: { width: 1440, height: 900 },
        acceptDownloads: true,
      });
      const { page } = explorer;
      await rename(drive, path.join(media, 'disk-a'));
      await page.getByRole('link', { name: /^Drive car-47-/ }).click({ timeout: WITHIN_MS });
      await page.locator('h1', { hasText: /^car-47-/ }).waitFor();
      const driveId = await page.locator('h1').innerText();
      await tileSays(board.page, /SAFE\s*TO PULL/);
      expect(await page.locator('main .state').first().innerText()).not.toBe('receipted');
      await rename(path.join(media, 'disk-a'), drive);
      await tileSays(board.page, /EMPTY/);
      expect(await axeFaults(board.page)).toEqual([]);
      await page.locator('main .state', { hasText: 'receipted' }).first().waitFor({ timeout: WITHIN_MS });

      await dragOver(page, 0.3, 0.5);
      await page.locator('.slice-amount', { hasText: /\d+ chunks?, .+ [kMG]?B/ }).waitFor();
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('link', { name: 'Download MCAP' }).click(),
      ]);
      const fromPage = path.join(scratch.path, 'page.mcap');
      await download.saveAs(fromPage);
      const { searchParams } = new URL(page.url());
      const [start, end] = [searchParams.get('start') ?? '', searchParams.get('end') ?? ''];
      const fromCommand = path.join(scratch.path, 'command.mcap');
      const exported = await runCommand([
        'export',
        driveId,
        '-o',
        fromCommand,
        '--start',
        start,
        '--end',
        end,
        '--home',
        home,
      ]);
      expect(exported.code, exported.stderr).toBe(0);
      expect(await digestOf(fromPage)).toBe(await digestOf(fromCommand));
      // The browser notes that a drive without a receipt has none.
      const others = explorer.faults.filter((fault) => !fault.includes('404 (Not Found)'));
      expect([board.faults, others]).toEqual([[], []]);
    },
    JOURNEY_MS,
  );

  it(
    'a disk that is pulled while it is read: the board says what is lost, and goes on when it is put back',
    async () => {
      await using scratch = await scratchFolder();
      const [home, media, away] = ['home', 'media', 'away'].map((name) => path.join(scratch.path, name)) as [
        string,
        string,
        string,
      ];
      for (const folder of [media, away]) await mkdir(folder);
      const drive = path.join(away, 'disk-a');
      // Two drives: what is open when a folder moves away is read on, which no disk in a hand does; the second is not open yet.
      for (const [name, seed] of [
        ['first', '1'],
        ['second', '2'],
      ] as const) {
        const generated = await runCommand(['generate', '-o', path.join(drive, name), ...BULK, '--seed', seed]);
        expect(generated.code, generated.stderr).toBe(0);
      }
      await using node = await startPagesNode(home, media);
      await using board = await openPage(browser, `${node.url}/board`, { viewport: { width: 1920, height: 1080 } });
      await rename(drive, path.join(media, 'disk-a'));
      await tileSays(board.page, /\d %/);
      await rename(path.join(media, 'disk-a'), drive);
      await tileSays(board.page, /PUT IT\s*BACK/);
      expect(await board.page.locator('.tile').first().innerText()).toMatch(/copied, .+ are on it alone/);
      await rename(drive, path.join(media, 'disk-a'));
      await tileSays(board.page, /SAFE\s*TO WIPE/);
      expect(board.faults).toEqual([]);
    },
    JOURNEY_MS,
  );

  it('a log that is broken: the board says to look, and the explorer what could not be read', async () => {
    await using scratch = await scratchFolder();
    const [home, media] = ['home', 'media'].map((name) => path.join(scratch.path, name)) as [string, string];
    await mkdir(media);
    const whole = smallLog();
    const disk = path.join(scratch.path, 'disk-b');
    await mkdir(disk);
    await writeFile(path.join(disk, 'log.mcap'), whole.subarray(0, Math.floor(whole.length * 0.6)));
    await using node = await startPagesNode(home, media);
    await rename(disk, path.join(media, 'disk-b'));
    await using board = await openPage(browser, `${node.url}/board`, { viewport: { width: 1920, height: 1080 } });
    await tileSays(board.page, /SAFE\s*TO WIPE/);
    await using explorer = await openPage(browser, `${node.url}/?hasLoss=true`);
    await explorer.page.getByText('LOSS').first().waitFor();
    await explorer.page
      .getByRole('link', { name: /^Drive / })
      .first()
      .click({ timeout: WITHIN_MS });
    await explorer.page
      .getByText(/log\.mcap/)
      .first()
      .waitFor();
    expect([board.faults, explorer.faults]).toEqual([[], []]);
  });
});

async function tileSays(page: Page, words: RegExp): Promise<void> {
  const tile = page.locator('.tile').first();
  const isSaid = async (): Promise<boolean> => words.test(await tile.innerText());
  expect(await until(isSaid, WITHIN_MS), `the board says ${await tile.innerText()}, and not ${String(words)}`).toBe(
    true,
  );
}

/** Over the timeline, in shares of its width. */
async function dragOver(page: Page, from: number, to: number): Promise<void> {
  const box = await page.locator('.tracks').boundingBox();
  if (!box) throw new Error('there is no timeline');
  const { x, y, width } = box;
  await page.mouse.move(x + width * from, y + 60);
  await page.mouse.down();
  await page.mouse.move(x + width * to, y + 70, { steps: 8 });
  await page.mouse.up();
}

const digestOf = async (file: string): Promise<string> =>
  createHash('sha256')
    .update(await readFile(file))
    .digest('hex');
