/** The objects that a merge has open: each is opened once, a few ahead of need, and let go when all of it was given out. */
import { isPitlaneError } from '@pitlane/base/errors';
import type { ExportPlan, PlannedObject } from './export-plan.ts';
import type { DecodeTools } from '../objects/inner-messages.ts';
import { ChannelMatcher } from './match-channels.ts';
import { missing, type ObjectBytes, type OpenObject } from '../objects/object-bytes.ts';
import type { InnerChunkPlace, SchemaOf } from '../objects/object-index.ts';

/** So many objects are asked for while the merge waits for one: a far store answers each only after a while. */
const OPEN_AHEAD = 4;

export interface OpenedObject {
  /** Its row in the plan. */
  readonly row: number;
  readonly object: OpenObject;
  /** By channel id of the object: the output channel, or -1. */
  readonly outputOf: Int32Array;
  /** The same without the channels of which only the state before the start is wanted. */
  readonly selectedOf: Int32Array;
  /** Inner chunks that hold anything of the selection, in the order of the file. */
  readonly wanted: readonly InnerChunkPlace[];
  /** Inner chunks that are not yet given out. */
  cursors: number;
}

export class OpenedObjects {
  readonly #plan: ExportPlan;
  readonly #bytes: ObjectBytes;
  readonly #tools: DecodeTools;
  readonly #matcher: ChannelMatcher;
  readonly #opening = new Map<number, Promise<OpenedObject>>();
  readonly #learn: (output: number, schema: SchemaOf) => void;

  /** @param learn is told the schema of each output channel that an opened object holds. */
  constructor(
    plan: ExportPlan,
    bytes: ObjectBytes,
    tools: DecodeTools,
    learn: (output: number, schema: SchemaOf) => void,
  ) {
    this.#plan = plan;
    this.#bytes = bytes;
    this.#tools = tools;
    this.#matcher = new ChannelMatcher(plan);
    this.#learn = learn;
  }

  /** Opens the object of `row`; `next` are the rows that will be wanted after it. */
  async open(row: number, next: readonly number[] = []): Promise<OpenedObject> {
    const opened = this.#start(row);
    for (const ahead of next.slice(0, OPEN_AHEAD)) this.#start(ahead).catch(() => {}); // seen when its turn comes
    return opened;
  }

  close(opened: OpenedObject): void {
    this.#opening.delete(opened.row);
    this.#bytes.close(opened.object);
  }

  /** Waits for what is under way, so that nothing runs on behind a merge that has ended. */
  async settle(): Promise<void> {
    await Promise.allSettled(this.#opening.values());
  }

  #start(row: number): Promise<OpenedObject> {
    let opening = this.#opening.get(row);
    if (!opening) this.#opening.set(row, (opening = this.#open(row)));
    return opening;
  }

  async #open(row: number): Promise<OpenedObject> {
    const { name, bytes, channelSet, readsWhole } = this.#plan.objects[row] as PlannedObject;
    const fullName = `${this.#plan.prefix}${name}`;
    const object = await this.#bytes.open(fullName, bytes, readsWhole).catch((cause: unknown) => {
      const outputs = this.#plan.channelSets[channelSet] ?? [];
      const topics = new Set(outputs.map((output) => this.#plan.channels[output]?.topic ?? ''));
      throw isPitlaneError(cause, 'not-found') ? missing(fullName, [...topics], cause) : cause;
    });
    const outputOf = await this.#matcher.outputsOf(object, row, this.#bytes, this.#tools);
    for (const { id, schema } of object.index.channels) {
      if ((outputOf[id] as number) >= 0) this.#learn(outputOf[id] as number, schema);
    }
    const selectedOf = outputOf.map((output) => (this.#plan.channels[output]?.primerOnly ? -1 : output));
    const start = this.#plan.startNs === null ? 0n : BigInt(this.#plan.startNs);
    const end = this.#plan.endNs === null ? undefined : BigInt(this.#plan.endNs);
    const wanted = object.index.inners.filter(
      (inner) =>
        inner.endTimeNs >= start &&
        (end === undefined || inner.startTimeNs < end) &&
        inner.channelIds.some((id) => (selectedOf[id] ?? -1) >= 0),
    );
    return { row, object, outputOf, selectedOf, wanted, cursors: 0 };
  }
}
