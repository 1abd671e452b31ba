/** Actions over a real journal, queue and handlings, with drives under way that a test makes, and time that it lets pass. */
import { memoryLog } from '@pitlane/base/telemetry';
import type { DriveId } from '@pitlane/contracts/identity';
import type { DriveFacts } from '@pitlane/contracts/manifest';
import { notesFrom } from '@pitlane/contracts/notes';
import { openSqliteJournal } from '@pitlane/journal-sqlite';
import type { DockEntry, Journal, RecordingEntry } from '@pitlane/ports/journal';
import { claimOf } from '../../../test/support/claimed-chunk.ts';
import { ListedMessages } from '../../../test/support/listed-messages.ts';
import { MemoryObjectStore } from '../../../test/support/memory-object-store.ts';
import type { BayStatus } from '../bays/bay.ts';
import { driveKeyOf, Handlings } from '../handlings.ts';
import { DriveOrders } from '../orders/drive-orders.ts';
import type { Retired } from '../retire.ts';
import type { ShipLine } from '../ship-line.ts';
import { ShipQueue } from '../ship-queue.ts';
import type { ActionsTools } from './actions.ts';
import type { ActionStatus } from './action-status.ts';
import { Actions } from './actions.ts';

const settings = { tenant: 'default', garage: 'garage-7', eventBeforeSeconds: 30, eventAfterSeconds: 10 };

export class ActionTrial {
  nowMs = 1_795_378_093_000;
  readonly journal: Journal = openSqliteJournal({ file: ':memory:' });
  readonly store = new MemoryObjectStore();
  readonly log = new ListedMessages();
  readonly telemetry = memoryLog();
  readonly told: ActionStatus[] = [];
  readonly named: [dockId: string, vehicleId: string][] = [];
  readonly retired: [driveId: string, dryRun: boolean][] = [];
  /** What retiring is refused with. */
  refusal: Error | undefined;
  bays: BayStatus[] = [];
  readonly running = new Set<DriveOrders>();
  /** Names of chunks whose sending has begun. */
  readonly sent: string[] = [];
  handlings!: Handlings;
  queue!: ShipQueue;
  actions!: Actions;
  #stop!: AbortController;
  #ids = 0;
  #sleepers: (() => void)[] = [];
  #ends: (() => void)[] = [];

  constructor() {
    this.start();
  }

  /** As after a crash: all that is left is the journal. */
  start(): void {
    this.#stop = new AbortController();
    this.#sleepers = [];
    this.running.clear();
    this.handlings = new Handlings(this.journal);
    this.queue = new ShipQueue({ max: 1, perLineMax: 1 }, this.handlings);
    this.actions = new Actions(this.#tools());
  }

  async stop(): Promise<void> {
    this.#stop.abort(new Error('the node is stopping'));
    await this.actions.close();
  }

  /** Ten seconds pass. */
  async pass(): Promise<void> {
    this.nowMs += 10_000;
    for (const wake of this.#sleepers.splice(0)) wake();
    await settled();
  }

  /** The chunk that is being sent has been. */
  async ended(): Promise<void> {
    this.#ends.shift()?.();
    await settled();
  }

  /** A drive that is docked, with chunks that wait, named `D-1`, `D-2`, …. */
  drive(driveId: string, chunks: number, vehicleId = 'car-7'): ShipLine {
    const drive: DriveFacts = {
      tenant: 'default',
      driveId: driveId as DriveId,
      vehicleId,
      labels: {},
      startTime: null,
    };
    const handling = this.handlings.of(drive);
    const orders = new DriveOrders(drive, handling.events, handling.priority ?? 99, {
      ...this.#tools(),
      settings,
    } as never);
    this.running.add(orders);
    const line = this.queue.open({
      drive: driveKeyOf(drive),
      signal: this.#stop.signal,
      ship: ({ name }) => {
        this.sent.push(name);
        return new Promise((resolve) => this.#ends.push(resolve));
      },
      priorityOf: () => orders.urgencies.dockPriority,
    });
    orders.urgencies.onChange(() => line.regrade());
    for (let i = 1; i <= chunks; i += 1) line.add({ name: `${driveId}-${i}`, again: false, bytes: 1000 });
    return line;
  }

  dock(dockId: string, driveIds: readonly string[], state: DockEntry['state'] = 'open'): void {
    const about = {
      path: `/media/${dockId}`,
      tenant: 'default',
      vehicleId: null,
      priority: 99,
      dockedAtMs: this.nowMs,
    };
    this.journal.putDock({ dockId, ...about, state, driveIds: driveIds as DriveId[], error: null });
    const disk = { path: about.path, dockId, driveIds } as unknown as BayStatus['disks'][number];
    const bay = { bay: `bay-of-${dockId}`, path: about.path, vehicleId: null, fault: null, disks: [disk] };
    this.bays = [...this.bays.filter((one) => one.bay !== bay.bay), bay];
  }

  recording(driveId: string, state: RecordingEntry['state'], vehicleId = 'car-7'): void {
    const { recordingId, sha256: headSha256 } = claimOf(new Uint8Array(3), driveId).chunk;
    const file = { path: 'a.mcap', bytes: 1, format: 'mcap', headSha256, beginning: null };
    const key = { tenant: 'default', driveId: driveId as DriveId, recordingId };
    this.journal.putRecording({ ...key, ...file, vehicleId, dockId: 'dock', state, cut: null });
  }

  /** The notes that lie in the store. */
  async notes(): Promise<ReturnType<typeof notesFrom>['notes']> {
    const all: ReturnType<typeof notesFrom>['notes'] = [];
    for await (const { name } of this.store.list('')) {
      all.push(...notesFrom(new TextDecoder().decode(await this.store.read(name)), name).notes);
    }
    return all;
  }

  #tools(): ActionsTools {
    const { journal, store, log, telemetry, handlings, queue, running } = this;
    return {
      journal,
      store,
      log,
      telemetry,
      handlings,
      queue,
      running,
      settings,
      clock: { nowMs: () => this.nowMs, monotonicMs: () => this.nowMs },
      random: () => 0,
      signal: this.#stop.signal,
      wait: (_, signal) =>
        new Promise((resolve) => {
          this.#sleepers.push(resolve);
          signal.addEventListener('abort', () => resolve());
        }),
      newActionId: () => `action-${(this.#ids += 1)}`,
      bays: () => this.bays,
      nameVehicle: (dockId, vehicleId) => void this.named.push([dockId, vehicleId]),
      retire: async (_, driveId, { dryRun }) => {
        this.retired.push([driveId, dryRun]);
        if (this.refusal) throw this.refusal;
        return { text: `${dryRun ? 'would free' : 'freed'} 3 MB of ${driveId}` } as Retired;
      },
      tell: (action) => void this.told.push(action),
    };
  }
}

export const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
