import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { requireChromium } from '../../../../../../test/support/requires.ts';
import { axeFaults, openBrowser, openPage, type OpenPage } from '../../../../browser.fixture.ts';
import { type FakeNode, startFakeNode } from '../../../../fake-node.fixture.ts';
import { answerParts, DRIVE_ID, LAT_DEG, lngAt, START_NS, timeAt, TRACK } from '../parts.fixture.ts';
import { type MapView, pixelX, pixelY, pointFrom, type Size, viewOf } from './projection.ts';
import { trackFrom } from './track.ts';

const chromiumPath = requireChromium();

describe.skipIf(!chromiumPath)('the map of a drive', () => {
  let browser: Browser;
  let node: FakeNode;
  beforeAll(async () => {
    browser = await openBrowser(chromiumPath ?? '');
    node = await startFakeNode();
    await answerParts(node);
  });
  afterAll(async () => {
    await browser?.close();
    await node?.[Symbol.asyncDispose]();
  });

  async function openMap(options: Parameters<typeof openPage>[2] = {}): Promise<OpenPage> {
    const opened = await openPage(browser, `${node.url}/drives/${DRIVE_ID}`, options);
    await opened.page.locator('.map-canvas canvas').waitFor();
    await opened.page.locator('.map-canvas').scrollIntoViewIfNeeded();
    await inked(opened.page);
    return opened;
  }

  it('says when and how fast it was where one points, and the other parts follow', async () => {
    await using opened = await openMap();
    const at = await pixelsOf(opened.page);
    await opened.page.mouse.move(...at(30));
    await expect
      .poll(() => opened.page.locator('.map-moment').textContent())
      .toMatch(/48\.13700° N, 11\.(5800|5799)\d° E/);
    // There and back on one street: the moment is one of the two.
    expect(await opened.page.locator('.map-moment b').textContent()).toMatch(/^08:1(5:30|6:30|5:29|6:29)\.\d$/);
    expect(await opened.page.locator('.map-moment').textContent()).toMatch(/29 km\/h|90 km\/h/);
    expect(await opened.page.locator('.rate-row .moment-line').count()).toBeGreaterThan(0);
    await opened.page.mouse.move(at(30)[0], at(30)[1] - 90);
    await opened.page.locator('.map-moment', { hasText: 'Point at the track' }).waitFor();
    expect(opened.faults).toEqual([]);
  });

  it('shows the moment that one points at in another part', async () => {
    await using opened = await openMap();
    const plot = opened.page.locator('.rate-row .row-plot').first();
    const { width = 0 } = (await plot.boundingBox()) ?? {};
    const before = await pictureOf(opened.page);
    await plot.hover({ position: { x: width * 0.5, y: 5 } });
    await opened.page.locator('.map-moment b', { hasText: /08:(16:00|15:59)/ }).waitFor();
    await expect.poll(() => pictureOf(opened.page)).not.toBe(before);
    await plot.hover({ position: { x: width * 0.75, y: 5 } });
    await opened.page.locator('.map-moment', { hasText: 'no position at this time' }).waitFor();
  });

  it('selects the times within a box, the first pass first, and offers the others', async () => {
    await using opened = await openMap();
    const { page } = opened;
    const at = await pixelsOf(page);
    const [left, y] = at(8);
    const [right] = at(18);
    await page.keyboard.down('Shift');
    await drag(page, [left, y - 30], [right, y + 30]);
    await page.keyboard.up('Shift');
    await page.locator('.map-passes', { hasText: 'Within the box 2 times' }).waitFor();
    const span = async (): Promise<number[]> => {
      await page.waitForURL(/start=\d+&end=\d+|end=\d+/);
      const { searchParams } = new URL(page.url());
      return ['start', 'end'].map((name) => Number(BigInt(searchParams.get(name) ?? 0) - START_NS) / 1e9);
    };
    const [start = 0, end = 0] = await span();
    expect([start, end].map(Math.round)).toEqual([8, 18]);
    expect(await page.locator('.map-passes [aria-pressed="true"]').textContent()).toMatch(/^08:15:0[78]\.\d · 10 s$/);
    await page.locator('.map-passes button').nth(1).click();
    await expect.poll(async () => (await span()).map(Math.round)).toEqual([102, 112]);
    await page.getByRole('button', { name: 'Select by box' }).click();
    await drag(page, [left, y - 110], [right, y - 70]);
    await page.locator('.map-passes', { hasText: 'The drive was not in that box.' }).waitFor();
  });

  it('shows a selection that was made elsewhere, and a stretch that the timeline shows', async () => {
    await using plain = await openMap();
    const all = await pictureOf(plain.page);
    const pictures = [all];
    for (const query of [`?start=${timeAt(10)}&end=${timeAt(40)}`, `?from=${timeAt(10)}&to=${timeAt(40)}`]) {
      await using opened = await openPage(browser, `${node.url}/drives/${DRIVE_ID}${query}`);
      await inked(opened.page);
      pictures.push(await pictureOf(opened.page));
    }
    expect(new Set(pictures).size).toBe(3);
  });

  it('draws nothing over a gap, and says so in words', async () => {
    await using opened = await openMap();
    const text = await opened.page.locator('.way-in-words summary').textContent();
    expect(text).toMatch(/^2\.\d+ km in 2 min 00 s, from 48\.1370° N, 11\.5700° E to .*; 1 gap, 20 s together\.$/);
    await opened.page.locator('.way-in-words summary').click();
    expect(await opened.page.locator('.way-gap').textContent()).toMatch(/08:16:20\.0.*20 s/);
    expect(await opened.page.locator('.map-legend li').allTextContents()).toEqual([
      '15 to 50 km/h',
      'over 90 km/h',
      'no position between',
    ]);
  });

  it('is moved, zoomed and stepped through by keys', async () => {
    await using opened = await openMap();
    const { page } = opened;
    const pictures = [await pictureOf(page)];
    await page.locator('.map-canvas').focus();
    for (const key of ['+', 'ArrowLeft', 'ArrowUp']) {
      await page.keyboard.press(key);
      await expect.poll(() => pictureOf(page)).not.toBe(pictures.at(-1));
      pictures.push(await pictureOf(page));
    }
    await page.keyboard.press('0');
    await expect.poll(() => pictureOf(page)).toBe(pictures[0]);
    for (const key of ['.', '.', '.', '[', '.', '.', ']']) await page.keyboard.press(key);
    await page.locator('.map-moment b', { hasText: '08:15:04.0' }).waitFor();
    await page.waitForURL(`**start=${timeAt(2)}&end=${timeAt(4) + 1n}*`);
    expect(await page.locator('.map-moment').getAttribute('aria-live')).toBe('polite');
  });

  it('is zoomed by the wheel with Ctrl, and leaves the wheel to the page without', async () => {
    await using opened = await openMap({ viewport: { width: 900, height: 420 } });
    const { page } = opened;
    await page.mouse.move(...(await pixelsOf(page))(10));
    const before = await pictureOf(page);
    const scrolled = await page.evaluate(() => scrollY);
    await page.mouse.wheel(0, 120);
    await page.waitForFunction((was) => scrollY !== was, scrolled);
    expect(await pictureOf(page)).toBe(before);
    await page.keyboard.down('Control');
    await page.mouse.wheel(0, -300);
    await page.keyboard.up('Control');
    await expect.poll(() => pictureOf(page)).not.toBe(before);
  });

  it('is drawn over the basemap of the site, whose owner it names', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'pitlane-site-'));
    const basemap = join(folder, 'site.geojson');
    const street = {
      type: 'LineString',
      coordinates: [
        [11.56, LAT_DEG + 0.001],
        [11.6, LAT_DEG + 0.001],
      ],
    };
    await writeFile(basemap, JSON.stringify({ type: 'Feature', geometry: street, attribution: 'the town, 2026' }));
    await using site = await startFakeNode(0, basemap);
    await answerParts(site);
    await using plain = await openMap();
    await using opened = await openPage(browser, `${site.url}/drives/${DRIVE_ID}`);
    await opened.page.locator('.map-legend', { hasText: 'Basemap: the town, 2026' }).waitFor();
    await inked(opened.page);
    expect(await pictureOf(opened.page)).not.toBe(await pictureOf(plain.page));
    await writeFile(basemap, '{"type":7}');
    await opened.page.reload();
    await opened.page.locator('.map-fault', { hasText: 'The basemap cannot be shown: it is no GeoJSON' }).waitFor();
    await rm(folder, { recursive: true });
  });

  it.each([
    ['light', 360],
    ['dark', 360],
    ['light', 1280],
    ['dark', 1280],
  ] as const)('has nothing for axe to find, and nothing wider than the page: %s, %i px', async (colorScheme, width) => {
    await using opened = await openMap({ colorScheme, viewport: { width, height: 800 } });
    expect(await axeFaults(opened.page)).toEqual([]);
    expect(await opened.page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
    expect(opened.faults).toEqual([]);
  });

  it('says so where no position is known, and where the answer is away', async () => {
    await using other = await startFakeNode();
    await answerParts(other);
    other.answer('GET', '/v1/drives/:driveId/track', () => ({ segments: [] }));
    await using opened = await openPage(browser, `${other.url}/drives/${DRIVE_ID}`);
    await opened.page.locator('.part-map', { hasText: 'No position is known of this drive.' }).waitFor();
  });
});

