/**
 * The chunks of one drive that were shipped in frames and have not landed. An acknowledgement of the brokers is no delivery:
 * what has not landed by its deadline, or what a lander gave up, goes back to `chunked` and is sent again from the spool,
 * which keeps every chunk until its receipt.
 */
import { PitlaneError } from '@pitlane/base/errors';
import { backoffMs, type Wait } from '@pitlane/base/retry';
import type { Log } from '@pitlane/base/telemetry';
import type { Clock } from '@pitlane/base/time';
import type { Lane } from '@pitlane/contracts/frame';
import type { ChunkId, RecordingId } from '@pitlane/contracts/identity';
import type { ChunkClaim, State } from '@pitlane/contracts/records';
import type { Journal, RecordingKey, Shipment } from '@pitlane/ports/journal';
import { recordingFolder, type Spool } from '@pitlane/ports/spool';
import type { Ship, Shipped } from '@pitlane/stages/70-ship';

export interface SealedChunk {
  readonly claim: ChunkClaim;
  readonly recording: RecordingKey;
  /** In spool and journal. */
  readonly name: string;
  /** An earlier run shipped it. */
  readonly again: boolean;
  /** Of its own priority, whatever the dock's. */
  readonly lane: Lane;
}

export interface DeliveryTools {
  readonly ship: Ship;
  readonly spool: Spool;
  readonly journal: Journal;
  readonly clock: Clock;
  readonly wait: Wait;
  readonly random: () => number;
  readonly telemetry: Log;
  /** How long a chunk may take from shipped to landed before it is sent again; each time twice as long. */
  readonly deadlineMs: number;
  readonly counters: DeliveryCounters;
  /** Aborts with the dock. */
  readonly signal: AbortSignal;
  /** A recording has gone back to `chunked`, or is `shipped` again. */
  readonly moved: (recordingId: RecordingId, state: State) => void;
}

/** Of a garage, since its start. */
export interface DeliveryCounters {
  /** Sent again because nothing was heard of them in time. */
  overdue: number;
  /** Sent again because a lander asked for them. */
  resent: number;
}

interface Delivery {
  readonly chunk: SealedChunk;
  /** Undefined while it is being shipped. Wall clock, to be told: see `waitingSinceMs`. */
  shippedAtMs: number | undefined;
  /** When it was shipped, by the clock that is never set: its deadline counts from here. */
  waitingSinceMs: number;
  attempt: string | null;
  sent: number;
  /** How often a lander asked for it. */
  asked: number;
}

const DEADLINE_GROWTH_MAX = 16;
/** A lander that gives the same chunk up so often will not take it the next time either. */
const ASKED_MAX = 8;
const LOOKS_PER_DEADLINE = 10;

export class Deliveries {
  readonly #tools: DeliveryTools;
  readonly #open = new Map<ChunkId, Delivery>();
  #failure: { readonly error: unknown } | undefined;
  #waiting: (() => void)[] = [];

