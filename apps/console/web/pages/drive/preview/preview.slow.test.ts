import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { requireChromium } from '../../../../../../test/support/requires.ts';
import { axeFaults, openBrowser, openPage, type OpenPage } from '../../../../browser.fixture.ts';
import { type FakeNode, startFakeNode } from '../../../../fake-node.fixture.ts';
import { answerParts, DRIVE_ID, FRAME_EVERY_S, SECONDS, shadeAt, timeAt } from '../parts.fixture.ts';

const chromiumPath = requireChromium();

describe.skipIf(!chromiumPath)('preview frames', () => {
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

  async function openFilm(query = '', options: Parameters<typeof openPage>[2] = {}): Promise<OpenPage> {
    const opened = await openPage(browser, `${node.url}/drives/${DRIVE_ID}${query}`, options);
    await opened.page.locator('.part-preview').scrollIntoViewIfNeeded();
    await opened.page.locator('.film-frame img').first().waitFor();
    return opened;
  }

  it('are those of the log at their times: the nearest to the moment stands large', async () => {
    await using opened = await openFilm();
    const { page } = opened;
    await page.locator('.preview-notes', { hasText: '24 frames' }).waitFor();
    const plot = page.locator('.film-row .row-plot').first();
    const { width = 0 } = (await plot.boundingBox()) ?? {};
    for (const seconds of [3, 27, 63, 109]) {
      await plot.hover({ position: { x: (width * seconds) / SECONDS, y: 68 }, force: true });
      const frame = Math.min(SECONDS / FRAME_EVERY_S - 1, Math.round(seconds / FRAME_EVERY_S));
      const clock = new Date(Number(timeAt(frame * FRAME_EVERY_S) / 1_000_000n)).toISOString().slice(11, 19);
      await page.locator(`.large-picture img[alt="/camera/front at ${clock}.0"]`).waitFor();
      expect(Math.abs((await shadeOf(page, '.large-picture img')) - shadeAt(frame))).toBeLessThan(6);
    }
    expect(opened.faults).toEqual([]);
  });

  it('say what the verdict says of them', async () => {
    await using opened = await openFilm();
    const { page } = opened;
    const rear = page.locator('.film-row', { hasText: '/camera/rear' });
    await rear.locator('.said').first().waitFor();
    expect(new Set(await rear.locator('.said').allTextContents())).toEqual(new Set(['frozen']));
    expect(await page.locator('.film-row', { hasText: '/camera/front' }).locator('.said').count()).toBe(0);
    await rear
      .locator('.film-frame', { has: page.locator('.said') })
      .first()
      .click();
    await page.locator('.large-picture .said', { hasText: 'frozen' }).waitFor();
  });

  it('are none where none is near, and the page says so', async () => {
    await using opened = await openFilm(`?from=${timeAt(100)}&to=${timeAt(119)}`);
    await using late = await openPage(browser, `${node.url}/drives/${DRIVE_ID}?from=${timeAt(111)}&to=${timeAt(120)}`);
    await late.page.locator('.part-preview').scrollIntoViewIfNeeded();
    await late.page.locator('.film-none').first().waitFor();
    expect(await opened.page.locator('.film-none').count()).toBe(0);
  });

  it('follow the topics that are chosen', async () => {
    await using opened = await openFilm('?topics=/camera/rear');
    expect(await opened.page.locator('.film-row .row-name').allTextContents()).toEqual(['/camera/rear']);
    await using other = await openPage(browser, `${node.url}/drives/${DRIVE_ID}?topics=/imu`);
    await other.page.locator('.part-preview').scrollIntoViewIfNeeded();
    await other.page.locator('.part-preview', { hasText: 'None of the chosen topics is a camera' }).waitFor();
  });

  it.each([
    ['light', 360],
    ['dark', 1280],
  ] as const)(
    'have nothing for axe to find, and nothing wider than the page: %s, %i px',
    async (colorScheme, width) => {
      await using opened = await openFilm('', { colorScheme, viewport: { width, height: 800 } });
      expect(await axeFaults(opened.page)).toEqual([]);
      expect(await opened.page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(
        0,
      );
    },
  );

  it('that are not there, cut off, or no frames are told of in words', async () => {
    await using other = await startFakeNode();
    await answerParts(other);
    const told = async (): Promise<string> => {
      await using opened = await openPage(browser, `${other.url}/drives/${DRIVE_ID}`);
      const part = opened.page.locator('.part-preview');
      await part.scrollIntoViewIfNeeded();
      await part.locator('strong, .preview-fault').first().waitFor();
      return (await part.textContent()) ?? '';
    };
    other.answer('GET', '/v1/previews/:previewId', () => Buffer.from('no preview at all, and long enough to be read'));
    expect(await told()).toContain('The frames could not be read.');
    other.answer('GET', '/v1/previews', () => ({ previews: [], next: null }));
    expect(await told()).toContain('There is no preview of this drive.');
  });
});

/** The mean grey of a picture, as the browser has decoded it. */
const shadeOf = (page: Page, selector: string): Promise<number> =>
  page
    .locator(selector)
    .first()
    .evaluate(async (picture: HTMLImageElement) => {
      await picture.decode();
      const canvas = document.createElement('canvas');
      [canvas.width, canvas.height] = [picture.naturalWidth, picture.naturalHeight];
      const pen = canvas.getContext('2d');
      pen?.drawImage(picture, 0, 0);
      const { data = new Uint8ClampedArray(4) } = pen?.getImageData(0, 0, canvas.width, canvas.height) ?? {};
      return data.reduce((sum, value, i) => sum + (i % 4 === 0 ? value : 0), 0) / (data.length / 4);
    });
