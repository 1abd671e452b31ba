/** The state at the start of a slice: for each channel where its newest messages before the start lie. */
import type { ExportPlan } from './export-plan.ts';
import type { InnerMessages, MessageFilter } from '../objects/inner-messages.ts';
import type { InnerChunkPlace } from '../objects/object-index.ts';
import type { OpenedObject, OpenedObjects } from './opened-objects.ts';

export interface PrimerPlace {
  readonly place: InnerChunkPlace;
  /** Where the contents of the messages begin in the raw inner chunk. */
  readonly only: readonly number[];
  /** Log time of the first of them. */
  readonly firstNs: bigint;
}

interface Found {
  readonly opened: OpenedObject;
  readonly place: InnerChunkPlace;
  readonly at: number;
  readonly timeNs: bigint;
  readonly sequence: number;
}

type Read = (opened: OpenedObject, place: InnerChunkPlace, filter: MessageFilter) => Promise<InnerMessages>;

/** The newest messages of each channel so far, oldest first, as many as its state takes. */
class Newest {
  readonly #depths: ExportPlan['primerDepths'];
  readonly #byOutput = new Map<number, Found[]>();

  constructor(depths: ExportPlan['primerDepths']) {
    this.#depths = depths;
  }

  add(output: number, found: Found): void {
    const kept = this.#byOutput.get(output) ?? [];
    this.#byOutput.set(output, kept);
    let at = kept.length;
    while (at > 0 && follows(kept[at - 1] as Found, found)) at -= 1;
    kept.splice(at, 0, found);
    if (kept.length > (this.#depths[output] ?? 1)) kept.shift();
  }

  /** Whether a message of this time may still be one of the newest. */
  isOpen(output: number, timeNs: bigint): boolean {
    const kept = this.#byOutput.get(output) ?? [];
    return kept.length < (this.#depths[output] ?? 1) || (kept[0] as Found).timeNs <= timeNs;
  }

  placesIn(opened: OpenedObject): PrimerPlace[] {
    const byPlace = new Map<InnerChunkPlace, Found[]>();
    for (const found of [...this.#byOutput.values()].flat()) {
      if (found.opened !== opened) continue;
      const inPlace = byPlace.get(found.place);
      if (inPlace) inPlace.push(found);
      else byPlace.set(found.place, [found]);
    }
    return [...byPlace].map(([place, found]) => ({
      place,
      only: found.map(({ at }) => at),
      firstNs: found.reduce((least, { timeNs }) => (timeNs < least ? timeNs : least), place.endTimeNs),
    }));
  }
}

/** The objects that were opened for it, each with the primers that lie there, if any. */
export async function* primerCursors(
  plan: ExportPlan,
  startNs: bigint,
  objects: OpenedObjects,
  read: Read,
  topicRankOf: Int32Array,
): AsyncGenerator<{ opened: OpenedObject; places: readonly PrimerPlace[] }> {
  const newest = new Newest(plan.primerDepths);
  const opened: OpenedObject[] = [];
  for (const [i, [row, channels]] of plan.primers.entries()) {
    const next = plan.primers.slice(i + 1, i + 5).map(([ahead]) => ahead);
    const object = await objects.open(row, next);
    opened.push(object);
    await searchObject(object, new Set(channels), startNs, newest, read, topicRankOf);
  }
  for (const object of opened) yield { opened: object, places: newest.placesIn(object) };
}

/** Looks from the end backwards, until nothing earlier can be among the newest of any channel. */
async function searchObject(
  opened: OpenedObject,
  channels: ReadonlySet<number>,
  startNs: bigint,
  newest: Newest,
  read: Read,
  topicRankOf: Int32Array,
): Promise<void> {
  const outputOf = opened.outputOf.map((output) => (channels.has(output) ? output : -1));
  const filter: MessageFilter = { outputOf, topicRankOf, startNs: undefined, endNs: startNs };
  const places = opened.object.index.inners
    .filter((inner) => inner.startTimeNs < startNs && inner.channelIds.some((id) => (outputOf[id] ?? -1) >= 0))
    .sort((a, b) => (a.endTimeNs > b.endTimeNs ? -1 : a.endTimeNs < b.endTimeNs ? 1 : b.ordinal - a.ordinal));
  for (const place of places) {
    const open = place.channelIds
      .map((id) => outputOf[id] ?? -1)
      .filter((output) => output >= 0 && newest.isOpen(output, place.endTimeNs));
    if (open.length === 0) continue;
    const messages = await read(opened, place, filter);
    for (let i = 0; i < messages.count; i += 1) {
      newest.add(messages.outputs[i] as number, {
        opened,
        place,
        at: messages.offsets[i] as number,
        timeNs: messages.logTimeNsOf(i),
        sequence: messages.sequences[i] as number,
      });
    }
  }
}

/** Whether `a` comes after `b` in the order of an export; both are on one channel. */
function follows(a: Found, b: Found): boolean {
  if (a.timeNs !== b.timeNs) return a.timeNs > b.timeNs;
  if (a.sequence !== b.sequence) return a.sequence > b.sequence;
  if (a.opened.row !== b.opened.row) return a.opened.row > b.opened.row;
  if (a.place.ordinal !== b.place.ordinal) return a.place.ordinal > b.place.ordinal;
  return a.at > b.at;
}
