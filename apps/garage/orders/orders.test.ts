import { isPitlaneError } from '@pitlane/base/errors';
import type { DriveId } from '@pitlane/contracts/identity';
import type { DriveFacts } from '@pitlane/contracts/manifest';
import { openSqliteJournal } from '@pitlane/journal-sqlite';
import type { Journal, RecordingEntry } from '@pitlane/ports/journal';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { claimOf } from '../../../test/support/claimed-chunk.ts';
import type { GarageTools } from '../tools.ts';
import { whyInGarage } from '../why.ts';
import { DriveOrders } from './drive-orders.ts';
import { Orders } from './orders.ts';

const settings = { tenant: 'default', eventBeforeSeconds: 30, eventAfterSeconds: 10 };
const clock = { nowMs: () => 7 };
const drive: DriveFacts = {
  tenant: 'default',
  driveId: 'drive-1' as DriveId,
  vehicleId: 'car-47',
  labels: {},
  startTime: null,
};

let journal: Journal;
let running: Set<DriveOrders>;
let orders: Orders;
let added: number;

beforeEach(() => {
  journal = openSqliteJournal({ file: ':memory:' });
  [running, added] = [new Set(), 0];
  orders = open();
});
afterEach(() => journal.close());

let ids = 0;
const open = (): Orders =>
  new Orders({ journal, clock, settings, running, newOrderId: () => String((ids += 1)), onAdded: () => (added += 1) });

/** A recording with these chunks, by minute and topic. */
function putRecording(state: RecordingEntry['state'], chunks: [minute: number, topic: string][]): void {
  const { chunk } = claimOf(new Uint8Array(3));
  const { recordingId, sha256: headSha256 } = chunk;
  const file = { path: 'a.mcap', bytes: 1, format: 'mcap', headSha256, beginning: null };
  const entry = { ...drive, ...file, recordingId, dockId: 'dock', state, cut: null };
  journal.putRecording(entry);
  for (const [ordinal, [minute, topic]] of chunks.entries()) {
    const { chunk: own } = claimOf(new Uint8Array(3), `chunk ${ordinal}`);
    const windowStart = String(BigInt(minute) * 60_000_000_000n);
    const facts = { ...own, ordinal, windowStart, channels: [{ topic } as never] };
    journal.putChunk(entry, { name: `c${ordinal}`, facts, state: 'chunked' });
  }
}

const LIDAR = { vehicleId: 'car-47', topics: ['/lidar/*'], start: '60000000000', end: '120000000000' };

