import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { requireChromium } from '../../../../../test/support/requires.ts';
import { axeFaults, openBrowser, openPage } from '../../../browser.fixture.ts';
import { answerDrive, coverageOf, driveAnswers, timeAt, TOPICS } from './drive.fixture.ts';
import { startFakeNode } from '../../../fake-node.fixture.ts';

const chromiumPath = requireChromium();

describe.skipIf(!chromiumPath)('the page of a drive', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await openBrowser(chromiumPath ?? '');
  });
  afterAll(() => browser?.close());

  async function openDrive(answers = driveAnswers(), query = '', options: Parameters<typeof openPage>[2] = {}) {
    const node = await startFakeNode();
    answerDrive(node, answers);
    const opened = await openPage(browser, `${node.url}/drives/${answers.drive.driveId}${query}`, {
      viewport: { width: 1280, height: 900 },
      ...options,
    });
    const { page } = opened;
    await page.locator('h1').waitFor();
    return {
      node,
      page,
      faults: opened.faults,
      asked: (path: string) => node.asked.filter((one) => one.path === path),
      async [Symbol.asyncDispose]() {
        await opened[Symbol.asyncDispose]();
        await node[Symbol.asyncDispose]();
      },
    };
  }

  it('tells which drive it is, its story, and whether it is complete', async () => {
    await using drive = await openDrive();
    const { page } = drive;
    await page.getByText('The receipt was signed').waitFor();
    expect(await page.locator('h1').innerText()).toBe(driveAnswers().drive.driveId);
    const text = await page.locator('main').innerText();
    for (const said of ['car-0001', 'receipted', '2026-03-12 09:15:02', '12 min 04 s', '▲ 1.20 MB', 'software 2026.3'])
      expect(text).toContain(said);
    for (const said of ['2 findings', 'the file ends in the middle of a chunk', 'its clock was 37 s slow'])
      expect(text).toContain(said);
    await page.getByRole('button', { name: '2026-03-12 09:18:22' }).click();
    await page.locator('.slice', { hasText: '14.0 s of log' }).waitFor();
    expect(drive.faults).toEqual([]);
  });

  it('gives a slice that was dragged: how much it is, in the address, and as words that do the same', async () => {
    await using drive = await openDrive();
    const { page } = drive;
    await dragOver(page, 0.25, 0.3);
    await page.locator('.slice-amount', { hasText: '3 chunks, 900 MB, about 28 s' }).waitFor();
    await page.waitForURL(/[?&]start=\d{19}&end=\d{19}/);
    const { searchParams } = new URL(page.url());
    const [start, end] = [BigInt(searchParams.get('start') ?? 0), BigInt(searchParams.get('end') ?? 0)];
    expect(Number(start - BigInt(timeAt(181))) / 1e9).toBeCloseTo(0, 0);
    expect(Number(end - start) / 1e9).toBeCloseTo(36.2, 0);
    expect(drive.asked('/v1/slice/estimate').at(-1)?.query).toEqual({
      drive: driveAnswers().drive.driveId,
      start: String(start),
      end: String(end),
    });
    expect(await page.locator('#take-panel pre').innerText()).toMatch(
      /^npx pitlane export .* --start 2026-03-12T09:18:0/,
    );
    await page.getByRole('tab', { name: 'SQL' }).click();
    expect(await page.locator('#take-panel pre').innerText()).toContain(`start_ns < ${end}`);
    const href = await page.getByRole('link', { name: 'Download MCAP' }).getAttribute('href');
    expect(href).toContain(`start=${start}&end=${end}`);
  });

  it('opens with what stands in its address', async () => {
    const query = `?start=${timeAt(400)}&end=${timeAt(412)}&topics=%2Fimu%2Fdata&from=${timeAt(390)}&to=${timeAt(420)}`;
    await using drive = await openDrive(driveAnswers(), query);
    const { page } = drive;
    await page.getByText('30.0 s shown').first().waitFor();
    await page.locator('.slice', { hasText: '12.0 s of log. 1 of 8 topics' }).waitFor();
    expect(await page.locator('.lane-name input:checked').count()).toBe(1);
    expect(drive.asked('/v1/slice/estimate').at(-1)?.query).toMatchObject({ topics: '/imu/data', start: timeAt(400) });
  });

  it('zooms by wheel, keys and buttons to the millisecond, and back to the whole', async () => {
    await using drive = await openDrive();
    const { page } = drive;
    await page.locator('.tracks').hover({ position: { x: 300, y: 40 } });
    await page.keyboard.down('Control');
    for (let turn = 0; turn < 12; turn += 1) await page.mouse.wheel(0, -600);
    await page.keyboard.up('Control');
    await page.locator('.lane-corner', { hasText: /^1 ms shown$/ }).waitFor();
    expect(await page.locator('.cursor').innerText()).toMatch(/^\d\d:\d\d:\d\d\.\d{3}.\d{3}$/);
    await page.getByRole('button', { name: 'Whole drive' }).click();
    await page.locator('.lane-corner', { hasText: '12 min 04 s shown' }).waitFor();
    await page.locator('.lanes').focus();
    for (let press = 0; press < 20; press += 1) await page.keyboard.press('+');
    await page.locator('.lane-corner', { hasText: /^1 ms shown$/ }).waitFor();
    await page.keyboard.press('0');
    await page.locator('.lane-corner', { hasText: '12 min 04 s shown' }).waitFor();
  });

  it('is worked by keyboard: selects, moves, extends, and says so to whoever hears the page', async () => {
    await using drive = await openDrive();
    const { page } = drive;
    await page.locator('.lanes').focus();
    await page.keyboard.press('Shift+ArrowRight');
    await page.keyboard.press('Shift+ArrowRight');
    await page.locator('#timeline-said', { hasText: /^Selected 09:21:04\.000 to 09:21:32\.960, 29\.0 s/ }).waitFor();
    await page.keyboard.press('ArrowDown');
    await page.locator('#timeline-said', { hasText: `Topic ${TOPICS[0]}.` }).waitFor();
    await page.keyboard.press('Enter');
    await page.locator('.picked', { hasText: `${TOPICS[0]}: It is in the store and in the catalog.` }).waitFor();
    await page.keyboard.press('Escape');
    await page.locator('#timeline-said', { hasText: 'Nothing selected' }).waitFor();
    await page.getByText('The timeline as a table').click();
    const table = page.getByRole('region', { name: 'Runs in view' });
    await table.locator('tbody tr').nth(25).waitFor();
    expect(await table.locator('tbody tr').count()).toBe(26);
    expect(await table.innerText()).toMatch(
      /rear\/image_compressed\s+lost\s+2026-03-12 09:21:42\.000\s+2026-03-12 09:21:54\.000\s+12.0 s/,
    );
  });

  it('tells why something is lost where it is clicked, and asks why', async () => {
    await using drive = await openDrive();
    const { page } = drive;
    await clickLane(page, 406 / 724, 1);
    await page.locator('.picked', { hasText: 'It could not be read. Truncated.' }).waitFor();
    await page.locator('.picked', { hasText: 'front.mcap: the file ends in the middle of a chunk' }).waitFor();
    await page.locator('.picked').getByRole('button', { name: 'Why?' }).click();
    await page.getByRole('dialog').getByText('garage: docked in bay 3').waitFor();
    await page.waitForURL(/why=car-0001/);
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await clickLane(page, 207 / 724, 3);
    await page
      .locator('.picked', { hasText: 'Nothing came, although the drive went on. No message for 14 s.' })
      .waitFor();
  });

  it('draws ten thousand runs with few strokes a frame, and none where nothing has changed', async () => {
    const answers = driveAnswers();
    answers.lists['coverage'] = coverageOf(TOPICS, 1250);
    await using drive = await openDrive(answers, '', {});
    const { page } = drive;
    await page.getByText('12 min 04 s shown').first().waitFor();
    await expect.poll(() => drive.asked('/v1/coverage').length).toBe(5);
    await frames(page, 5);
    await page.evaluate(() => {
      const counted = { strokes: 0 };
      Object.assign(globalThis, { counted });
      const { fillRect } = CanvasRenderingContext2D.prototype;
      CanvasRenderingContext2D.prototype.fillRect = function (...box) {
        if (this.canvas.isConnected) counted.strokes += 1;
        fillRect.apply(this, box);
      };
    });
    const strokes = () =>
      page.evaluate(() => (globalThis as unknown as { counted: { strokes: number } }).counted.strokes);
    await page.getByRole('button', { name: 'Zoom in' }).click();
    await frames(page, 3);
    const zoomedOnce = await strokes();
    expect(zoomedOnce).toBeGreaterThan(TOPICS.length);
    expect(zoomedOnce).toBeLessThan(6000);
    await page.locator('.tracks').hover({ position: { x: 200, y: 50 } });
    await page.locator('.tracks').hover({ position: { x: 260, y: 60 } });
    await frames(page, 3);
    expect(await strokes()).toBe(zoomedOnce);
    for (let press = 0; press < 9; press += 1) await page.getByRole('button', { name: 'Zoom in' }).click();
    await frames(page, 3);
    const close = await strokes();
    await page.getByRole('button', { name: 'Zoom in' }).click();
    await frames(page, 3);
    expect((await strokes()) - close).toBeLessThan(100);
  });

  it('has only the lanes in the document that are seen, of two hundred, and follows the scroll', async () => {
    const answers = driveAnswers();
    const topics = Array.from({ length: 200 }, (_, at) => `/sensor/${String(at).padStart(3, '0')}`);
    answers.lists['topics'] = [];
    answers.lists['gaps'] = [];
    answers.lists['coverage'] = coverageOf(topics, 50);
    await using drive = await openDrive(answers);
    const { page } = drive;
    await page.getByText('all 200 topics').first().waitFor();
    expect(await page.locator('.lane-name').count()).toBeLessThan(40);
    await page.locator('.lanes').evaluate((element) => element.scrollTo(0, 150 * 28));
    await page.locator('.lane-name', { hasText: '/sensor/155' }).waitFor();
    expect(await page.locator('.lane-name', { hasText: '/sensor/001' }).count()).toBe(0);
    await clickLane(page, 0.505, 3);
    await page.locator('.picked', { hasText: '/sensor/153: It is in the store' }).waitFor();
  });

  it('shows hostile names as the text that they are', async () => {
    const hostile = `/<img src=x onerror="document.title='taken'">/it's, \u202e*`;
    const answers = driveAnswers({ labels: { [hostile]: hostile } });
    answers.lists['topics'] = [];
    answers.lists['coverage'] = coverageOf([hostile], 2);
    answers.lists['losses'] = [{ ...answers.lists['losses']?.[0], path: hostile, text: hostile, topics: [hostile] }];
    await using drive = await openDrive(answers);
    const { page } = drive;
    await page.locator('.lane-name input').first().check();
    await page.locator('.slice', { hasText: '1 of 1 topic' }).waitFor();
    expect(await page.locator('main img').count()).toBe(0);
    expect(await page.title()).toBe('Pitlane');
    expect(await page.locator('.lane-name label').first().getAttribute('title')).toBe(hostile);
    await expect
      .poll(() => drive.asked('/v1/slice/estimate').at(-1)?.query['topics'])
      .toBe(hostile.replaceAll(/[,*\u202e]/g, '?'));
    expect(drive.faults).toEqual([]);
  });

  it('finds topics, chooses them, and shows the end of a name that is too long', async () => {
    await using drive = await openDrive();
    const { page } = drive;
    const long = TOPICS[6] ?? '';
    await page.getByRole('searchbox', { name: 'Find topics' }).fill('far/too/long');
    await page.waitForURL(/find=far/);
    expect(await page.locator('.lane-name').count()).toBe(1);
    expect(await page.locator('.lane-name .long-name-tail').innerText()).toBe(long.slice(-14));
    expect(await page.locator('.lane-name label').getAttribute('title')).toBe(long);
    await page.getByRole('button', { name: 'Choose 1' }).click();
    await page.locator('.slice', { hasText: '1 of 8 topics' }).waitFor();
    expect(await page.locator('#take-panel pre').innerText()).toContain(long);
  });

  it('lists chunks as far as somebody scrolls, and tells all of one', async () => {
    await using drive = await openDrive();
    const { page } = drive;
    await page.locator('.chunk-row').first().waitFor();
    expect(drive.asked('/v1/chunks').length).toBe(1);
    const box = page.getByRole('region', { name: 'List of chunks' });
    await box.evaluate((element) => element.scrollTo(0, 190 * 44));
    await page.locator('.chunk-row[aria-rowindex="198"]').waitFor();
    await page.locator('#chunks-title + p', { hasText: '400 read' }).waitFor();
    expect(await page.locator('.chunk-row').count()).toBeLessThan(60);
    await page.locator('.chunk-row button').nth(20).click();
    const sheet = page.getByRole('dialog');
    await sheet.getByText('pitlane.bulk, partition 5, offset 120394 to 120421').waitFor();
    expect(await sheet.innerText()).toContain('1773310502123456');
    await sheet.getByRole('button', { name: 'Verify now' }).click();
    await sheet.getByText('Every byte is as it was').waitFor();
    await sheet.getByRole('button', { name: 'Links for Foxglove' }).click();
    expect(await sheet.getByRole('link', { name: 'Open in Foxglove' }).getAttribute('href')).toContain(
      'ds=remote-file&ds.url=http',
    );
    await page.waitForURL(/chunk=[0-9a-f]{64}/);
    expect(await axeFaults(page)).toEqual([]);
  });

  it('shows by itself what has come since: a drive that was just docked, and then is indexed', async () => {
    const whole = driveAnswers();
    const answers = driveAnswers({ state: 'docked', chunks: 0, bytesLost: 0 });
    answers.chunks = 0;
    for (const name of Object.keys(answers.lists)) answers.lists[name] = [];
    await using drive = await openDrive(answers);
    const { page } = drive;
    await page.getByText('Nothing is known of its topics yet').waitFor();
    await page.getByText('No chunk is in the catalog yet').waitFor();
    await page.locator('.heard[data-word="live"]').waitFor();
    Object.assign(answers.lists, whole.lists);
    const { driveId } = whole.drive;
    drive.node.answer('GET', `/v1/drives/${driveId}`, () => whole.drive);
    drive.node.send({ type: 'drive', driveId: 'another', state: 'indexed' });
    drive.node.send({ type: 'drive', driveId, state: 'indexed' });
    await page.locator('.lane-name').nth(7).waitFor();
    await page.locator('.drive-title', { hasText: 'receipted' }).waitFor();
    expect(drive.asked('/v1/coverage').length).toBe(2);
  });

  it('checks the receipt in the browser, and says which word was changed', async () => {
    await using drive = await openDrive();
    const { page } = drive;
    await page.getByText('✓ The receipt holds.').waitFor();
    const { driveId } = driveAnswers().drive;
    type Receipts = { publicKeyPem: string; receipts: { receipt: string }[] };
    const good = (await (await fetch(`${drive.node.url}/v1/drives/${driveId}/receipt`)).json()) as Receipts;
    drive.node.answer('GET', `/v1/drives/${driveId}/receipt`, () => ({
      ...good,
      uncovered: [{ recordingId: 'a', path: 'rear.mcap', bytes: 5 }],
      receipts: good.receipts.map((one) => ({
        ...one,
        receipt: one.receipt.replace('"chunks":5000', '"chunks":5001'),
      })),
    }));
    await page.reload();
    await page.getByText('✗ The receipt does not hold. Do not wipe anything on its word.').waitFor();
    await page.getByText('Something in it was changed.').waitFor();
    await page.getByText('In no receipt: 1 recording').waitFor();
  });

  it.each([
    ['waiting', 'Reading the coverage…'],
    ['empty', 'Nothing is known of its topics yet'],
    ['faulty', 'Could not read all of the coverage'],
    ['unknown', 'There is no such drive here.'],
  ])('says in words that it is %s, without a fault for axe', async (state, said) => {
    const answers = driveAnswers({ state: 'docked', bytesLost: 0, receiptId: null, chunks: 0 });
    answers.chunks = 0;
    for (const name of Object.keys(answers.lists)) answers.lists[name] = [];
    await using node = await startFakeNode();
    answerDrive(node, answers);
    if (state === 'waiting') node.answer('GET', '/v1/coverage', () => new Promise(() => undefined));
    if (state === 'faulty') node.answer('GET', '/v1/coverage', () => Promise.reject(new Error('the catalog is away')));
    const id = state === 'unknown' ? 'car-9-19700101T000000Z-00000000' : answers.drive.driveId;
    await using opened = await openPage(browser, `${node.url}/drives/${id}`);
    await opened.page.getByText(said).first().waitFor();
    expect(await axeFaults(opened.page)).toEqual([]);
  });

  it.each([
    ['light', 360],
    ['dark', 360],
    ['light', 768],
    ['dark', 1280],
    ['light', 2560],
  ] as const)('has nothing for axe to find and nothing beside the page, %s at %i px', async (colorScheme, width) => {
    await using drive = await openDrive(driveAnswers(), `?start=${timeAt(395)}&end=${timeAt(433)}`, {
      colorScheme,
      viewport: { width, height: 1440 },
    });
    const { page } = drive;
    await page.getByText('✓ The receipt holds.').waitFor();
    await page.locator('.slice-missing').waitFor();
    await page.locator('.chunk-row').first().waitFor();
    expect(await axeFaults(page)).toEqual([]);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    expect(wide).toBeLessThanOrEqual(0);
    expect(await shiftOf(page)).toBeLessThan(0.1);
    expect(drive.faults).toEqual([]);
  });
});

