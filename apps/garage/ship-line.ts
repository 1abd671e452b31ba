/** The sealed chunks of one recording on their way through the garage's queue: counted, waited for, and given up together. */
import type { ShipQueue } from './ship-queue.ts';

export interface WaitingChunk {
  /** In spool and journal. */
  readonly name: string;
  /** An earlier run sealed it. */
  readonly again: boolean;
  readonly bytes: number;
}

/** How the chunks of one recording are shipped. */
export interface LineTools {
  /** Key of the drive that it is of. */
  readonly drive: string;
  /** When it aborts, nothing is waited for any more, held or not. */
  readonly signal: AbortSignal;
  readonly ship: (chunk: WaitingChunk) => Promise<void>;
  /** 0 first, 99 last. */
  readonly priorityOf: (name: string) => number;
}

/** The chunks of one recording. After a failure nothing of it is begun any more. */
export class ShipLine {
  readonly #queue: ShipQueue;
  readonly #tools: LineTools;
  #waiting = 0;
  #waitingBytes = 0;
  #underWay = 0;
  #failure: { readonly error: unknown } | undefined;
  #wakers: (() => void)[] = [];

  constructor(queue: ShipQueue, tools: LineTools) {
    this.#queue = queue;
    this.#tools = tools;
    tools.signal.addEventListener('abort', this.#onAbort);
    if (tools.signal.aborted) this.#failure = { error: tools.signal.reason };
  }

  get drive(): string {
    return this.#tools.drive;
  }

  /** Chunks that are being sent. */
  get underWay(): number {
    return this.#underWay;
  }

  get waiting(): number {
    return this.#waiting;
  }

  get waitingBytes(): number {
    return this.#waitingBytes;
  }

  add(chunk: WaitingChunk): void {
    if (this.#failure) return;
    this.#waiting += 1;
    this.#waitingBytes += chunk.bytes;
    this.#queue.enter(this, chunk, this.#tools.priorityOf(chunk.name));
    this.#queue.work();
  }

  /** What waits goes to its place anew: priorities have changed, or the drive's place. */
  regrade(): void {
    for (const { chunk, number } of this.#queue.leave(this)) {
      this.#queue.enter(this, chunk, this.#tools.priorityOf(chunk.name), number);
    }
    this.#queue.work();
  }

  /** Resolves when one of its chunks has gone, or none is left; whoever waits looks again. */
  async changed(): Promise<void> {
    if (this.#waiting + this.#underWay === 0) return;
    await new Promise<void>((resolve) => this.#wakers.push(resolve));
  }

  /** Resolves when all is shipped. Throws what the first failed with. */
  async allShipped(): Promise<void> {
    while (this.#waiting + this.#underWay > 0) await this.changed();
    this.throwIfFailed();
  }

  throwIfFailed(): void {
    if (this.#failure) throw this.#failure.error;
  }

  /** Begins nothing any more; resolves when what is under way has ended. */
  async close(): Promise<void> {
    this.#tools.signal.removeEventListener('abort', this.#onAbort);
    this.#drop();
    this.#queue.close(this);
    while (this.#underWay > 0) await this.changed();
  }

  /** For the queue alone. Never rejects. */
  async run(chunk: WaitingChunk): Promise<void> {
    this.#waiting -= 1;
    this.#waitingBytes -= chunk.bytes;
    this.#underWay += 1;
    try {
      await this.#tools.ship(chunk);
    } catch (error) {
      this.#fail(error);
    } finally {
      this.#underWay -= 1;
      this.#wake();
    }
  }

  readonly #onAbort = (): void => this.#fail(this.#tools.signal.reason);

  #fail(error: unknown): void {
    this.#failure ??= { error };
    this.#drop();
  }

  #drop(): void {
    this.#queue.leave(this);
    this.#waiting = 0;
    this.#waitingBytes = 0;
    this.#wake();
  }

  #wake(): void {
    const woken = this.#wakers;
    this.#wakers = [];
    for (const wake of woken) wake();
  }
}
