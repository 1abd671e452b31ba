/**
 * What of a drive goes before the rest, and why: standing orders, and the time around events. It says in which passes a
 * recording is cut, and with which priority each chunk is shipped; both by the same selections, so that what one pass made
 * for its own sake goes first, and what it made beside does not.
 */
import type { ChunkFacts } from '@pitlane/contracts/manifest';
import { chunkIsSelected, matchesGlob, type Selection, windowOf } from '@pitlane/contracts/plan';
import type { Inspection } from '@pitlane/formats/recording';
import { PREVIEW_TOPICS_MAX } from '@pitlane/stages/20-inspect';

export interface Urgency {
  /** 0 first, 99 last. */
  readonly priority: number;
  readonly selection: Selection;
  /** For people: whose word it is. */
  readonly reason: string;
  /** Of a standing order; null of an event. */
  readonly orderId: string | null;
}

/** Makes the selected chunks of a recording, or all that are left. */
export interface Pass {
  readonly priority: number;
  /** Absent in the last. */
  readonly only?: readonly Selection[];
}

/** Each pass reads the recording once more: what is least urgent goes together when there would be more. */
const SELECTED_PASSES_MAX = 4;

export class Urgencies {
  #dockPriority: number;
  #all: readonly Urgency[];
  readonly #listeners = new Set<() => void>();

  /** @param dockPriority of whatever nothing selects */
  constructor(dockPriority: number, all: readonly Urgency[]) {
    this.#dockPriority = dockPriority;
    this.#all = byPriority(all);
  }

  /** What was sealed and not shipped, and what is sealed from now on, goes by it; a pass that has begun goes on. */
  add(urgency: Urgency): void {
    this.#change([...this.#all, urgency]);
  }

  /** Of whatever nothing selects, from now on. */
  setDockPriority(priority: number): void {
    this.#dockPriority = priority;
    this.#change(this.#all);
  }

  removeOrder(orderId: string): void {
    this.#change(this.#all.filter((urgency) => urgency.orderId !== orderId));
  }

  /** Tells of changes until it is disposed of. */
  onChange(tell: () => void): Disposable {
    this.#listeners.add(tell);
    return { [Symbol.dispose]: () => void this.#listeners.delete(tell) };
  }

  /** The most urgent first. */
  reasonsFor(chunk: ChunkFacts): Urgency[] {
    return this.#all.filter(({ selection }) => chunkIsSelected(selection, chunk));
  }

  get dockPriority(): number {
    return this.#dockPriority;
  }

  priorityOf(chunk: ChunkFacts): number {
    const { priority } = this.#all.find(({ selection }) => chunkIsSelected(selection, chunk)) ?? {};
    return Math.min(priority ?? this.#dockPriority, this.#dockPriority);
  }

  /** @param inspection what cannot be in the recording is not looked for */
  passesOf(inspection: Inspection | undefined): Pass[] {
    const possible = this.#all.filter(({ selection }) => mayHold(selection, inspection));
    const whole = possible.find(({ selection }) => coversAll(selection, inspection));
    const priority = Math.min(this.#dockPriority, whole?.priority ?? this.#dockPriority);
    const selected: { priority: number; only: Selection[] }[] = [];
    for (const urgency of possible) {
      if (urgency.priority >= priority) continue;
      const last = selected.at(-1);
      if (last && (last.priority === urgency.priority || selected.length === SELECTED_PASSES_MAX)) {
        last.only.push(urgency.selection);
      } else selected.push({ priority: urgency.priority, only: [urgency.selection] });
    }
    return [...selected, { priority }];
  }

  /** Of what comes first of a recording. */
  firstPriorityOf(inspection: Inspection | undefined): number {
    return this.passesOf(inspection)[0]?.priority ?? this.#dockPriority;
  }

  /** Whether anything of it goes before what nobody asked for. */
  isUrgent(inspection: Inspection | undefined): boolean {
    return this.firstPriorityOf(inspection) < this.#dockPriority;
  }

  #change(all: readonly Urgency[]): void {
    this.#all = byPriority(all);
    for (const tell of this.#listeners) tell();
  }
}

const byPriority = (all: readonly Urgency[]): Urgency[] => [...all].sort((a, b) => a.priority - b.priority);

/** An index says it; where there is none, only reading tells. */
function mayHold({ topics, windows }: Selection, inspection: Inspection | undefined): boolean {
  if (!inspection?.indexed) return true;
  const { startTimeNs, endTimeNs, topics: inside } = inspection;
  if (windows && startTimeNs !== undefined && endTimeNs !== undefined) {
    if (windows.last < windowOf(startTimeNs) || windows.first > windowOf(endTimeNs)) return false;
  }
  if (topics.length === 0 || inside.length === 0 || inside.length >= PREVIEW_TOPICS_MAX) return true;
  return inside.some(({ topic }) => topics.some((glob) => matchesGlob(glob, topic)));
}

/** Then a pass of its own would be the recording once more for nothing. */
function coversAll({ topics, windows }: Selection, inspection: Inspection | undefined): boolean {
  if (topics.length > 0) return false;
  if (!windows) return true;
  const { indexed, startTimeNs, endTimeNs } = inspection ?? {};
  if (!indexed || startTimeNs === undefined || endTimeNs === undefined) return false;
  return windows.first <= windowOf(startTimeNs) && windows.last >= windowOf(endTimeNs);
}
