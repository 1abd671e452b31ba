/**
 * Writes a log back: window after window, in each the groups merged by log time, every channel in the order of its
 * leaves. While it writes it computes each leaf again, and from them the digest that proves the messages of a channel.
 */
import { channelDigestFromLeaves, LeafHash, type Sha256Hex } from '@pitlane/contracts/identity';
import { windowOf } from '@pitlane/contracts/plan';
import { copyExtras } from '../export/copy-extras.ts';
import type { PlannedObject } from '../export/export-plan.ts';
import type { DecodeTools, InnerMessages } from '../objects/inner-messages.ts';
import { ChannelMatcher } from '../export/match-channels.ts';
import type { MergedChannel } from '../export/merged-messages.ts';
import type { ObjectBytes, OpenObject } from '../objects/object-bytes.ts';
import type { SchemaOf } from '../objects/object-index.ts';
import { innerMessagesOf } from '../objects/object-messages.ts';
import type { OutputFile } from '../export/output-file.ts';
import type { RecordingRestorePlan } from './plan-restore.ts';
import { RECORD_HEAD_BYTES } from '../objects/record-fields.ts';

type LogPlan = NonNullable<RecordingRestorePlan['log']>;

/** Writes all messages and extras; answers with what does not give its digest. */
export async function restoreLog(
  log: LogPlan,
  bytes: ObjectBytes,
  tools: DecodeTools,
  output: OutputFile,
): Promise<string[]> {
  const restore = new LogRestore(log, bytes, tools, output);
  await output.start(log.plan.profile);
  for (const streams of await restore.windows()) await restore.writeWindow(streams);
  await output.drain();
  for (const [name, size] of log.plan.extras) await copyExtras(bytes, `${log.plan.prefix}${name}`, size, output);
  await output.finish();
  return restore.faults();
}

/** Rows of the plan that are read one behind another. */
type Stream = number[];

interface Head {
  readonly stream: AsyncGenerator<InnerMessages>;
  messages: InnerMessages;
  at: number;
}

class LogRestore {
  readonly #log: LogPlan;
  readonly #bytes: ObjectBytes;
  readonly #tools: DecodeTools;
  readonly #output: OutputFile;
  readonly #matcher: ChannelMatcher;
  readonly #channels: (MergedChannel & { schema: SchemaOf })[];
  readonly #leaves: Sha256Hex[][];

  constructor(log: LogPlan, bytes: ObjectBytes, tools: DecodeTools, output: OutputFile) {
    this.#log = log;
    this.#bytes = bytes;
    this.#tools = tools;
    this.#output = output;
    this.#matcher = new ChannelMatcher(log.plan);
    this.#channels = log.plan.channels.map((channel, index) => ({ ...channel, index, schema: undefined }));
    this.#leaves = log.plan.channels.map(() => []);
  }

  /** The windows in order, each with the streams that are merged in it. */
  async windows(): Promise<Stream[][]> {
    const rows = this.#log.places.map((_, row) => row);
    const starts = new Map<number, bigint>();
    for (const row of rows) starts.set(row, await this.#windowOf(row));
    const place = (row: number) => this.#log.places[row] as LogPlan['places'][number];
    rows.sort((a, b) => {
      const [startA, startB] = [starts.get(a) as bigint, starts.get(b) as bigint];
      if (startA !== startB) return startA < startB ? -1 : 1;
      if (place(a)[1] !== place(b)[1]) return place(a)[1] < place(b)[1] ? -1 : 1;
      return place(a)[2] - place(b)[2];
    });
    const windows = new Map<bigint, Map<string, Stream>>();
    for (const row of rows) {
      const groups = windows.get(starts.get(row) as bigint) ?? new Map<string, Stream>();
      windows.set(starts.get(row) as bigint, groups);
      groups.set(place(row)[1], [...(groups.get(place(row)[1]) ?? []), row]);
    }
    return [...windows.values()].map((groups) => this.#chained([...groups.values()]));
  }

  async writeWindow(streams: readonly Stream[]): Promise<void> {
    const heads: Head[] = [];
    for (const rows of streams) {
      const stream = this.#read(rows);
      const first = await stream.next();
      if (!first.done) heads.push({ stream, messages: first.value, at: 0 });
    }
    while (heads.length > 0) {
      const head = earliest(heads);
      const { messages, at } = head;
      if (at < messages.count) {
        const wait = this.#output.add({
          channel: this.#channels[messages.outputs[at] as number] as MergedChannel,
          sequence: messages.sequences[at] as number,
          logTimeNs: messages.logTimeNsOf(at),
          publishTimeNs: messages.publishTimeNsOf(at),
          data: messages.dataOf(at),
        });
        if (wait) await this.#output.room();
        head.at += 1;
      }
      if (head.at < messages.count) continue;
      const next = await head.stream.next();
      if (next.done) heads.splice(heads.indexOf(head), 1);
      else [head.messages, head.at] = [next.value, 0];
    }
  }

