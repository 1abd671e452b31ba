import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { requireChromium } from '../../../../../../test/support/requires.ts';
import { axeFaults, openBrowser, openPage } from '../../../../browser.fixture.ts';
import { type FakeNode, startFakeNode } from '../../../../fake-node.fixture.ts';
import { answerParts, DRIVE_ID, timeAt } from '../parts.fixture.ts';

const chromiumPath = requireChromium();

describe.skipIf(!chromiumPath)('message rates', () => {
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

  it('stand in bars, with what is expected, what is silent, and the rate at the moment', async () => {
    await using opened = await openPage(browser, `${node.url}/drives/${DRIVE_ID}`);
    const imu = opened.page.locator('.rate-row', { hasText: '/imu' });
    await imu.locator('.rate-bar').waitFor({ state: 'attached' });
    await imu.locator('.rate-figure', { hasText: 'of 100 Hz' }).waitFor();
    expect(await imu.locator('.rate-figure').textContent()).toMatch(/^66\.\d Hz of 100 Hzsilent 20 s$/);
    expect(await imu.locator('svg').getAttribute('aria-label')).toMatch(
      /^\/imu: 66\.\d Hz on the whole, 80 Hz at most, 100 Hz expected; 1 silence$/,
    );
    const camera = opened.page.locator('.rate-row', { hasText: '/camera/front' });
    expect(await camera.locator('.rate-line.mean').count()).toBe(1);
    expect(await camera.locator('.rate-silence').count()).toBe(0);
    const plot = imu.locator('.row-plot');
    const { width = 0 } = (await plot.boundingBox()) ?? {};
    await plot.hover({ position: { x: width * 0.25, y: 10 } });
    await imu.locator('.rate-figure b', { hasText: /^80 Hz$/ }).waitFor();
    await plot.hover({ position: { x: width * 0.75, y: 10 } });
    await imu.locator('.rate-figure b', { hasText: /^0 Hz$/ }).waitFor();
    expect(opened.faults).toEqual([]);
  });

  it('are asked for anew, finer, for the stretch that is shown', async () => {
    await using opened = await openPage(
      browser,
      `${node.url}/drives/${DRIVE_ID}?from=${timeAt(30)}&to=${timeAt(90)}&topics=/imu,/camera/*`,
    );
    await opened.page.locator('.rate-row').first().waitFor();
    const asked = node.asked.findLast(({ path }) => path.endsWith('/rates'));
    expect(asked?.query).toMatchObject({
      start: String(timeAt(30)),
      end: String(timeAt(90) - 1n),
      topics: '/imu,/camera/*',
    });
    const bars = await opened.page.locator('.rate-row svg').first().boundingBox();
    const plot = await opened.page.locator('.rate-row .row-plot').first().boundingBox();
    expect(Math.abs((bars?.width ?? 0) - (plot?.width ?? 1))).toBeLessThan(2);
  });

  it('of many topics are shown when they are asked for, and long names stay in their place', async () => {
    await using other = await startFakeNode();
    await answerParts(other);
    const topics = Array.from({ length: 60 }, (_, i) => ({
      topic: `/a/very/long/name/of/a/topic/that/goes/on/and/on/${i}`,
      messages: [1, 2, 3],
    }));
    const rates = { startTime: String(timeAt(0)), endTime: String(timeAt(120)), bucketNs: '40000000000', topics };
    other.answer('GET', '/v1/drives/:driveId/rates', () => rates);
    for (const [colorScheme, width] of [
      ['light', 360],
      ['dark', 1280],
    ] as const) {
      await using opened = await openPage(browser, `${other.url}/drives/${DRIVE_ID}`, {
        colorScheme,
        viewport: { width, height: 800 },
      });
      await opened.page.locator('.rate-row').nth(23).waitFor();
      expect(await opened.page.locator('.rate-row').count()).toBe(24);
      await opened.page.getByRole('button', { name: 'Show all 60 topics' }).click();
      await opened.page.locator('.rate-row').nth(59).waitFor();
      expect(await axeFaults(opened.page)).toEqual([]);
      expect(await opened.page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(
        0,
      );
    }
  });
});
