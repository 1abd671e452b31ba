/**
 * The garage program put together: docks are taken one after another in order of priority, run through the stages up to
 * shipping, and answered by receipts. It stands at the head of the flow; it never signs, and never deletes what it did
 * not write.
 */
import { setMaxListeners } from 'node:events';
import { isPitlaneError, messageOf, PitlaneError } from '@pitlane/base/errors';
import { keepRunning, runTogether } from '@pitlane/base/flow';
import type { Patience } from '@pitlane/base/retry';
import type { DriveId } from '@pitlane/contracts/identity';
import type { DockEntry } from '@pitlane/ports/journal';
import { patientLog } from '@pitlane/ports/message-log/patient';
import { Answers } from './answers.ts';
import type { BayStatus } from './bays/bay.ts';
import { AGAIN_MS } from './bays/disk.ts';
import { DiskIdentities } from './bays/identity/disk-identities.ts';
import { uploadsBay } from './bays/uploads-bay.ts';
import { BayWatch } from './bays/watch-bays.ts';
import { Chunkers } from './chunker.ts';
import { clearLeftovers } from './clear-leftovers.ts';
import { Backlog, type BacklogStatus } from './backlog.ts';
import type { Deliveries, DeliveryCounters } from './deliveries.ts';
import { DockQueue, type WaitingDock } from './dock-queue.ts';
import type { DockEvent, DockRequest } from './dock-result.ts';
import { summaryOf } from './drive-verdict.ts';
import { enterDock, goingOn } from './enter-dock.ts';
import { EventHub } from './event-hub.ts';
import { type JournalFault, journalFaults } from './journal-faults.ts';
import { makeRoom } from './make-room.ts';
import type { DriveOrders } from './orders/drive-orders.ts';
import { foreseenPriority } from './orders/foresee.ts';
import { Orders } from './orders/orders.ts';
import { retireDrive, type Retired } from './retire.ts';
import { runDock } from './run-dock.ts';
import { ShipQueue } from './ship-queue.ts';
import { StagingThreads } from './staging-threads.ts';
import { SpoolSpace, type SpoolStatus } from './spool-space.ts';
import { tellRetired } from './tell-retired.ts';
import type { GarageTools } from './tools.ts';
import { Turns } from './turns.ts';
import { UploadDesk } from './uploads/upload-desk.ts';
import type { Arrival } from './uploads/uploads.ts';
import { Webhooks } from './webhooks/webhooks.ts';
import { withheldText } from './what-may-leave.ts';
import { whyInGarage } from './why.ts';

export type { Bay, BayStatus, DiskStatus, IdentifiedDisk } from './bays/bay.ts';
export * from './dock-result.ts';
export { garageTools } from './garage-tools.ts';
export { JOURNAL_RULES, type JournalFault, journalFaults, type JournalRule } from './journal-faults.ts';
export type { Retired } from './retire.ts';
export type { OrderRequest } from './orders/order-request.ts';
export type { OrderStatus } from './orders/orders.ts';
export type { GarageSettings, GarageTools } from './tools.ts';
export type { UploadStatus } from './uploads/upload-status.ts';

const RESTART_MS = 1000;

export class Garage {
  /** What goes first of a vehicle: of drives that are docked, and of those that will be. */
  readonly orders: Orders;
  readonly #tools: GarageTools;
  readonly #hub = new EventHub();
  readonly #stop = new AbortController();
  readonly #chunkers: Chunkers;
  readonly #threads = new StagingThreads();
  readonly #answers: Answers;
  readonly #queue: DockQueue;
  readonly #underWay = new Map<string, Promise<void>>();
  /** Of those under way: the disk is read, and its place is free for another. */
  readonly #staged = new Set<string>();
  /** Two docks may hold the same file: its chunks are cut by one of them at a time. */
  readonly #cuts = new Turns();
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
  #cleared: Promise<void> | undefined;