  faults(): string[] {
    return this.#channels.flatMap(({ topic }, output) => {
      const digest = channelDigestFromLeaves(this.#leaves[output] as Sha256Hex[]);
      return digest === this.#log.digests[output]
        ? []
        : [`${topic}: its messages do not give the digest of the catalog`];
    });
  }

  /** A group whose channels were in another group of the window before is read behind that one. */
  #chained(groups: readonly Stream[]): Stream[] {
    const streams: { rows: Stream; channels: Set<number> }[] = [];
    for (const rows of groups) {
      const channels = rows.flatMap((row) => {
        const { channelSet } = this.#log.plan.objects[row] as PlannedObject;
        return this.#log.plan.channelSets[channelSet] ?? [];
      });
      const before = streams.find((stream) => channels.some((channel) => stream.channels.has(channel)));
      if (before) {
        before.rows.push(...rows);
        for (const channel of channels) before.channels.add(channel);
      } else streams.push({ rows: [...rows], channels: new Set(channels) });
    }
    return streams.map(({ rows }) => rows);
  }

  /** The catalog has no windows from 2^63 ns on; the object itself says when it begins. */
  async #windowOf(row: number): Promise<bigint> {
    const [windowNs] = this.#log.places[row] as LogPlan['places'][number];
    if (windowNs !== null) return windowOf(BigInt(windowNs));
    const object = await this.#open(row);
    this.#bytes.close(object);
    return object.index.inners.reduce((least, { startTimeNs }) => {
      return windowOf(startTimeNs) < least ? windowOf(startTimeNs) : least;
    }, 1n << 64n);
  }

  #open(row: number): Promise<OpenObject> {
    const { name, bytes } = this.#log.plan.objects[row] as PlannedObject;
    return this.#bytes.open(`${this.#log.plan.prefix}${name}`, bytes);
  }

  async *#read(rows: Stream): AsyncGenerator<InnerMessages> {
    for (const row of rows) {
      const object = await this.#open(row);
      const outputOf = await this.#matcher.outputsOf(object, row, this.#bytes, this.#tools);
      for (const { id, schema } of object.index.channels) {
        const channel = this.#channels[outputOf[id] as number];
        if (channel) channel.schema ??= schema;
      }
      const hashes = new Map<number, LeafHash>();
      for await (const messages of innerMessagesOf(object, outputOf, this.#bytes, this.#tools)) {
        hashInto(hashes, messages);
        if (messages.count > 0) yield messages;
      }
      this.#bytes.close(object);
      for (const [output, hash] of hashes) this.#leaves[output]?.push(hash.digest());
    }
  }
}

/** The head with the earliest log time; each stream itself stays in its order. */
function earliest(heads: readonly Head[]): Head {
  let first = heads[0] as Head;
  for (const head of heads) {
    const [high, low] = [head.messages.timesHigh[head.at] as number, head.messages.timesLow[head.at] as number];
    const [firstHigh, firstLow] = [
      first.messages.timesHigh[first.at] as number,
      first.messages.timesLow[first.at] as number,
    ];
    if (high < firstHigh || (high === firstHigh && low < firstLow)) first = head;
  }
  return first;
}

/** Leaves are over records with channel id 0; the ids in the raw bytes are not needed any more. */
function hashInto(hashes: Map<number, LeafHash>, { raw, offsets, outputs, view, count }: InnerMessages): void {
  for (let i = 0; i < count; i += 1) {
    const contentAt = offsets[i] as number;
    const output = outputs[i] as number;
    let hash = hashes.get(output);
    if (!hash) hashes.set(output, (hash = new LeafHash()));
    view.setUint16(contentAt, 0, true);
    hash.update(raw.subarray(contentAt - RECORD_HEAD_BYTES, contentAt + view.getUint32(contentAt - 8, true)));
  }
}
