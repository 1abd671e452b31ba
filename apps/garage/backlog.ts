/** What a garage has yet to send, how fast it goes, and when it will be through at that rate. */
import type { Clock } from '@pitlane/base/time';
import { RateWindow } from './rate-window.ts';

/** What is sealed and not known to be in the store. */
export interface ToSend {
  readonly bytes: number;
  readonly chunks: number;
  /** Of these, of drives that are held: they go when somebody releases them. */
  readonly heldBytes: number;
}

export interface BacklogStatus {
  /** Source bytes of the docks under way that are not cut yet, and chunks that are not in the store. */
  readonly backlogBytes: number;
  /** Sealed, and not known to be in the store. */
  readonly chunks: number;
  /** Source bytes that were cut in a second, over the last minute. */
  readonly bytesPerSecond: number;
  /** Bytes of chunks that were sent in a second, likewise. */
  readonly linkBytesPerS: number;
  /** At these rates, without what is held; null while nothing moves. */
  readonly clearsInSeconds: number | null;
}

interface Dock {
  readonly doneBytes: number;
  readonly totalBytes: number;
}

export class Backlog {
  readonly #docks = new Map<string, Dock>();
  readonly #cut: RateWindow;
  readonly #sent: RateWindow;

  constructor(clock: Pick<Clock, 'monotonicMs'>) {
    this.#cut = new RateWindow(clock);
    this.#sent = new RateWindow(clock);
  }

  /** A dock has come so far with cutting. */
  told(dockId: string, dock: Dock): void {
    const bytes = dock.doneBytes - (this.#docks.get(dockId)?.doneBytes ?? 0);
    this.#docks.set(dockId, { doneBytes: dock.doneBytes, totalBytes: dock.totalBytes });
    this.#cut.did(bytes);
  }

  ended(dockId: string): void {
    this.#docks.delete(dockId);
  }

  /** So much has gone through the link. */
  sent(bytes: number): void {
    this.#sent.did(bytes);
  }

  linkBytesPerS(): number {
    return this.#sent.bytesPerSecond();
  }

  status({ bytes, chunks, heldBytes }: ToSend): BacklogStatus {
    const uncut = [...this.#docks.values()].reduce((sum, one) => sum + Math.max(0, one.totalBytes - one.doneBytes), 0);
    const bytesPerSecond = this.#cut.bytesPerSecond();
    const linkBytesPerS = this.#sent.bytesPerSecond();
    // What is cut is sent beside.
    const cutting = secondsFor(uncut, bytesPerSecond);
    const sending = secondsFor(bytes - heldBytes, linkBytesPerS);
    const clearsInSeconds = cutting === null || sending === null ? null : Math.max(cutting, sending);
    return { backlogBytes: uncut + bytes, chunks, bytesPerSecond, linkBytesPerS, clearsInSeconds };
  }
}

/** Null where it never ends. */
export const secondsFor = (bytes: number, bytesPerS: number): number | null =>
  bytes <= 0 ? 0 : bytesPerS === 0 ? null : bytes / bytesPerS;