async function boxOf(page: Page) {
  const tracks = page.locator('.tracks');
  await tracks.waitFor();
  await tracks.scrollIntoViewIfNeeded();
  const box = await tracks.boundingBox();
  if (!box) throw new Error('the timeline has no box');
  return box;
}

/** From one share of the timeline's width to another. */
async function dragOver(page: Page, from: number, to: number): Promise<void> {
  const { x, y, width } = await boxOf(page);
  await page.mouse.move(x + width * from, y + 60);
  await page.mouse.down();
  await page.mouse.move(x + width * (from + to) * 0.5, y + 70, { steps: 4 });
  await page.mouse.move(x + width * to, y + 70, { steps: 4 });
  await page.mouse.up();
}

async function clickLane(page: Page, share: number, lane: number): Promise<void> {
  const { x, y, width } = await boxOf(page);
  await page.mouse.click(x + width * share, y + lane * 28 + 14);
}

/** How much of the page jumped while it came, as browsers reckon it: below a tenth is called good. */
const shiftOf = (page: Page): Promise<number> =>
  page.evaluate(
    () =>
      new Promise<number>((done) => {
        let sum = 0;
        const observer = new PerformanceObserver((list) => {
          for (const entry of list.getEntries()) sum += (entry as PerformanceEntry & { value: number }).value;
        });
        observer.observe({ type: 'layout-shift', buffered: true });
        requestAnimationFrame(() => requestAnimationFrame(() => done(sum)));
      }),
  );

const frames = (page: Page, count: number): Promise<void> =>
  page.evaluate(async (left) => {
    for (let at = 0; at < left; at += 1) await new Promise(requestAnimationFrame);
  }, count);
