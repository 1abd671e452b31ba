/**
 * Collects what many callers append and loads it in batches, since BigQuery takes about 1,500 load jobs a table and day. One leader a
 * program: a batch is loaded when the last one lies `everyMs` back, or sooner when `bytesMax` wait, and in a turn that no other
 * program has. What comes while it waits for its turn goes along. A caller's promise resolves when its batch is durable and
 * visible, and rejects when the batch could not be loaded; nothing of it is visible then.
 */
import { assert, PitlaneError } from '@pitlane/base/errors';
import type { CatalogEvent } from '@pitlane/contracts/catalog';
import type { NumberedEvent } from './batch-rows.ts';
import type { SeqClock } from './seq-clock.ts';
import type { Timers } from './timers.ts';

export interface BatchSettings {
  /** From one batch to the next. */
  readonly everyMs: number;
  /** How long the first event of a batch waits for company, when the last batch lies back far enough. */
  readonly gatherMs: number;
  /** From so much JSON on, nothing is waited for. */
  readonly bytesMax: number;
  /** Appends beyond so much waiting JSON are refused as `unavailable`. */
  readonly waitingBytesMax: number;
}

export const BATCHES: BatchSettings = {
  everyMs: 60_000,
  gatherMs: 1000,
  bytesMax: 16 * 1024 * 1024,
  waitingBytesMax: 128 * 1024 * 1024,
};

interface Waiting {
  readonly events: readonly NumberedEvent[];
  readonly bytes: number;
  readonly done: () => void;
  readonly failed: (error: unknown) => void;
}

/** Resolves when the leader may load once; sooner when it is in a hurry. */
export type TakeTurn = (hurry: AbortSignal) => Promise<void>;

export class BatchLeader {
  readonly #settings: BatchSettings;
  readonly #timers: Timers;
  readonly #seqs: SeqClock;
  readonly #load: (events: readonly NumberedEvent[]) => Promise<void>;
  readonly #turn: TakeTurn;
  #waiting: Waiting[] = [];
  #waitingBytes = 0;
  #lastStartMs = Number.NEGATIVE_INFINITY;
  #cancelTimer: (() => void) | undefined;
  #loading: Promise<void> | undefined;
  /** Aborts when what waits should not wait for its turn. */
  #hurry = new AbortController();
  #open = true;

  constructor(
    settings: BatchSettings,
    timers: Timers,
    seqs: SeqClock,
    load: (events: readonly NumberedEvent[]) => Promise<void>,
    turn: TakeTurn = async () => {},
  ) {
    this.#settings = settings;
    this.#timers = timers;
    this.#seqs = seqs;
    this.#load = load;
    this.#turn = turn;
  }

  append(events: readonly CatalogEvent[]): Promise<void> {
    assert(this.#open, 'the catalog is open');
    if (events.length === 0) return Promise.resolve();
    const bytes = events.reduce((sum, event) => sum + JSON.stringify(event).length, 0);
    if (this.#waitingBytes > 0 && this.#waitingBytes + bytes > this.#settings.waitingBytesMax) {
      throw new PitlaneError('unavailable', `${this.#waitingBytes} bytes wait for the catalog already: append later`, {
        retryable: true,
      });
    }
    const numbered = events.map((event) => ({ event, seq: this.#seqs.next() }));
    return new Promise((done, failed) => {
      this.#waiting.push({ events: numbered, bytes, done, failed });
      this.#waitingBytes += bytes;
      if (this.#waitingBytes >= this.#settings.bytesMax) this.#hurry.abort();
      this.#plan();
    });
  }

  /** Loads what waits, without waiting for its time. */
  async flush(): Promise<void> {
    while (this.#loading !== undefined || this.#waiting.length > 0) {
      this.#hurry.abort();
      if (this.#loading === undefined) this.#start();
      await this.#loading;
    }
  }

  async close(): Promise<void> {
    this.#open = false;
    await this.flush();
  }

  #plan(): void {
    if (this.#loading !== undefined || this.#waiting.length === 0) return;
    if (this.#hurry.signal.aborted) {
      this.#start();
      return;
    }
    if (this.#cancelTimer !== undefined) return;
    const dueMs = this.#lastStartMs + this.#settings.everyMs - this.#timers.monotonicMs();
    this.#cancelTimer = this.#timers.after(Math.max(this.#settings.gatherMs, dueMs), () => {
      this.#cancelTimer = undefined;
      if (this.#loading === undefined && this.#waiting.length > 0) this.#start();
    });
  }

  #start(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    this.#loading = this.#loadInTurn().finally(() => {
      this.#loading = undefined;
      this.#plan();
    });
  }

  async #loadInTurn(): Promise<void> {
    const turn = this.#turn(this.#hurry.signal);
    await turn.catch(() => {}); // the callers are told below
    const batch = this.#waiting;
    this.#waiting = [];
    this.#waitingBytes = 0;
    this.#hurry = new AbortController();
    this.#lastStartMs = this.#timers.monotonicMs();
    await turn
      .then(() => this.#load(batch.flatMap(({ events }) => events)))
      .then(
        () => batch.forEach(({ done }) => done()),
        (error: unknown) => batch.forEach(({ failed }) => failed(error)),
      );
  }
}
