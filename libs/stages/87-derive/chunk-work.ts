/**
 * Derives one chunk: inner chunks come in, messages that anybody wants are decoded once, and at the end each deriver has its
 * say. What cannot be decoded is counted and told, and the rest goes on. It burns CPU on bytes that nobody vouches for: it
 * runs in a process of its own.
 */
import { isPitlaneError, messageOf } from '@pitlane/base/errors';
import { type Decoder, decoderOf } from '@pitlane/formats/decode';
import { type DecodeTools, decodeInner, type InnerChunkPlace, innerMessagesFrom } from '@pitlane/stages/90-serve';
import type { Derivation, Derived, DerivedFrom, Deriver, WantedChannel } from './deriver.ts';

const FAULTS_MAX = 20;
const FAULT_CHARACTERS_MAX = 500;

interface ChannelWork {
  readonly channel: WantedChannel;
  readonly decode: Decoder;
  readonly for: readonly DeriverWork[];
}

/** A deriver at work on the chunk, and what went wrong for it. */
class DeriverWork {
  readonly deriver: Deriver;
  readonly derivation: Derivation;
  readonly faults = new Set<string>();
  messages = 0;
  undecoded = 0;

  constructor(deriver: Deriver, chunk: DerivedFrom) {
    this.deriver = deriver;
    this.derivation = deriver.begin(chunk);
  }

  fault(topic: string, error: unknown): void {
    if (this.faults.size >= FAULTS_MAX) return;
    this.faults.add(`${topic}: ${messageOf(error)}`.slice(0, FAULT_CHARACTERS_MAX));
  }
}

export class ChunkWork {
  readonly #object: string;
  readonly #tools: DecodeTools;
  readonly #works: readonly DeriverWork[];
  /** By channel id. */
  readonly #channels = new Map<number, ChannelWork>();
  #outputOf = new Int32Array(0);

  constructor(object: string, chunk: DerivedFrom, derivers: readonly Deriver[], tools: DecodeTools) {
    this.#object = object;
    this.#tools = tools;
    this.#works = derivers.map((deriver) => new DeriverWork(deriver, chunk));
  }

  /** The ids of the channels that are wanted and can be decoded. */
  async choose(channels: readonly WantedChannel[]): Promise<readonly number[]> {
    for (const channel of channels) {
      const works = this.#works.filter(({ deriver }) => deriver.wants(channel));
      if (works.length === 0) continue;
      const decode = await decoderOf(channel).catch((error: unknown) => {
        for (const work of works) work.fault(channel.topic, error);
        return undefined;
      });
      if (decode) this.#channels.set(channel.id, { channel, decode, for: works });
    }
    const ids = [...this.#channels.keys()];
    this.#outputOf = new Int32Array(Math.max(-1, ...ids) + 1).fill(-1);
    for (const id of ids) this.#outputOf[id] = id;
    return ids;
  }

  /** @param record the Chunk record that stands at `place`. */
  take(place: InnerChunkPlace, record: Uint8Array): void {
    const raw = decodeInner(this.#object, place, record, this.#tools);
    const filter = { outputOf: this.#outputOf, topicRankOf: NO_RANKS, startNs: undefined, endNs: undefined };
    const messages = innerMessagesFrom(this.#object, place, raw, filter);
    for (let i = 0; i < messages.count; i += 1) {
      const work = this.#channels.get(messages.outputs[i] as number) as ChannelWork;
      this.#takeMessage(work, messages.logTimeNsOf(i), () => messages.dataOf(i));
    }
  }

  finish(): readonly Derived[] {
    return this.#works.map(({ derivation, messages, undecoded, faults }) =>
      derivation.finish({ messages, undecoded, faults: [...faults] }),
    );
  }

  #takeMessage({ channel, decode, for: works }: ChannelWork, logTimeNs: bigint, data: () => Uint8Array): void {
    const due = works.filter(({ derivation }) => derivation.isDue(channel, logTimeNs));
    if (due.length === 0) return;
    try {
      const message = { channel, logTimeNs, decoded: decode(data()) };
      for (const work of due) {
        work.derivation.take(message);
        work.messages += 1;
      }
    } catch (error) {
      if (!isPitlaneError(error, 'corrupt-input', 'limit-exceeded')) throw error;
      for (const work of due) {
        work.undecoded += 1;
        work.fault(channel.topic, error);
      }
    }
  }
}

const NO_RANKS = new Int32Array(0);
