/** The drives that a garage has on their way to the cloud, in the order in which they go, for people. */
import { timeTextOf } from './actions/action-status.ts';
import { secondsFor } from './backlog.ts';
import { driveKeyOf } from './handlings.ts';
import type { DriveOrders } from './orders/drive-orders.ts';
import type { DriveWaiting, ShipQueue } from './ship-queue.ts';

/**
 * `sending`: chunks of it are on the link. `waiting`: for others that go before. `held`: for a person. `cutting`: none of it
 * is ready. `landing`: all of it was sent, and the cloud has yet to sign.
 */
export type QueuedState = 'sending' | 'waiting' | 'cutting' | 'landing' | 'held';

export interface QueuedDrive {
  readonly driveId: string;
  readonly tenant: string;
  readonly vehicleId: string;
  /** Of what nobody asked for and nothing happened to: 0 first, 99 last. */
  readonly priority: number;
  readonly state: QueuedState;
  readonly isHeld: boolean;
  readonly chunksWaiting: number;
  readonly bytesWaiting: number;
  /** At the rate of the last minute; decimal nanoseconds. Null while nothing goes, and of what is held. */
  readonly clearsAt: string | null;
}

export interface DriveQueueTools {
  readonly queue: Pick<ShipQueue, 'status'>;
  readonly running: ReadonlySet<Pick<DriveOrders, 'drive' | 'urgencies' | 'isShipped'>>;
  readonly isHeld: (drive: string) => boolean;
  readonly linkBytesPerS: number;
  readonly nowMs: number;
}

const ORDER: readonly QueuedState[] = ['sending', 'waiting', 'cutting', 'landing', 'held'];

export function driveQueue({ queue, running, isHeld, linkBytesPerS, nowMs }: DriveQueueTools): QueuedDrive[] {
  const waiting = queue.status();
  // Two docks may hold parts of one drive.
  const drives = new Map([...running].map((one) => [driveKeyOf(one.drive), one]));
  const placed = [...drives].map(([key, one]) => {
    const at = waiting.findIndex(({ drive }) => drive === key);
    const state = stateOf(waiting[at], { isHeld: isHeld(key), isShipped: one.isShipped });
    return { one, at: at < 0 ? waiting.length : at, chunks: waiting[at], state };
  });
  placed.sort((a, b) => groupOf(a.state) - groupOf(b.state) || a.at - b.at);
  let aheadBytes = 0;
  return placed.map(({ one, chunks, state }) => {
    const { driveId, tenant, vehicleId } = one.drive;
    const bytesWaiting = chunks?.bytes ?? 0;
    aheadBytes += bytesWaiting;
    const seconds = state === 'held' || bytesWaiting === 0 ? null : secondsFor(aheadBytes, linkBytesPerS);
    return {
      driveId,
      tenant,
      vehicleId,
      priority: one.urgencies.dockPriority,
      state,
      isHeld: state === 'held',
      chunksWaiting: chunks?.chunks ?? 0,
      bytesWaiting,
      clearsAt: seconds === null ? null : timeTextOf(nowMs + 1000 * seconds),
    };
  });
}

/** What is sent and what waits go in one order: that of the queue. */
const groupOf = (state: QueuedState): number => Math.max(1, ORDER.indexOf(state));

function stateOf(
  waiting: DriveWaiting | undefined,
  { isHeld, isShipped }: { readonly isHeld: boolean; readonly isShipped: boolean },
): QueuedState {
  if (isHeld) return 'held';
  if (waiting && waiting.underWay > 0) return 'sending';
  if (waiting && waiting.chunks > 0) return 'waiting';
  return isShipped ? 'landing' : 'cutting';
}
