import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { requireChromium } from '../../../../../test/support/requires.ts';
import { openBrowser, openPage } from '../../../browser.fixture.ts';
import { fakeDrive, type FakeNode, startFakeNode } from '../../../fake-node.fixture.ts';
import { HOSTILE, LONG, lookEverywhere } from '../look.fixture.ts';

const chromiumPath = requireChromium();
const dayOf = (daysAgo: number) => new Date(Date.now() - daysAgo * 86_400_000).toISOString().slice(0, 10);

function serve(node: FakeNode): void {
  node.answer('GET', '/v1/fleet/days', () => ({
    days: [
      { day: dayOf(3), garage: 'north', drives: 3, chunks: 300, bytesStored: 3e12 },
      { day: dayOf(3), garage: null, drives: 1, chunks: 20, bytesStored: 1e12 },
      { day: dayOf(1), garage: HOSTILE, drives: 2, chunks: 100, bytesStored: 1.5e12 },
    ],
  }));
  node.answer('GET', '/v1/fleet/garages', () => ({
    garages: [
      {
        garage: 'north',
        waitingRecordings: 12,
        waitingBytes: 4e12,
        oldestS: 7_500,
        lagP50S: 640,
        lagP95S: 5_000,
        lagDay: dayOf(1),
      },
      {
        garage: LONG,
        waitingRecordings: 0,
        waitingBytes: 0,
        oldestS: null,
        lagP50S: null,
        lagP95S: null,
        lagDay: null,
      },
    ],
  }));
  node.answer('GET', '/v1/fleet/calendar', ({ query }) => ({
    days: [
      { day: `${query['year']}-03-11`, seconds: { indexed: 7_500 } },
      { day: `${query['year']}-03-12`, seconds: { indexed: 7_500, lost: 31 } },
      { day: `${query['year']}-03-13`, seconds: { 'in-flight': 60 } },
    ],
  }));
  node.answer('POST', '/v1/sql', ({ body }) => ({
    columns: [],
    rows: (body as { sql: string }).sql.includes('FROM losses')
      ? [{ reason: 'truncated', ranges: 3, drives: 2, bytes: 12_345_678 }]
      : [
          {
            tenant: 'default',
            vehicle_id: 'car-1',
            drive_id: fakeDrive(1).driveId,
            bytes_lost: 12_345_678,
            bytes_in: 8e9,
          },
        ],
    truncated: false,
  }));
}

describe.skipIf(!chromiumPath)('the page of the fleet', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await openBrowser(chromiumPath ?? '');
  });
  afterAll(() => browser?.close());

  it('shows what landed, what waits and for how long, and what was lost', async () => {
    await using node = await startFakeNode();
    serve(node);
    await using opened = await openPage(browser, `${node.url}/fleet`);
    const { page } = opened;
    await page.getByText('5.50 TB on 2 days').waitFor();
    expect(await page.locator('.day-bar').count()).toBe(30);
    const heights = await page
      .locator('.day-bar > .some')
      .evaluateAll((bars) => bars.map((bar) => (bar as HTMLElement).style.height));
    expect(heights).toEqual(['80%', '30%']);
    await page.getByRole('combobox', { name: 'Garage' }).selectOption('in several');
    await page.getByText('1.00 TB on 1 day').waitFor();
    await page.getByRole('combobox', { name: 'Garage' }).selectOption(HOSTILE);
    await page.getByRole('combobox', { name: 'By' }).selectOption('drives');
    await page.getByText('2 drives on 1 day').waitFor();
    await page.reload();
    await page.getByText('2 drives on 1 day').waitFor();
    await page.getByText('As a table').first().click();
    expect(await page.getByRole('table', { name: 'Landed by day' }).innerText()).toContain('1.50 TB');
    const north = page.getByRole('row').filter({ hasText: 'north' });
    expect(await north.innerText()).toMatch(/12 recordings\s+4\.00 TB\s+2 h 05 min\s+10 min 40 s\s+1 h 23 min/);
    expect(await page.getByRole('table', { name: 'Losses by reason' }).innerText()).toContain('12.3 MB');
    expect(opened.faults).toEqual([]);
  });

  it('shows a year day by day, in words too, by vehicle and topic, with the keyboard', async () => {
    await using node = await startFakeNode();
    serve(node);
    await using opened = await openPage(browser, `${node.url}/fleet?year=2026&vehicle=car-1`);
    const { page } = opened;
    await page.getByText('3 days with data: 1 lost, 1 waiting, 1 indexed').waitFor();
    await page.getByRole('button', { name: '2026-03-12' }).click();
    await page.getByText('2026-03-12: lost. 2 h 05 min indexed, 31 s lost').first().waitFor();
    await page.keyboard.press('ArrowLeft');
    await page.locator('.fleet-text', { hasText: '2026-03-11: indexed. 2 h 05 min indexed' }).waitFor();
    await page.keyboard.press('ArrowUp');
    await page.locator('.fleet-text', { hasText: '2026-03-04: nothing was recorded' }).waitFor();
    expect(await page.getByRole('link', { name: 'Drives of that day' }).getAttribute('href')).toBe(
      '/?vehicle=car-1&start=2026-03-04T00%3A00%3A00Z&end=2026-03-05T00%3A00%3A00Z',
    );
    await page.getByLabel('Topic').fill('/imu');
    await page.getByLabel('Topic').press('Enter');
    await page.waitForURL('**&topic=%2Fimu');
    await page.locator('.calendar-room').getByText('3 days with data').waitFor();
    expect(node.asked.findLast(({ path }) => path === '/v1/fleet/calendar')?.query).toEqual({
      year: '2026',
      vehicle: 'car-1',
      topic: '/imu',
    });
    expect(opened.faults).toEqual([]);
  });

  it('says that there is nothing yet, and what could not be read', async () => {
    await using node = await startFakeNode();
    node.answer('GET', '/v1/fleet/days', () => ({ days: [] }));
    node.answer('GET', '/v1/fleet/garages', () => ({ garages: [] }));
    node.answer('GET', '/v1/fleet/calendar', () => ({ days: [] }));
    await using opened = await openPage(browser, `${node.url}/fleet`);
    const { page } = opened;
    await page.getByText('Nothing landed of what was docked in these days.').waitFor();
    await page.getByText('No garage has docked anything yet.').waitFor();
    await page.getByText('no day with data').waitFor();
    await page.getByText('Could not read the losses.').waitFor();
    node.answer('POST', '/v1/sql', () => ({ columns: [], rows: [], truncated: false }));
    await page.getByRole('button', { name: 'Try again' }).first().click();
    await page.getByText('Nothing is lost.').waitFor();
  });

  it('has no fault that axe knows, no sideways scroll and no jump, anywhere', async () => {
    await using node = await startFakeNode();
    serve(node);
    await lookEverywhere(browser, `${node.url}/fleet`, async (page) => {
      await page.getByText('5.50 TB on 2 days').waitFor();
      await page.getByText('3 days with data').waitFor();
      await page.getByRole('table', { name: 'Losses by reason' }).waitFor();
    });
  });
});
