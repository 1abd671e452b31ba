/** The state at the start of a slice: for each channel where its last message before the start lies. */
import type { ExportPlan } from './export-plan.ts';
import type { InnerMessages, MessageFilter } from '../objects/inner-messages.ts';
import type { InnerChunkPlace } from '../objects/object-index.ts';
import type { OpenedObject, OpenedObjects } from './opened-objects.ts';

export interface PrimerPlace {
  readonly place: InnerChunkPlace;
  /** Where the content of the message begins in the raw inner chunk. */
  readonly only: number;
  readonly timeNs: bigint;
}

interface Best extends PrimerPlace {
  readonly opened: OpenedObject;
  readonly sequence: number;
}

type Read = (opened: OpenedObject, place: InnerChunkPlace, filter: MessageFilter) => Promise<InnerMessages>;

/** The objects that were opened for it, each with the primers that lie there, if any. */
export async function* primerCursors(
  plan: ExportPlan,
  startNs: bigint,
  objects: OpenedObjects,
  read: Read,
  topicRankOf: Int32Array,
): AsyncGenerator<{ opened: OpenedObject; places: readonly PrimerPlace[] }> {
  const best = new Map<number, Best>();
  const opened: OpenedObject[] = [];
  for (const [i, [row, channels]] of plan.primers.entries()) {
    const next = plan.primers.slice(i + 1, i + 5).map(([ahead]) => ahead);
    const object = await objects.open(row, next);
    opened.push(object);
    await searchObject(object, new Set(channels), startNs, best, read, topicRankOf);
  }
  for (const object of opened) {
    const places = [...best.values()].filter((found) => found.opened === object);
    yield { opened: object, places };
  }
}

/** Looks from the end backwards, until nothing earlier can be the last of any channel. */
async function searchObject(
  opened: OpenedObject,
  channels: ReadonlySet<number>,
  startNs: bigint,
  best: Map<number, Best>,
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
      .filter((output) => output >= 0 && !((best.get(output)?.timeNs ?? -1n) > place.endTimeNs));
    if (open.length === 0) continue;
    const messages = await read(opened, place, filter);
    for (let i = 0; i < messages.count; i += 1) {
      const output = messages.outputs[i] as number;
      const found: Best = {
        opened,
        place,
        only: messages.offsets[i] as number,
        timeNs: messages.logTimeNsOf(i),
        sequence: messages.sequences[i] as number,
      };
      const known = best.get(output);
      if (known === undefined || follows(found, known)) best.set(output, found);
    }
  }
}

/** Whether `a` comes after `b` in the order of an export; both are on one channel. */
function follows(a: Best, b: Best): boolean {
  if (a.timeNs !== b.timeNs) return a.timeNs > b.timeNs;
  if (a.sequence !== b.sequence) return a.sequence > b.sequence;
  if (a.opened.row !== b.opened.row) return a.opened.row > b.opened.row;
  if (a.place.ordinal !== b.place.ordinal) return a.place.ordinal > b.place.ordinal;
  return a.only > b.only;
}
