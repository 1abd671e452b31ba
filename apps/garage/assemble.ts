/**
 * The garage program put together: docks are taken one after another in order of priority, run through the stages up to
 * shipping, and answered by receipts. It stands at the head of the flow; it never signs, and never deletes what it did
 * not write.
 */
import { setMaxListeners } from 'node:events';
import { messageOf, PitlaneError } from '@pitlane/base/errors';
import { keepRunning, runTogether } from '@pitlane/base/flow';
import type { Patience } from '@pitlane/base/retry';
import type { DriveId } from '@pitlane/contracts/identity';
import { LogTopic } from '@pitlane/contracts/records';
import type { DockEntry } from '@pitlane/ports/journal';
import { patientLog } from '@pitlane/ports/message-log/patient';
import { Actions } from './actions/actions.ts';
import { Answers } from './answers.ts';
import type { BayStatus } from './bays/bay.ts';
import { DiskIdentities } from './bays/identity/disk-identities.ts';
import { type KnownDrives, knownDrivesOf } from './bays/known-drives.ts';
import { uploadsBay } from './bays/uploads-bay.ts';
import { BayWatch } from './bays/watch-bays.ts';
import { Chunkers } from './chunker.ts';
import { Backlog } from './backlog.ts';
import { CloudWatch } from './cloud-watch.ts';
import type { Deliveries, DeliveryCounters } from './deliveries.ts';
import type { DockEvent, DockRequest } from './dock-result.ts';
import { DockRuns } from './dock-runs.ts';
import { driveQueue, type QueuedDrive } from './drive-queue.ts';
import { enterDock, goingOn } from './enter-dock.ts';
import { EventHub, type HeardEvent } from './event-hub.ts';
import { Handlings } from './handlings.ts';
import { type JournalFault, journalFaults } from './journal-faults.ts';
import { type LinkStatus, linkStatus } from './link-status.ts';
import { makeRoom } from './make-room.ts';
import { meteredShip } from './metered-ship.ts';
import type { DriveOrders } from './orders/drive-orders.ts';
import { Orders } from './orders/orders.ts';
import { retireDrive, type Retired } from './retire.ts';
import { ShipQueue } from './ship-queue.ts';
import { StagingThreads } from './staging-threads.ts';
import { SpoolSpace, type SpoolStatus } from './spool-space.ts';
import { tellRetired } from './tell-retired.ts';
import type { GarageTools } from './tools.ts';
import { Turns } from './turns.ts';
import { UploadDesk } from './uploads/upload-desk.ts';
import type { Arrival } from './uploads/uploads.ts';
import { Webhooks } from './webhooks/webhooks.ts';
import { whyInGarage } from './why.ts';

export type { ActionRequest, ActionStatus } from './actions/action-status.ts';
export type { Bay, BayStatus, DiskStatus, IdentifiedDisk } from './bays/bay.ts';
export * from './dock-result.ts';
export type { QueuedDrive } from './drive-queue.ts';
export type { HeardEvent } from './event-hub.ts';
export type { GarageEvent } from './garage-event.ts';
export { garageTools } from './garage-tools.ts';
export { JOURNAL_RULES, type JournalFault, journalFaults, type JournalRule } from './journal-faults.ts';
export type { Retired } from './retire.ts';
export type { LinkStatus } from './link-status.ts';
export type { OrderRequest } from './orders/order-request.ts';
export type { OrderStatus } from './orders/orders.ts';
export type { GarageSettings, GarageTools } from './tools.ts';
export type { UploadStatus } from './uploads/upload-status.ts';

const RESTART_MS = 1000;
/** It is never there: any answer will do. */
const ASKED_OBJECT = 'v1/does-the-store-answer';

export class Garage {
  /** What goes first of a vehicle: of drives that are docked, and of those that will be. */
  readonly orders: Orders;
  /** What people ask for at the board. */
  readonly actions: Actions;
  readonly #tools: GarageTools;
  readonly #hub: EventHub;
  readonly #stop = new AbortController();
  readonly #chunkers: Chunkers;
  readonly #threads = new StagingThreads();
  readonly #answers: Answers;
  readonly #docks: DockRuns;
  readonly #handlings: Handlings;
  readonly #cloud: CloudWatch;
  readonly #reading: Promise<void>;
  /** Of the drives under way. */
  readonly #delivering = new Set<Deliveries>();
  readonly #deliveryCounters: DeliveryCounters = { overdue: 0, resent: 0 };
  readonly #backlog: Backlog;
  readonly #space: SpoolSpace;
  readonly #running = new Set<DriveOrders>();
  readonly #shipping: ShipQueue;
  readonly #bays: BayWatch;
  readonly uploads: UploadDesk;
  /** Other programs that are told what happened. */
  readonly webhooks: Webhooks;
  #watching: Promise<void> | undefined;

