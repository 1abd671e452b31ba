import { isPitlaneError } from '@pitlane/base/errors';
import { memoryLog } from '@pitlane/base/telemetry';
import type { ChunkId } from '@pitlane/contracts/identity';
import type { State } from '@pitlane/contracts/records';
import type { Journal, Shipment } from '@pitlane/ports/journal';
import type { Spool } from '@pitlane/ports/spool';
import type { Shipped } from '@pitlane/stages/70-ship';
import { beforeEach, describe, expect, it } from 'vitest';
import { claimOf } from '../../test/support/claimed-chunk.ts';
import { Deliveries, type SealedChunk } from './deliveries.ts';

const DEADLINE_MS = 1000;
const YEARS_MS = 10 * 365 * 86_400_000;
let nowMs: number;
/** What the wall clock was set ahead by. */
let aheadMs: number;
let stop: AbortController;
/** Every ship, by chunk, and what it answers. */
let shipped: string[];
let answer: () => Promise<Shipped>;
let states: string[];
let shipments: Shipment[];
let moves: State[];
let sleeper: (() => void) | undefined;
let deliveries: Deliveries;
const counters = { overdue: 0, resent: 0 };

beforeEach(() => {
  [nowMs, aheadMs] = [0, 0];
  stop = new AbortController();
  [shipped, states, shipments, moves] = [[], [], [], []];
  answer = async () => ({ via: 'inline', attempt: `attempt ${shipped.length}`, known: false });
  sleeper = undefined;
  Object.assign(counters, { overdue: 0, resent: 0 });
  deliveries = new Deliveries({
    ship: async ({ chunk }) => {
      shipped.push(chunk.chunkId);
      return answer();
    },
    spool: { find: async () => ({ path: '/spool/chunk', bytes: 3 }) } as unknown as Spool,
    journal: {
      setChunkState: (_: unknown, __: string, state: string, sent: Shipment) => {
        states.push(state);
        shipments.push(sent);
      },
    } as unknown as Journal,
    clock: { nowMs: () => nowMs + aheadMs, monotonicMs: () => nowMs },
    wait: (waitMs, signal) =>
      waitMs === 0
        ? Promise.resolve()
        : new Promise((resolve) => {
            sleeper = resolve;
            signal.addEventListener('abort', () => resolve());
          }),
    random: () => 0,
    telemetry: memoryLog(),
    deadlineMs: DEADLINE_MS,
    counters,
    signal: stop.signal,
    moved: (_, state) => moves.push(state),
  });
});

const sealed = (name: string, again = false): SealedChunk => {
  const claim = claimOf(new Uint8Array(3), name);
  const { tenant, driveId } = claim.drive;
  return { claim, recording: { tenant, driveId, recordingId: claim.chunk.recordingId }, name, again, lane: 'bulk' };
};
const idOf = ({ claim }: SealedChunk): ChunkId => claim.chunk.chunkId;
const settled = () => new Promise((resolve) => setImmediate(resolve));

/** The next look at the deadlines, at a time. */
async function lookAt(ms: number): Promise<void> {
  nowMs = ms;
  const wake = sleeper;
  sleeper = undefined;
  wake?.();
  await settled();
}