describe('a standing order', () => {
  it('waits for its car, also over a restart, and is served by every drive of it until it is removed', async () => {
    const given = await orders.add({ ...LIDAR, note: 'for the bridge' });
    expect(given).toMatchObject({ state: 'waiting', chunks: 0, priority: 20, startTime: '60000000000', drives: [] });
    expect(given.text).toMatch(/^waits for car-47/);
    expect(added).toBe(1);
    orders = open();
    const docked = new DriveOrders(drive, [], 99, { journal, clock, settings });
    running.add(docked);
    putRecording('shipped', [
      [1, '/lidar/top'],
      [1, '/camera'],
      [2, '/lidar/top'],
    ]);
    expect(await orders.list()).toMatchObject([{ state: 'under-way', chunks: 1, drives: [{ driveId: 'drive-1' }] }]);
    await docked.landed();
    running.delete(docked);
    const [served] = await orders.list();
    expect(served).toMatchObject({ state: 'served', chunks: 1, bytesStored: 3 });
    expect(served?.text).toMatch(/^already landed: 1 chunk \(3 B\) of 1 drive; the next drive of car-47/);
    const next = new DriveOrders({ ...drive, driveId: 'drive-2' as DriveId }, [], 99, { journal, clock, settings });
    expect(await orders.list()).toMatchObject([{ state: 'under-way', drives: [{}, { driveId: 'drive-2' }] }]);
    // Nothing of it was in there.
    await next.landed();
    expect(await orders.list()).toMatchObject([{ state: 'served', drives: [{ driveId: 'drive-1' }] }]);
    expect(await orders.remove(given.orderId)).toMatchObject({ orderId: given.orderId, state: 'served' });
    expect(await orders.list()).toEqual([]);
  });

  it('lifts what of a docked drive was not shipped, and no drive of another car or tenant', async () => {
    const docked = new DriveOrders(drive, [], 99, { journal, clock, settings });
    running.add(docked);
    const [, lidar] = [0, 1].map((ordinal) => ({
      ...claimOf(new Uint8Array(3), `chunk ${ordinal}`).chunk,
      windowStart: '60000000000',
      channels: [{ topic: '/lidar/top' } as never],
    }));
    const priority = (): number => docked.urgencies.priorityOf(lidar as never);
    await orders.add({ ...LIDAR, vehicleId: 'car-4' });
    await orders.add({ ...LIDAR, tenant: 'other' });
    expect(priority()).toBe(99);
    const order = await orders.add(LIDAR);
    expect(order.text).toMatch(/^under way: what drive-1 has not shipped yet goes first; so far 0 chunks/);
    expect(priority()).toBe(20);
    await orders.remove(order.orderId);
    expect(priority()).toBe(99);
  });

  it('answers for what has landed before that it has', async () => {
    putRecording('receipted', [
      [1, '/lidar/top'],
      [1, '/lidar/rear'],
      [7, '/lidar/top'],
    ]);
    const order = await orders.add(LIDAR);
    expect(order).toMatchObject({ state: 'served', chunks: 2, drives: [{ driveId: 'drive-1', state: 'landed' }] });
    expect(order.text).toMatch(/^already landed: 2 chunks/);
    expect(await orders.add({ ...LIDAR, topics: ['/radar'] })).toMatchObject({ state: 'waiting', chunks: 0 });
  });

  it('is named by why: of itself, of its drives and of its chunks', async () => {
    putRecording('receipted', [
      [1, '/lidar/top'],
      [7, '/lidar/top'],
    ]);
    const { orderId } = await orders.add({ ...LIDAR, note: 'for the bridge' });
    const tools = { journal, settings } as unknown as GarageTools;
    const lines = await whyInGarage(orderId, tools);
    expect(lines).toEqual([
      `garage: ${orderId}: /lidar/* of car-47, from 1970-01-01T00:01:00Z, before 1970-01-01T00:02:00Z, priority 20 (for the bridge)`,
      `garage: ${orderId} in drive-1: 1 chunk (3 B) landed`,
    ]);
    expect((await whyInGarage('drive-1', tools)).slice(-2)).toEqual(lines);
    const whyOf = (chunk: number) => whyInGarage(claimOf(new Uint8Array(3), `chunk ${chunk}`).chunk.chunkId, tools);
    expect((await whyOf(0))[1]).toBe(
      `garage: it goes first, with priority 20, for standing ${orderId} (for the bridge)`,
    );
    expect((await whyOf(1)).length).toBe(1);
  });

  it.each([
    ['times the wrong way round', { start: '5', end: '5' }, /its start 5 is not before its end 5/],
    ['a time that is none', { start: 'yesterday' }, /"yesterday" is no time/],
    ['a priority beyond the last', { priority: 100 }, /no whole number from 0 \(first\) to 99/],
    ['an empty topic', { topics: [''] }, /a topic is empty/],
    ['topics without end', { topics: Array.from({ length: 101 }, (_, i) => `/t${i}`) }, /over 100 topics/],
    ['a note without end', { note: 'x'.repeat(501) }, /its note is over 500 characters/],
    ['a vehicle that is a path', { vehicleId: '../x' }, /vehicle/],
  ])('with %s is not taken', async (_what, more, message) => {
    const error = await orders.add({ vehicleId: 'car-47', ...more }).catch((thrown: unknown) => thrown);
    expect(isPitlaneError(error, 'bad-usage') && error.message).toMatch(message);
    expect(journal.orders()).toEqual([]);
  });

  it('that nobody gave is not removed', async () => {
    await expect(orders.remove('order-x')).rejects.toThrow(/there is no order "order-x": `pitlane order list`/);
  });
});

it('an event makes what is around it go first, and why tells so while it is under way', () => {
  const crash = { time: '600000000000', kind: 'crash', note: null };
  const docked = new DriveOrders(drive, [crash], 99, { journal, clock, settings });
  putRecording('shipped', [
    [10, '/imu'],
    [30, '/imu'],
  ]);
  const whyOf = (chunk: number) => docked.why(claimOf(new Uint8Array(3), `chunk ${chunk}`).chunk.chunkId);
  expect(whyOf(0)).toEqual(['garage: it goes first, with priority 10, for the crash at 1970-01-01T00:10:00Z']);
  expect(whyOf(1)).toEqual([]);
});
