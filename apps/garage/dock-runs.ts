/**
 * The docks of a garage: those that wait, each in its turn, and those that run, as far as there are places. What becomes of
 * one stands in the journal before it is told, and one that failed with its files in the spool is tried again by itself.
 */
import { isPitlaneError, messageOf } from '@pitlane/base/errors';
import type { DriveId } from '@pitlane/contracts/identity';
import type { DockEntry } from '@pitlane/ports/journal';
import { AGAIN_MS } from './bays/disk.ts';
import { clearLeftovers } from './clear-leftovers.ts';
import { DockQueue, type WaitingDock } from './dock-queue.ts';
import { summaryOf } from './drive-verdict.ts';
import { goingOn } from './enter-dock.ts';
import { foreseenPriority } from './orders/foresee.ts';
import { type DockRun, runDock } from './run-dock.ts';
import { withheldText } from './what-may-leave.ts';

export interface DockRunsTools extends Omit<DockRun, 'dock' | 'request' | 'begun' | 'staged' | 'vehicleIfUnknown'> {
  /** Its last event was told. */
  readonly ended: (dockId: string) => void;
}

export class DockRuns {
  readonly #run: DockRunsTools;
  readonly #queue: DockQueue;
  readonly #underWay = new Map<string, Promise<void>>();
  /** Of those under way: the disk is read, and its place is free for another. */
  readonly #staged = new Set<string>();
  /** When each was docked that is not through; wall clock. */
  readonly #openSinceMs = new Map<string, number>();
  /** What a person said of docks of which nothing else says whose they are. */
  readonly #vehicles = new Map<string, string>();
  #cleared: Promise<void> | undefined;

  constructor(run: DockRunsTools) {
    this.#run = run;
    this.#queue = new DockQueue(
      (request) => foreseenPriority(request, run.tools),
      () => this.#work(),
    );
  }

  /** A dock that waits or runs already is joined: whoever asked hears its end. */
  enqueue(...waiting: readonly WaitingDock[]): void {
    for (const one of waiting) {
      const { dockId, dockedAtMs } = one.dock;
      this.#openSinceMs.set(dockId, dockedAtMs);
      if (!this.#underWay.has(dockId) && !this.#queue.has(dockId)) this.#queue.add(one, this.#readingCount);
    }
    this.#work();
  }

  /** Orders have come: what waits may be urgent by now. */
  foreseeAll(): void {
    this.#queue.foreseeAll();
  }

  /** Resolves when no dock is waiting or under way. */
  async idle(): Promise<void> {
    while (this.#underWay.size > 0) await Promise.all(this.#underWay.values());
  }

  /** When the oldest was docked that is not signed for; wall clock. */
  oldestSinceMs(): number | undefined {
    const all = [...this.#openSinceMs.values()];
    return all.length > 0 ? Math.min(...all) : undefined;
  }

  /** Of its drives that get their name from now on, and of which nothing else says whose they are. */
  nameVehicle(dockId: string, vehicleId: string): void {
    const { journal } = this.#run.tools;
    const dock = journal.docks().find((one) => one.dockId === dockId);
    if (!dock) return;
    this.#vehicles.set(dockId, vehicleId);
    journal.putDock({ ...dock, vehicleIfUnknown: vehicleId });
  }

  get #readingCount(): number {
    return this.#underWay.size - this.#staged.size;
  }

  #work(): void {
    while (!this.#run.signal.aborted) {
      const next = this.#queue.next(this.#readingCount);
      if (!next) return;
      const { dockId } = next.dock;
      const running = this.#dock(next).finally(() => {
        this.#underWay.delete(dockId);
        this.#staged.delete(dockId);
        this.#run.ended(dockId);
        this.#work();
      });
      this.#underWay.set(dockId, running);
    }
  }

  async #dock({ dock, request }: WaitingDock): Promise<void> {
    const { tools, tell, signal } = this.#run;
    const { dockId } = dock;
    let entry = dock;
    const vehicleIfUnknown = (): string | undefined => this.#vehicles.get(dockId) ?? dock.vehicleIfUnknown;
    const put = (more: Partial<DockEntry>): void => {
      const named = vehicleIfUnknown();
      entry = { ...entry, ...(named !== undefined && { vehicleIfUnknown: named }), ...more };
      tools.journal.putDock(entry);
    };
    const driveIds = new Set<DriveId>();
    try {
      await this.#clear();
      const drives = await runDock({
        ...this.#run,
        dock,
        request,
        vehicleIfUnknown,
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
      this.#forget(dockId);
      tell({ type: 'done', dockId, drives });
    } catch (error) {
      const code = isPitlaneError(error) ? error.code : 'internal';
      const message = messageOf(error);
      const interrupted = signal.aborted;
      if (!interrupted) tools.telemetry.error('dock.failed', { dockId, path: dock.path, code, message });
      this.#note(() => put({ error: message, state: interrupted ? 'open' : 'failed' }));
      if (!entry.isStaged) this.#forget(dockId);
      tell({ type: 'failed', dockId, code: interrupted ? 'interrupted' : code, message });
      if (entry.isStaged && !interrupted) void this.#tryLater(entry);
    }
  }

  #forget(dockId: string): void {
    this.#openSinceMs.delete(dockId);
    this.#vehicles.delete(dockId);
  }

  /** What an earlier run left, before anything is written that looks like it. */
  #clear(): Promise<void> {
    const { journal, spool, settings, clock, telemetry } = this.#run.tools;
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
    await this.#run.tools.wait(AGAIN_MS, this.#run.signal);
    if (!this.#run.signal.aborted) this.enqueue(goingOn(dock));
  }

  /** On a full disk the journal keeps the dock as it was, which is open: who docks again goes on with it. */
  #note(put: () => void): void {
    try {
      put();
    } catch (error) {
      this.#run.tools.telemetry.error('journal.failed', { error: messageOf(error) });
    }
  }
}
