import { describe, expect, it } from 'vitest';
import { requireChromium } from '../../../../../test/support/requires.ts';
import { axeFaults } from '../../../browser.fixture.ts';
import { scan, trialOfBoard } from './board-trial.fixture.ts';
import { answerBoard, eightBays, GARAGE_NOW_MS } from './board.fixture.ts';

const chromiumPath = requireChromium();

describe.skipIf(!chromiumPath)('hands on the board', () => {
  const board = trialOfBoard(chromiumPath);

  it('acts and undoes by keys alone, says in words what it will do, and counts the seconds', async () => {
    answerBoard(board.node, eightBays(GARAGE_NOW_MS));
    const page = await board.open();
    await page.keyboard.press('3', { delay: 60 });
    await page.locator('.tile[data-number="3"].selected').waitFor();
    await page.keyboard.press('h', { delay: 60 });
    await page.getByRole('dialog', { name: 'Hold: bay-3' }).waitFor();
    await page.clock.runFor(1000);
    await page.getByText('Nothing more is sent of what is in it').waitFor();
    expect(board.node.asked.filter(({ method }) => method === 'POST').map(({ body }) => body)).toEqual([
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
    expect(board.node.asked.at(-1)).toMatchObject({ method: 'DELETE', path: '/v1/garage/actions/a1' });
    expect(board.faults).toEqual([]);
  });

  it('takes a scanned code as bay and action at once, and no letter of a serial number as a key', async () => {
    answerBoard(board.node, eightBays(GARAGE_NOW_MS));
    const page = await board.open();
    await scan(page, 'S5SSNJ0T700004');
    await page.getByRole('dialog', { name: '4 · bay-4' }).waitFor();
    await page.keyboard.press('Escape');
    expect(board.node.asked.some(({ method }) => method === 'POST')).toBe(false);
    await scan(page, '3P');
    await page.locator('.undo', { hasText: 'All of it is sent before everything else: bay-3.' }).waitFor();
    await scan(page, '9Z9');
    await page.getByText('No bay, disk or car has the code 9Z9.').waitFor();
  });

  it('asks for what an action needs, and says why another may not be done', async () => {
    answerBoard(board.node, eightBays(GARAGE_NOW_MS));
    const page = await board.open();
    await page.keyboard.type('3r', { delay: 100 });
    await page.getByText('Free its copies, bay-3: Not signed for yet').waitFor();
    await page.keyboard.type('3v', { delay: 100 });
    await page.getByLabel('Car: type it, or scan its code').waitFor();
    await page.keyboard.type('car-88');
    await page.keyboard.press('Enter');
    await page.locator('.undo').waitFor();
    const posted = board.node.asked.filter(
      ({ method, body }) => method === 'POST' && !(body as { dryRun?: boolean }).dryRun,
    );
    expect(posted.map(({ body }) => body)).toEqual([{ kind: 'name-vehicle', bay: 'bay-3', vehicleId: 'car-88' }]);
  });

  it('moves a drive in the queue by arrow keys, and by fingers', async () => {
    answerBoard(board.node, eightBays(GARAGE_NOW_MS));
    const page = await board.open();
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
    const moved = board.node.asked.filter(({ method }) => method === 'POST').map(({ body }) => body);
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
    answerBoard(board.node, eightBays(GARAGE_NOW_MS));
    const page = await board.open();
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
    answerBoard(board.node, eightBays(GARAGE_NOW_MS), { mayAct: false });
    const page = await board.open();
    await page.locator('.legend', { hasText: 'npx pitlane board' }).waitFor();
    await page.keyboard.type('3h', { delay: 100 });
    await page.getByRole('dialog').getByText('npx pitlane board').waitFor();
    expect(await page.locator('.deeds button:enabled').count()).toBe(0);
  });
});
