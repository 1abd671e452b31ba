/**
 * What is sealed and waits to be shipped, of all recordings that a garage cuts: one queue, the lowest number first, then as
 * people have put the drives, then in the order of sealing. So a chunk that somebody waits for is the next to go, whatever is
 * under way. Nothing of a drive that is held begins. Chunks that are being sent are not cut short. Everything in it stands in
 * the journal too; here are names alone.
 */
import { LANES, type Lane, laneOfPriority } from '@pitlane/contracts/frame';
import { type LineTools, ShipLine, type WaitingChunk } from './ship-line.ts';

/** How people want drives handled; each by its key. */
export interface DrivePlaces {
  isHeld(drive: string): boolean;
  /** The lowest goes first, of chunks of one priority. */
  rankOf(drive: string): number;
}

const NO_PLACES: DrivePlaces = { isHeld: () => false, rankOf: () => 0 };

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

/** What waits of one drive. */
export interface DriveWaiting {
  readonly drive: string;
  readonly chunks: number;
  readonly bytes: number;
  /** Chunks that are being sent. */
  readonly underWay: number;
  readonly isHeld: boolean;
  /** Of the first that waits; null where none does, or it is held. */
  readonly priority: number | null;
}

export class ShipQueue {
  readonly #limits: ShipLimits;
  readonly #places: DrivePlaces;
  readonly #lines = new Set<ShipLine>();
  /** By priority, what waits of each recording. */
  readonly #waiting = new Map<number, Map<ShipLine, Entry[]>>();
  /** What waits to be released. */
  readonly #held = new Map<ShipLine, Entry[]>();
  readonly #underWay = new Map<Lane, number>(LANES.map((lane) => [lane, 0]));
  #sealed = 0;

  /** Beyond the limit there is one more on a lane on which, and on more urgent ones, nothing goes yet. */
  constructor(limits: ShipLimits, places = NO_PLACES) {
    this.#limits = limits;
    this.#places = places;
  }

  /** For one recording. */
  open(tools: LineTools): ShipLine {
    const line = new ShipLine(this, tools);
    this.#lines.add(line);
    return line;
  }

  /** The place of a drive has changed. */
  moved(drive: string): void {
    for (const line of this.#lines) if (line.drive === drive) line.regrade();
  }

  /** By drive, in the order in which they go; those that are held come last. */
  status(): DriveWaiting[] {
    const drives = new Map<string, DriveWaiting & { readonly place: readonly number[] }>();
    for (const line of this.#lines) {
      const { drive, waiting, waitingBytes, underWay } = line;
      const isHeld = this.#places.isHeld(drive);
      const before = drives.get(drive);
      const place = [isHeld ? LAST : this.#placeOf(line), before?.place ?? LAST].sort(byPlace)[0] as readonly number[];
      const [first = Infinity] = place;
      drives.set(drive, {
        drive,
        chunks: (before?.chunks ?? 0) + waiting,
        bytes: (before?.bytes ?? 0) + waitingBytes,
        underWay: (before?.underWay ?? 0) + underWay,
        isHeld,
        priority: first >= 0 && Number.isFinite(first) ? first : null,
        place,
      });
    }
    return [...drives.values()].sort((a, b) => byPlace(a.place, b.place)).map(({ place: _, ...one }) => one);
  }

  /** For lines alone. */
  enter(line: ShipLine, chunk: WaitingChunk, priority: number, number = this.#sealed++): void {
    if (this.#places.isHeld(line.drive)) {
      this.#held.set(line, [...(this.#held.get(line) ?? []), { chunk, number }]);
      return;
    }
    const lines = this.#waiting.get(priority) ?? new Map<ShipLine, Entry[]>();
    this.#waiting.set(priority, lines);
    const entries = lines.get(line) ?? [];
    lines.set(line, entries);
    entries.push({ chunk, number });
  }

  /** For lines alone: takes out what of a line waits, in the order of sealing. */
  leave(line: ShipLine): Entry[] {
    const left = [...this.#waiting.values(), this.#held].flatMap((lines) => lines.get(line) ?? []);
    for (const lines of [...this.#waiting.values(), this.#held]) lines.delete(line);
    return left.sort((a, b) => a.number - b.number);
  }

  /** For lines alone: nothing more comes from it. */
  close(line: ShipLine): void {
    this.#lines.delete(line);
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
    const placeOf = ([line, [entry]]: [ShipLine, Entry[]]): number[] => [
      this.#places.rankOf(line.drive),
      entry?.number ?? Infinity,
    ];
    const [next, ...others] = ready;
    if (!next) return undefined;
    const [line, entries] = others.reduce((a, b) => (byPlace(placeOf(b), placeOf(a)) < 0 ? b : a), next);
    const entry = entries.shift();
    if (entries.length === 0) lines.delete(line);
    return entry && { lane, line, chunk: entry.chunk };
  }

  /** Of the first chunk of a line that waits: its priority, its drive's rank, its number. */
  #placeOf(line: ShipLine): readonly number[] {
    const priorities = [...this.#waiting].flatMap(([priority, lines]) => (lines.has(line) ? [priority] : []));
    if (priorities.length === 0) return line.underWay > 0 ? GOING : LAST;
    const priority = Math.min(...priorities);
    const number = this.#waiting.get(priority)?.get(line)?.[0]?.number ?? Infinity;
    return [priority, this.#places.rankOf(line.drive), number];
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

/** All that waited of it is being sent. */
const GOING: readonly number[] = [-1, 0, 0];
const LAST: readonly number[] = [Infinity, Infinity, Infinity];

/** By the first number in which they differ. */
function byPlace(a: readonly number[], b: readonly number[]): number {
  const at = a.findIndex((number, i) => number !== b[i]);
  return at < 0 ? 0 : (a[at] as number) < (b[at] as number) ? -1 : 1;
}
