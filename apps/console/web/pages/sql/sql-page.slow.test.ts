import { readFile } from 'node:fs/promises';
import { VIEWS } from '@pitlane/contracts/catalog';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { requireChromium } from '../../../../../test/support/requires.ts';
import { openBrowser, openPage } from '../../../browser.fixture.ts';
import { type FakeNode, startFakeNode } from '../../../fake-node.fixture.ts';
import { HOSTILE, LONG, lookEverywhere } from '../look.fixture.ts';

const chromiumPath = requireChromium();

function serveSchema(node: FakeNode, engine: 'duckdb' | 'bigquery' = 'duckdb'): void {
  const views = VIEWS.map(({ name, meaning, columns }) => ({
    name,
    about: meaning,
    columns: columns.map((column) => ({ name: column.name, type: column.type, about: column.meaning })),
  }));
  node.answer('GET', '/v1/catalog/schema', () => ({ engine, views }));
}

const columns = [
  { name: 'topic', type: 'VARCHAR' },
  { name: 'messages', type: 'BIGINT' },
  { name: 'start_ns', type: 'BIGINT' },
  { name: 'note', type: 'VARCHAR' },
];
const rowOf = (at: number) => ({
  topic: `/topic/${at}`,
  messages: at * 1000,
  start_ns: '1773303302123456789',
  note: null,
});
const rowsOf = (count: number) => Array.from({ length: count }, (_, at) => rowOf(at));

const editor = (page: Page) => page.getByRole('textbox', { name: 'SQL' });
const run = async (page: Page, sql: string): Promise<void> => {
  await editor(page).fill(sql);
  await editor(page).press('Control+Enter');
};

