/** What a garage has yet to send, how fast it goes, and when it will be through at that rate. */
import type { Clock } from '@pitlane/base/time';
import { RateWindow } from './rate-window.ts';

export interface BacklogStatus {
  /** Source bytes of the docks under way that are not cut yet, and chunks that have not landed. */
  readonly backlogBytes: number;
  /** Source bytes that were cut in a second, over the last minute. */
  readonly bytesPerSecond: number;
  /** Null while nothing moves. */
  readonly clearsInSeconds: number | null;
}

interface Dock {
  readonly doneBytes: number;
  readonly totalBytes: number;
}

export class Backlog {
  readonly #docks = new Map<string, Dock>();
  readonly #rate: RateWindow;

  constructor(clock: Pick<Clock, 'monotonicMs'>) {
    this.#rate = new RateWindow(clock);
  }

  /** A dock has come so far with cutting, which waits for shipping. */
  told(dockId: string, dock: Dock): void {
    const bytes = dock.doneBytes - (this.#docks.get(dockId)?.doneBytes ?? 0);
    this.#docks.set(dockId, { doneBytes: dock.doneBytes, totalBytes: dock.totalBytes });
    this.#rate.did(bytes);
  }

  ended(dockId: string): void {
    this.#docks.delete(dockId);
  }

  /** @param onTheirWayBytes chunks that were shipped and have not landed */
  status(onTheirWayBytes: number): BacklogStatus {
    const uncut = [...this.#docks.values()].reduce((sum, one) => sum + Math.max(0, one.totalBytes - one.doneBytes), 0);
    const backlogBytes = uncut + onTheirWayBytes;
    const bytesPerSecond = this.#rate.bytesPerSecond();
    const clearsInSeconds = backlogBytes === 0 ? 0 : bytesPerSecond === 0 ? null : backlogBytes / bytesPerSecond;
    return { backlogBytes, bytesPerSecond, clearsInSeconds };
  }
}
