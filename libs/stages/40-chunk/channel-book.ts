/**
 * The channels of one recording as they turn up, with what the whole recording needs of each: its identity, its twin
 * number among equals, its counts, and its leaves in order of window and part, from which its digest is made.
 */
import {
  canonicalJson,
  type ChunkChannelIdentity,
  channelDigestFromLeaves,
  type RecordingId,
  type Sha256Hex,
  sha256Of,
} from '@pitlane/contracts/identity';
import type { ChannelFacts, ChunkFacts } from '@pitlane/contracts/manifest';
import { CHUNK_TOPIC_BYTES_MAX, windowOf } from '@pitlane/contracts/plan';
import { type Channel, LandOpaque } from '@pitlane/formats/recording';

export interface BookedChannel {
  readonly channel: Channel;
  readonly schemaSha256: Sha256Hex | null;
  /** Equal for equal schemas, whatever their ids in the recording. */
  readonly schemaKey: string;
  readonly twin: number;
}

interface Leaf {
  /** Its number: exact, and smaller than the time. */
  readonly window: number;
  readonly part: number;
  readonly group: string;
  readonly leaf: Sha256Hex;
}

interface Totals {
  messages: number;
  bytes: number;
  startTimeNs: bigint | undefined;
  endTimeNs: bigint | undefined;
  readonly leaves: Leaf[];
}

export class ChannelBook {
  readonly #booked: BookedChannel[] = [];
  readonly #totals: Totals[] = [];
  readonly #twins = new Map<string, number>();
  readonly #schemaHashes = new WeakMap<object, Sha256Hex>();

  /** Books a channel once; the same index again gives the same entry. */
  book(channel: Channel): BookedChannel {
    const known = this.#booked[channel.index];
    if (known) return known;
    if (channel.topic.length > CHUNK_TOPIC_BYTES_MAX)
      throw new LandOpaque(`a topic name has ${channel.topic.length} characters`);
    const schemaSha256 = channel.schema ? this.#schemaHash(channel.schema) : null;
    const schemaKey = channel.schema ? `${channel.schema.encoding}\n${schemaSha256}\n${channel.schema.name}` : '';
    const likeness = canonicalJson([
      channel.topic,
      channel.messageEncoding,
      schemaKey,
      Object.fromEntries(channel.metadata),
    ]);
    const twin = this.#twins.get(likeness) ?? 0;
    this.#twins.set(likeness, twin + 1);
    const booked = { channel, schemaSha256, schemaKey, twin };
    this.#booked[channel.index] = booked;
    this.#totals[channel.index] = { messages: 0, bytes: 0, startTimeNs: undefined, endTimeNs: undefined, leaves: [] };
    return booked;
  }

  get(index: number): BookedChannel | undefined {
    return this.#booked[index];
  }

  withoutMessages(): readonly BookedChannel[] {
    return this.#booked.filter((booked) => booked && this.#totals[booked.channel.index]?.messages === 0);
  }

  /** Adds a closed chunk of kind `log` to the totals of its channels. */
  count(chunk: ChunkFacts): void {
    for (const inside of chunk.channels) {
      const totals = this.#totals[inside.channel] as Totals;
      totals.messages += inside.messages;
      totals.bytes += inside.bytes;
      const start = BigInt(inside.startTime ?? 0);
      const end = BigInt(inside.endTime ?? 0);
      if (totals.startTimeNs === undefined || start < totals.startTimeNs) totals.startTimeNs = start;
      if (totals.endTimeNs === undefined || end > totals.endTimeNs) totals.endTimeNs = end;
      const window = Number(windowOf(BigInt(chunk.windowStart ?? 0)));
      totals.leaves.push({ window, part: chunk.part, group: chunk.group, leaf: inside.leaf });
    }
  }

  facts(recordingId: RecordingId): ChannelFacts[] {
    return this.#booked.map((booked) => {
      const { channel, schemaSha256 } = booked;
      const totals = this.#totals[channel.index] as Totals;
      return {
        recordingId,
        channel: channel.index,
        topic: channel.topic,
        messageEncoding: channel.messageEncoding,
        schemaName: channel.schema?.name ?? null,
        schemaEncoding: channel.schema?.encoding ?? null,
        schemaSha256,
        metadata: Object.fromEntries(channel.metadata),
        messages: totals.messages,
        bytes: totals.bytes,
        startTime: totals.startTimeNs?.toString() ?? null,
        endTime: totals.endTimeNs?.toString() ?? null,
        digest: channelDigestFromLeaves([...totals.leaves].sort(byWindowAndPart).map(({ leaf }) => leaf)),
      };
    });
  }

  #schemaHash(schema: NonNullable<Channel['schema']>): Sha256Hex {
    let hash = this.#schemaHashes.get(schema);
    if (hash === undefined) this.#schemaHashes.set(schema, (hash = sha256Of(schema.data)));
    return hash;
  }
}

/** A topic that leaves the shared group in mid-window has parts in both: the shared group ("") comes first. */
function byWindowAndPart(a: Leaf, b: Leaf): number {
  if (a.window !== b.window) return a.window < b.window ? -1 : 1;
  if (a.group !== b.group) return a.group < b.group ? -1 : 1;
  return a.part - b.part;
}

export const channelIdentity = (
  { channel, schemaSha256, twin }: BookedChannel,
  messages: number,
  leaf: Sha256Hex,
): ChunkChannelIdentity => ({
  topic: channel.topic,
  messageEncoding: channel.messageEncoding,
  metadata: Object.fromEntries(channel.metadata),
  schemaName: channel.schema?.name ?? null,
  schemaEncoding: channel.schema?.encoding ?? null,
  schemaSha256,
  twin,
  messages,
  leaf,
});
