/**
 * The merge: all messages of an export plan in order of log time, topic, sequence, recording and source, in batches.
 * Inner chunks are fetched when the frontier reaches their start. Memory is bounded by a setting: when inner chunks
 * overlap beyond it, the one whose next message is farthest is let go and loaded again when its turn comes; a cursor
 * keeps no more than its place.
 */
import { MIB } from '@pitlane/base/bytes';
import type { ObjectStore } from '@pitlane/ports/object-store';
import type { ExportPlan, OutputChannel, PlannedObject } from './export-plan.ts';
import { Frontier, type InnerCursor } from './frontier.ts';
import {
  type DecodeTools,
  decodeInner,
  type InnerMessages,
  innerMessagesFrom,
  type MessageFilter,
} from '../objects/inner-messages.ts';
import { damaged, ObjectBytes } from '../objects/object-bytes.ts';
import type { InnerChunkPlace, SchemaOf } from '../objects/object-index.ts';
import { type OpenedObject, OpenedObjects } from './opened-objects.ts';
import { primerCursors } from './primers.ts';

export const MERGE_MEMORY_BYTES = 256 * MIB;
const BATCH_MESSAGES_MAX = 4096;
const BATCH_BYTES_MAX = 8 * MIB;

export interface MergeDeps extends DecodeTools {
  readonly store: Pick<ObjectStore, 'read'>;
  readonly signal?: AbortSignal | undefined;
  /** For blocks read and inner chunks decompressed together; 256 MiB unless told. */
  readonly memoryBytesMax?: number | undefined;
}

export interface MergedChannel extends OutputChannel {
  /** Its number in the plan. */
  readonly index: number;
  /** Known from the first message of the channel on. */
  readonly schema: SchemaOf;
}

export interface MergedMessage {
  readonly channel: MergedChannel;
  readonly sequence: number;
  readonly logTimeNs: bigint;
  readonly publishTimeNs: bigint;
  /** Whoever keeps it beyond the next batch keeps a whole inner chunk alive: copy what must stay. */
  readonly data: Uint8Array;
}

export async function* mergedMessages(plan: ExportPlan, deps: MergeDeps): AsyncGenerator<readonly MergedMessage[]> {
  yield* new Merge(plan, deps).batches();
}

export class Merge {
  readonly bytes: ObjectBytes;
  readonly #plan: ExportPlan;
  readonly #deps: MergeDeps;
  readonly #budgetBytes: number;
  readonly #frontier = new Frontier();
  readonly #objects: OpenedObjects;
  readonly #channels: (MergedChannel & { schema: SchemaOf })[];
  readonly #topicRankOf: Int32Array;
  readonly #startNs: bigint | undefined;
  readonly #endNs: bigint | undefined;
  /** Rows of the plan by start, and which of them is opened next. */
  readonly #rows: readonly number[];
  #nextRow = 0;
  /** Cursors whose messages are in memory. */
  readonly #loaded = new Set<InnerCursor>();
  #loadedBytes = 0;
  /** Let go since the last batch, which may still point there. */
  #pinnedBytes = 0;
  peakLoadedBytes = 0;

  constructor(plan: ExportPlan, deps: MergeDeps) {
    this.#plan = plan;
    this.#deps = deps;
    this.#budgetBytes = (deps.memoryBytesMax ?? MERGE_MEMORY_BYTES) / 2;
    this.bytes = new ObjectBytes(deps.store, this.#budgetBytes, deps.signal);
    this.#channels = plan.channels.map((channel, index) => ({ ...channel, index, schema: undefined }));
    const topics = [...new Set(plan.channels.map(({ topic }) => topic))].sort();
    const rankOf = new Map(topics.map((topic, rank) => [topic, rank]));
    this.#topicRankOf = Int32Array.from(plan.channels, ({ topic }) => rankOf.get(topic) as number);
    this.#objects = new OpenedObjects(plan, this.bytes, deps, (output, schema) => {
      (this.#channels[output] as { schema: SchemaOf }).schema ??= schema;
    });
    this.#startNs = plan.startNs === null ? undefined : BigInt(plan.startNs);
    this.#endNs = plan.endNs === null ? undefined : BigInt(plan.endNs);
    this.#rows = this.#rowsByStart();
  }

  get objectsOpened(): number {
    return this.#nextRow;
  }

