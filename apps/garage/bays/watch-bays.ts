/**
 * Looks after the bays: a disk that comes is noticed by notification or by the next look, waited for while its files
 * change, and docked. Only here is anybody waited for, and never for ever: a log whose writer was cut off by the power is
 * as still as one that is whole. One disk's trouble is that disk's alone.
 */
import { messageOf } from '@pitlane/base/errors';
import type { Wait } from '@pitlane/base/retry';
import type { Log } from '@pitlane/base/telemetry';
import type { Clock } from '@pitlane/base/time';
import type { DockEntry } from '@pitlane/ports/journal';
import type { DriveSource } from '@pitlane/ports/drive-source';
import type { DockEvent, DockRequest } from '../dock-result.ts';
import type { Arrival } from '../uploads/uploads.ts';
import type { Bay, BayStatus, IdentifiedDisk } from './bay.ts';
import { Disk } from './disk.ts';
import { disksOf, type FoundDisk, parentOf } from './find-disks.ts';
import { type DiskIdentities, UNIDENTIFIED } from './identity/disk-identities.ts';
import type { KnownDrives } from './known-drives.ts';
import { listingOf } from './listing.ts';
import { asUpload } from './uploads-bay.ts';

/** Calls back when something may have changed in a folder, until it is disposed of. */
export type Notify = (folder: string, onChange: () => void) => Disposable;

export interface BayTools {
  readonly bays: readonly Bay[];
  readonly source: DriveSource;
  readonly clock: Clock;
  readonly wait: Wait;
  readonly notify: Notify;
  readonly telemetry: Log;
  readonly dock: (request: DockRequest) => AsyncIterable<DockEvent>;
  /** Of an uploaded drive: whether more is on its way. */
  readonly arrival?: (path: string) => Promise<Arrival>;
  readonly identities: DiskIdentities;
  /** What the journal knows, to pass over a disk that was done before a restart. */
  readonly docks: () => readonly DockEntry[];
  readonly known?: (dock: DockEntry) => KnownDrives;
  /** What is in the bays, or what may be done with it, is not what it was. */
  readonly onChanged?: () => void;
}

/** Between two looks at all bays. */
export const RESCAN_MS = 30_000;
/** At least, whatever is notified. */
const PAUSE_MS = 1000;

export class BayWatch {
  readonly #tools: BayTools;
  /** By path of the disk. */
  readonly #disks = new Map<string, Disk>();
  /** By bay, as of the last look. */
  readonly #faults = new Map<string, string>();
  #wake = (): void => {};
  #told = '';

  constructor(tools: BayTools) {
    this.#tools = tools;
  }

