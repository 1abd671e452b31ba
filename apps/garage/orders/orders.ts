/**
 * Standing orders of a garage: given, told of, and taken back. An order stands until somebody removes it, also when its
 * time lies in the past: a car may come home with it at any time, and every new drive of the vehicle is served again.
 */
import { PitlaneError } from '@pitlane/base/errors';
import type { Clock } from '@pitlane/base/time';
import { counted, textFromBytes } from '@pitlane/base/units';
import type { DriveId } from '@pitlane/contracts/identity';
import type { Journal, OrderEntry, OrderServing, RecordingEntry } from '@pitlane/ports/journal';
import { countServed } from './count-served.ts';
import type { DriveOrders } from './drive-orders.ts';
import { orderFrom, type OrderRequest } from './order-request.ts';

/** `waiting` for the car; `under-way` while a drive is docked that may have it; `served` by drives that have landed. */
export type OrderState = 'waiting' | 'under-way' | 'served';

export interface OrderStatus extends OrderEntry {
  readonly state: OrderState;
  /** What it has got, of all drives. */
  readonly chunks: number;
  readonly bytesStored: number;
  readonly drives: readonly Omit<OrderServing, 'orderId' | 'tenant'>[];
  /** For people. */
  readonly text: string;
}

export interface OrdersTools {
  readonly journal: Journal;
  readonly clock: Pick<Clock, 'nowMs'>;
  readonly settings: { readonly tenant: string };
  /** A new order's id. */
  readonly newOrderId: () => string;
  /** Of the drives that are docked. */
  readonly running: ReadonlySet<DriveOrders>;
  /** Docks that wait for their turn may be urgent by now. */
  readonly onAdded: () => void;
}

const ORDERS_MAX = 1000;

export class Orders {
  readonly #tools: OrdersTools;

  constructor(tools: OrdersTools) {
    this.#tools = tools;
  }

  /** Errors: `bad-usage`, `limit-exceeded`. */
  async add(request: OrderRequest): Promise<OrderStatus> {
    const { journal, clock, settings, newOrderId, running, onAdded } = this.#tools;
    if (journal.orders().length >= ORDERS_MAX) {
      const text = `${ORDERS_MAX} orders stand already: remove those that were served with \`pitlane order remove ID\``;
      throw new PitlaneError('limit-exceeded', text);
    }
    const order = orderFrom(request, {
      orderId: `order-${newOrderId()}`,
      tenant: settings.tenant,
      createdAtMs: clock.nowMs(),
    });
    journal.putOrder(order);
    for (const drive of running) drive.add(order);
    onAdded();
    await this.#noteLanded(order);
    return this.#statusOf(order);
  }

  async list(): Promise<OrderStatus[]> {
    const all: OrderStatus[] = [];
    for (const order of this.#tools.journal.orders()) all.push(await this.#statusOf(order));
    return all;
  }

  /** Its last status. Errors: `not-found`. */
  async remove(orderId: string): Promise<OrderStatus> {
    const { journal, running } = this.#tools;
    const order = journal.orders().find((other) => other.orderId === orderId);
    if (!order) {
      const text = `there is no order ${JSON.stringify(orderId)}: \`pitlane order list\` tells which stand`;
      throw new PitlaneError('not-found', text);
    }
    const status = await this.#statusOf(order);
    journal.removeOrder(orderId);
    for (const drive of running) drive.remove(orderId);
    return status;
  }

  /** Drives of the vehicle that landed before anybody asked. */
  async #noteLanded(order: OrderEntry): Promise<void> {
    const { journal, clock } = this.#tools;
    const { orderId, tenant, vehicleId } = order;
    const byDrive = new Map<DriveId, RecordingEntry[]>();
    for (const entry of journal.recordingsOfVehicle(tenant, vehicleId)) {
      if (entry.state !== 'receipted' && entry.state !== 'retired') continue;
      byDrive.set(entry.driveId, [...(byDrive.get(entry.driveId) ?? []), entry]);
    }
    for (const [driveId, recordings] of byDrive) {
      const served = await countServed(order, recordings, journal);
      const isNoted = journal.servings(orderId).some((serving) => serving.driveId === driveId);
      if (served.chunks === 0 || isNoted) continue;
      journal.putServing({ orderId, tenant, driveId, state: 'landed', ...served, atMs: clock.nowMs() });
    }
  }

  async #statusOf(order: OrderEntry): Promise<OrderStatus> {
    const { journal } = this.#tools;
    const drives: OrderStatus['drives'][number][] = [];
    for (const { driveId, state, chunks, bytesStored, atMs } of journal.servings(order.orderId)) {
      const recordings = state === 'under-way' ? journal.recordingsOfDrive(order.tenant, driveId) : [];
      const soFar = state === 'under-way' ? await countServed(order, recordings, journal) : { chunks, bytesStored };
      drives.push({ driveId, state, ...soFar, atMs });
    }
    const isUnderWay = drives.some((drive) => drive.state === 'under-way');
    const state = isUnderWay ? 'under-way' : drives.length > 0 ? 'served' : 'waiting';
    const chunks = drives.reduce((sum, drive) => sum + drive.chunks, 0);
    const bytesStored = drives.reduce((sum, drive) => sum + drive.bytesStored, 0);
    return {
      ...order,
      state,
      chunks,
      bytesStored,
      drives,
      text: textOf(order, state, { chunks, bytesStored, drives }),
    };
  }
}

function textOf(
  { vehicleId }: OrderEntry,
  state: OrderState,
  { chunks, bytesStored, drives }: Pick<OrderStatus, 'chunks' | 'bytesStored' | 'drives'>,
): string {
  if (state === 'waiting') return `waits for ${vehicleId}: what it means goes first when that car is docked`;
  const got = `${counted(chunks, 'chunk')} (${textFromBytes(bytesStored)}) of ${counted(drives.length, 'drive')}`;
  if (state === 'served') return `already landed: ${got}; the next drive of ${vehicleId} is served too`;
  const docked = drives.filter((drive) => drive.state === 'under-way').map(({ driveId }) => driveId);
  return `under way: what ${docked.join(', ')} has not shipped yet goes first; so far ${got} cut`;
}
