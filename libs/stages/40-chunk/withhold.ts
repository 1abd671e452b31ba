/**
 * What may not leave the garage, taken out right behind the reader: no chunk ever sees a withheld message. Each withheld
 * topic is told of by one loss, with its times and the count of its messages, so that coverage has a reason.
 */
import { counted } from '@pitlane/base/units';
import type { LossFacts } from '@pitlane/contracts/manifest';
import { filterText, isOpen, mayLeave, type TopicFilter, WITHHELD } from '@pitlane/contracts/topic-filter';
import type { Channel, Message, RecordingEvent } from '@pitlane/formats/recording';

interface Withheld {
  messages: number;
  startNs: bigint | undefined;
  endNs: bigint | undefined;
}

export class Withholding {
  readonly #filter: TopicFilter;
  /** By topic; undefined for one that may leave. There are no more than a recording may have channels. */
  readonly #topics = new Map<string, Withheld | undefined>();

  /** Those that may leave, by their numbers in the recording. */
  readonly #channels = new Map<number, Channel>();

  constructor(filter: TopicFilter) {
    this.#filter = filter;
  }

  /** Not with any filter: bytes that nobody could read may hold anything, withheld topics too. */
  get keepsUnread(): boolean {
    return isOpen(this.#filter);
  }

  /** What of a batch may leave. */
  pass(batch: readonly RecordingEvent[]): readonly RecordingEvent[] {
    if (isOpen(this.#filter)) return batch;
    return batch.filter((event) => this.#passes(event)).map((event) => this.#asPassed(event));
  }

  /** A loss, as it is told where its bytes are not kept. */
  told(loss: LossFacts): LossFacts {
    if (this.keepsUnread || loss.bytes === 0) return loss;
    // The range is told, so that who has the disk finds it.
    return { ...loss, text: `${loss.text}; these bytes may hold withheld topics, and are not kept` };
  }

  losses(recordingId: LossFacts['recordingId']): LossFacts[] {
    const all = [...this.#topics].flatMap(([topic, withheld]) => (withheld ? [{ topic, ...withheld }] : []));
    // An empty range, at a place of its own: the catalog knows a loss by its recording, its place and its reason.
    return all.map(({ topic, messages, startNs, endNs }, place) => ({
      recordingId,
      reason: WITHHELD,
      text: `withheld: ${counted(messages, 'message')} of ${topic} may not leave the garage (${filterText(this.#filter)})`,
      offset: place,
      bytes: 0,
      keptIn: null,
      topics: [topic],
      startTime: startNs?.toString() ?? null,
      endTime: endNs?.toString() ?? null,
    }));
  }

  #passes(event: RecordingEvent): boolean {
    switch (event.kind) {
      case 'channel':
        return this.#withheldOf(event.channel.topic) === undefined;
      case 'message':
        return this.#takes(event.message);
      // Neither has a topic: a list of what alone may leave does not name them.
      case 'attachment':
      case 'metadata':
        return this.#filter.topics.length === 0;
      default:
        return true;
    }
  }

  /** Channels are numbered anew, so that the withheld leave no holes. */
  #asPassed(event: RecordingEvent): RecordingEvent {
    if (event.kind === 'channel') return { kind: 'channel', channel: this.#renumbered(event.channel) };
    if (event.kind !== 'message') return withoutQuotes(event);
    const { message } = event;
    return { kind: 'message', message: { ...message, channel: this.#renumbered(message.channel) } };
  }

  #renumbered(channel: Channel): Channel {
    const known = this.#channels.get(channel.index);
    if (known) return known;
    const own = { ...channel, index: this.#channels.size };
    this.#channels.set(channel.index, own);
    return own;
  }

  #takes({ channel, logTimeNs }: Message): boolean {
    const withheld = this.#withheldOf(channel.topic);
    if (!withheld) return true;
    withheld.messages += 1;
    if (withheld.startNs === undefined || logTimeNs < withheld.startNs) withheld.startNs = logTimeNs;
    if (withheld.endNs === undefined || logTimeNs > withheld.endNs) withheld.endNs = logTimeNs;
    return false;
  }

  #withheldOf(topic: string): Withheld | undefined {
    if (!this.#topics.has(topic)) {
      const stays = !mayLeave(this.#filter, topic);
      this.#topics.set(topic, stays ? { messages: 0, startNs: undefined, endNs: undefined } : undefined);
    }
    return this.#topics.get(topic);
  }
}

/** What a reader notes of odd bytes may quote them, and nobody knows of which topic they are. */
function withoutQuotes(event: RecordingEvent): RecordingEvent {
  if (event.kind === 'note') return { kind: 'note', text: unquoted(event.text) };
  if (event.kind === 'loss') return { kind: 'loss', loss: { ...event.loss, text: unquoted(event.loss.text) } };
  return event;
}

const unquoted = (text: string): string => text.replace(/"(?:[^"\\]|\\.)*"/g, '"…"');
