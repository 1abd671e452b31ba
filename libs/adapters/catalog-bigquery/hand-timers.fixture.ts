/** A clock that tests turn by hand. A pause ends at once and moves it on. */
import type { Timers } from './timers.ts';

export class HandTimers implements Timers {
  readonly pausesMs: number[] = [];
  #nowMs: number;
  #passedMs = 0;
  #calls: { readonly atMs: number; readonly call: () => void }[] = [];

  constructor(nowMs = Date.UTC(2026, 2, 18)) {
    this.#nowMs = nowMs;
  }

  nowMs(): number {
    return this.#nowMs;
  }

  monotonicMs(): number {
    return this.#passedMs;
  }

  /** Somebody sets the machine's clock; no time passes. */
  set(nowMs: number): void {
    this.#nowMs = nowMs;
  }

  async pause(ms: number): Promise<void> {
    this.pausesMs.push(ms);
    this.#pass(ms);
  }

  after(ms: number, call: () => void): () => void {
    const planned = { atMs: this.#passedMs + ms, call };
    this.#calls.push(planned);
    return () => {
      this.#calls = this.#calls.filter((one) => one !== planned);
    };
  }

  /** Lets time pass, and lets what it set off run until it waits again. */
  async turn(ms: number): Promise<void> {
    this.#pass(ms);
    const due = this.#calls.filter(({ atMs }) => atMs <= this.#passedMs);
    this.#calls = this.#calls.filter(({ atMs }) => atMs > this.#passedMs);
    for (const { call } of due) call();
    await new Promise((resolve) => setImmediate(resolve));
  }

  #pass(ms: number): void {
    this.#nowMs += ms;
    this.#passedMs += ms;
  }
}
