import type { ChunkFacts } from '@pitlane/contracts/manifest';
import { WINDOW_NS } from '@pitlane/contracts/plan';
import type { Inspection } from '@pitlane/formats/recording';
import type { OrderEntry } from '@pitlane/ports/journal';
import { describe, expect, it } from 'vitest';
import { Urgencies, type Urgency } from './urgencies.ts';
import { isFor, urgencyFromEvent, urgencyFromOrder } from './urgency-sources.ts';

const urgency = (priority: number, topics: string[] = [], first?: bigint, last?: bigint): Urgency => ({
  priority,
  selection: { topics, windows: first === undefined ? null : { first, last: last ?? first } },
  reason: `reason ${priority}`,
  orderId: null,
});

const chunk = (window: number | null, ...topics: string[]): ChunkFacts =>
  ({
    windowStart: window === null ? null : String(BigInt(window) * WINDOW_NS),
    channels: topics.map((topic) => ({ topic })),
  }) as unknown as ChunkFacts;

/** An index over windows 2 to 8. */
const indexed = (...topics: string[]): Inspection => ({
  profile: '',
  library: '',
  indexed: true,
  messages: 1,
  startTimeNs: 2n * WINDOW_NS + 5n,
  endTimeNs: 8n * WINDOW_NS + 5n,
  topics: topics.map((topic) => ({ topic, schemaName: '', messages: 1 })),
});

const prioritiesOf = (urgencies: Urgencies, inspection?: Inspection): [number, number | undefined][] =>
  urgencies.passesOf(inspection).map(({ priority, only }) => [priority, only?.length]);

describe('a chunk', () => {
  it('has the lowest number of those that mean it, and no higher one than its dock', () => {
    const urgencies = new Urgencies(60, [
      urgency(50, [], 3n),
      urgency(20, ['/lidar/*'], 3n, 4n),
      urgency(70, ['/imu']),
    ]);
    expect(urgencies.priorityOf(chunk(3, '/imu', '/lidar/top'))).toBe(20);
    expect(urgencies.priorityOf(chunk(3, '/imu'))).toBe(50);
    expect(urgencies.priorityOf(chunk(5, '/imu'))).toBe(60);
    expect(urgencies.priorityOf(chunk(null, '/lidar/top'))).toBe(60);
  });

  it('without log time is meant by who wants everything', () => {
    expect(new Urgencies(99, [urgency(20)]).priorityOf(chunk(null, 'pitlane/opaque'))).toBe(20);
  });

  it('is graded anew when an order comes or goes, and whoever waits is told', () => {
    const urgencies = new Urgencies(99, []);
    let told = 0;
    const listening = urgencies.onChange(() => (told += 1));
    urgencies.add({ ...urgency(20, ['/imu']), orderId: 'order-1' });
    expect(urgencies.priorityOf(chunk(1, '/imu'))).toBe(20);
    urgencies.removeOrder('order-1');
    expect(urgencies.priorityOf(chunk(1, '/imu'))).toBe(99);
    listening[Symbol.dispose]();
    urgencies.add(urgency(0));
    expect(told).toBe(2);
  });
});

describe('the passes over a recording', () => {
  it('go by priority, the rest last', () => {
    const urgencies = new Urgencies(99, [urgency(50, [], 3n), urgency(0, [], 5n), urgency(50, [], 7n)]);
    expect(prioritiesOf(urgencies)).toEqual([
      [0, 1],
      [50, 2],
      [99, undefined],
    ]);
    expect(prioritiesOf(new Urgencies(99, []))).toEqual([[99, undefined]]);
  });

  it('are not made for what is no more urgent than the dock, nor for what an index says is not there', () => {
    const urgencies = new Urgencies(50, [
      urgency(50, ['/imu']),
      urgency(20, ['/lidar/*']),
      urgency(10, [], 9n, 12n),
      urgency(0, [], 0n, 1n),
    ]);
    expect(prioritiesOf(urgencies, indexed('/imu'))).toEqual([[50, undefined]]);
    expect(prioritiesOf(urgencies, indexed('/lidar/top'))).toEqual([
      [20, 1],
      [50, undefined],
    ]);
    // Without an index only reading tells.
    const unindexed = { ...indexed('/imu'), indexed: false };
    expect(prioritiesOf(urgencies, unindexed).map(([priority]) => priority)).toEqual([0, 10, 20, 50]);
  });

  it('are one, as urgent as its order, where that means all of it', () => {
    expect(prioritiesOf(new Urgencies(99, [urgency(20)]))).toEqual([[20, undefined]]);
    expect(prioritiesOf(new Urgencies(99, [urgency(20, [], 0n, 8n)]), indexed())).toEqual([[20, undefined]]);
    expect(prioritiesOf(new Urgencies(99, [urgency(20, [], 0n, 7n)]), indexed())).toEqual([
      [20, 1],
      [99, undefined],
    ]);
  });

  it('are five at most, whatever number of priorities there are', () => {
    const urgencies = new Urgencies(
      99,
      Array.from({ length: 60 }, (_, priority) => urgency(priority, [], 3n)),
    );
    expect(prioritiesOf(urgencies)).toEqual([
      [0, 1],
      [1, 1],
      [2, 1],
      [3, 57],
      [99, undefined],
    ]);
  });
});

describe('who makes something urgent', () => {
  const order: OrderEntry = {
    orderId: 'order-1',
    tenant: 'default',
    vehicleId: 'car-47',
    topics: ['/lidar/*'],
    startTime: String(2n * WINDOW_NS),
    endTime: String(3n * WINDOW_NS),
    priority: 20,
    note: 'for the bridge',
    createdAtMs: 0,
  };

  it('is an order, for its own vehicle of its own tenant', () => {
    expect(isFor(order, { tenant: 'default', vehicleId: 'car-47' })).toBe(true);
    expect(isFor(order, { tenant: 'other', vehicleId: 'car-47' })).toBe(false);
    expect(isFor(order, { tenant: 'default', vehicleId: 'car-4' })).toBe(false);
    expect(urgencyFromOrder(order)).toEqual({
      priority: 20,
      selection: { topics: ['/lidar/*'], windows: { first: 2n, last: 2n } },
      reason: 'standing order-1 (for the bridge)',
      orderId: 'order-1',
    });
  });

  it.each([
    ['incident', 0],
    ['boot', 10],
    ['crash', 10],
    ['hard-brake', 50],
    ['constructor', 50],
  ])('is an event, %s with priority %i, with its context and the windows beside', (kind, priority) => {
    const context = { eventBeforeSeconds: 30, eventAfterSeconds: 10 };
    const at = (timeNs: bigint) => urgencyFromEvent({ time: String(timeNs), kind, note: null }, context);
    expect(at(10n * WINDOW_NS + 35_000_000_000n)).toMatchObject({
      priority,
      selection: { topics: [], windows: { first: 9n, last: 11n } },
    });
    expect(at(10n * WINDOW_NS + 29_000_000_000n).selection.windows).toEqual({ first: 8n, last: 11n });
    expect(at(10n * WINDOW_NS + 50_000_000_000n).selection.windows).toEqual({ first: 9n, last: 12n });
    expect(at(0n).selection.windows).toEqual({ first: 0n, last: 1n });
  });
});
