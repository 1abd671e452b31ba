/** What goes first of one drive that is docked, and what the standing orders for its vehicle have of it. */
import type { DriveEvent, DriveFacts } from '@pitlane/contracts/manifest';
import type { Clock } from '@pitlane/base/time';
import type { Journal, OrderEntry } from '@pitlane/ports/journal';
import { countServed } from './count-served.ts';
import { Urgencies } from './urgencies.ts';
import { type EventContext, isFor, urgenciesOf, urgencyFromEvent, urgencyFromOrder } from './urgency-sources.ts';

export interface DriveOrdersTools {
  readonly journal: Journal;
  readonly clock: Pick<Clock, 'nowMs'>;
  readonly settings: EventContext;
}

export class DriveOrders {
  readonly drive: DriveFacts;
  readonly urgencies: Urgencies;
  /** All of it was sent; the cloud has yet to sign. */
  isShipped = false;
  readonly #tools: DriveOrdersTools;

  /** @param dockPriority of whatever nobody asks for and nothing happened to */
  constructor(drive: DriveFacts, events: readonly DriveEvent[], dockPriority: number, tools: DriveOrdersTools) {
    this.drive = drive;
    this.#tools = tools;
    const orders = this.#orders();
    for (const order of orders) this.#note(order);
    this.urgencies = new Urgencies(dockPriority, urgenciesOf(drive, orders, events, tools.settings));
  }

  /** Lifts what of the drive was not shipped yet; false when the order is for another vehicle. */
  add(order: OrderEntry): boolean {
    if (!isFor(order, this.drive)) return false;
    this.#note(order);
    this.urgencies.add(urgencyFromOrder(order));
    return true;
  }

  /** Somebody says that something happened: what is around it goes first, as far as it was not shipped yet. */
  happened(event: DriveEvent): void {
    this.urgencies.add(urgencyFromEvent(event, this.#tools.settings));
  }

  remove(orderId: string): void {
    this.urgencies.removeOrder(orderId);
  }

  /** Lines for `why`, of one chunk: events are in no journal. */
  why(id: string): string[] {
    return this.#tools.journal
      .findChunk(id)
      .filter(({ driveId }) => driveId === this.drive.driveId)
      .flatMap(({ facts }) => this.urgencies.reasonsFor(facts))
      .filter(({ orderId }) => orderId === null)
      .map(({ priority, reason }) => `garage: it goes first, with priority ${priority}, for ${reason}`);
  }

  /** The drive has its receipt: what its orders have of it is known for good. */
  async landed(): Promise<void> {
    const { journal, clock } = this.#tools;
    const { tenant, driveId } = this.drive;
    const recordings = journal.recordingsOfDrive(tenant, driveId);
    for (const order of this.#orders()) {
      const served = await countServed(order, recordings, journal);
      const { orderId } = order;
      // It may have been removed while it was counted.
      if (!journal.orders().some((other) => other.orderId === orderId)) continue;
      if (served.chunks === 0) journal.dropServing(orderId, tenant, driveId);
      else journal.putServing({ orderId, tenant, driveId, state: 'landed', ...served, atMs: clock.nowMs() });
    }
  }

  #orders(): OrderEntry[] {
    return this.#tools.journal.orders().filter((order) => isFor(order, this.drive));
  }

  #note({ orderId }: OrderEntry): void {
    const { journal, clock } = this.#tools;
    const { tenant, driveId } = this.drive;
    journal.putServing({
      orderId,
      tenant,
      driveId,
      state: 'under-way',
      chunks: 0,
      bytesStored: 0,
      atMs: clock.nowMs(),
    });
  }
}
