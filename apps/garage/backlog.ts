/** What a garage has yet to send, how fast it goes, and when it will be through at that rate. */
import type { Clock } from '@pitlane/base/time';

export interface BacklogStatus {
  /** Source bytes of the docks under way that are not cut yet, and chunks that have not landed. */
  readonly backlogBytes: number;
  /** Source bytes that were cut in a second, over the last minute. */
  readonly bytesPerSecond: number;
  /** Null while nothing moves. */
  readonly clearsInSeconds: number | null;
}

const WINDOW_MS = 60_000;

interface Dock {
  readonly doneBytes: number;
  readonly totalBytes: number;
}

export class Backlog {
  readonly #clock: Clock;
  readonly #docks = new Map<string, Dock>();
  /** What was done when, oldest first. */
  #done: { readonly atMs: number; readonly bytes: number }[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** A dock has come so far with cutting, which waits for shipping. */
  told(dockId: string, dock: Dock): void {
    const bytes = dock.doneBytes - (this.#docks.get(dockId)?.doneBytes ?? 0);
    this.#docks.set(dockId, { doneBytes: dock.doneBytes, totalBytes: dock.totalBytes });
    if (bytes > 0) this.#done.push({ atMs: this.#clock.nowMs(), bytes });
    this.#forgetOld();
  }

  ended(dockId: string): void {
    this.#docks.delete(dockId);
  }

  /** @param onTheirWayBytes chunks that were shipped and have not landed */
  status(onTheirWayBytes: number): BacklogStatus {
    this.#forgetOld();
    const uncut = [...this.#docks.values()].reduce((sum, one) => sum + Math.max(0, one.totalBytes - one.doneBytes), 0);
    const backlogBytes = uncut + onTheirWayBytes;
    const [first] = this.#done;
    const spanMs = first ? Math.max(1000, this.#clock.nowMs() - first.atMs) : 0;
    const bytes = this.#done.reduce((sum, one) => sum + one.bytes, 0);
    const bytesPerSecond = spanMs === 0 ? 0 : (1000 * bytes) / spanMs;
    const clearsInSeconds = backlogBytes === 0 ? 0 : bytesPerSecond === 0 ? null : backlogBytes / bytesPerSecond;
    return { backlogBytes, bytesPerSecond, clearsInSeconds };
  }

  #forgetOld(): void {
    const fromMs = this.#clock.nowMs() - WINDOW_MS;
    this.#done = this.#done.filter(({ atMs }) => atMs >= fromMs);
  }
}
