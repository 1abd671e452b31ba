import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { requireChromium } from '../../../../../test/support/requires.ts';
import {
  answerBoard,
  eightBays,
  fakeBacklog,
  fakeBay,
  GARAGE_NOW_MS,
  manyBays,
  ns,
  statesOf,
} from './board.fixture.ts';
import { axeFaults, openBrowser, type OpenPage, openPage } from '../../../browser.fixture.ts';
import { type FakeNode, startFakeNode } from '../../../fake-node.fixture.ts';

const chromiumPath = requireChromium();
const wall = { viewport: { width: 1920, height: 1080 }, timezoneId: 'Europe/Berlin' };

describe.skipIf(!chromiumPath)('the board in a browser', () => {
  let browser: Browser;
  let node: FakeNode;
  let opened: OpenPage | undefined;

  beforeAll(async () => {
    browser = await openBrowser(chromiumPath ?? '');
  });
  afterAll(() => browser?.close());
  beforeEach(async () => {
    node = await startFakeNode();
    return async () => {
      await opened?.[Symbol.asyncDispose]();
      opened = undefined;
      await node[Symbol.asyncDispose]();
    };
  });

  /** With the garage's time on the browser's clock. */
  async function open(options: BrowserContextOptions = {}, isWaited = true): Promise<Page> {
    opened = await openPage(browser, 'about:blank', { ...wall, ...options });
    await opened.page.clock.install({ time: GARAGE_NOW_MS });
    await opened.page.goto(`${node.url}/board`);
    if (isWaited) await opened.page.locator('.tile').first().waitFor();
    return opened.page;
  }
  const tick = (nowMs = GARAGE_NOW_MS) => node.send({ type: 'tick', nowMs }, '1');
  const wordsOf = async (page: Page, number: number): Promise<string> => {
    const lines = await page.locator(`.tile[data-number="${number}"] .words .word`).allInnerTexts();
    return lines
      .map((line) => line.trim())
      .filter(Boolean)
      .join(' ');
  };
  /** As a scanner types: all of it within a moment, and Enter. */
  const scan = (page: Page, code: string) =>
    page.evaluate(
      (keys) => {
        for (const key of keys) {
          const target = document.activeElement ?? document.body;
          target.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));
        }
      },
      [...Array.from(code), 'Enter'],
    );
  const boxesOf = (page: Page, selector: string) =>
    page.locator(selector).evaluateAll((all) => all.map((one) => JSON.stringify(one.getBoundingClientRect())));

  it('says of each disk one huge word of at least 100 px, with a time, which disk and which car', async () => {
    answerBoard(node, eightBays(GARAGE_NOW_MS));
    const page = await open();
    const words = await Promise.all(Array.from({ length: 8 }, (_, at) => wordsOf(page, at + 1)));
    expect(words).toEqual([
      'EMPTY',
      'WAIT',
      '63 % 06:01',
      'SAFE TO PULL',
      'SAFE TO WIPE',
      'DO NOT PULL',
      'PUT IT BACK',
      '99 % 06:06',
    ]);
    const sizes = await page
      .locator('.tile .word')
      .evaluateAll((all) => all.map((one) => parseFloat(getComputedStyle(one).fontSize)));
    expect(Math.min(...sizes)).toBeGreaterThanOrEqual(100);
    const reading = await page.locator('.tile[data-number="3"]').innerText();
    for (const text of ['bay-3', 'car-43', 'S5SSNJ0T700003', 'safe to pull at', '945 GB of 1.50 TB, 412 MB/s'])
      expect(reading).toContain(text);
    expect(await page.locator('.strip').innerText()).toMatch(
      /8\.1 of 10 Gbit\/s[^]*5\.53 TB to send[^]*drained at 07:11/,
    );
    expect(opened?.faults).toEqual([]);
  });

  it('lets nothing be cut off or lie over another, and scrolls nothing', async () => {
    answerBoard(node, eightBays(GARAGE_NOW_MS));
    const page = await open();
    const cut = await page.locator('.tile').evaluateAll((tiles) =>
      tiles.flatMap((tile) =>
        [...tile.querySelectorAll('.word, .sign, .tile-stage, .tile-foot')]
          .filter((part) => {
            const [inner, outer] = [part.getBoundingClientRect(), tile.getBoundingClientRect()];
            const isWide = part.scrollWidth > part.clientWidth + 1 && part.matches('.word');
            return isWide || inner.right > outer.right + 1 || inner.bottom > outer.bottom + 1;
          })
          .map((part) => `${tile.getAttribute('data-number')} ${part.getAttribute('class')}`),
      ),
    );
    expect(cut).toEqual([]);
    expect(
      await page.evaluate(() => [document.documentElement.scrollHeight, document.documentElement.scrollWidth]),
    ).toEqual([1080, 1920]);
    expect(await page.locator('.floor').evaluate((floor) => floor.scrollHeight - floor.clientHeight)).toBe(0);
  });

  it('says of a disk that is broken or was pulled early what to do, and what is lost', async () => {
    answerBoard(node, eightBays(GARAGE_NOW_MS));
    const page = await open();
    expect(await page.locator('.tile[data-number="6"]').innerText()).toContain(
      '▲ Failing disk: 12 sectors that cannot be read: copy it and replace it',
    );
    expect(await page.locator('.tile[data-number="7"]').innerText()).toMatch(
      /388 GB are on it alone[^]*Put back, it goes on where it stopped/,
    );
    await page.keyboard.type('6', { delay: 120 });
    await page.keyboard.press('Enter', { delay: 120 });
    await page.getByText('input/output error; tried again in 240 s').waitFor();
    await page.getByRole('dialog').getByText('/camera/front silent from 02:31:07').waitFor();
  });

  it('moves a disk from word to word as it is told, and no box with it', async () => {
    let bays = [fakeBay(1, GARAGE_NOW_MS, {}), fakeBay(2, GARAGE_NOW_MS, null)];
    answerBoard(node, []);
    node.answer('GET', '/v1/garage/bays', () => ({ bays }));
    const page = await open();
    const before = await boxesOf(page, '.tile, .strip > *, .gauge, .board-foot');
    const stage = { doneBytes: 1.1e12, totalBytes: 1.3e12, totalKnown: true };
    node.send(
      { type: 'progress', dockId: 'dock-1', path: '/media/bay-1', stages: { stage }, leavesAfter: 'copy' },
      '2',
    );
    await page.clock.runFor(1000);
    await page.getByText('84 %').waitFor();
    bays = [fakeBay(1, GARAGE_NOW_MS, statesOf()['staged'] ?? null), fakeBay(2, GARAGE_NOW_MS, null)];
    node.send({ type: 'bays' }, '3');
    await page.clock.runFor(2000);
    await page.locator('.tile.eject').waitFor();
    expect(await wordsOf(page, 1)).toBe('SAFE TO PULL');
    expect(await boxesOf(page, '.tile, .strip > *, .gauge, .board-foot')).toEqual(before);
    await page.locator('[role="status"]', { hasText: '1: bay-1 SAFE TO PULL' }).waitFor({ state: 'attached' });
  });

  it('keeps its strip, its floor and its foot where they are before the node has answered', async () => {
    answerBoard(node, eightBays(GARAGE_NOW_MS));
    let answer = (): void => {};
    const answered = new Promise<void>((resolve) => (answer = resolve));
    node.answer('GET', '/v1/garage/bays', async () => {
      await answered;
      return { bays: eightBays(GARAGE_NOW_MS) };
    });
    const page = await open({}, false);
    await page.locator('.strip').waitFor();
    const parts = '.strip, .floor, .board-foot, .wall-clock';
    const before = await boxesOf(page, parts);
    answer();
    await page.locator('.tile').first().waitFor();
    expect(await boxesOf(page, parts)).toEqual(before);
  });

  it('shows 200 bays without a scroll: those that need a person first and large, the others small, no word lost', async () => {
    answerBoard(node, manyBays(200, GARAGE_NOW_MS));
    const page = await open();
    expect(await page.locator('.tile').count()).toBe(200);
    const large = await page
      .locator('.block:not(.dense-block) .tile')
      .evaluateAll((all) => all.map((one) => one.getAttribute('data-number')));
    expect(large).toHaveLength(16);
    expect(large.slice(0, 6)).toEqual(['91', '142', '4', '8', '10', '16']);
    expect(await wordsOf(page, 91)).toBe('DO NOT PULL');
    const cut = await page
      .locator('.dense .tile-line')
      .evaluateAll((all) => all.filter((one) => one.scrollWidth > one.clientWidth + 1).map((one) => one.textContent));
    expect(cut).toEqual([]);
    expect(await page.locator('.floor').evaluate((floor) => floor.scrollHeight - floor.clientHeight)).toBe(0);
    expect(await axeFaults(page)).toEqual([]);
  });

  it('says that the cloud is away and that the garage goes on', async () => {
    answerBoard(node, eightBays(GARAGE_NOW_MS));
    node.answer('GET', '/v1/garage/backlog', () => ({
      ...fakeBacklog(GARAGE_NOW_MS),
      linkBytesPerS: 0,
      clearsAt: null,
      isCloudAway: true,
      cloudAwaySince: ns(GARAGE_NOW_MS - 3_600_000),
    }));
    const page = await open();
    await page.getByText('Cloud away since 04:41').waitFor();
    await page.getByText('Go on docking: it is kept here').waitFor();
    expect(await wordsOf(page, 4)).toBe('SAFE TO PULL');
  });

  it('turns grey when the connection is lost, says how old its word is, and catches up from the last event', async () => {
    let bays = [fakeBay(1, GARAGE_NOW_MS, {})];
    answerBoard(node, []);
    node.answer('GET', '/v1/garage/bays', () => ({ bays }));
    const page = await open();
    node.send({ type: 'tick', nowMs: GARAGE_NOW_MS }, '41');
    await page.locator('.heard[data-word="live"]').waitFor();
    node.cut();
    await page.locator('.page.stale').waitFor();
    await page.clock.runFor(12_000);
    await page.locator('.strip-title', { hasText: /Last update \d+ s ago: this may have changed\./ }).waitFor();
    const ink = await page
      .locator('.tile .word')
      .first()
      .evaluate((word) => getComputedStyle(word).color);
    await expect.poll(() => node.lastEventIds, { timeout: 20_000 }).toContain('41');
    bays = [fakeBay(1, GARAGE_NOW_MS, statesOf()['staged'] ?? null)];
    node.send({ type: 'bays' }, '42');
    await page.locator('.page:not(.stale)').waitFor();
    await page.clock.runFor(2000);
    await page.locator('.tile.eject').waitFor();
    expect(
      await page
        .locator('.tile .word')
        .first()
        .evaluate((word) => getComputedStyle(word).color),
    ).not.toBe(ink);
  });

  it('acts and undoes by keys alone, says in words what it will do, and counts the seconds', async () => {
    answerBoard(node, eightBays(GARAGE_NOW_MS));
    const page = await open();
    await page.keyboard.press('3', { delay: 60 });
    await page.locator('.tile[data-number="3"].selected').waitFor();
    await page.keyboard.press('h', { delay: 60 });
    await page.getByRole('dialog', { name: 'Hold: bay-3' }).waitFor();
    await page.clock.runFor(1000);
    await page.getByText('Nothing more is sent of what is in it').waitFor();
    expect(node.asked.filter(({ method }) => method === 'POST').map(({ body }) => body)).toEqual([
      { kind: 'hold', bay: 'bay-3', dryRun: true },
    ]);
    await page.keyboard.press('Enter', { delay: 60 });
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    const secondsLeft = async () => Number(await page.locator('.undo-left').innerText());
    const before = await secondsLeft();
    expect(before).toBeGreaterThan(0);
    await page.clock.runFor(3000);
    await expect.poll(secondsLeft).toBeLessThanOrEqual(Math.max(0, before - 3));
    await page.keyboard.press('u', { delay: 60 });
    await page.getByText('↺ Undone').waitFor();
    expect(node.asked.at(-1)).toMatchObject({ method: 'DELETE', path: '/v1/garage/actions/a1' });
    expect(opened?.faults).toEqual([]);
  });

  it('takes a scanned code as bay and action at once, and no letter of a serial number as a key', async () => {
    answerBoard(node, eightBays(GARAGE_NOW_MS));
    const page = await open();
    await scan(page, 'S5SSNJ0T700004');
    await page.getByRole('dialog', { name: '4 · bay-4' }).waitFor();
    await page.keyboard.press('Escape');
    expect(node.asked.some(({ method }) => method === 'POST')).toBe(false);
    await scan(page, '3P');
    await page.locator('.undo', { hasText: 'All of it is sent before everything else: bay-3.' }).waitFor();
    await scan(page, '9Z9');
    await page.getByText('No bay, disk or car has the code 9Z9.').waitFor();
  });

  it('asks for what an action needs, and says why another may not be done', async () => {
    answerBoard(node, eightBays(GARAGE_NOW_MS));
    const page = await open();
    await page.keyboard.type('3r', { delay: 100 });
    await page.getByText('Free its copies, bay-3: Not signed for yet').waitFor();
    await page.keyboard.type('3v', { delay: 100 });
    await page.getByLabel('Car: type it, or scan its code').waitFor();
    await page.keyboard.type('car-88');
    await page.keyboard.press('Enter');
    await page.locator('.undo').waitFor();
    const posted = node.asked.filter(({ method, body }) => method === 'POST' && !(body as { dryRun?: boolean }).dryRun);
    expect(posted.map(({ body }) => body)).toEqual([{ kind: 'name-vehicle', bay: 'bay-3', vehicleId: 'car-88' }]);
  });

  it('moves a drive in the queue by arrow keys, and by fingers', async () => {
    answerBoard(node, eightBays(GARAGE_NOW_MS));
    const page = await open();
    await page.keyboard.press('q', { delay: 60 });
    await page.getByRole('dialog', { name: 'Queue to the cloud' }).waitFor();
    const cars = () => page.locator('.queue-car').allInnerTexts();
    await expect.poll(cars).toEqual(['car-43', 'car-44', 'car-46']);
    await page.locator('[data-drive^="car-46"]').focus();
    for (const key of [' ', 'ArrowUp', 'ArrowUp']) {
      await page.keyboard.press(key === ' ' ? 'Space' : key);
      await page.clock.runFor(100);
    }
    await page.keyboard.press('Space');
    await page.getByText('car-46 goes before car-43').waitFor();
    expect(await cars()).toEqual(['car-46', 'car-43', 'car-44']);
    const moved = node.asked.filter(({ method }) => method === 'POST').map(({ body }) => body);
    expect(moved).toEqual([
      {
        kind: 'prioritise',
        driveId: 'car-46-20260312T021500Z-1a2b3c4d',
        tenant: 'default',
        before: 'car-43-20260312T021500Z-1a2b3c4d',
      },
    ]);
    await page.getByRole('button', { name: 'car-46: down' }).click();
    await page.getByText('car-46 goes before car-44').waitFor();
  });

  it('keeps who asked for what, and has a code to print for each bay and action', async () => {
    answerBoard(node, eightBays(GARAGE_NOW_MS));
    const page = await open();
    await page.keyboard.type('3h', { delay: 100 });
    await page.getByLabel('Your name, for the audit').fill('Robin');
    await page.keyboard.press('Enter');
    await page.locator('.undo').waitFor();
    await page.keyboard.press('a', { delay: 60 });
    await page.getByRole('dialog', { name: 'What people asked for' }).getByText('asked by Robin').waitFor();
    expect(await page.locator('.audit-when').innerText()).toMatch(/05:41\s+Thu 12 Mar, 04:41 UTC/);
    expect(await axeFaults(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await page.keyboard.press('c', { delay: 60 });
    await page.getByRole('img', { name: 'bar code 8R' }).waitFor();
    expect(await page.locator('.codes li').count()).toBe(1 + 8 * 5);
    expect(await axeFaults(page)).toEqual([]);
  });

  it('looks and does not act without a session, and says how to get one', async () => {
    answerBoard(node, eightBays(GARAGE_NOW_MS), { mayAct: false });
    const page = await open();
    await page.locator('.legend', { hasText: 'npx pitlane board' }).waitFor();
    await page.keyboard.type('3h', { delay: 100 });
    await page.getByRole('dialog').getByText('npx pitlane board').waitFor();
    expect(await page.locator('.deeds button:enabled').count()).toBe(0);
  });

  it('shows the dockings where no bays are, and what to do where nothing is', async () => {
    answerBoard(node, []);
    const page = await open({}, false);
    await page.getByText('Nothing is docked', { exact: true }).waitFor();
    await page.getByText('npx pitlane ingest PATH').waitFor();
    node.answer('GET', '/v1/garage/docks', () => ({
      docks: [
        {
          dockId: 'd',
          path: '/in/night-drive',
          vehicleId: 'car-7',
          dockedAtMs: GARAGE_NOW_MS,
          state: 'open',
          driveIds: [],
          error: null,
        },
      ],
    }));
    const stage = { doneBytes: 50, totalBytes: 100, totalKnown: false };
    node.send({ type: 'drive', dockId: 'd', driveId: 'x', vehicleId: 'car-7', state: 'docked' }, '1');
    node.send({ type: 'progress', dockId: 'd', path: '/in/night-drive', stages: { stage }, leavesAfter: 'copy' }, '2');
    await page.clock.runFor(2000);
    await page.getByText('≤ 50 %').waitFor();
    expect(await page.locator('.tile').innerText()).toContain('night-drive');
  });

  it.each([
    [360, 780],
    [768, 1024],
    [1280, 720],
    [1920, 1080],
    [2560, 1440],
  ])(
    'has nothing for axe to find at %i × %i, nothing wider than the screen, in light and dark',
    async (width, height) => {
      answerBoard(node, eightBays(GARAGE_NOW_MS));
      for (const colorScheme of ['light', 'dark'] as const) {
        const page = await open({ viewport: { width, height }, colorScheme });
        tick();
        expect(await axeFaults(page)).toEqual([]);
        expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
        await page.keyboard.type('3h', { delay: 100 });
        await page.getByRole('dialog').waitFor();
        expect(await axeFaults(page)).toEqual([]);
        await opened?.[Symbol.asyncDispose]();
      }
    },
  );
});
