import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { requireChromium } from '../../../../../test/support/requires.ts';
import { openBrowser, openPage } from '../../../browser.fixture.ts';
import { fakeDrive, type FakeNode, startFakeNode } from '../../../fake-node.fixture.ts';
import { HOSTILE, LONG, lookEverywhere } from '../look.fixture.ts';

const chromiumPath = requireChromium();
const snapshotId = '1a2b3c4d'.repeat(8);

const fakeDataset = (changes: object = {}) => ({
  tenant: 'default',
  snapshotId,
  name: 'braking',
  createdAt: '2026-03-12T08:15:02.5Z',
  object: 'file:///store/snapshot',
  sql: "SELECT drive_id FROM findings WHERE kind = 'gap'",
  plan: '{"samplingPlanVersion":1,"kind":"windows"}',
  splitRule: '{"by":"drive","seed":7,"shares":[{"split":"train","weight":80},{"split":"val","weight":20}]}',
  extractorVersion: 1,
  drives: 2,
  samples: 123_456,
  shards: 3,
  shardsBuilt: 2,
  bytesStored: 134_217_728,
  ...changes,
});

const fakeShard = (shard: number, changes: object = {}) => ({
  tenant: 'default',
  snapshotId,
  name: 'braking',
  split: 'train',
  shard,
  state: 'built',
  samples: 16_384,
  bytesStored: 67_108_864,
  sha256: 'c0ffee00'.repeat(8),
  object: 'file:///store/shard',
  ...changes,
});

function serve(node: FakeNode, datasets: readonly object[]): void {
  node.answer('GET', '/v1/datasets', () => ({ datasets, next: null }));
  node.answer('GET', '/v1/datasets/:id', () => ({ tenant: 'default', snapshotId, name: 'braking' }));
  node.answer('GET', '/v1/shards', ({ query }) =>
    query['cursor'] === undefined
      ? { shards: [fakeShard(0), fakeShard(1)], next: 'more' }
      : { shards: [fakeShard(2, { state: 'planned', bytesStored: null, sha256: null, object: null })], next: null },
  );
  node.answer('GET', '/v1/datasets/:id/lineage', () => ({
    drives: [1, 2].map((number) => ({ driveId: fakeDrive(number).driveId, chunks: 12, samples: 61_728 })),
    next: null,
  }));
  node.answer('POST', '/v1/sql', ({ body }) => {
    const { sql } = body as { sql: string };
    const split = { split: 'train', shards: 3, built: 2, samples: 123_456, bytes: 134_217_728 };
    const found = {
      name: HOSTILE,
      snapshot_id: snapshotId,
      split: 'train',
      shard: 1,
      drive_id: fakeDrive(1).driveId,
      chunks: 4,
      messages: '9007199254740993',
    };
    return { columns: [], rows: sql.includes('FROM shards') ? [split] : [found], truncated: false };
  });
}

describe.skipIf(!chromiumPath)('the pages of datasets', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await openBrowser(chromiumPath ?? '');
  });
  afterAll(() => browser?.close());

  it('say how to make the first one', async () => {
    await using node = await startFakeNode();
    serve(node, []);
    await using opened = await openPage(browser, `${node.url}/datasets`);
    await opened.page.getByText('npx pitlane dataset create first').waitFor();
    expect(opened.faults).toEqual([]);
  });

  it('lead from the list to a dataset, its shards, its drives and its commands', async () => {
    await using node = await startFakeNode();
    serve(node, [fakeDataset()]);
    await using opened = await openPage(browser, `${node.url}/datasets`);
    const { page } = opened;
    const row = page.getByRole('row').filter({ hasText: '1a2b3c4d1a2b' });
    await row.waitFor();
    for (const text of ['2026-03-12 08:15:02', '123,456', '2 of 3', '134 MB', '66 % built']) {
      expect(await row.innerText()).toContain(text);
    }
    await page.getByRole('link', { name: 'braking' }).click();
    await page.getByRole('heading', { level: 1, name: 'braking' }).waitFor();
    await page.getByText('npx pitlane dataset build 1a2b3c4d1a2b').waitFor();
    expect(await page.getByRole('region', { name: 'make again' }).innerText()).toContain(
      `npx pitlane dataset create braking --plan plan.json --split drive=80/20/0 --seed 7 --sql 'SELECT`,
    );
    const shards = page.getByRole('table', { name: 'Shards' }).locator('tbody tr');
    await shards.nth(1).waitFor();
    await page.getByRole('button', { name: 'Load more' }).click();
    await shards.nth(2).waitFor();
    expect(await shards.nth(0).innerText()).toMatch(/train 0\s+✓ built\s+16,384\s+67\.1 MB\s+c0ffee00c0ffee00\s+tar/);
    expect(await shards.nth(2).innerText()).toMatch(/train 2\s+planned\s+16,384\s+–\s+–/);
    expect(await page.getByRole('table', { name: 'Splits' }).innerText()).toContain('2 of 3');
    const link = page.getByRole('table', { name: 'Drives of the dataset' }).getByRole('link').first();
    expect(await link.getAttribute('href')).toBe(`/drives/${fakeDrive(1).driveId}`);
    expect(opened.faults).toEqual([]);
  });

  it('find the shards that hold something of a drive, a topic or a day, by the address', async () => {
    await using node = await startFakeNode();
    serve(node, [fakeDataset()]);
    await using opened = await openPage(browser, `${node.url}/datasets?drive=d%271`);
    const { page } = opened;
    await page.getByLabel('Topic').fill('/imu');
    await page.getByLabel('Topic').press('Enter');
    await page.waitForURL('**&topic=%2Fimu');
    await page.getByLabel('Day (UTC)').fill('2026-03-12');
    await page.waitForURL('**&day=2026-03-12');
    await page.reload();
    const table = page.getByRole('table', { name: 'Shards found' });
    await table.waitFor();
    expect(await table.innerText()).toContain(HOSTILE);
    const asked = node.asked.findLast(({ path }) => path === '/v1/sql')?.body as { sql: string } | undefined;
    expect(asked?.sql).toContain(
      "r.drive_id = 'd' || CHR(39) || '1' AND r.topic = '/imu' AND r.end_ns >= 1773273600000000000",
    );
    expect(opened.faults).toEqual([]);
  });

  it('say that a dataset is not there', async () => {
    await using node = await startFakeNode();
    await using opened = await openPage(browser, `${node.url}/datasets/nosuch`);
    await opened.page.getByRole('alert').getByText('there is no /v1/datasets/nosuch').waitFor();
  });

  it('have no fault that axe knows, no sideways scroll and no jump, anywhere', async () => {
    await using node = await startFakeNode();
    serve(node, [
      fakeDataset(),
      fakeDataset({ name: LONG, snapshotId: 'f'.repeat(64), shardsBuilt: 3, samples: 2 ** 53 }),
    ]);
    await lookEverywhere(browser, `${node.url}/datasets?drive=x`, async (page) => {
      await page.getByRole('table', { name: 'Shards found' }).waitFor();
    });
    await lookEverywhere(browser, `${node.url}/datasets/braking`, async (page) => {
      await page.getByRole('table', { name: 'Drives of the dataset' }).waitFor();
      await page.getByRole('table', { name: 'Splits' }).waitFor();
    });
  });
});