  constructor(tools: DeliveryTools) {
    this.#tools = tools;
    tools.signal.addEventListener('abort', this.#wake);
  }

  /** Bytes that are not known to be in the store. */
  get bytes(): number {
    return [...this.#open.values()].reduce((sum, { chunk }) => sum + chunk.claim.chunk.bytesStored, 0);
  }

  get count(): number {
    return this.#open.size;
  }

  /** Ships a sealed chunk; resolves when the log has its frames, or the store its object. */
  async send(chunk: SealedChunk): Promise<Shipped> {
    const { chunkId } = chunk.claim.chunk;
    // Its landing may be heard before the last frame is acknowledged.
    const delivery: Delivery = { chunk, shippedAtMs: undefined, waitingSinceMs: 0, attempt: null, sent: 1, asked: 0 };
    this.#open.set(chunkId, delivery);
    try {
      const shipped = await this.#ship(delivery);
      if (shipped.via !== 'inline') this.#close(chunkId);
      return shipped;
    } catch (error) {
      this.#close(chunkId);
      throw error;
    }
  }

  landed(chunkId: ChunkId): void {
    this.#close(chunkId);
  }

  /** The journal drops these chunks of a recording, all of them without names: they are not waited for, nor sent again. */
  forget({ recordingId }: Pick<RecordingKey, 'recordingId'>, names?: readonly string[]): void {
    for (const [chunkId, { chunk }] of this.#open) {
      if (chunk.recording.recordingId === recordingId && (names?.includes(chunk.name) ?? true)) this.#close(chunkId);
    }
  }

  /** A lander, the indexer or a person asks for chunks again, by object or id; those of other drives are passed over. */
  resend(objects: readonly string[], reason: string): void {
    for (const delivery of this.#open.values()) {
      const { chunkId, object } = delivery.chunk.claim.chunk;
      if (!objects.includes(object) && !objects.includes(chunkId)) continue;
      if (delivery.shippedAtMs === undefined) continue;
      delivery.asked += 1;
      this.#tools.counters.resent += 1;
      if (delivery.asked > ASKED_MAX) return this.#fail(gaveUp(chunkId, delivery.asked, reason));
      this.#sendAgain(delivery, reason, backoffMs(delivery.asked, this.#tools.random));
    }
  }

  /** Looks after deadlines until what it returns is disposed of. */
  watch(): Disposable {
    const done = new AbortController();
    void this.#look(AbortSignal.any([this.#tools.signal, done.signal]));
    return {
      [Symbol.dispose]: () => {
        done.abort();
        // The garage's signal outlives the dock, and would keep all of this.
        this.#tools.signal.removeEventListener('abort', this.#wake);
      },
    };
  }

  /** Resolves when every chunk that was sent has landed. */
  async allLanded(): Promise<void> {
    while (this.#open.size > 0) {
      if (this.#failure) throw this.#failure.error;
      this.#tools.signal.throwIfAborted();
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  /** Lines for `why`, of one chunk. */
  why(id: string): string[] {
    const { clock } = this.#tools;
    return [...this.#open.values()]
      .filter(({ chunk: { claim } }) => claim.chunk.chunkId === id || claim.chunk.object === id)
      .map((delivery) => {
        const { shippedAtMs, sent } = delivery;
        const times = sent > 1 ? `, sent ${sent} times` : '';
        if (shippedAtMs === undefined) return `garage: its frames are being sent${times}`;
        const leftMs = delivery.waitingSinceMs + this.#deadlineOf(delivery) - clock.monotonicMs();
        const next = leftMs > 0 ? `sent again in ${Math.ceil(leftMs / 1000)} s otherwise` : 'overdue';
        return `garage: its frames were sent at ${new Date(shippedAtMs).toISOString()}${times}; it has not landed, ${next}`;
      });
  }

  async #look(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.#tools.wait(this.#tools.deadlineMs / LOOKS_PER_DEADLINE, signal);
      if (!signal.aborted) this.#sendOverdue();
    }
  }

  #sendOverdue(): void {
    const nowMs = this.#tools.clock.monotonicMs();
    for (const delivery of this.#open.values()) {
      if (delivery.shippedAtMs === undefined || nowMs - delivery.waitingSinceMs < this.#deadlineOf(delivery)) continue;
      this.#tools.counters.overdue += 1;
      this.#sendAgain(delivery, 'it has not landed in time', 0);
    }
  }

  #deadlineOf({ sent }: Delivery): number {
    return this.#tools.deadlineMs * Math.min(2 ** (sent - 1), DEADLINE_GROWTH_MAX);
  }

  #sendAgain(delivery: Delivery, reason: string, afterMs: number): void {
    const { journal, telemetry, moved, wait, signal } = this.#tools;
    const { claim, recording, name } = delivery.chunk;
    const shipment = shipmentOf(delivery);
    delivery.shippedAtMs = undefined;
    delivery.sent += 1;
    telemetry.warn('chunk.sent-again', { chunkId: claim.chunk.chunkId, reason, times: delivery.sent });
    journal.setChunkState(recording, name, 'chunked', { ...shipment, overdueSinceMs: this.#tools.clock.nowMs() });
    moved(claim.chunk.recordingId, 'chunked');
    const sending = async (): Promise<void> => {
      await wait(afterMs, signal);
      signal.throwIfAborted();
      if (!this.#open.has(claim.chunk.chunkId)) return;
      const { via } = await this.#ship(delivery, true);
      if (via !== 'inline') this.#close(claim.chunk.chunkId);
      moved(claim.chunk.recordingId, 'shipped');
    };
    sending().catch((error: unknown) => this.#fail(error));
  }

  async #ship(delivery: Delivery, again = delivery.chunk.again): Promise<Shipped> {
    const { ship, spool, journal, signal, clock } = this.#tools;
    const { claim, recording, name, lane } = delivery.chunk;
    const sealed = await spool.find(recordingFolder(recording), name);
    const shipped = await ship(claim, sealed?.path ?? '', { lane, signal, again });
    delivery.shippedAtMs = clock.nowMs();
    delivery.waitingSinceMs = clock.monotonicMs();
    delivery.attempt = shipped.attempt ?? null;
    journal.setChunkState(recording, name, 'shipped', shipmentOf(delivery));
    return shipped;
  }

  #close(chunkId: ChunkId): void {
    this.#open.delete(chunkId);
    this.#wake();
  }

  #fail(error: unknown): void {
    this.#failure ??= { error };
    this.#wake();
  }

  readonly #wake = (): void => {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
  };
}

const shipmentOf = ({ attempt, shippedAtMs = 0, sent }: Delivery): Shipment => ({
  attempt,
  shippedAtMs,
  resent: sent - 1,
});

function gaveUp(chunkId: ChunkId, times: number, reason: string): PitlaneError {
  const text = `chunk ${chunkId.slice(0, 12)} was asked for ${times} times (${reason}): look at the lander and \`pitlane deadletters list\`, then dock again`;
  return new PitlaneError('unavailable', text, { retryable: true });
}
