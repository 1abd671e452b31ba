import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { requireChromium } from '../../../../../test/support/requires.ts';
import { openBrowser, openPage } from '../../../browser.fixture.ts';
import { fakeDrive, type FakeNode, startFakeNode } from '../../../fake-node.fixture.ts';
import { HOSTILE, LONG, lookEverywhere } from '../look.fixture.ts';

const chromiumPath = requireChromium();
const dockId = 'dock-1';
const docking = { dockId, path: '/bays/2/car-0003', state: 'open', driveIds: [], error: null, dockedAtMs: 0 };
const stage = (doneBytes: number, totalBytes: number, totalKnown = true) => ({ doneBytes, totalBytes, totalKnown });
const stages = {
  stage: stage(2e9, 2e9),
  chunk: stage(1e9, 2e9),
  ship: stage(3e8, 4e8, false),
  land: stage(0, 4e8, false),
  index: stage(0, 0, false),
};
const progress = { type: 'progress', dockId, path: docking.path, stages };

/** Over what a test changes while the page is open. */
interface Lists {
  drives: ReturnType<typeof fakeDrive>[];
  docks: object[];
}

function serve(node: FakeNode, lists: Lists): void {
  node.answer('GET', '/v1/garage/docks', () => ({ docks: lists.docks, next: null }));
  node.answer('GET', '/v1/drives', ({ query }) => {
    const { limit = '100', cursor = '0', vehicle } = query;
    const found = lists.drives.filter(({ vehicleId }) => vehicle === undefined || vehicleId === vehicle);
    const end = Number(cursor) + Number(limit);
    return { drives: found.slice(Number(cursor), end), next: end < found.length ? String(end) : null };
  });
  node.answer('GET', '/v1/catalog/schema', () => ({ engine: 'duckdb', views: [] }));
}

