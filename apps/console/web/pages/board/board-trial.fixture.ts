/** The board of a fake node in a browser, anew for each test of a file, with the garage's time on the browser's clock. */
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach } from 'vitest';
import { openBrowser, type OpenPage, openPage } from '../../../browser.fixture.ts';
import { type FakeNode, startFakeNode } from '../../../fake-node.fixture.ts';
import { GARAGE_NOW_MS } from './board.fixture.ts';

const WALL = { viewport: { width: 1920, height: 1080 }, timezoneId: 'Europe/Berlin' };

export interface BoardTrial {
  readonly node: FakeNode;
  /** Of the page that was opened last. */
  readonly faults: readonly string[];
  /** @param isWaited for the first tile */
  open(options?: BrowserContextOptions, isWaited?: boolean): Promise<Page>;
  close(): Promise<void>;
}

/** Within a `describe` that is skipped where there is no browser. */
export function trialOfBoard(chromiumPath: string | undefined): BoardTrial {
  let browser: Browser;
  let node: FakeNode;
  let opened: OpenPage | undefined;
  const close = async (): Promise<void> => {
    await opened?.[Symbol.asyncDispose]();
    opened = undefined;
  };
  beforeAll(async () => {
    browser = await openBrowser(chromiumPath ?? '');
  });
  afterAll(() => browser?.close());
  beforeEach(async () => {
    node = await startFakeNode();
    return async () => {
      await close();
      await node[Symbol.asyncDispose]();
    };
  });
  return {
    get node() {
      return node;
    },
    get faults() {
      return opened?.faults ?? [];
    },
    async open(options = {}, isWaited = true) {
      opened = await openPage(browser, 'about:blank', { ...WALL, ...options });
      await opened.page.clock.install({ time: GARAGE_NOW_MS });
      await opened.page.goto(`${node.url}/board`);
      if (isWaited) await opened.page.locator('.tile').first().waitFor();
      return opened.page;
    },
    close,
  };
}

/** The huge ones of a tile. */
export async function wordsOf(page: Page, number: number): Promise<string> {
  const lines = await page.locator(`.tile[data-number="${number}"] .words .word`).allInnerTexts();
  return lines
    .map((line) => line.trim())
    .filter(Boolean)
    .join(' ');
}

export const boxesOf = (page: Page, selector: string): Promise<string[]> =>
  page.locator(selector).evaluateAll((all) => all.map((one) => JSON.stringify(one.getBoundingClientRect())));

/** As a scanner types: all of it within a moment, and Enter. */
export const scan = (page: Page, code: string): Promise<void> =>
  page.evaluate(
    (keys) => {
      for (const key of keys) {
        const target = document.activeElement ?? document.body;
        target.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));
      }
    },
    [...Array.from(code), 'Enter'],
  );
