/** The samples of one drive by a plan, in order of time: which messages belong together. */
import { NS_PER_MS } from '@pitlane/base/time';
import { PitlaneError } from '@pitlane/base/errors';
import { fieldsOf, type FramesPlan, type SamplingPlan, type WindowsPlan } from '@pitlane/contracts/dataset';
import type { ObjectBytes } from '../../objects/object-bytes.ts';
import type { DrivePlan } from './plan-drive.ts';
import { type Span, Spans } from './spans.ts';
import { type Place, TopicPlaces } from './topic-places.ts';

export interface Sample {
  readonly timeNs: bigint;
  /** In order of field, then of time. */
  readonly messages: readonly { readonly field: number; readonly place: Place }[];
}

/** A frame or window that is none, for want of a topic. */
export interface Dropped {
  readonly missing: string;
}

export const MESSAGES_IN_SAMPLE_MAX = 100_000;
/** A sample is built in memory. */
export const BYTES_IN_SAMPLE_MAX = 256 * 1024 * 1024;

export async function* samplesOf(
  plan: SamplingPlan,
  drive: DrivePlan,
  bytes: ObjectBytes,
): AsyncGenerator<Sample | Dropped> {
  const samples = plan.kind === 'frames' ? frames(plan, drive, bytes) : windows(plan, drive, bytes);
  for await (const sample of samples) {
    if ('messages' in sample) refuseHuge(sample, drive);
    yield sample;
  }
}

function refuseHuge({ timeNs, messages }: Sample, { driveId }: DrivePlan): void {
  const bytes = messages.reduce((sum, { place }) => sum + place.bytes, 0);
  if (bytes <= BYTES_IN_SAMPLE_MAX && messages.length <= MESSAGES_IN_SAMPLE_MAX) return;
  const text = `the sample of ${driveId} at ${timeNs} would have ${messages.length} messages and ${bytes} bytes`;
  const most = `${MESSAGES_IN_SAMPLE_MAX} and ${BYTES_IN_SAMPLE_MAX} are the most`;
  throw new PitlaneError('limit-exceeded', `${text}, ${most}: plan shorter windows or fewer topics`);
}

async function* frames(plan: FramesPlan, drive: DrivePlan, bytes: ObjectBytes): AsyncGenerator<Sample | Dropped> {
  const spans = new Spans(drive.spans);
  const camera = new TopicPlaces(plan.camera, 0, drive, bytes, (first, last) => spans.touches(first, last, 0n));
  const companions = plan.with.map(({ topic, toleranceMs }, at) => {
    const toleranceNs = BigInt(toleranceMs) * NS_PER_MS;
    // A companion may lie a little outside of what was selected.
    const wanted = (first: bigint, last: bigint): boolean => spans.touches(first, last, toleranceNs + 1n);
    return new Nearest(new TopicPlaces(topic, at + 1, drive, bytes, wanted).inOrder(), toleranceNs);
  });
  for await (const frame of camera.inOrder()) {
    const messages = [{ field: 0, place: frame }];
    let missing: string | undefined;
    for (const [at, companion] of plan.with.entries()) {
      const place = await (companions[at] as Nearest).to(frame.timeNs);
      if (place) messages.push({ field: at + 1, place });
      else if (companion.missing === 'drop') missing ??= companion.topic;
    }
    yield missing === undefined ? { timeNs: frame.timeNs, messages } : { missing };
  }
}

/** Finds the nearest place to times that only grow; of two that are as near, the earlier. */
export class Nearest {
  readonly #places: AsyncIterator<Place>;
  readonly #toleranceNs: bigint;
  #before: Place | undefined;
  #after: Place | undefined;
  #ended = false;

  constructor(places: AsyncIterator<Place>, toleranceNs: bigint) {
    this.#places = places;
    this.#toleranceNs = toleranceNs;
  }