describe.skipIf(!chromiumPath)('the page of drives', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await openBrowser(chromiumPath ?? '');
  });
  afterAll(() => browser?.close());

  it('says what to do when there is no drive, and what when none is like that', async () => {
    await using node = await startFakeNode();
    serve(node, { drives: [], docks: [] });
    await using opened = await openPage(browser, node.url);
    await opened.page.getByText('npx pitlane ingest PATH').waitFor();
    await opened.page.getByText('No drive is being docked.').waitFor();
    await opened.page.goto(`${node.url}/?vehicle=car-9`);
    await opened.page.getByText('No drive is like that.').waitFor();
    await opened.page.getByRole('button', { name: 'show all drives' }).click();
    await opened.page.getByText('npx pitlane ingest PATH').waitFor();
    expect(new URL(opened.page.url()).search).toBe('');
    expect(opened.faults).toEqual([]);
  });

  it('shows the newest drives first, and moves a state without being loaded again', async () => {
    await using node = await startFakeNode();
    const lists: Lists = {
      drives: [fakeDrive(2, { bytesLost: 12_345_678 }), fakeDrive(1, { state: 'chunked', receiptId: null })],
      docks: [],
    };
    serve(node, lists);
    await using opened = await openPage(browser, node.url);
    const { page } = opened;
    const row = (name: string) => page.getByRole('row').filter({ has: page.getByText(name, { exact: true }) });
    await row('car-0001').waitFor();
    expect(node.asked.find(({ path }) => path === '/v1/drives')?.query).toEqual({ order: 'start', limit: '100' });
    const texts = { first: await row('car-0001').innerText(), second: await row('car-0002').innerText() };
    for (const text of ['chunked', '2026-03-12 09:15:02', '13 min 35 s', '29', '99,881', 'none yet'])
      expect(texts.first).toContain(text);
    expect(texts.first).not.toContain('LOSS');
    for (const text of ['receipted', '16.0 GB → 6.34 GB', '2.52 : 1', 'LOSS', '12.3 MB'])
      expect(texts.second).toContain(text);

    lists.drives = [...lists.drives.slice(0, 1), fakeDrive(1)];
    node.send({ type: 'drive', dockId, driveId: fakeDrive(1).driveId, vehicleId: 'car-0001', state: 'receipted' });
    await page
      .locator('[aria-live="polite"]', { hasText: /car-0001: drive .* is receipted\./ })
      .waitFor({ state: 'attached' });
    expect(await row('car-0001').innerText()).toContain('receipted');
    expect(opened.faults).toEqual([]);
  });

  it('keeps its filters in the address: they are asked for, survive a reload, and go back', async () => {
    await using node = await startFakeNode();
    serve(node, { drives: [fakeDrive(1), fakeDrive(2)], docks: [] });
    await using opened = await openPage(browser, node.url);
    const { page } = opened;
    const rows = page.locator('tbody tr');
    await page.getByLabel('Vehicle', { exact: true }).fill('car-0002');
    await page.waitForURL('**/?vehicle=car-0002');
    await page.locator('tbody tr >> nth=1').waitFor({ state: 'detached' });
    await page.getByLabel('State').selectOption('receipted');
    await page.getByLabel('Labels').fill('software=2026.3, map=x');
    await page.getByLabel('From (UTC)').fill('2026-03-12T08:00');
    await page.waitForURL((url) => url.searchParams.has('start') && url.searchParams.has('label.map'));
    await page.reload();
    await rows.first().waitFor();
    const wanted = {
      vehicle: 'car-0002',
      state: 'receipted',
      start: '2026-03-12T08:00:00Z',
      'label.software': '2026.3',
      'label.map': 'x',
    };
    expect(node.asked.findLast(({ path }) => path === '/v1/drives')?.query).toMatchObject(wanted);
    expect(await page.getByLabel('Labels').inputValue()).toBe('software=2026.3, map=x');
    expect(await page.getByLabel('From (UTC)').inputValue()).toBe('2026-03-12T08:00');
    await page.getByText('The same list in a terminal').click();
    expect(await page.getByRole('region', { name: 'SQL' }).innerText()).toContain(
      `json_extract_string(labels, '$."map"') = 'x'`,
    );
    expect(await page.getByRole('region', { name: 'command' }).innerText()).toContain(
      "npx pitlane sql 'SELECT * FROM drives",
    );
    for (let steps = 0; steps < 4; steps += 1) await page.goBack();
    await page.waitForURL((url) => url.search === '');
    await page.locator('tbody tr >> nth=1').waitFor();
    expect(await page.getByLabel('Vehicle', { exact: true }).inputValue()).toBe('');
    expect(opened.faults).toEqual([]);
  });

  it('loads page after page, and keeps them when something moves', async () => {
    await using node = await startFakeNode();
    const lists: Lists = { drives: Array.from({ length: 250 }, (_, at) => fakeDrive(at)), docks: [] };
    serve(node, lists);
    await using opened = await openPage(browser, node.url);
    const { page } = opened;
    const rows = page.getByRole('table', { name: 'Drives' }).locator('tbody tr');
    await page.getByText('newest 100 of more').waitFor();
    await page.getByRole('button', { name: 'Load more' }).click();
    await page.getByText('newest 200 of more').waitFor();
    lists.drives = [fakeDrive(300), ...lists.drives];
    node.send({ type: 'drive', dockId, driveId: 'x', vehicleId: 'car-0300', state: 'docked' });
    await rows.getByText('car-0300', { exact: true }).waitFor();
    expect(await rows.count()).toBe(200);
    await page.getByRole('button', { name: 'Load more' }).click();
    await page.getByRole('heading', { name: 'In the catalog 251' }).waitFor();
    expect(await page.getByRole('button', { name: 'Load more' }).count()).toBe(0);
    expect(opened.faults).toEqual([]);
  });

  it('moves the bars of a docking as its events come, and says how it ended', async () => {
    await using node = await startFakeNode();
    const lists: Lists = { drives: [], docks: [docking] };
    serve(node, lists);
    await using opened = await openPage(browser, node.url);
    const { page } = opened;
    await page.getByText('waiting').first().waitFor();
    await page.locator('[data-word="live"]').waitFor();
    node.send(progress);
    const text = `${HOSTILE} silent from 14:22:07 for 31 s: check the connector`;
    const findings = Array.from({ length: 7 }, () => ({ text, severity: 'error' }));
    const verdict = { summary: '7 findings', isComplete: false, judgedFrom: 'index', findings, notes: [] };
    node.send({ type: 'verdict', dockId, path: docking.path, folder: '', driveId: null, vehicleId: 'car-1', verdict });
    await page.getByText('and 2 more').waitFor();
    expect(await page.locator('.docking-finding').count()).toBe(6);
    const bar = (name: string) => page.getByRole('progressbar', { name });
    await page.locator('[aria-label="chunk"][aria-valuenow="50"]').waitFor();
    expect(await bar('stage').getAttribute('aria-valuenow')).toBe('100');
    expect(await bar('ship').getAttribute('aria-valuetext')).toBe('≤ 75 %, 300 MB of 400 MB so far');
    expect(await bar('index').getAttribute('aria-valuetext')).toBe('waiting, –');

    const failed = 'the spool is full; free 2 GB';
    lists.docks = [{ ...docking, state: 'failed', error: failed, dockedAtMs: Date.now() }];
    node.send({ type: 'failed', dockId, code: 'disk-full', message: failed });
    await page.getByText('the spool is full; free 2 GB. Docked again').waitFor();
    lists.docks = [{ ...docking, error: failed }];
    node.send(progress);
    await page.locator('.docking:not(.failed)').waitFor();
    node.send({ type: 'done', dockId, drives: [] });
    await page.getByText('✓ done').waitFor();
    expect(opened.faults).toEqual([]);
  });

  it('opens a vehicle into its topics, and says why something is missing', async () => {
    await using node = await startFakeNode();
    const drive = fakeDrive(1);
    const startNs = BigInt(drive.startTime);
    const at = (s: number) => String(startNs + BigInt(s) * 1_000_000_000n);
    const run = (topic: string, start: number, end: number, state = 'indexed', reason: string | null = null) => ({
      tenant: drive.tenant,
      driveId: drive.driveId,
      topic,
      startTime: at(start),
      endTime: at(end),
      state,
      reason,
    });
    serve(node, { drives: [drive], docks: [] });
    node.answer('GET', '/v1/coverage', () => ({
      coverage: [run('/imu', 0, 300), run('/imu', 400, 800, 'lost', 'truncated'), run(HOSTILE, 0, 815, 'on-dock')],
      next: null,
    }));
    await using opened = await openPage(browser, node.url);
    const { page } = opened;
    await page.getByRole('button', { name: 'car-0001' }).click();
    await page.getByText('/imu: lost (truncated), from').waitFor();
    expect(node.asked.find(({ path }) => path === '/v1/coverage')?.query).toMatchObject({ drive: drive.driveId });
    await page.locator('.overview-piece.look-missing').click();
    await page.getByText('/imu: silent, although its drive went on').waitFor();
    const href = await page.getByRole('link', { name: 'Open there' }).getAttribute('href');
    expect(href).toBe(`/drives/${drive.driveId}?start=${at(300)}&end=${at(400)}&topics=%2Fimu`);
    expect(await page.locator('.overview-topic').allInnerTexts()).toEqual(['/imu', HOSTILE]);
    expect(opened.faults).toEqual([]);
  });

  it('shows names from logs as text, whatever is in them', async () => {
    await using node = await startFakeNode();
    const hostile = fakeDrive(1, { driveId: HOSTILE, vehicleId: HOSTILE, state: HOSTILE });
    serve(node, { drives: [hostile], docks: [{ ...docking, path: HOSTILE, driveIds: [HOSTILE] }] });
    await using opened = await openPage(browser, node.url);
    await opened.page.locator('tbody tr').waitFor();
    expect(await opened.page.locator('tbody .name-line').textContent()).toBe(HOSTILE);
    expect(await opened.page.locator('tbody .cut').textContent()).toBe(HOSTILE);
    expect(await opened.page.locator('main img').count()).toBe(0);
    expect(await opened.page.title()).toBe('Pitlane');
    expect(opened.faults).toEqual([]);
  });

  it('says that the catalog cannot be read, and tries again when asked', async () => {
    await using node = await startFakeNode();
    serve(node, { drives: [fakeDrive(1)], docks: [] });
    node.refuse(503);
    await using opened = await openPage(browser, node.url);
    await opened.page.getByRole('alert').getByText('the catalog is away').waitFor();
    node.refuse(undefined);
    await opened.page.getByRole('button', { name: 'Try again' }).click();
    await opened.page.locator('tbody tr').waitFor();
  });

  it('has no fault that axe knows, no sideways scroll and no jump, anywhere', async () => {
    await using node = await startFakeNode();
    const states = [
      'docked',
      'staged',
      'chunked',
      'shipped',
      'landed',
      'indexed',
      'receipted',
      'retired',
      'quarantined',
    ];
    const drives = states.map((state, at) => fakeDrive(at, { state, bytesLost: at % 2, bytesIn: 10 ** (at * 2) }));
    const long = fakeDrive(20, { driveId: LONG, vehicleId: LONG, messages: 2 ** 53, receiptId: LONG });
    serve(node, { drives: [long, ...drives], docks: [] });
    await lookEverywhere(browser, node.url, async (page) => {
      await page.locator('tbody tr').first().waitFor();
      await page.locator('[data-word="live"]').waitFor();
    });
    serve(node, {
      drives,
      docks: [
        docking,
        {
          ...docking,
          dockId: 'dock-2',
          path: `/${LONG}`,
          state: 'failed',
          error: 'the disk went away',
          dockedAtMs: Date.now(),
        },
      ],
    });
    await lookEverywhere(browser, node.url, async (page) => {
      await page.locator('[data-word="live"]').waitFor();
      await page.getByText('The disk went away.').waitFor();
      node.send(progress);
      await page.locator('[aria-label="chunk"][aria-valuenow="50"]').waitFor();
    });
  });
});