  async *batches(): AsyncGenerator<readonly MergedMessage[]> {
    let batch: MergedMessage[] = [];
    let batchBytes = 0;
    try {
      await this.#addPrimers();
      for (;;) {
        await this.#openDue();
        const first = this.#frontier.first;
        if (first === undefined) break;
        if (first.messages === undefined) {
          if (batch.length > 0 && this.#pinnedBytes > BATCH_BYTES_MAX) {
            yield batch;
            [batch, batchBytes] = [[], 0];
          }
          if (batch.length === 0) this.#pinnedBytes = 0;
          await this.#load(first);
          continue;
        }
        const due = this.#dueTime();
        batchBytes = this.#give(batch, batchBytes, due);
        if (batch.length >= BATCH_MESSAGES_MAX || batchBytes >= BATCH_BYTES_MAX) {
          this.#deps.signal?.throwIfAborted();
          yield batch;
          [batch, batchBytes] = [[], 0];
          this.#pinnedBytes = 0;
        }
      }
      if (batch.length > 0) yield batch;
    } finally {
      await this.#objects.settle();
      await this.bytes.settle();
    }
  }

  /** Gives out messages until the batch is full, something must be loaded, or an object is due. */
  #give(batch: MergedMessage[], batchBytes: number, due: bigint | undefined): number {
    const frontier = this.#frontier;
    const dueHigh = due === undefined ? Number.POSITIVE_INFINITY : Number(due >> 32n);
    const dueLow = due === undefined ? 0 : Number(due & 0xffff_ffffn);
    let bytes = batchBytes;
    for (;;) {
      const first = frontier.first;
      const messages = first?.messages;
      if (first === undefined || messages === undefined) return bytes;
      if (first.timeHigh > dueHigh || (first.timeHigh === dueHigh && first.timeLow >= dueLow)) return bytes;
      const at = first.position;
      const data = messages.dataOf(at);
      batch.push({
        channel: this.#channels[messages.outputs[at] as number] as MergedChannel,
        sequence: messages.sequences[at] as number,
        logTimeNs: messages.logTimeNsOf(at),
        publishTimeNs: messages.publishTimeNsOf(at),
        data,
      });
      bytes += data.byteLength;
      first.position = at + 1;
      if (first.position === messages.count) this.#finish(first);
      else {
        this.#point(first, messages);
        frontier.firstMoved();
      }
      if (batch.length >= BATCH_MESSAGES_MAX || bytes >= BATCH_BYTES_MAX) return bytes;
    }
  }

  #rowsByStart(): number[] {
    const starts = this.#plan.objects.map(({ startNs }) => BigInt(startNs));
    const selected = this.#plan.objects.map((_, row) => row).filter((row) => this.#isSelected(row));
    return selected.sort((a, b) => {
      const [startA, startB] = [starts[a] as bigint, starts[b] as bigint];
      return startA < startB ? -1 : startA > startB ? 1 : a - b;
    });
  }

  /** A row may be there for a primer alone. */
  #isSelected(row: number): boolean {
    const { startNs, endNs, channelSet } = this.#plan.objects[row] as PlannedObject;
    if (this.#startNs !== undefined && BigInt(endNs) < this.#startNs) return false;
    if (this.#endNs !== undefined && BigInt(startNs) >= this.#endNs) return false;
    return this.#plan.channelSets[channelSet]?.some((output) => !this.#channels[output]?.primerOnly) ?? false;
  }

  #dueTime(): bigint | undefined {
    const row = this.#rows[this.#nextRow];
    return row === undefined ? undefined : BigInt((this.#plan.objects[row] as PlannedObject).startNs);
  }

  async #openDue(): Promise<void> {
    for (let due = this.#dueTime(); due !== undefined; due = this.#dueTime()) {
      const first = this.#frontier.first;
      if (first && timeOf(first) < due) return;
      const row = this.#rows[this.#nextRow] as number;
      this.#nextRow += 1;
      const opened = await this.#objects.open(row, this.#rows.slice(this.#nextRow, this.#nextRow + 4));
      for (const place of opened.wanted) this.#addCursor(opened, place, undefined, place.startTimeNs);
      if (opened.cursors === 0) this.#objects.close(opened);
    }
  }

  #addCursor(opened: OpenedObject, place: InnerChunkPlace, only: readonly number[] | undefined, startNs: bigint): void {
    opened.cursors += 1;
    this.#frontier.add({
      opened,
      place,
      only,
      messages: undefined,
      position: 0,
      timeHigh: Number(startNs >> 32n),
      timeLow: Number(startNs & 0xffff_ffffn),
      topicRank: -1,
      sequence: 0,
      offset: 0,
    });
  }

  async #addPrimers(): Promise<void> {
    if (this.#startNs === undefined || this.#plan.primers.length === 0) return;
    const read = (opened: OpenedObject, place: InnerChunkPlace, filter: MessageFilter) =>
      this.#read(opened, place, filter);
    const found = primerCursors(this.#plan, this.#startNs, this.#objects, read, this.#topicRankOf);
    for await (const { opened, places } of found) {
      for (const { place, only, firstNs } of places) this.#addCursor(opened, place, only, firstNs);
      if (places.length === 0 && !this.#isSelected(opened.row)) this.#objects.close(opened);
    }
  }

  async #read(opened: OpenedObject, place: InnerChunkPlace, filter: MessageFilter): Promise<InnerMessages> {
    const { object, wanted } = opened;
    const record = await this.bytes.inner(object, place, wanted);
    const raw = decodeInner(object.name, place, record, this.#deps);
    const messages = innerMessagesFrom(object.name, place, raw, filter);
    messages.sort(filter.topicRankOf);
    return messages;
  }

  async #load(cursor: InnerCursor): Promise<void> {
    const { opened, place, only } = cursor;
    const wanted =
      only === undefined
        ? { outputOf: opened.selectedOf, startNs: this.#startNs, endNs: this.#endNs }
        : { outputOf: opened.outputOf, startNs: undefined, endNs: this.#startNs };
    const filter = { topicRankOf: this.#topicRankOf, ...wanted };
    const messages = await this.#read(opened, place, filter);
    if (only !== undefined) messages.keepOnly(only);
    if (messages.count <= cursor.position) return this.#finish(cursor);
    cursor.messages = messages;
    this.#point(cursor, messages);
    const startNs = BigInt((this.#plan.objects[opened.row] as PlannedObject).startNs);
    if (timeOf(cursor) < place.startTimeNs || timeOf(cursor) < startNs) {
      throw damaged(opened.object.name, `a message in the inner chunk at byte ${place.offset} lies before its start`);
    }
    this.#loaded.add(cursor);
    this.#loadedBytes += messages.bytes;
    this.#frontier.firstMoved();
    while (this.#loadedBytes > this.#budgetBytes && this.#loaded.size > 1) this.#letGo(this.#farthest(cursor));
    this.peakLoadedBytes = Math.max(this.peakLoadedBytes, this.#loadedBytes);
  }

  #point(cursor: InnerCursor, messages: InnerMessages): void {
    const at = cursor.position;
    cursor.timeHigh = messages.timesHigh[at] as number;
    cursor.timeLow = messages.timesLow[at] as number;
    cursor.topicRank = this.#topicRankOf[messages.outputs[at] as number] as number;
    cursor.sequence = messages.sequences[at] as number;
    cursor.offset = messages.offsets[at] as number;
  }

  /** The loaded cursor, besides `kept`, whose next message is farthest away. */
  #farthest(kept: InnerCursor): InnerCursor {
    let farthest: InnerCursor | undefined;
    for (const cursor of this.#loaded) {
      if (cursor === kept) continue;
      const later =
        farthest === undefined ||
        cursor.timeHigh > farthest.timeHigh ||
        (cursor.timeHigh === farthest.timeHigh && cursor.timeLow > farthest.timeLow);
      if (later) farthest = cursor;
    }
    return farthest as InnerCursor;
  }

  #letGo(cursor: InnerCursor): void {
    if (!this.#loaded.delete(cursor)) return;
    const bytes = cursor.messages?.bytes ?? 0;
    this.#loadedBytes -= bytes;
    this.#pinnedBytes += bytes;
    cursor.messages = undefined;
  }

  /** The first cursor has given out all of its messages. */
  #finish(cursor: InnerCursor): void {
    this.#letGo(cursor);
    this.#frontier.removeFirst();
    cursor.opened.cursors -= 1;
    if (cursor.opened.cursors === 0) this.#objects.close(cursor.opened);
  }
}

const timeOf = (cursor: InnerCursor): bigint => (BigInt(cursor.timeHigh) << 32n) | BigInt(cursor.timeLow);