  constructor(tools: GarageTools) {
    this.#backlog = new Backlog(tools.clock);
    const ship = meteredShip(tools.ship, (bytes) => this.#backlog.sent(bytes));
    const log = tools.settings.isLogRemote ? patientLog(tools.log, this.#patience(tools)) : tools.log;
    this.#tools = { ...tools, ship, log };
    const { source, clock, wait, notify, telemetry, settings, journal, uploads, disks: probe } = tools;
    const { warnPercent, pausePercent, shipsAtOnce, chunkers } = settings;
    this.#hub = new EventHub(tools.newRunId());
    this.#space = new SpoolSpace({ spool: tools.spool, warnPercent, pausePercent, telemetry });
    // Every chunk on its way listens to it; Node takes more than ten for a leak.
    setMaxListeners(0, this.#stop.signal);
    const docks = (): readonly DockEntry[] => journal.docks();
    const dock = (request: DockRequest): AsyncIterable<DockEvent> => this.dock(request);
    const bays = [...settings.bays, uploadsBay(uploads.drivesRoot)];
    const arrival = (path: string): Promise<Arrival> => uploads.arrival(path);
    const ownPaths = ['/', settings.spoolRoot];
    const identities = new DiskIdentities({ probe, journal, ownPaths, clock, telemetry });
    const onChanged = (): void => this.#hub.tell({ type: 'bays' });
    const known = (entry: DockEntry): KnownDrives => knownDrivesOf(entry, journal);
    const watched = {
      bays,
      source,
      clock,
      wait,
      notify,
      telemetry,
      docks,
      dock,
      arrival,
      identities,
      known,
      onChanged,
    };
    this.#bays = new BayWatch(watched);
    this.uploads = new UploadDesk(uploads, settings.uploadsAtOnce);
    uploads.onPlaced = () => this.#bays.lookSoon();
    uploads.makeRoom = (isEnough) => makeRoom(this.#tools, isEnough);
    this.#chunkers = new Chunkers(chunkers);
    this.#handlings = new Handlings(journal);
    this.#shipping = new ShipQueue({ max: shipsAtOnce * chunkers, perLineMax: shipsAtOnce }, this.#handlings);
    this.webhooks = new Webhooks({ ...tools, outbox: journal.outbox, garage: settings.garage });
    this.webhooks.start();
    this.#answers = new Answers(tools.log, settings.garage);
    this.#cloud = new CloudWatch({ ask: () => this.#askCloud(), clock, wait, telemetry });
    this.#docks = this.#openDocks();
    this.orders = new Orders({ ...tools, running: this.#running, onAdded: () => this.#docks.foreseeAll() });
    this.actions = this.#openActions();
    this.#reading = keepRunning((signal) => this.#answers.run(signal), {
      signal: this.#stop.signal,
      restartMs: RESTART_MS,
      onFailure: (error) => telemetry.error('answers.failed', { error: messageOf(error) }),
    });
  }

  /**
   * Docks a path. The events end with `done` or `failed`; not reading them, or stopping to, does not stop the dock.
   * @param detach stops listening
   */
  async *dock(request: DockRequest, detach?: AbortSignal): AsyncGenerator<DockEvent> {
    const dock = await enterDock(request, this.#tools);
    const events = this.#hub.listen(detach);
    this.warm();
    this.#docks.enqueue({ dock, request });
    for await (const { event } of events) {
      if (!('dockId' in event) || event.dockId !== dock.dockId) continue;
      yield event;
      if (event.type === 'done' || event.type === 'failed') return;
    }
  }

  /** Starts what a dock needs, ahead of the first. */
  warm(): void {
    this.#chunkers.warm();
    this.#threads.warm();
  }

  /**
   * All that is told from now on.
   * @param lastId of what was heard before: what was missed since comes first; empty for nothing
   */
  events(signal?: AbortSignal, lastId = ''): AsyncIterable<HeardEvent> {
    return this.#hub.listen(signal, lastId);
  }

  async docks(): Promise<readonly DockEntry[]> {
    return this.#tools.journal.docks();
  }

  /** Takes up again what was open when the node last stopped. */
  async resume(): Promise<void> {
    const isOurs = ({ state, isStaged }: DockEntry): boolean =>
      state === 'open' || (state === 'failed' && isStaged === true);
    this.#docks.enqueue(...this.#tools.journal.docks().filter(isOurs).map(goingOn));
    this.actions.resume();
  }

  /** Docks what comes into the bays or is uploaded, and asks whether the cloud answers, until the garage is closed. */
  watchBays(): void {
    const { uploads } = this.#tools;
    const watch = (stop: AbortSignal): Promise<void> =>
      runTogether(stop, [
        (signal) => this.#bays.run(signal),
        (signal) => uploads.run(signal),
        (signal) => this.#cloud.run(signal),
      ]);
    this.#watching ??= keepRunning(watch, {
      signal: this.#stop.signal,
      restartMs: RESTART_MS,
      onFailure: (error) => this.#tools.telemetry.error('bays.failed', { error: messageOf(error) }),
    });
  }

  /** What is in each bay, as of the last look. */
  bays(): readonly BayStatus[] {
    return this.#bays.status();
  }

  /** Resolves when no dock is waiting or under way. */
  idle(): Promise<void> {
    return this.#docks.idle();
  }

  retire(tenant: string, driveId: DriveId, options: { dryRun: boolean }): Promise<Retired> {
    return retireDrive(tenant, driveId, options, this.#tools);
  }

  /** For a catalog that was rebuilt. */
  tellRetired(tenant: string, driveId: DriveId): Promise<void> {
    return tellRetired(tenant, driveId, this.#tools);
  }

  /** What the journal knows of a drive, recording or chunk, as lines for people. */
  async why(id: string): Promise<string[]> {
    const lines = await whyInGarage(id, this.#tools);
    const underWay = [...this.#delivering, ...this.#running].flatMap((one) => one.why(id));
    return [...lines, ...underWay];
  }

  /** What is yet to be sent, and when that will be through. */
  backlog(): LinkStatus {
    const { settings, clock } = this.#tools;
    return linkStatus({
      backlog: this.#backlog,
      queue: this.#shipping,
      delivering: this.#delivering,
      cloud: this.#cloud,
      oldestSinceMs: this.#docks.oldestSinceMs(),
      capBytesPerS: settings.linkCapBytesPerS,
      nowMs: clock.nowMs(),
    });
  }

  /** The drives on their way, in the order in which they go. */
  queue(): readonly QueuedDrive[] {
    return driveQueue({
      queue: this.#shipping,
      running: this.#running,
      isHeld: (drive) => this.#handlings.isHeld(drive),
      linkBytesPerS: this.#backlog.linkBytesPerS(),
      nowMs: this.#tools.clock.nowMs(),
    });
  }

  /** How full the spool's disk is. */
  spool(): Promise<SpoolStatus> {
    return this.#space.status();
  }

  /** Where the journal and what lies on the disk and in the store say different things. */
  faults(): AsyncIterable<JournalFault> {
    const { journal, spool, store, settings, receiptKey } = this.#tools;
    return journalFaults({ journal, spool, store, receiptKey, stagedRoot: settings.stagedRoot });
  }

  /** By Prometheus name. */
  metrics(): Record<string, number> {
    const drives = [...this.#delivering];
    const { backlogBytes, bytesPerSecond, isCloudAway } = this.backlog();
    const spool = this.#space.seen;
    return {
      ...(spool && {
        pitlane_garage_spool_used_percent: Math.round(spool.usedPercent),
        pitlane_garage_spool_reserved_bytes: spool.reservedBytes,
      }),
      pitlane_garage_cloud_away: isCloudAway ? 1 : 0,
      pitlane_garage_backlog_bytes: backlogBytes,
      pitlane_garage_bytes_per_second: Math.round(bytesPerSecond),
      pitlane_garage_chunks_on_their_way: drives.reduce((sum, { count }) => sum + count, 0),
      pitlane_garage_chunks_overdue_total: this.#deliveryCounters.overdue,
      pitlane_garage_chunks_resent_total: this.#deliveryCounters.resent,
      ...this.webhooks.metrics(),
    };
  }

  /** Stops at once; what was under way goes on when docked again. */
  async close(): Promise<void> {
    this.#stop.abort(new PitlaneError('interrupted', 'the node is stopping: dock again to go on'));
    await this.idle();
    await this.actions.close();
    await this.#reading;
    await this.#watching;
    await this.#tools.uploads.close();
    await this.#chunkers.close();
    await this.#threads.close();
    await this.webhooks.close();
    this.#hub.close();
  }

  #patience({ wait, random, telemetry }: GarageTools): Patience {
    return { wait, random, telemetry, signal: this.#stop.signal };
  }

  /** A log and a store on this machine answer, or nothing works. */
  async #askCloud(): Promise<void> {
    const { log, store, settings } = this.#tools;
    if (settings.isLogRemote) await log.lag(LogTopic.answers, `garage-${settings.garage}`);
    if (store.traits.localDevice === undefined) await store.stat(ASKED_OBJECT);
  }

  #openDocks(): DockRuns {
    return new DockRuns({
      tools: this.#tools,
      chunkers: this.#chunkers,
      threads: this.#threads,
      answers: this.#answers,
      delivering: this.#delivering,
      deliveryCounters: this.#deliveryCounters,
      running: this.#running,
      handlings: this.#handlings,
      webhooks: this.webhooks,
      queue: this.#shipping,
      cuts: new Turns(),
      space: this.#space,
      signal: this.#stop.signal,
      tell: (event) => this.#tell(event),
      ended: (dockId) => this.#backlog.ended(dockId),
      correct: (drive, vehicleId) => this.actions.correct(drive, vehicleId),
    });
  }

  #openActions(): Actions {
    return new Actions({
      ...this.#tools,
      signal: this.#stop.signal,
      handlings: this.#handlings,
      queue: this.#shipping,
      running: this.#running,
      bays: () => this.#bays.status(),
      nameVehicle: (dockId, vehicleId) => {
        this.#docks.nameVehicle(dockId, vehicleId);
        this.#bays.named(dockId, vehicleId);
      },
      retire: (tenant, driveId, options) => this.retire(tenant, driveId, options),
      tell: (action) => this.#hub.tell({ type: 'action', action }),
    });
  }

  #tell(event: DockEvent): void {
    if (event.type === 'progress') this.#backlog.told(event.dockId, event.stages.chunk);
    this.#hub.tell(event);
  }
}
