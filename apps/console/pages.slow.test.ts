import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { requireChromium } from '../../test/support/requires.ts';
import { PAGES } from './assemble.ts';
import { axeFaults, openBrowser, openPage } from './browser.fixture.ts';
import { startFakeNode } from './fake-node.fixture.ts';

const chromiumPath = requireChromium();
const paths = PAGES.map((pattern) => pattern.replaceAll(/:[a-zA-Z]+/g, 'unknown'));

describe.skipIf(!chromiumPath)('every page', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await openBrowser(chromiumPath ?? '');
  });
  afterAll(() => browser?.close());

  it.each(paths)(
    '%s opens by its address, with one heading and nothing for axe to find, in light and dark',
    async (path) => {
      await using node = await startFakeNode();
      for (const colorScheme of ['light', 'dark'] as const) {
        await using opened = await openPage(browser, node.url + path, { colorScheme });
        await opened.page.locator('h1').waitFor();
        expect(await opened.page.locator('h1').count()).toBe(1);
        expect(await axeFaults(opened.page)).toEqual([]);
      }
    },
  );

  it('says since when the node is out of touch', async () => {
    await using node = await startFakeNode();
    await using opened = await openPage(browser, `${node.url}/board`);
    await opened.page.locator('.heard[data-word="live"]').waitFor();
    await node[Symbol.asyncDispose]();
    await opened.page.locator('.heard[data-word="away"]', { hasText: /last update \d+ s ago/ }).waitFor();
  });
});
