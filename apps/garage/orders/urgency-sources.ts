/** What goes first of one drive: the standing orders for its vehicle, and the time around what its sidecar says happened. */
import { NS_PER_S, textFromTimeNs } from '@pitlane/base/time';
import type { DriveEvent } from '@pitlane/contracts/manifest';
import { windowsSelected } from '@pitlane/contracts/plan';
import type { OrderEntry } from '@pitlane/ports/journal';
import type { Urgency } from './urgencies.ts';

export interface EventContext {
  readonly eventBeforeSeconds: number;
  readonly eventAfterSeconds: number;
}

/** By kind; whatever else happened is `EVENT`. */
const KINDS: Readonly<Record<string, number>> = { incident: 0, boot: 10, crash: 10 };
const EVENT = 50;
/** The windows next to those that an event touches are kept with it: what led to it may have begun before. */
const NEIGHBOURS = 1n;

export const isFor = (order: OrderEntry, drive: { readonly tenant: string; readonly vehicleId: string }): boolean =>
  order.tenant === drive.tenant && order.vehicleId === drive.vehicleId;

/** Of orders those for this vehicle alone. */
export const urgenciesOf = (
  drive: { readonly tenant: string; readonly vehicleId: string },
  orders: readonly OrderEntry[],
  events: readonly DriveEvent[],
  context: EventContext,
): Urgency[] => [
  ...orders.filter((order) => isFor(order, drive)).map(urgencyFromOrder),
  ...events.map((event) => urgencyFromEvent(event, context)),
];

export function urgencyFromOrder(order: OrderEntry): Urgency {
  const { orderId, priority, topics, startTime, endTime, note } = order;
  const bound = (time: string | null): bigint | undefined => (time === null ? undefined : BigInt(time));
  const windows = windowsSelected(bound(startTime), bound(endTime));
  const reason = `standing ${orderId}${note === null ? '' : ` (${note})`}`;
  return { priority, selection: { topics, windows }, reason, orderId };
}

export function urgencyFromEvent({ time, kind }: DriveEvent, context: EventContext): Urgency {
  const { eventBeforeSeconds, eventAfterSeconds } = context;
  const atNs = BigInt(time);
  const startNs = atNs - BigInt(eventBeforeSeconds) * NS_PER_S;
  const endNs = atNs + BigInt(eventAfterSeconds) * NS_PER_S + 1n;
  return {
    priority: (Object.hasOwn(KINDS, kind) ? KINDS[kind] : undefined) ?? EVENT,
    selection: { topics: [], windows: windowsSelected(startNs > 0n ? startNs : 0n, endNs, NEIGHBOURS) },
    reason: `the ${kind} at ${textFromTimeNs(atNs)}`,
    orderId: null,
  };
}
