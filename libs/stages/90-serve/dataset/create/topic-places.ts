/**
 * All messages of one topic in one drive, in order of log time, as places. Objects are opened when their start is reached,
 * and inner chunks are asked for their message index when theirs is, a few ahead. What is held is what overlaps: a chunk
 * does not reach beyond its minute.
 */
import type { ObjectBytes, OpenObject } from '../../objects/object-bytes.ts';
import { missing } from '../../objects/object-bytes.ts';
import { isPitlaneError } from '@pitlane/base/errors';
import type { InnerChunkPlace } from '../../objects/object-index.ts';
import { type MessageTime, messageTimesFrom } from './message-times.ts';
import type { DrivePlan, TopicObject } from './plan-drive.ts';

const INDEXES_AHEAD = 8;

/** Where a message lies: of two at one time the one in the earlier object, inner chunk and offset comes first. */
export interface Place extends MessageTime {
  readonly row: TopicObject;
  /** Number of the inner chunk in its object. */
  readonly inner: number;
}

interface DueInner {
  readonly rowOrder: number;
  readonly row: TopicObject;
  readonly opened: OpenObject;
  readonly ids: ReadonlySet<number>;
  readonly place: InnerChunkPlace;
  times: Promise<MessageTime[]> | undefined;
}

/** Whether any time in [first, last] is wanted. */
export type Wanted = (firstNs: bigint, lastNs: bigint) => boolean;

export class TopicPlaces {
  readonly #topic: string;
  readonly #drive: DrivePlan;
  readonly #rows: readonly TopicObject[];
  readonly #bytes: ObjectBytes;
  readonly #wanted: Wanted;
  #nextRow = 0;
  /** In order of start. */
  readonly #due: DueInner[] = [];
  /** In order of time; those before `#given` are given out. */
  #ready: (Place & { readonly rowOrder: number })[] = [];
  #given = 0;

  constructor(topic: string, field: number, drive: DrivePlan, bytes: ObjectBytes, wanted: Wanted) {
    this.#topic = topic;
    this.#drive = drive;
    this.#rows = (drive.fields[field] ?? []).filter(({ startNs, endNs }) => wanted(startNs, endNs));
    this.#bytes = bytes;
    this.#wanted = wanted;
  }

  async *inOrder(): AsyncGenerator<Place> {
    for (;;) {
      const row = this.#rows[this.#nextRow];
      const [inner] = this.#due;
      const [rowNs, innerNs] = [row?.startNs, inner?.place.startTimeNs];
      const first = this.#ready[this.#given];
      const nextNs = rowNs === undefined || (innerNs !== undefined && innerNs < rowNs) ? innerNs : rowNs;
      if (first && (nextNs === undefined || first.timeNs < nextNs)) {
        this.#given += 1;
        if (this.#wanted(first.timeNs, first.timeNs)) yield first;
      } else if (row && nextNs === rowNs) {
        await this.#open(row);
      } else if (inner) {
        await this.#load(inner);
      } else return;
    }
  }

  async #open(row: TopicObject): Promise<void> {
    const rowOrder = this.#nextRow;
    this.#nextRow += 1;
    const { object, bytes } = this.#drive.objects[row.object] as DrivePlan['objects'][number];
    const opened = await this.#bytes.open(object, bytes).catch((cause: unknown) => {
      throw isPitlaneError(cause, 'not-found') ? missing(object, [this.#topic], cause) : cause;
    });
    const ids = new Set(opened.index.channels.filter(({ topic }) => topic === this.#topic).map(({ id }) => id));
    const inners = opened.index.inners.filter(
      (place) => place.channelIds.some((id) => ids.has(id)) && this.#wanted(place.startTimeNs, place.endTimeNs),
    );
    for (const place of inners) this.#due.push({ rowOrder, row, opened, ids, place, times: undefined });
    this.#due.sort(
      (a, b) =>
        compare(a.place.startTimeNs, b.place.startTimeNs) ||
        a.rowOrder - b.rowOrder ||
        a.place.ordinal - b.place.ordinal,
    );
  }

  async #load(due: DueInner): Promise<void> {
    for (const ahead of this.#due.slice(0, INDEXES_AHEAD)) this.#ask(ahead).catch(() => {}); // seen when its turn comes
    const times = await this.#ask(due);
    this.#due.shift();
    const { row, rowOrder, place } = due;
    const added = times.map((time) => ({ ...time, row, rowOrder, inner: place.ordinal }));
    this.#ready = [...this.#ready.slice(this.#given), ...added].sort(
      (a, b) => compare(a.timeNs, b.timeNs) || a.rowOrder - b.rowOrder || a.inner - b.inner || a.offset - b.offset,
    );
    this.#given = 0;
  }

  #ask(due: DueInner): Promise<MessageTime[]> {
    due.times ??= this.#bytes
      .indexOf(due.opened, due.place)
      .then((index) => messageTimesFrom(due.opened, due.place, index, due.ids));
    return due.times;
  }
}

const compare = (a: bigint, b: bigint): number => (a < b ? -1 : a > b ? 1 : 0);