  constructor(tools: GarageTools) {
    this.#tools = tools.settings.isLogRemote ? { ...tools, log: patientLog(tools.log, this.#patience(tools)) } : tools;
    this.#backlog = new Backlog(tools.clock);
    const { warnPercent, pausePercent } = tools.settings;
    this.#space = new SpoolSpace({ spool: tools.spool, warnPercent, pausePercent, telemetry: tools.telemetry });
    // Every chunk on its way listens to it; Node takes more than ten for a leak.
    setMaxListeners(0, this.#stop.signal);
    const { source, clock, wait, notify, telemetry, settings } = tools;
    const docks = (): readonly DockEntry[] => tools.journal.docks();
    const dock = (request: DockRequest): AsyncIterable<DockEvent> => this.dock(request);
    const { uploads } = tools;
    const bays = [...settings.bays, uploadsBay(uploads.drivesRoot)];
    const arrival = (path: string): Promise<Arrival> => uploads.arrival(path);
    const { journal, disks: probe } = tools;
    const ownPaths = ['/', settings.spoolRoot];
    const identities = new DiskIdentities({ probe, journal, ownPaths, clock, telemetry });
    this.#bays = new BayWatch({ bays, source, clock, wait, notify, telemetry, docks, dock, arrival, identities });
    this.uploads = new UploadDesk(uploads, settings.uploadsAtOnce);
    uploads.onPlaced = () => this.#bays.lookSoon();
    uploads.makeRoom = (isEnough) => makeRoom(this.#tools, isEnough);
    this.#queue = new DockQueue(
      (request) => foreseenPriority(request, tools),
      () => this.#work(),
    );
    const { shipsAtOnce, chunkers } = tools.settings;
    this.#chunkers = new Chunkers(chunkers);
    this.#shipping = new ShipQueue({ max: shipsAtOnce * chunkers, perLineMax: shipsAtOnce });
    this.orders = new Orders({ ...tools, running: this.#running, onAdded: () => this.#queue.foreseeAll() });
    this.webhooks = new Webhooks({ ...tools, outbox: journal.outbox, garage: settings.garage });
    this.webhooks.start();
    this.#answers = new Answers(tools.log, tools.settings.garage);
    this.#reading = keepRunning((signal) => this.#answers.run(signal), {
      signal: this.#stop.signal,
      restartMs: RESTART_MS,
      onFailure: (error) => tools.telemetry.error('answers.failed', { error: messageOf(error) }),
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
    this.#enqueue({ dock, request });
    this.#work();
    for await (const event of events) {
      if (event.dockId !== dock.dockId) continue;
      yield event;
      if (event.type === 'done' || event.type === 'failed') return;
    }
  }

  /** Starts what a dock needs, ahead of the first. */
  warm(): void {
    this.#chunkers.warm();
    this.#threads.warm();
  }

  /** Events of all docks from now on. */
  events(signal?: AbortSignal): AsyncIterable<DockEvent> {
    return this.#hub.listen(signal);
  }

  async docks(): Promise<readonly DockEntry[]> {
    return this.#tools.journal.docks();
  }

  /** Takes up again what was open when the node last stopped. */
  async resume(): Promise<void> {
    const isOurs = ({ state, isStaged }: DockEntry): boolean =>
      state === 'open' || (state === 'failed' && isStaged === true);
    for (const dock of this.#tools.journal.docks().filter(isOurs)) this.#enqueue(goingOn(dock));
    this.#work();
  }

  /** Docks what comes into the bays or is uploaded, until the garage is closed. */
  watchBays(): void {
    const { uploads } = this.#tools;
    const watch = (stop: AbortSignal): Promise<void> =>
      runTogether(stop, [(signal) => this.#bays.run(signal), (signal) => uploads.run(signal)]);
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
  async idle(): Promise<void> {
    while (this.#underWay.size > 0) await Promise.all(this.#underWay.values());
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
  backlog(): BacklogStatus {
    return this.#backlog.status([...this.#delivering].reduce((sum, { bytes }) => sum + bytes, 0));
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
    const { backlogBytes, bytesPerSecond } = this.backlog();
    const spool = this.#space.seen;
    return {
      ...(spool && {
        pitlane_garage_spool_used_percent: Math.round(spool.usedPercent),
        pitlane_garage_spool_reserved_bytes: spool.reservedBytes,
      }),
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

  /** A dock that waits or runs already is joined: whoever asked hears its end. */
  #enqueue(waiting: WaitingDock): void {
    const { dockId } = waiting.dock;
    if (this.#underWay.has(dockId) || this.#queue.has(dockId)) return;
    this.#queue.add(waiting, this.#readingCount);
  }

  get #readingCount(): number {
    return this.#underWay.size - this.#staged.size;
  }

  /** Begins what there is room for, so that a dock that hangs holds up none that comes later. */
  #work(): void {
    while (!this.#stop.signal.aborted) {
      const next = this.#queue.next(this.#readingCount);
      if (!next) return;
      const { dockId } = next.dock;
      const running = this.#run(next).finally(() => {
        this.#underWay.delete(dockId);
        this.#staged.delete(dockId);
        this.#backlog.ended(dockId);
        this.#work();
      });
      this.#underWay.set(dockId, running);
    }
  }

  async #run({ dock, request }: WaitingDock): Promise<void> {
    const { journal, telemetry } = this.#tools;
    const { dockId } = dock;
    let entry = dock;
    const put = (more: Partial<DockEntry>): void => {
      entry = { ...entry, ...more };
      journal.putDock(entry);
    };
    const driveIds = new Set<DriveId>();
    try {
      await this.#clear();
      const drives = await runDock({
        ...this.#shared(),
        threads: this.#threads,
        dock,
        request,
        tell: (event) => this.#tell(event),
        begun: (driveId) => put({ driveIds: [...driveIds.add(driveId)] }),
        staged: () => {
          put({ isStaged: true });
          this.#staged.add(dockId);
          this.#work();
        },
      });
      const verdict = summaryOf(drives.flatMap((drive) => drive.verdict ?? []));
      const withheld = withheldText(drives.flatMap(({ loss }) => loss));
      put({ state: 'done', ...(verdict !== null && { verdict }), ...(withheld !== null && { withheld }) });
      this.#hub.tell({ type: 'done', dockId, drives });
    } catch (error) {
      const code = isPitlaneError(error) ? error.code : 'internal';
      const message = messageOf(error);
      const interrupted = this.#stop.signal.aborted;
      if (!interrupted) telemetry.error('dock.failed', { dockId, path: dock.path, code, message });
      this.#note(() => put({ error: message, state: interrupted ? 'open' : 'failed' }));
      this.#hub.tell({ type: 'failed', dockId, code: interrupted ? 'interrupted' : code, message });
      if (entry.isStaged && !interrupted) void this.#tryLater(entry);
    }
  }

  /** What an earlier run left, before anything is written that looks like it. */
  #clear(): Promise<void> {
    const { journal, spool, settings, clock, telemetry } = this.#tools;
    const work = async (): Promise<void> => {
      const cleared = await clearLeftovers({ journal, spool, clock, stagedRoot: settings.stagedRoot });
      if (cleared > 0) telemetry.info('leftovers.cleared', { cleared });
    };
    // Worth a warning and no dock: the next start tries again.
    this.#cleared ??= work().catch((error: unknown) => telemetry.warn('leftovers.kept', { error: messageOf(error) }));
    return this.#cleared;
  }

  /** Its disk may be gone: nobody else comes back for it. */
  async #tryLater(dock: DockEntry): Promise<void> {
    await this.#tools.wait(AGAIN_MS, this.#stop.signal);
    if (this.#stop.signal.aborted) return;
    this.#enqueue(goingOn(dock));
    this.#work();
  }

  #tell(event: DockEvent): void {
    if (event.type === 'progress') this.#backlog.told(event.dockId, event.stages.chunk);
    this.#hub.tell(event);
  }

  #shared() {
    return {
      tools: this.#tools,
      chunkers: this.#chunkers,
      answers: this.#answers,
      delivering: this.#delivering,
      deliveryCounters: this.#deliveryCounters,
      running: this.#running,
      webhooks: this.webhooks,
      queue: this.#shipping,
      cuts: this.#cuts,
      space: this.#space,
      signal: this.#stop.signal,
    };
  }

  /** On a full disk the journal keeps the dock as it was, which is open: who docks again goes on with it. */
  #note(put: () => void): void {
    try {
      put();
    } catch (error) {
      this.#tools.telemetry.error('journal.failed', { error: messageOf(error) });
    }
  }
}
