import type { DriveId } from '@pitlane/contracts/identity';
import { expect, it } from 'vitest';
import { Backlog } from './backlog.ts';
import { driveQueue, type DriveQueueTools } from './drive-queue.ts';
import { linkStatus } from './link-status.ts';
import type { DriveWaiting } from './ship-queue.ts';

type Running = DriveQueueTools['running'] extends ReadonlySet<infer One> ? One : never;

const running = (driveId: string, isShipped = false): Running => ({
  drive: { tenant: 't', driveId: driveId as DriveId, vehicleId: `of ${driveId}`, labels: {}, startTime: null },
  urgencies: { dockPriority: 99 } as Running['urgencies'],
  isShipped,
});

const waiting = (driveId: string, chunks: number, more: Partial<DriveWaiting> = {}): DriveWaiting => ({
  drive: `t\n${driveId}`,
  chunks,
  bytes: chunks * 1000,
  underWay: 0,
  isHeld: false,
  priority: 99,
  ...more,
});

const queue = { status: () => [waiting('b', 2, { underWay: 1 }), waiting('a', 3), waiting('h', 7, { isHeld: true })] };

it('drives stand in the order in which they go, with what each waits for and when it is through', () => {
  const drives = ['a', 'cut', 'b', 'h'].map((driveId) => running(driveId));
  const all = driveQueue({
    queue,
    // A second dock holds parts of one of them.
    running: new Set([...drives, running('landing', true), running('a')]),
    isHeld: (drive) => drive === 't\nh',
    linkBytesPerS: 500,
    nowMs: 10_000,
  });
  expect(
    all.map(({ driveId, state, chunksWaiting, bytesWaiting, clearsAt }) => [
      driveId,
      state,
      chunksWaiting,
      bytesWaiting,
      clearsAt,
    ]),
  ).toEqual([
    ['b', 'sending', 2, 2000, '14000000000'],
    ['a', 'waiting', 3, 3000, '20000000000'],
    ['cut', 'cutting', 0, 0, null],
    ['landing', 'landing', 0, 0, null],
    ['h', 'held', 7, 7000, null],
  ]);
  expect(all.at(-1)).toMatchObject({ tenant: 't', vehicleId: 'of h', priority: 99, isHeld: true });
});

it('nothing has a time while nothing goes', () => {
  const all = driveQueue({ queue, running: new Set([running('a')]), isHeld: () => false, linkBytesPerS: 0, nowMs: 0 });
  expect(all).toMatchObject([{ driveId: 'a', clearsAt: null }]);
});

it('the link tells what waits and is on its way, when it is through without what is held, and how old the oldest is', () => {
  let nowMs = 0;
  const backlog = new Backlog({ monotonicMs: () => nowMs });
  backlog.sent(1000);
  nowMs = 1000;
  const about = { backlog, queue, delivering: [{ bytes: 500, count: 1 }], capBytesPerS: 2000, nowMs: 100_000 };
  expect(linkStatus({ ...about, cloud: { awaySinceMs: 40_000 }, oldestSinceMs: 70_000 })).toEqual({
    backlogBytes: 12_500,
    chunks: 13,
    bytesPerSecond: 0,
    linkBytesPerS: 1000,
    capBytesPerS: 2000,
    clearsInSeconds: 5.5,
    clearsAt: '105500000000',
    isCloudAway: true,
    cloudAwaySince: '40000000000',
    oldestWaitingMs: 30_000,
  });
  // A clock that was set back makes nothing younger than it is.
  const status = linkStatus({ ...about, cloud: { awaySinceMs: undefined }, oldestSinceMs: 170_000 });
  expect(status).toMatchObject({ isCloudAway: false, cloudAwaySince: null, oldestWaitingMs: 0 });
});