describe('chunks on their way in frames', () => {
  it('are waited for until each has landed, also when a landing comes before the last acknowledgement', async () => {
    const [a, b] = [sealed('a'), sealed('b')];
    answer = async () => {
      deliveries.landed(idOf(a));
      return { via: 'inline', known: false };
    };
    await deliveries.send(a);
    await deliveries.send(b);
    expect([deliveries.count, deliveries.bytes]).toEqual([1, 3]);
    const all = deliveries.allLanded();
    let isDone = false;
    void all.then(() => (isDone = true));
    await settled();
    expect(isDone).toBe(false);
    deliveries.landed(idOf(b));
    await all;
  });

  it('are not waited for where the store has them', async () => {
    answer = async () => ({ via: 'claim-check', known: true });
    await deliveries.send(sealed('a'));
    answer = async () => ({ via: 'stored', known: true });
    await deliveries.send(sealed('b', true));
    await deliveries.allLanded();
  });

  it('go back to chunked and are sent again when they have not landed in time, each time later', async () => {
    using _watch = deliveries.watch();
    const chunk = sealed('a');
    await deliveries.send(chunk);
    const all = deliveries.allLanded();
    await lookAt(DEADLINE_MS - 1);
    expect(shipped.length).toBe(1);
    await lookAt(DEADLINE_MS);
    expect(shipped.length).toBe(2);
    expect([states, moves]).toEqual([
      ['shipped', 'chunked', 'shipped'],
      ['chunked', 'shipped'],
    ]);
    const first = { attempt: 'attempt 1', shippedAtMs: 0, resent: 0 };
    expect(shipments).toEqual([
      first,
      { ...first, overdueSinceMs: DEADLINE_MS },
      { attempt: 'attempt 2', shippedAtMs: DEADLINE_MS, resent: 1 },
    ]);
    await lookAt(3 * DEADLINE_MS - 1);
    expect(shipped.length).toBe(2);
    await lookAt(3 * DEADLINE_MS);
    expect(shipped.length).toBe(3);
    expect(counters.overdue).toBe(2);
    deliveries.landed(idOf(chunk));
    await all;
  });

  it('are sent again when a lander asks by object or by id, and others are passed over', async () => {
    const [a, b] = [sealed('a'), sealed('b')];
    await deliveries.send(a);
    await deliveries.send(b);
    deliveries.resend([a.claim.chunk.object, 'v1/another.mcap'], 'it was incomplete');
    await settled();
    deliveries.resend([idOf(b)], 'it was incomplete');
    await settled();
    expect(shipped).toEqual([idOf(a), idOf(b), idOf(a), idOf(b)]);
    expect(counters.resent).toBe(2);
  });

  it('fail their dock, which goes on when docked again, after being asked for again and again', async () => {
    const chunk = sealed('a');
    await deliveries.send(chunk);
    const failed = deliveries.allLanded().catch((error: unknown) => error);
    for (let times = 0; times < 9; times += 1) {
      deliveries.resend([idOf(chunk)], 'its disk is bad');
      await settled();
    }
    const error = await failed;
    expect(isPitlaneError(error, 'unavailable') && error.retryable, String(error)).toBe(true);
    expect(String(error)).toContain('its disk is bad');
  });

  it('are let go when the dock is stopped', async () => {
    await deliveries.send(sealed('a'));
    const all = deliveries.allLanded();
    stop.abort(new Error('stopped'));
    await expect(all).rejects.toThrow('stopped');
  });

  it('are due when their time has passed, whatever the clock of the machine is set to', async () => {
    using _watch = deliveries.watch();
    const chunk = sealed('a');
    aheadMs = YEARS_MS;
    await deliveries.send(chunk);
    expect(shipments.at(-1)?.shippedAtMs).toBe(YEARS_MS);
    aheadMs = -YEARS_MS;
    await lookAt(DEADLINE_MS - 1);
    expect(shipped.length).toBe(1);
    expect(deliveries.why(idOf(chunk))[0]).toContain('sent again in 1 s otherwise');
    await lookAt(DEADLINE_MS);
    expect(shipped.length).toBe(2);
    aheadMs = 2 * YEARS_MS;
    await lookAt(DEADLINE_MS + 1);
    expect(shipped.length).toBe(2);
    deliveries.landed(idOf(chunk));
    await deliveries.allLanded();
  });

  it('can be asked about', async () => {
    const chunk = sealed('a');
    await deliveries.send(chunk);
    expect(deliveries.why(idOf(chunk))).toEqual([
      'garage: its frames were sent at 1970-01-01T00:00:00.000Z; it has not landed, sent again in 1 s otherwise',
    ]);
    nowMs = DEADLINE_MS;
    expect(deliveries.why(chunk.claim.chunk.object)[0]).toContain('overdue');
    expect(deliveries.why('another')).toEqual([]);
  });

  it('are neither waited for nor journalled again once their recording is cut another way', async () => {
    const [dropped, kept] = [sealed('dropped'), sealed('kept')];
    using _watch = deliveries.watch();
    await deliveries.send(dropped);
    await deliveries.send(kept);
    deliveries.forget(dropped.recording, ['dropped']);
    expect(deliveries.count).toBe(1);
    await lookAt(DEADLINE_MS);
    expect(shipped).toEqual([idOf(dropped), idOf(kept), idOf(kept)]);
    expect(states).toEqual(['shipped', 'shipped', 'chunked', 'shipped']);
    deliveries.forget(kept.recording);
    await deliveries.allLanded();
  });
});
