/**
 * Whether the cloud answers, asked every ten seconds of what a garage needs there: its message log and its store. It is
 * asked by itself, because a garage that has nothing to send would else hear of nothing. It holds up nobody.
 */
import { isPitlaneError } from '@pitlane/base/errors';
import type { Wait } from '@pitlane/base/retry';
import type { Log } from '@pitlane/base/telemetry';
import type { Clock } from '@pitlane/base/time';

export const ASK_EVERY_MS = 10_000;
/** An answer that takes longer is none: retries behind it may go on for minutes. */
export const ANSWER_WITHIN_MS = 5000;

export interface CloudWatchTools {
  /** Rejects where the cloud does not answer. */
  readonly ask: () => Promise<unknown>;
  readonly clock: Pick<Clock, 'nowMs'>;
  readonly wait: Wait;
  readonly telemetry: Log;
}

export class CloudWatch {
  readonly #tools: CloudWatchTools;
  #awaySinceMs: number | undefined;

  constructor(tools: CloudWatchTools) {
    this.#tools = tools;
  }

  /** Since when nothing was heard of it; wall clock. Undefined while it answers. */
  get awaySinceMs(): number | undefined {
    return this.#awaySinceMs;
  }

  /** Runs until the signal aborts. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.#ask(signal);
      await this.#tools.wait(ASK_EVERY_MS, signal);
    }
  }

  /** Resolves when it has answered or failed to, however long that takes: one question at a time. */
  async #ask(signal: AbortSignal): Promise<void> {
    const { ask, clock, wait } = this.#tools;
    const sinceMs = clock.nowMs();
    const answered = new AbortController();
    const asked = ask().then(
      () => this.#back(),
      // Who refuses has answered.
      (error: unknown) => (isPitlaneError(error) && error.code !== 'unavailable' ? this.#back() : this.#away(sinceMs)),
    );
    void asked.finally(() => answered.abort());
    for (;;) {
      await wait(ANSWER_WITHIN_MS, AbortSignal.any([signal, answered.signal]));
      if (answered.signal.aborted || signal.aborted) return;
      this.#away(sinceMs);
    }
  }

  #away(sinceMs: number): void {
    if (this.#awaySinceMs !== undefined) return;
    this.#awaySinceMs = sinceMs;
    this.#tools.telemetry.warn('cloud.away', { since: new Date(sinceMs).toISOString() });
  }

  #back(): void {
    if (this.#awaySinceMs === undefined) return;
    const awayMs = this.#tools.clock.nowMs() - this.#awaySinceMs;
    this.#awaySinceMs = undefined;
    this.#tools.telemetry.info('cloud.back', { awaySeconds: Math.round(awayMs / 1000) });
  }
}
