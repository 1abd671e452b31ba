/**
 * What is sealed and waits to be shipped, of all recordings that a garage cuts: one queue, the lowest number first and then
 * in the order of sealing. So a chunk that somebody waits for is the next to go, whatever is under way. Chunks that are
 * being sent are not cut short. Everything in it stands in the journal too; here are names alone.
 */
import { LANES, type Lane, laneOfPriority } from '@pitlane/contracts/frame';

export interface WaitingChunk {
  /** In spool and journal. */
  readonly name: string;
  /** An earlier run sealed it. */
  readonly again: boolean;
}

/** How the chunks of one recording are shipped. */
export interface LineTools {
  readonly ship: (chunk: WaitingChunk) => Promise<void>;
  /** 0 first, 99 last. */
  readonly priorityOf: (name: string) => number;
}

interface Entry {
  readonly chunk: WaitingChunk;
  /** Counts in the order of sealing. */
  readonly number: number;
}

export interface ShipLimits {
  /** Chunks shipped at once, of all recordings and of each. */
  readonly max: number;
  readonly perLineMax: number;
}

export class ShipQueue {
  readonly #limits: ShipLimits;
  /** By priority, what waits of each recording. */
  readonly #waiting = new Map<number, Map<ShipLine, Entry[]>>();
  readonly #underWay = new Map<Lane, number>(LANES.map((lane) => [lane, 0]));
  #sealed = 0;

  /** Beyond the limit there is one more on a lane on which, and on more urgent ones, nothing goes yet. */
  constructor(limits: ShipLimits) {
    this.#limits = limits;
  }

  /** For one recording. */
  open(tools: LineTools): ShipLine {
    return new ShipLine(this, tools);
  }

  /** For lines alone. */
  enter(line: ShipLine, chunk: WaitingChunk, priority: number, number = this.#sealed++): void {
    const lines = this.#waiting.get(priority) ?? new Map<ShipLine, Entry[]>();
    this.#waiting.set(priority, lines);
    const entries = lines.get(line) ?? [];
    lines.set(line, entries);
    entries.push({ chunk, number });
  }

  /** For lines alone: takes out what of a line waits, in the order of sealing. */
  leave(line: ShipLine): Entry[] {
    const left = [...this.#waiting.values()].flatMap((lines) => lines.get(line) ?? []);
    for (const lines of this.#waiting.values()) lines.delete(line);
    return left.sort((a, b) => a.number - b.number);
  }

  /** Begins what there is room for; each that ends begins the next. */
  work(): void {
    for (let next = this.#next(); next; next = this.#next()) {
      const { lane, line, chunk } = next;
      this.#count(lane, 1);
      void line.run(chunk).finally(() => {
        this.#count(lane, -1);
        this.work();
      });
    }
  }

  /** Nothing begins while something more urgent waits, though it be for a place of its own recording. */
  #next(): { readonly lane: Lane; readonly line: ShipLine; readonly chunk: WaitingChunk } | undefined {
    const first = Math.min(...[...this.#waiting].filter(([, lines]) => lines.size > 0).map(([priority]) => priority));
    const lines = this.#waiting.get(first);
    const lane = lines && laneOfPriority(first);
    if (!lane || !this.#hasRoomOn(lane)) return undefined;
    const ready = [...lines].filter(([line]) => line.underWay < this.#limits.perLineMax);
    const numberOf = ([, [entry]]: [ShipLine, Entry[]]): number => entry?.number ?? Infinity;
    const [next, ...others] = ready;
    if (!next) return undefined;
    const [line, entries] = others.reduce((a, b) => (numberOf(b) < numberOf(a) ? b : a), next);
    const entry = entries.shift();
    if (entries.length === 0) lines.delete(line);
    return entry && { lane, line, chunk: entry.chunk };
  }

  #hasRoomOn(lane: Lane): boolean {
    const all = LANES.reduce((sum, one) => sum + this.#on(one), 0);
    const asUrgent = LANES.slice(0, LANES.indexOf(lane) + 1);
    return all < this.#limits.max || asUrgent.every((one) => this.#on(one) === 0);
  }

  readonly #on = (lane: Lane): number => this.#underWay.get(lane) ?? 0;

  #count(lane: Lane, by: number): void {
    this.#underWay.set(lane, this.#on(lane) + by);
  }
}

/** The chunks of one recording. After a failure nothing of it is begun any more. */
export class ShipLine {
  readonly #queue: ShipQueue;
  readonly #tools: LineTools;
  #waiting = 0;
  #underWay = 0;
  #failure: { readonly error: unknown } | undefined;
  #wake: (() => void)[] = [];

  constructor(queue: ShipQueue, tools: LineTools) {
    this.#queue = queue;
    this.#tools = tools;
  }

  /** Chunks that are being sent. */
  get underWay(): number {
    return this.#underWay;
  }

  get waiting(): number {
    return this.#waiting;
  }

  add(chunk: WaitingChunk): void {
    if (this.#failure) return;
    this.#waiting += 1;
    this.#queue.enter(this, chunk, this.#tools.priorityOf(chunk.name));
    this.#queue.work();
  }

  /** What waits goes to its place anew: priorities have changed. */
  regrade(): void {
    for (const { chunk, number } of this.#queue.leave(this)) {
      this.#queue.enter(this, chunk, this.#tools.priorityOf(chunk.name), number);
    }
    this.#queue.work();
  }

  /** Resolves when one of its chunks has gone, or none is left; whoever waits looks again. */
  async changed(): Promise<void> {
    if (this.#waiting + this.#underWay === 0) return;
    await new Promise<void>((resolve) => this.#wake.push(resolve));
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
    this.#drop();
    while (this.#underWay > 0) await this.changed();
  }

  /** For the queue alone. Never rejects. */
  async run(chunk: WaitingChunk): Promise<void> {
    this.#waiting -= 1;
    this.#underWay += 1;
    try {
      await this.#tools.ship(chunk);
    } catch (error) {
      this.#failure ??= { error };
      this.#drop();
    } finally {
      this.#underWay -= 1;
      const woken = this.#wake;
      this.#wake = [];
      for (const wake of woken) wake();
    }
  }

  #drop(): void {
    this.#queue.leave(this);
    this.#waiting = 0;
  }
}
