/**
 * How people want the drives of a garage handled, from the journal: held, sent before others, or with something that
 * happened on them. It tells the queue and the drives under way of each change, after the journal has it. A drive that
 * is signed for is forgotten.
 */
import type { DriveId } from '@pitlane/contracts/identity';
import type { DriveEvent } from '@pitlane/contracts/manifest';
import { type HandlingEntry, isPlainHandling, type Journal } from '@pitlane/ports/journal';
import type { DrivePlaces } from './ship-queue.ts';

export interface DriveName {
  readonly tenant: string;
  readonly driveId: DriveId;
}

export const driveKeyOf = ({ tenant, driveId }: Pick<DriveName, 'tenant'> & { readonly driveId: string }): string =>
  `${tenant}\n${driveId}`;

export class Handlings implements DrivePlaces {
  readonly #journal: Pick<Journal, 'putHandlings' | 'handlings'>;
  readonly #known: Map<string, HandlingEntry>;

  constructor(journal: Pick<Journal, 'putHandlings' | 'handlings'>) {
    this.#journal = journal;
    this.#known = new Map(journal.handlings().map((one) => [driveKeyOf(one), one]));
  }

  isHeld(drive: string): boolean {
    return this.#known.get(drive)?.isHeld ?? false;
  }

  rankOf(drive: string): number {
    return this.#known.get(drive)?.rank ?? 0;
  }

  of({ tenant, driveId }: DriveName): HandlingEntry {
    const plain = { tenant, driveId, isHeld: false, priority: null, rank: 0, events: [] };
    return this.#known.get(driveKeyOf({ tenant, driveId })) ?? plain;
  }

  /** All or nothing. */
  put(handlings: readonly HandlingEntry[]): void {
    this.#journal.putHandlings(handlings);
    for (const one of handlings) {
      if (isPlainHandling(one)) this.#known.delete(driveKeyOf(one));
      else this.#known.set(driveKeyOf(one), one);
    }
  }

  /** Once, however often it is told. */
  happened(drive: DriveName, event: DriveEvent): boolean {
    const before = this.of(drive);
    if (before.events.some(({ time, kind }) => time === event.time && kind === event.kind)) return false;
    this.put([{ ...before, events: [...before.events, event] }]);
    return true;
  }

  /** The drive is signed for. */
  forget(drive: DriveName): void {
    if (this.#known.has(driveKeyOf(drive))) {
      this.put([{ ...drive, isHeld: false, priority: null, rank: 0, events: [] }]);
    }
  }
}