describe.skipIf(!chromiumPath)('the page of SQL', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await openBrowser(chromiumPath ?? '');
  });
  afterAll(() => browser?.close());

  it('runs what is typed, keeps it in the address, and has it again after a reload and on the way back', async () => {
    await using node = await startFakeNode();
    serveSchema(node);
    node.answer('POST', '/v1/sql', () => ({ columns, rows: rowsOf(3), truncated: false }));
    await using opened = await openPage(browser, `${node.url}/sql`);
    const { page } = opened;
    await run(page, 'SELECT 1');
    await page.getByText('3 rows').waitFor();
    expect(node.asked.find(({ path }) => path === '/v1/sql')?.body).toEqual({ sql: 'SELECT 1' });
    const [first] = await page.locator('.sql-grid tbody tr').allInnerTexts();
    expect(first?.split('\t')).toEqual(['/topic/0', '0', '17733033021234567892026-03-12 08:15:02', 'NULL']);
    expect(
      await page
        .locator('.sql-grid td.number')
        .first()
        .evaluate((cell) => getComputedStyle(cell).textAlign),
    ).toBe('right');
    await run(page, "SELECT 'two'");
    await page.waitForURL('**/sql?q=SELECT+%27two%27');
    await page.getByText('In a terminal').click();
    expect(await page.getByRole('region', { name: 'command' }).innerText()).toBe(
      `npx pitlane sql 'SELECT '\\''two'\\'''`,
    );
    await page.reload();
    await page.locator('textarea').waitFor();
    expect(await editor(page).inputValue()).toBe("SELECT 'two'");
    await page.goBack();
    await page.waitForURL('**/sql?q=SELECT+1');
    await page.locator('textarea').waitFor();
    expect(await editor(page).inputValue()).toBe('SELECT 1');
    expect(await page.locator('.sql-history button').allTextContents()).toEqual([
      expect.stringContaining("SELECT 'two'"),
      expect.stringContaining('SELECT 1'),
    ]);
    await page.getByText('History, 2').click();
    await page.getByRole('button', { name: 'Forget all' }).click();
    expect(await page.evaluate('localStorage.length')).toBe(0);
    expect(opened.faults).toEqual([]);
  });

  it('shows ten thousand rows, of which few are in the document, down to the last', async () => {
    await using node = await startFakeNode();
    serveSchema(node);
    node.answer('POST', '/v1/sql', () => ({ columns, rows: rowsOf(10_000), truncated: true }));
    await using opened = await openPage(browser, `${node.url}/sql`);
    const { page } = opened;
    await run(page, 'SELECT * FROM topics');
    await page.getByText('10,000 rows, and more').waitFor();
    expect(await page.locator('.sql-grid tbody tr').count()).toBeLessThan(80);
    await page.locator('.sql-frame').evaluate((frame) => (frame.scrollTop = frame.scrollHeight));
    await page.getByText('/topic/9999').waitFor();
    expect(await page.getByText('/topic/9999').isVisible()).toBe(true);
    expect(await page.locator('.sql-grid tbody tr').count()).toBeLessThan(80);
    const heights = await page
      .locator('.sql-grid tbody tr:not([aria-hidden])')
      .evaluateAll((rows) => rows.map((row) => (row as HTMLElement).offsetHeight));
    expect(new Set(heights)).toEqual(new Set([30]));
    await page.locator('.sql-frame').evaluate((frame) => (frame.scrollTop = 150_000));
    await page.getByText('/topic/5000', { exact: true }).waitFor();
    expect(opened.faults).toEqual([]);
  });

  it('puts the cursor where a query is wrong', async () => {
    await using node = await startFakeNode();
    serveSchema(node);
    await using opened = await openPage(browser, `${node.url}/sql`);
    const { page } = opened;
    await run(page, 'SELECT drive_id,\n  nosuch\nFROM drives');
    await page.getByRole('alert').getByText('there is no /v1/sql').waitFor();
    const detail = 'Binder Error: Referenced column "nosuch" not found in FROM clause!';
    await page.route('**/v1/sql', (route) => route.fulfill({ status: 400, json: { title: 'bad usage', detail } }));
    await run(page, 'SELECT drive_id,\n  nosuch\nFROM drives');
    await page.getByText('Referenced column "nosuch" not found').waitFor();
    await page.getByRole('button', { name: 'Line 2, column 3' }).click();
    const chosen = await editor(page).evaluate((area) => {
      const { value, selectionStart, selectionEnd } = area as HTMLTextAreaElement;
      return value.slice(selectionStart, selectionEnd);
    });
    expect(chosen).toBe('nosuch');
    expect(await page.locator('.sql-lines .faulty').innerText()).toContain('2');
  });

  it('gives the answer as files', async () => {
    await using node = await startFakeNode();
    serveSchema(node);
    await using opened = await openPage(browser, `${node.url}/sql`);
    const { page } = opened;
    const types: string[] = [];
    await page.route('**/v1/sql', async (route) => {
      const type = route.request().headers()['accept'] ?? '';
      types.push(type);
      const headers = { 'pitlane-sql-rows': '10000', 'pitlane-sql-truncated': 'true' };
      await route.fulfill({ headers, contentType: `${type}; charset=utf-8`, body: 'topic,messages\n/imu,1\n' });
    });
    for (const [name, file] of [
      ['Export CSV', 'pitlane-query.csv'],
      ['Export Parquet', 'pitlane-query.parquet'],
    ] as const) {
      const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name }).click()]);
      expect(download.suggestedFilename()).toBe(file);
      expect(await readFile(await download.path(), 'utf8')).toBe('topic,messages\n/imu,1\n');
    }
    await page.getByText('Saved pitlane-query.parquet: 10,000 rows, and more that are cut off').waitFor();
    expect(types).toEqual(['text/csv', 'application/vnd.apache.parquet']);
    await page.unroute('**/v1/sql');
    node.answer('POST', '/v1/sql', () => ({ columns, rows: [], truncated: false }));
    await page.getByRole('button', { name: 'Export CSV' }).click();
    await page.getByText('This node gives no csv file').waitFor();
    expect(opened.faults).toEqual([]);
  });

  it('says what a query would cost on BigQuery before it runs, and that it costs nothing elsewhere', async () => {
    await using node = await startFakeNode();
    serveSchema(node, 'bigquery');
    node.answer('POST', '/v1/sql/estimate', () => ({ bytesProcessed: 2 ** 39, usdPerTiB: 6.25, usd: 3.125 }));
    await using opened = await openPage(browser, `${node.url}/sql?q=SELECT+1`);
    await opened.page.getByText('at most 550 GB would be read, for about $3.13 at $6.25 a TiB').waitFor();
    expect(node.asked.filter(({ path }) => path === '/v1/sql')).toEqual([]);
    serveSchema(node);
    await opened.page.reload();
    await opened.page.getByText('queries cost nothing').waitFor();
    expect(opened.faults).toEqual([]);
  });

  it('finds columns in the schema, and puts them where the cursor stands', async () => {
    await using node = await startFakeNode();
    serveSchema(node);
    await using opened = await openPage(browser, `${node.url}/sql?q=SELECT+FROM+drives`);
    const { page } = opened;
    await editor(page).evaluate((area) => (area as HTMLTextAreaElement).setSelectionRange(7, 7));
    await page.getByLabel('Find a view or column').fill('label_soft');
    await page.getByRole('button', { name: 'label_software' }).click();
    expect(await editor(page).inputValue()).toBe('SELECT label_software FROM drives');
    await page.keyboard.press('Control+z');
    expect(await editor(page).inputValue()).toBe('SELECT FROM drives');
    await page.getByLabel('Find a view or column').fill('nothing like that');
    await page.getByText('No view and no column').waitFor();
    await page.getByRole('button', { name: 'Longest gaps' }).click();
    expect(await editor(page).inputValue()).toContain('FROM gaps');
    expect(opened.faults).toEqual([]);
  });

  it('indents with Tab, and lets go of the keyboard after Escape', async () => {
    await using node = await startFakeNode();
    serveSchema(node);
    await using opened = await openPage(browser, `${node.url}/sql?q=x`);
    const { page } = opened;
    await editor(page).focus();
    await page.keyboard.press('Home');
    await page.keyboard.press('Tab');
    expect(await editor(page).inputValue()).toBe('  x');
    await page.keyboard.press('Shift+Tab');
    expect(await editor(page).inputValue()).toBe('x');
    await page.keyboard.press('Escape');
    await page.keyboard.press('Tab');
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Run');
  });

  it('stops what takes long', async () => {
    await using node = await startFakeNode();
    serveSchema(node);
    let end: (answer: object) => void = () => undefined;
    node.answer('POST', '/v1/sql', () => new Promise((resolve) => (end = resolve)));
    await using opened = await openPage(browser, `${node.url}/sql`);
    const { page } = opened;
    await run(page, 'SELECT 1');
    await page.getByText('The catalog is asked…').waitFor();
    await page.getByRole('button', { name: 'Stop' }).click();
    await page.getByText('The answer stands here.').waitFor();
    await page.getByRole('button', { name: 'Run', exact: true }).isEnabled();
    end({ columns: [], rows: [], truncated: false });
    expect(opened.faults).toEqual([]);
  });

  it('has no fault that axe knows, no sideways scroll and no jump, anywhere', async () => {
    await using node = await startFakeNode();
    serveSchema(node);
    const wide = [...columns, { name: LONG, type: 'VARCHAR' }, { name: 'list', type: 'VARCHAR[]' }];
    const rows = rowsOf(200).map((row) => ({ ...row, topic: HOSTILE, [LONG]: LONG.repeat(9), list: ['/a', '/b'] }));
    node.answer('POST', '/v1/sql', () => ({ columns: wide, rows, truncated: false }));
    await lookEverywhere(browser, `${node.url}/sql`, async (page) => {
      await page.locator('.sql-views').waitFor();
      await page.getByRole('button', { name: 'Run', exact: true }).click();
      await page.getByText('200 rows').waitFor();
      expect(await page.locator('main img').count()).toBe(0);
    });
  });
});