  async to(timeNs: bigint): Promise<Place | undefined> {
    while (!this.#ended && (this.#after === undefined || this.#after.timeNs <= timeNs)) {
      const next = await this.#places.next();
      this.#ended = next.done === true;
      if (this.#after && (this.#before === undefined || this.#after.timeNs > this.#before.timeNs))
        this.#before = this.#after;
      this.#after = next.done === true ? undefined : next.value;
    }
    const [before, after] = [this.#before, this.#after];
    const sinceNs = before && timeNs - before.timeNs;
    const untilNs = after && after.timeNs - timeNs;
    const isBefore = sinceNs !== undefined && (untilNs === undefined || sinceNs <= untilNs);
    const distanceNs = isBefore ? sinceNs : untilNs;
    if (distanceNs === undefined || distanceNs > this.#toleranceNs) return undefined;
    return isBefore ? before : after;
  }
}

async function* windows(plan: WindowsPlan, drive: DrivePlan, bytes: ObjectBytes): AsyncGenerator<Sample | Dropped> {
  const [lengthNs, strideNs] = [BigInt(plan.lengthMs) * NS_PER_MS, BigInt(plan.strideMs) * NS_PER_MS];
  const selected = drive.spans.length > 0 ? drive.spans : wholeDrive(drive);
  const spans = new Spans(selected);
  const topics = fieldsOf(plan).map(({ topic }, field) => {
    const places = new TopicPlaces(topic, field, drive, bytes, (first, last) => spans.touches(first, last, 0n));
    return new Sliding(places.inOrder());
  });
  for (const { startNs, endNs } of selected) {
    for (let fromNs = startNs; fromNs + lengthNs <= endNs; fromNs += strideNs) {
      const firstNs = await earliest(topics, fromNs);
      if (firstNs === undefined) break;
      if (firstNs >= fromNs + lengthNs) {
        // Nothing for a while, maybe for years: on to the first window that reaches the next message.
        fromNs += ((firstNs - fromNs - lengthNs) / strideNs) * strideNs;
        continue;
      }
      const messages: { field: number; place: Place }[] = [];
      let missing: string | undefined;
      for (const [field, { topic, missing: rule }] of plan.topics.entries()) {
        const places = await (topics[field] as Sliding).within(fromNs, fromNs + lengthNs);
        for (const place of places) messages.push({ field, place });
        if (places.length === 0 && rule === 'drop') missing ??= topic;
      }
      yield missing === undefined ? { timeNs: fromNs, messages } : { missing };
    }
  }
}

async function earliest(topics: readonly Sliding[], fromNs: bigint): Promise<bigint | undefined> {
  let earliestNs: bigint | undefined;
  for (const topic of topics) {
    const firstNs = await topic.first(fromNs);
    if (firstNs !== undefined && (earliestNs === undefined || firstNs < earliestNs)) earliestNs = firstNs;
  }
  return earliestNs;
}

/** From the first message of the plan's topics to the last. */
function wholeDrive({ fields }: DrivePlan): Span[] {
  const rows = fields.flat();
  const [first] = rows;
  if (!first) return [];
  const startNs = rows.reduce((least, row) => (row.startNs < least ? row.startNs : least), first.startNs);
  const endNs = rows.reduce((most, row) => (row.endNs > most ? row.endNs : most), first.endNs);
  return [{ startNs, endNs: endNs + 1n }];
}

/** The places within windows whose starts only grow; those before a start are let go. */
class Sliding {
  readonly #places: AsyncIterator<Place>;
  #held: Place[] = [];
  #ended = false;

  constructor(places: AsyncIterator<Place>) {
    this.#places = places;
  }

  /** The time of the first one from `fromNs` on. */
  async first(fromNs: bigint): Promise<bigint | undefined> {
    this.#held = this.#held.filter(({ timeNs }) => timeNs >= fromNs);
    while (!this.#ended && this.#held.length === 0) await this.#take(fromNs);
    return this.#held[0]?.timeNs;
  }

  async within(fromNs: bigint, toNs: bigint): Promise<readonly Place[]> {
    await this.first(fromNs);
    while (!this.#ended && !((this.#held.at(-1)?.timeNs ?? -1n) >= toNs)) {
      await this.#take(fromNs);
      if (this.#held.length > MESSAGES_IN_SAMPLE_MAX) {
        const text = `the window at ${fromNs} has over ${MESSAGES_IN_SAMPLE_MAX} messages of one topic`;
        throw new PitlaneError('limit-exceeded', `${text}: plan shorter windows`);
      }
    }
    return this.#held.filter(({ timeNs }) => timeNs < toNs);
  }

  async #take(fromNs: bigint): Promise<void> {
    const next = await this.#places.next();
    this.#ended = next.done === true;
    if (next.done !== true && next.value.timeNs >= fromNs) this.#held.push(next.value);
  }
}