/** Waits until something is drawn. */
async function inked(page: Page): Promise<void> {
  await page.waitForFunction(() => {
    const canvas = document.querySelector<HTMLCanvasElement>('.map-canvas canvas');
    const pixels = canvas?.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height).data;
    return pixels !== undefined && new Set(new Uint32Array(pixels.buffer)).size > 8;
  });
}

const pictureOf = (page: Page): Promise<string> =>
  page.locator('.map-canvas canvas').evaluate((canvas: HTMLCanvasElement) => canvas.toDataURL());

async function boxOf(page: Page, selector: string) {
  const box = await page.locator(selector).first().boundingBox();
  if (!box) throw new Error(`${selector} is not on the page`);
  return box;
}

/** Where on the page the drive was at a second, while the whole way is shown. */
async function pixelsOf(page: Page): Promise<(seconds: number) => [number, number]> {
  const box = await boxOf(page, '.map-canvas');
  const size: Size = await page
    .locator('.map-canvas')
    .evaluate(({ clientWidth: widthPx, clientHeight: heightPx }) => ({ widthPx, heightPx }));
  const track = trackFrom(TRACK);
  if (!track) throw new Error('the track has no position');
  const view: MapView = viewOf(track.bounds, size);
  return (seconds) => {
    const { x, y } = pointFrom({ lngDeg: lngAt(seconds), latDeg: LAT_DEG });
    return [box.x + 1 + pixelX(view, size, x), box.y + 1 + pixelY(view, size, y)];
  };
}

async function drag(page: Page, from: readonly [number, number], to: readonly [number, number]): Promise<void> {
  await page.mouse.move(...from);
  await page.mouse.down();
  await page.mouse.move((from[0] + to[0]) / 2, (from[1] + to[1]) / 2);
  await page.mouse.move(...to);
  await page.mouse.up();
}
