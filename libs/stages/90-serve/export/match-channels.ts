/** Which output channel each channel of an object is: by what it is, and among equals by count, else by leaf. */
import { LeafHash } from '@pitlane/contracts/identity';
import type { ExportPlan, TwinFacts } from './export-plan.ts';
import { type DecodeTools, decodeInner, walkInner } from '../objects/inner-messages.ts';
import { damaged, type ObjectBytes, type OpenObject } from '../objects/object-bytes.ts';
import { descriptorKey, descriptorOf, type IndexedChannel } from '../objects/object-index.ts';
import { Opcode, RECORD_HEAD_BYTES } from '../objects/record-fields.ts';

export class ChannelMatcher {
  readonly #plan: ExportPlan;
  readonly #keys: readonly string[];
  readonly #topics: ReadonlySet<string>;

  constructor(plan: ExportPlan) {
    this.#plan = plan;
    this.#keys = plan.channels.map((channel) => descriptorKey(channel));
    this.#topics = new Set(plan.channels.map(({ topic }) => topic));
  }

  /** By channel id of the object: the output channel, or -1 for what is not wanted. */
  async outputsOf(object: OpenObject, row: number, bytes: ObjectBytes, tools: DecodeTools): Promise<Int32Array> {
    const { objects, channelSets, twins } = this.#plan;
    const wanted = channelSets[objects[row]?.channelSet ?? 0] ?? [];
    const outputOf = new Int32Array(object.index.channels.reduce((most, { id }) => Math.max(most, id + 1), 0)).fill(-1);
    const alike = new Map<string, IndexedChannel[]>();
    for (const channel of object.index.channels) {
      const key = descriptorKey(descriptorOf(channel));
      alike.set(key, [...(alike.get(key) ?? []), channel]);
    }
    for (const [key, channels] of alike) {
      const outputs = wanted.filter((output) => this.#keys[output] === key);
      const [first] = channels as [IndexedChannel];
      if (outputs.length === 0 && this.#plan.byTopic && !this.#topics.has(first.topic)) continue;
      if (outputs.length !== channels.length) {
        throw damaged(object.name, `its channels on ${first.topic} are not those of the catalog`);
      }
      if (outputs.length === 1) outputOf[first.id] = outputs[0] as number;
      else await matchTwins(object, channels, outputs, twins[row] ?? [], outputOf, bytes, tools);
    }
    return outputOf;
  }
}

async function matchTwins(
  object: OpenObject,
  channels: readonly IndexedChannel[],
  outputs: readonly number[],
  facts: readonly TwinFacts[],
  outputOf: Int32Array,
  bytes: ObjectBytes,
  tools: DecodeTools,
): Promise<void> {
  const twins = facts.filter(({ channel }) => outputs.includes(channel));
  const byCount = new Set(channels.map(({ messages }) => messages)).size === channels.length;
  const leaves = byCount ? undefined : await leavesOf(object, new Set(channels.map(({ id }) => id)), bytes, tools);
  const left = [...twins];
  for (const { id, messages, topic } of channels) {
    const at = left.findIndex((twin) => (leaves ? twin.leaf === leaves.get(id) : twin.messages === messages));
    const [twin] = at < 0 ? [] : left.splice(at, 1);
    if (!twin) throw damaged(object.name, `its equal channels on ${topic} are not those of the catalog`);
    outputOf[id] = twin.channel;
  }
}

/** Leaves of the channels `ids`, at the price of reading the object once more. */
export async function leavesOf(
  object: OpenObject,
  ids: ReadonlySet<number>,
  bytes: ObjectBytes,
  tools: DecodeTools,
): Promise<Map<number, string>> {
  const hashes = new Map([...ids].map((id) => [id, new LeafHash()]));
  for (const inner of object.index.inners) {
    const raw = decodeInner(object.name, inner, await bytes.inner(object, inner, object.index.inners), tools).slice();
    const view = Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength);
    walkInner(raw, (opcode, contentAt, end) => {
      if (opcode !== Opcode.Message) return;
      const hash = hashes.get(view.readUInt16LE(contentAt));
      view.writeUInt16LE(0, contentAt);
      hash?.update(raw.subarray(contentAt - RECORD_HEAD_BYTES, end));
    });
  }
  return new Map([...hashes].map(([id, hash]) => [id, hash.digest()]));
}
