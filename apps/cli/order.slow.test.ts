import { expect, it } from 'vitest';
import { openShell } from './cli.fixture.ts';

it('a standing order is given, listed and taken back by commands that each have a node of their own', async () => {
  await using shell = await openShell();
  const times = ['--start', '2026-03-03T08:00:00Z', '--end', '2026-03-03T08:00:30Z'];
  const what = ['--topics', '/lidar/*, /imu', '--priority', '5', '--note', 'for the bridge'];
  const given = await shell.run('order', 'add', '--vehicle', '47', ...what, ...times);
  expect([given.exitCode, given.stderr]).toEqual([0, '']);
  expect(given.stdout).toMatch(
    /^order-[0-9a-f]{8} {2}47 {2}\/lidar\/\*, \/imu {2}from 2026-03-03T08:00:00Z {2}before 2026-03-03T08:00:30Z {2}priority 5 {2}\(for the bridge\)\n {4}waits for 47/,
  );
  const listed = (await shell.run('order', 'list', '--json')).json<{ orders: { orderId: string }[]; next: null }>();
  expect(listed).toMatchObject({
    orders: [{ vehicleId: '47', topics: ['/lidar/*', '/imu'], startTime: '1772524800000000000', state: 'waiting' }],
    next: null,
  });
  const orderId = listed.orders[0]?.orderId ?? '';
  expect((await shell.run('why', orderId)).stdout).toContain(`${orderId}: /lidar/*, /imu of 47`);
  expect((await shell.run('order', 'remove', orderId)).stdout).toBe(`${orderId} was removed\n`);
  expect((await shell.run('order', 'remove', orderId)).exitCode).toBe(1);
  expect((await shell.run('order', 'list')).stderr).toContain('no order stands');
});

it('an order that makes no sense is wrong usage, and says what is wrong', async () => {
  await using shell = await openShell();
  for (const [wrong, text] of [
    [[], '--vehicle'],
    [['--vehicle', '47', '--priority', '100'], 'from 0 to 99'],
    [['--vehicle', '47', '--start', 'yesterday'], '"yesterday" is no time'],
    [['--vehicle', '47', '--start', '7', '--end', '7'], 'nothing lies between'],
    [['--vehicle', '../47'], 'vehicle'],
  ] as const) {
    const told = await shell.run('order', 'add', ...wrong);
    expect([wrong, told.exitCode, told.stderr]).toEqual([wrong, 2, expect.stringContaining(text)]);
  }
  expect((await shell.run('order', 'add', '--help')).stdout).toMatch(
    /Example:\n {2}\$ npx pitlane order add --vehicle 47/,
  );
});
