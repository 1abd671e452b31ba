import { AxeBuilder } from '@axe-core/playwright';
import { chromium } from 'playwright-core';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { requireChromium } from '../../test/support/requires.ts';
import { fakeDrive, startFakeNode } from './fake-node.fixture.ts';
import type { FakeNode } from './fake-node.fixture.ts';

const chromiumPath = requireChromium();
const flags =
  '--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking ' +
  '--disable-component-update --disable-sync';
const hostileName = '<img src=x onerror="document.title=1">';
const dockId = 'dock-1';
const docking = { dockId, path: '/bays/2/car-0003', state: 'open' as const, driveIds: [], error: null, dockedAtMs: 0 };
const failed = (error: string) =>
  ({ ...docking, dockId: 'dock-2', state: 'failed', error, dockedAtMs: Date.now() }) as const;
const stage = (doneBytes: number, totalBytes: number, totalKnown = true) => ({ doneBytes, totalBytes, totalKnown });
const progress = {
  type: 'progress',
  dockId,
  path: docking.path,
  stages: {
    stage: stage(2e9, 2e9),
    chunk: stage(1e9, 2e9),
    ship: stage(3e8, 4e8, false),
    land: stage(0, 4e8, false),
    index: stage(0, 0, false),
  },
};

describe.skipIf(!chromiumPath)('the page in a browser', () => {
  let browser: Browser;
  let node: FakeNode;
  let page: Page;
  let faults: string[];

  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: chromiumPath ?? '', args: flags.split(' ') });
  });
  afterAll(() => browser?.close());

  beforeEach(async () => {
    node = await startFakeNode([{ label: 'Node', value: 'garage-1' }]);
    faults = [];
    return async () => {
      await page.context().close();
      await node[Symbol.asyncDispose]();
    };
  });

  async function open(options: BrowserContextOptions = {}): Promise<void> {
    page = await (await browser.newContext(options)).newPage();
    page.on('pageerror', (error) => faults.push(error.message));
    page.on('console', (message) => message.type() === 'error' && faults.push(message.text()));
    await page.goto(node.url);
    await page.locator('[data-link="live"]').waitFor();
  }

  const rowTexts = () => page.locator('tbody tr').allInnerTexts();

  it('says what to do when there is no drive', async () => {
    await open();
    await page.getByText('npx pitlane ingest PATH').waitFor();
    expect(await page.locator('table').isVisible()).toBe(false);
    expect(faults).toEqual([]);
  });

  it('shows the drives, and a drive whose state moves, without being reloaded', async () => {
    node.lists.drives = [fakeDrive(1, { state: 'chunked', receiptId: null }), fakeDrive(2, { bytesLost: 12_345_678 })];
    await open();
    await page.getByText('car-0001', { exact: true }).waitFor();
    const [second = '', first = ''] = await rowTexts();
    for (const text of ['car-0001', 'chunked', '2026-03-12 09:15:02', '13 min 35 s', '29', '99,881', 'none yet']) {
      expect(first).toContain(text);
    }
    expect(first).not.toContain('LOSS');
    for (const text of ['receipted', '16.0 GB → 6.34 GB', '2.52 : 1', 'LOSS', '12.3 MB'])
      expect(second).toContain(text);

    node.lists.drives = [fakeDrive(1), ...node.lists.drives.slice(1)];
    node.send({ type: 'drive', dockId, driveId: fakeDrive(1).driveId, vehicleId: 'car-0001', state: 'receipted' });
    await page.locator('[aria-live="polite"]', { hasText: /car-0001.* is receipted\./ }).waitFor({ state: 'attached' });
    expect((await rowTexts())[1]).toContain('receipted');
    expect(faults).toEqual([]);
  });

  it('moves the bars of a docking as its events come, and says how it ended', async () => {
    node.lists.docks = [docking];
    await open();
    node.send(progress);
    const text = `${hostileName} silent from 14:22:07 for 31 s: check the connector`;
    const findings = Array.from({ length: 7 }, () => ({ text, severity: 'error' }));
    const verdict = { summary: '7 findings', isComplete: false, judgedFrom: 'index', findings, notes: [] };
    node.send({ type: 'verdict', dockId, path: docking.path, folder: '', driveId: null, vehicleId: 'car-1', verdict });
    await page.locator('.finding').first().waitFor();
    expect(await page.locator('.verdict p').allInnerTexts()).toEqual([
      '▲ 7 findings, so far, from the index',
      ...Array.from({ length: 5 }, () => text),
      'and 2 more',
    ]);
    const bar = (name: string) => page.getByRole('progressbar', { name });
    await page.locator('[aria-label="chunk"][aria-valuenow="50"]').waitFor();
    expect(await bar('stage').getAttribute('aria-valuenow')).toBe('100');
    expect(await bar('ship').getAttribute('aria-valuetext')).toBe('≤ 75 %, 300 MB of 400 MB so far');
    expect(await bar('index').getAttribute('aria-valuetext')).toBe('waiting, –');

    node.lists.docks = [{ ...failed('the spool is full; free 2 GB'), dockId }];
    node.send({ type: 'failed', dockId, code: 'disk-full', message: 'the spool is full; free 2 GB' });
    await page.getByText('the spool is full; free 2 GB. Docked again').waitFor();
    node.lists.docks = [{ ...docking, error: 'the spool is full; free 2 GB' }];
    node.send(progress);
    await page.locator('.dock:not(.failed)').waitFor();
    node.send({ type: 'done', dockId, drives: [] });
    await page.locator('.dock.done').waitFor();
    expect(faults).toEqual([]);
  });

  it('shows what is in each bay and what may be pulled, and no bays where there are none', async () => {
    await open();
    await page.locator('tbody tr, #drives-empty:not([hidden])').first().waitFor();
    expect(await page.locator('#bays-section').isVisible()).toBe(false);
    const disk = {
      path: '/media/a',
      state: 'done',
      text: '3 files, 4 GB: signed for',
      driveIds: [],
      verdict: '2 findings',
    };
    node.lists.bays = [
      {
        bay: 'bay-1',
        path: '/media/a',
        vehicleId: hostileName,
        disks: [
          {
            ...disk,
            safeToPull: true,
            safeToWipe: true,
            device: '/dev/sdb',
            model: 'SSD 870',
            serial: 'S3Z9',
            lastVehicleIds: ['car-47'],
            health: { verdict: 'failing', text: 'FAILING: 12 reallocated sectors: copy it and replace it' },
            warning: 'disk S3Z9 was last of car-47',
          },
        ],
      },
      { bay: 'bay-2', path: '/media/b', vehicleId: null, disks: [] },
    ];
    node.send({ type: 'drive', dockId, driveId: 'd', vehicleId: 'v', state: 'docked' });
    await page.locator('.bay').first().waitFor();
    expect((await page.locator('.bay').allInnerTexts()).map((text) => text.split(/\s*\n\s*/))).toEqual([
      [
        'bay-1',
        `/media/a, ${hostileName}`,
        '✓ safe to wipe',
        '3 files, 4 GB: signed for',
        'drive: 2 findings',
        'disk S3Z9, SSD 870, last of car-47',
        '▲ FAILING: 12 reallocated sectors: copy it and replace it',
        '▲ disk S3Z9 was last of car-47',
      ],
      ['bay-2', '/media/b', 'empty'],
    ]);
    expect(faults).toEqual([]);
  });

  it('shows names from logs as text, whatever is in them', async () => {
    node.lists.drives = [fakeDrive(1, { driveId: hostileName, vehicleId: hostileName, state: hostileName })];
    node.lists.docks = [{ ...docking, path: hostileName, driveIds: [hostileName] }, failed(hostileName)];
    await open();
    await page.locator('tbody tr').waitFor();
    expect(await page.locator('.vehicle').textContent()).toBe(hostileName);
    expect(await page.locator('td .cut').textContent()).toBe(hostileName);
    expect(await page.locator('main img').count()).toBe(0);
    expect(await page.title()).toBe('Pitlane');
    expect(faults).toEqual([]);
  });

  it('shows what failed for a day, and nothing that is done', async () => {
    const dayMs = 24 * 3_600_000;
    node.lists.docks = [
      { ...failed('the disk went away'), dockId: 'new' },
      { ...failed('long ago'), dockId: 'old', dockedAtMs: Date.now() - dayMs - 1 },
      { ...docking, dockId: 'done', state: 'done' },
    ];
    await open();
    await page.locator('.dock').first().waitFor();
    expect(await page.locator('.dock').allInnerTexts()).toEqual([
      expect.stringMatching(/failed\s+The disk went away\./i),
    ]);
    // The stream's own failure names no docking.
    node.send({ type: 'failed', code: 'internal', message: 'the stream broke' });
    node.send({ ...progress, dockId: 'new' });
    await page.locator('.dock:not(.failed)').waitFor();
    expect(faults).toEqual([]);
  });

  it('says that the node is away, keeps what it heard, and goes on when it is back', async () => {
    node.lists.drives = [fakeDrive(1)];
    await open();
    await page.locator('tbody tr').waitFor();
    const port = Number(new URL(node.url).port);
    await node[Symbol.asyncDispose]();
    // Coming back to a tab asks at once; this spares the test the wait for the next round.
    const ask = () => page.evaluate("document.dispatchEvent(new Event('visibilitychange'))");
    await ask();
    await page.getByRole('alert').getByText('The node does not answer.').waitFor();
    expect(await page.locator('main.stale tbody tr').count()).toBe(1);
    expect(await page.locator('#link').innerText()).toMatch(/^Node away\s+last update \d+ s ago$/);

    node = await startFakeNode([], port);
    await ask();
    await page.locator('[data-link="live"]').waitFor();
    expect(await page.locator('#trouble').innerText()).toBe('');
  });

  it.each([
    ['light', 1440, 900],
    ['dark', 1440, 900],
    ['light', 360, 780],
    ['dark', 360, 780],
  ] as const)('has no fault that axe knows, nor a sideways scroll: %s, %i wide', async (colorScheme, width, height) => {
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
    node.lists.drives = states.map((state, index) => fakeDrive(index, { state, bytesLost: index % 2 }));
    node.lists.docks = [docking, failed('the disk went away')];
    const disk = {
      path: '/media/a',
      state: 'pulled',
      text: 'it was pulled early',
      safeToPull: false,
      safeToWipe: false,
    };
    node.lists.bays = [
      {
        bay: 'bay-1',
        path: '/media/a',
        vehicleId: 'car-47',
        disks: [
          disk,
          { ...disk, state: 'done', safeToPull: true, device: '/dev/sdb', serial: 'S3Z9', warning: 'it was of car-9' },
        ],
      },
      { bay: 'bay-2', path: '/media/b/*', vehicleId: null, disks: [] },
    ];
    await open({ colorScheme, viewport: { width, height } });
    node.send(progress);
    await page.locator('tbody tr').first().waitFor();
    await page.locator('[aria-label="chunk"][aria-valuenow="50"]').waitFor();
    const { violations, passes } = await new AxeBuilder({ page })
      .options({ rules: { 'color-contrast-enhanced': { enabled: true } } })
      .analyze();
    expect(passes.length).toBeGreaterThan(10);
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)).toEqual([]);
    expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0);
    expect(faults).toEqual([]);
  });
});
