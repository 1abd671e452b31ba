import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { requireChromium } from '../../../../../test/support/requires.ts';
import { axeFaults } from '../../../browser.fixture.ts';
import { boxesOf, trialOfBoard, wordsOf } from './board-trial.fixture.ts';
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

const chromiumPath = requireChromium();

describe.skipIf(!chromiumPath)('the board in a browser', () => {
  const board = trialOfBoard(chromiumPath);

  it('says of each disk one huge word of at least 100 px, with a time, which disk and which car', async () => {
    answerBoard(board.node, eightBays(GARAGE_NOW_MS));
    const page = await board.open();
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
    expect(board.faults).toEqual([]);
  });

  it('lets nothing be cut off or lie over another, and scrolls nothing', async () => {
    answerBoard(board.node, eightBays(GARAGE_NOW_MS));
    const page = await board.open();
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
    answerBoard(board.node, eightBays(GARAGE_NOW_MS));
    const page = await board.open();
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
    answerBoard(board.node, []);
    board.node.answer('GET', '/v1/garage/bays', () => ({ bays }));
    const page = await board.open();
    const before = await boxesOf(page, '.tile, .strip > *, .gauge, .board-foot');
    const stage = { doneBytes: 1.1e12, totalBytes: 1.3e12, totalKnown: true };
    board.node.send(
      { type: 'progress', dockId: 'dock-1', path: '/media/bay-1', stages: { stage }, leavesAfter: 'copy' },
      '2',
    );
    await page.clock.runFor(1000);
    await page.getByText('84 %').waitFor();
    bays = [fakeBay(1, GARAGE_NOW_MS, statesOf()['staged'] ?? null), fakeBay(2, GARAGE_NOW_MS, null)];
    board.node.send({ type: 'bays' }, '3');
    await page.clock.runFor(2000);
    await page.locator('.tile.eject').waitFor();
    expect(await wordsOf(page, 1)).toBe('SAFE TO PULL');
    expect(await boxesOf(page, '.tile, .strip > *, .gauge, .board-foot')).toEqual(before);
    await page.locator('[role="status"]', { hasText: '1: bay-1 SAFE TO PULL' }).waitFor({ state: 'attached' });
  });

  it('keeps its strip, its floor and its foot where they are before the node has answered', async () => {
    answerBoard(board.node, eightBays(GARAGE_NOW_MS));
    let answer = (): void => {};
    const answered = new Promise<void>((resolve) => (answer = resolve));
    board.node.answer('GET', '/v1/garage/bays', async () => {
      await answered;
      return { bays: eightBays(GARAGE_NOW_MS) };
    });
    const page = await board.open({}, false);
    await page.locator('.strip').waitFor();
    const parts = '.strip, .floor, .board-foot, .wall-clock';
    const before = await boxesOf(page, parts);
    answer();
    await page.locator('.tile').first().waitFor();
    expect(await boxesOf(page, parts)).toEqual(before);
  });

  it('shows 200 bays without a scroll: those that need a person first and large, the others small, no word lost', async () => {
    answerBoard(board.node, manyBays(200, GARAGE_NOW_MS));
    const page = await board.open();
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
    answerBoard(board.node, eightBays(GARAGE_NOW_MS));
    board.node.answer('GET', '/v1/garage/backlog', () => ({
      ...fakeBacklog(GARAGE_NOW_MS),
      linkBytesPerS: 0,
      clearsAt: null,
      isCloudAway: true,
      cloudAwaySince: ns(GARAGE_NOW_MS - 3_600_000),
    }));
    const page = await board.open();
    await page.getByText('▲ Cloud away').waitFor();
    await page.getByText('since 04:41: go on docking').waitFor();
    expect(await wordsOf(page, 4)).toBe('SAFE TO PULL');
  });

  it('turns grey when the connection is lost, says how old its word is, and catches up from the last event', async () => {
    let bays = [fakeBay(1, GARAGE_NOW_MS, {})];
    answerBoard(board.node, []);
    board.node.answer('GET', '/v1/garage/bays', () => ({ bays }));
    const page = await board.open();
    board.node.send({ type: 'tick', nowMs: GARAGE_NOW_MS }, '41');
    await page.locator('.heard[data-word="live"]').waitFor();
    board.node.cut();
    await page.locator('.page.stale').waitFor();
    await page.clock.runFor(12_000);
    await page.locator('.strip-title', { hasText: /Last update \d+ s ago: this may have changed\./ }).waitFor();
    const ink = await page
      .locator('.tile .word')
      .first()
      .evaluate((word) => getComputedStyle(word).color);
    await expect.poll(() => board.node.lastEventIds, { timeout: 20_000 }).toContain('41');
    bays = [fakeBay(1, GARAGE_NOW_MS, statesOf()['staged'] ?? null)];
    board.node.send({ type: 'bays' }, '42');
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

  it('shows the dockings where no bays are, and what to do where nothing is', async () => {
    answerBoard(board.node, []);
    const page = await board.open({}, false);
    await page.getByText('Nothing is docked', { exact: true }).waitFor();
    await page.getByText('npx pitlane ingest PATH').waitFor();
    board.node.answer('GET', '/v1/garage/docks', () => ({
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
    board.node.send({ type: 'drive', dockId: 'd', driveId: 'x', vehicleId: 'car-7', state: 'docked' }, '1');
    board.node.send(
      { type: 'progress', dockId: 'd', path: '/in/night-drive', stages: { stage }, leavesAfter: 'copy' },
      '2',
    );
    await page.clock.runFor(2000);
    await page.getByText('≤ 50 %').waitFor();
    board.node.send({ type: 'done', dockId: 'd', drives: [] }, '3');
    await page.clock.runFor(500);
    // Until the node has answered it stands where it stood.
    expect(await wordsOf(page, 1)).toBe('≤ 50 %');
    expect(await page.locator('.tile').innerText()).toContain('night-drive');
  });

  it('keeps a contrast of 7:1, in light and dark, and where it is out of touch', async () => {
    answerBoard(board.node, eightBays(GARAGE_NOW_MS));
    const faults = async (page: Page) => {
      const { violations } = await new AxeBuilder({ page }).withRules(['color-contrast-enhanced']).analyze();
      return violations.flatMap(({ nodes }) =>
        nodes.map(({ target, failureSummary }) => `${target.join(' ')}: ${failureSummary}`),
      );
    };
    for (const colorScheme of ['light', 'dark'] as const) {
      const page = await board.open({ colorScheme });
      expect(await faults(page)).toEqual([]);
      board.node.cut();
      await page.locator('.page.stale').waitFor();
      expect(await faults(page)).toEqual([]);
      await board.close();
    }
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
      answerBoard(board.node, eightBays(GARAGE_NOW_MS));
      for (const colorScheme of ['light', 'dark'] as const) {
        const page = await board.open({ viewport: { width, height }, colorScheme });
        board.node.send({ type: 'tick', nowMs: GARAGE_NOW_MS }, '1');
        expect(await axeFaults(page)).toEqual([]);
        expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
        await page.keyboard.type('3h', { delay: 100 });
        await page.getByRole('dialog').waitFor();
        expect(await axeFaults(page)).toEqual([]);
        await board.close();
      }
    },
  );
});