  /** Runs until the signal aborts; dockings that have begun are the garage's to end. */
  async run(signal: AbortSignal): Promise<void> {
    const { bays, notify, wait } = this.#tools;
    const watches = bays.map(({ path }) => notify(parentOf(path), () => this.#wake()));
    try {
      while (!signal.aborted) {
        // What changes during a look is seen by the next.
        const notified = new AbortController();
        this.#wake = () => notified.abort();
        await this.look();
        // A log that is being written notifies without end.
        await wait(PAUSE_MS, signal);
        await wait(Math.max(0, this.#untilNextMs()), AbortSignal.any([signal, notified.signal]));
      }
    } finally {
      for (const watch of watches) watch[Symbol.dispose]();
    }
  }

  /** One look at every bay. */
  async look(): Promise<void> {
    const seen = new Set<string>();
    for (const bay of this.#tools.bays) {
      this.#faults.delete(bay.id);
      try {
        for (const found of await disksOf(bay, this.#tools.source)) {
          seen.add(found.path);
          await this.#lookAt(found);
        }
      } catch (error) {
        this.#faults.set(bay.id, messageOf(error));
        this.#tools.telemetry.warn('bay.unreadable', { bay: bay.id, path: bay.path, error: messageOf(error) });
        // What cannot be looked at has not left.
        for (const [path, disk] of this.#disks) if (disk.bay.id === bay.id) seen.add(path);
      }
    }
    for (const [path, disk] of this.#disks) if (!seen.has(path)) this.#left(path, disk);
    this.#tellChanges();
  }

  /** Somebody says whose the drives of a dock are of which nothing else says it. */
  named(dockId: string, vehicleId: string): void {
    for (const disk of this.#disks.values()) if (disk.dockId === dockId) disk.nameVehicle(vehicleId);
    this.#tellChanges();
  }

  /** Looks again soon: something has come. */
  lookSoon(): void {
    this.#wake();
  }

  status(): readonly BayStatus[] {
    const all = this.#tools.bays.map(({ id, path, vehicleId, isUploads }) => ({
      bay: id,
      path,
      vehicleId: vehicleId ?? null,
      fault: this.#faults.get(id) ?? null,
      isUploads,
      disks: [...this.#disks.values()].filter(({ bay }) => bay.id === id).map((disk) => this.#identified(disk)),
    }));
    // Nobody looks for a free place among the uploads.
    return all.filter(({ isUploads, disks }) => !isUploads || disks.length > 0).map(({ isUploads: _, ...bay }) => bay);
  }

  async #lookAt({ bay, path }: FoundDisk): Promise<void> {
    const { source, clock, arrival } = this.#tools;
    const known = this.#disks.get(path);
    const listing = await listingOf(source, path);
    if (!listing) return known && this.#left(path, known);
    const disk = known ?? new Disk(bay, path, listing, clock);
    this.#disks.set(path, disk);
    if (bay.isUploads && arrival) disk.arrival = await arrival(path);
    disk.seen(listing);
    // Beside the docking: a disk that does not say who it is is docked all the same.
    if (!bay.isUploads) void this.#identify(bay, path);
    const { docks } = this.#tools;
    const before = docks().find(
      (dock) => dock.path === path && dock.listing === listing.sha256 && dock.state === 'done',
    );
    if (disk.state === 'settling' && before) disk.wasDone(before, this.#tools.known?.(before));
    if (disk.isDue()) void this.#dock(disk);
  }

  async #identify({ vehicleId }: Bay, path: string): Promise<void> {
    const { identities } = this.#tools;
    const before = JSON.stringify(identities.of(path, vehicleId));
    await identities.look(path);
    if (JSON.stringify(identities.of(path, vehicleId)) !== before) this.#tellChanges();
  }

  #left(path: string, disk: Disk): void {
    this.#tools.identities.left(path);
    if (disk.isUnderWay && !disk.isSafeToPull) return disk.pulled();
    if (disk.state !== 'pulled') this.#disks.delete(path);
  }

  /** Never rejects. */
  async #dock(disk: Disk): Promise<void> {
    const { dock, identities, telemetry } = this.#tools;
    const { path, bay } = disk;
    const remember = bay.isUploads ? undefined : identities.docking(path);
    telemetry.info('bay.docking', { bay: bay.id, path });
    disk.docking();
    this.#tellChanges();
    try {
      const request = { path, listing: disk.listing.sha256, ...(bay.vehicleId && { vehicleId: bay.vehicleId }) };
      for await (const event of dock(request)) {
        disk.heard(event);
        if (event.type !== 'progress') this.#tellChanges();
        if (event.type === 'done') remember?.(event.drives.map(({ vehicleId }) => vehicleId));
      }
    } catch (error) {
      disk.failed(messageOf(error));
    }
    // It may have failed because somebody pulled the disk, before a look saw that it is gone.
    if (disk.state === 'failed' && !disk.isSafeToPull && (await this.#isGone(path))) disk.pulled();
    telemetry.info('bay.docked', { bay: bay.id, path, state: disk.state });
    this.#tellChanges();
    this.#wake();
  }

  #isGone(path: string): Promise<boolean> {
    return listingOf(this.#tools.source, path).then(
      (listing) => listing === undefined,
      () => false,
    );
  }

  /** What goes on all the time is told by the docks themselves. */
  #tellChanges(): void {
    const now = JSON.stringify(this.status().map(({ disks, ...bay }) => ({ ...bay, disks: disks.map(lastingOf) })));
    if (now === this.#told) return;
    this.#told = now;
    this.#tools.onChanged?.();
  }

  #identified(disk: Disk): IdentifiedDisk {
    if (disk.bay.isUploads) return { ...asUpload(disk.status(), disk.arrival === 'under-way'), ...UNIDENTIFIED };
    return { ...disk.status(), ...this.#tools.identities.of(disk.path, disk.bay.vehicleId) };
  }

  #untilNextMs(): number {
    const due = [...this.#disks.values()].map((disk) => disk.untilDueMs());
    return Math.min(RESCAN_MS, ...due);
  }
}

const lastingOf = ({ path, state, dockId, driveIds, vehicleIds, safeToPull, ...disk }: IdentifiedDisk): object => {
  const { safeToWipe, verdict, serial, health, warning } = disk;
  return { path, state, dockId, driveIds, vehicleIds, safeToPull, safeToWipe, verdict, serial, health, warning };
};
