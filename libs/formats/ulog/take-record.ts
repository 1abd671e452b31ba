/**
 * Takes one whole record in: what it says becomes a message, a channel or metadata, each so that the record can be told
 * again. Parameters in front of the first subscription or text are the vehicle's settings; later ones are changes.
 */
import { hexFromBytes, utf8FromBytes } from '@pitlane/base/bytes';
import { LandOpaque } from '../recording/index.ts';
import { type KeyValue, keyValueFrom } from './key-value.ts';
import { asciiOf, KIND, u16, u64 } from './record.ts';
import type { UlogEvents } from './ulog-events.ts';
import { exactUtf8, isJsonNumber, valueText } from './value-text.ts';

/** Whether the record's content made sense. */
export type Taken = 'taken' | 'corrupt' | 'unknown-channel';

/** Real logs have a handful of names that come more than once. */
const MULTI_NAMES_MAX = 65_536;

const DEFAULT_GROUPS = ['system', 'configuration'];

export class RecordTaker {
  readonly #events: UlogEvents;
  /** By name: how many lists there were, and how many pieces the last one has. */
  readonly #multi = new Map<string, { list: number; piece: number }>();
  #isInData = false;

  constructor(events: UlogEvents) {
    this.#events = events;
  }

  /** The record's body is `[start, end)`; its shape was found plausible. */
  take(kind: number, bytes: Uint8Array, start: number, end: number, offset: number): Taken {
    switch (kind) {
      case KIND.data:
        return this.#data(bytes, start, end, offset);
      case KIND.parameter:
        return this.#parameter(keyValueFrom(bytes, start, end), offset);
      case KIND.info:
        return this.#info(keyValueFrom(bytes, start, end), offset);
      case KIND.infoMultiple:
        return this.#infoMultiple(keyValueFrom(bytes, start + 1, end), bytes[start] === 1, offset);
      case KIND.defaultParameter:
        return this.#defaultParameter(keyValueFrom(bytes, start + 1, end), bytes[start] as number, offset);
      case KIND.format:
        return this.#format(asciiOf(bytes, start, end), offset);
      case KIND.subscription:
        return this.#subscription(bytes, start, end, offset);
      case KIND.unsubscription:
        this.#events.json('unsubscriptions', `{"msg_id":${u16(bytes, start)}}`, offset);
        return 'taken';
      case KIND.text:
        return this.#text(bytes, start, start + 1, end, offset);
      case KIND.taggedText:
        return this.#text(bytes, start, start + 3, end, offset);
      case KIND.sync:
        this.#events.counts.syncs += 1;
        return 'taken';
      case KIND.dropout:
        return this.#dropout(u16(bytes, start), offset);
      default:
        return 'corrupt';
    }
  }

  #enterData(): void {
    if (this.#isInData) return;
    this.#isInData = true;
    this.#events.flushMetadata();
  }

  #data(bytes: Uint8Array, start: number, end: number, offset: number): Taken {
    const subscription = this.#events.channels.subscriptionOf(u16(bytes, start));
    if (subscription === undefined) return 'unknown-channel';
    this.#events.data(subscription, bytes, start + 2, end, offset);
    return 'taken';
  }

  #parameter(pair: KeyValue | undefined, offset: number): Taken {
    if (pair === undefined) return 'corrupt';
    const { type, name } = pair;
    const value = valueText(type, pair.value);
    if (!this.#isInData) {
      this.#events.metadata('ulog.parameters', name, value, type, offset);
    } else {
      const json = isJsonNumber(type, value) ? value : JSON.stringify(value);
      const change = `{"name":${JSON.stringify(name)},"type":${JSON.stringify(type)},"value":${json}}`;
      this.#events.json('parameterChanges', change, offset);
    }
    return 'taken';
  }

  #info(pair: KeyValue | undefined, offset: number): Taken {
    if (pair === undefined) return 'corrupt';
    this.#events.metadata('ulog.info', pair.name, valueText(pair.type, pair.value), pair.type, offset);
    return 'taken';
  }

  /** `name[list][piece]`: a piece that continues belongs to the list before it. */
  #infoMultiple(pair: KeyValue | undefined, isContinued: boolean, offset: number): Taken {
    if (pair === undefined) return 'corrupt';
    const { type, name, value } = pair;
    const before = this.#multi.get(name);
    const place = isContinued
      ? { list: before?.list ?? 0, piece: (before?.piece ?? 0) + 1 }
      : { list: before === undefined ? 0 : before.list + 1, piece: 0 };
    if (before === undefined && this.#multi.size >= MULTI_NAMES_MAX)
      throw new LandOpaque(`more than ${MULTI_NAMES_MAX} names of infos`);
    this.#multi.set(name, place);
    const key = `${name}[${place.list}][${place.piece}]`;
    this.#events.metadata('ulog.info_multiple', key, valueText(type, value), type, offset);
    return 'taken';
  }

  /** One entry for each group that the default holds in. */
  #defaultParameter(pair: KeyValue | undefined, groups: number, offset: number): Taken {
    if (pair === undefined) return 'corrupt';
    const value = valueText(pair.type, pair.value);
    for (let bit = 0; bit < 8; bit += 1) {
      if ((groups & (1 << bit)) === 0) continue;
      const key = `${DEFAULT_GROUPS[bit] ?? `group${bit}`}/${pair.name}`;
      this.#events.metadata('ulog.default_parameters', key, value, pair.type, offset);
    }
    return 'taken';
  }

  #format(text: string, offset: number): Taken {
    const defined = this.#events.formats.define(text);
    if (defined === 'corrupt') return 'corrupt';
    if (defined) this.#events.metadata('ulog.formats', defined.name, defined.fields, undefined, offset);
    return 'taken';
  }

  #subscription(bytes: Uint8Array, start: number, end: number, offset: number): Taken {
    const { channels, formats } = this.#events;
    this.#enterData();
    const id = u16(bytes, start + 1);
    const name = asciiOf(bytes, start + 3, end);
    const before = channels.subscriptionOf(id)?.channel.topic;
    const opened = channels.subscribe(id, bytes[start] as number, name, formats);
    const now = channels.subscriptionOf(id)?.channel.topic;
    if (before !== undefined && before !== now) {
      this.#events.note(`id ${id} of ${before} is used again at ${offset}, for ${now}`);
    }
    if (opened === undefined) return 'taken';
    this.#events.subscribed(opened);
    if (!formats.has(name)) this.#events.note(`the format of ${now} is not defined`);
    else if (opened.layout === undefined) this.#events.note(`the format of ${now} lacks parts or goes in circles`);
    return 'taken';
  }

  #text(bytes: Uint8Array, start: number, timeAt: number, end: number, offset: number): Taken {
    this.#enterData();
    const levelByte = bytes[start] as number;
    const isDigit = levelByte >= 0x30 && levelByte <= 0x37;
    const body = bytes.subarray(timeAt + 8, end);
    const text = exactUtf8(body);
    this.#events.timeFrom(bytes, timeAt, offset);
    const fields = [`"level":${isDigit ? levelByte - 0x30 : levelByte}`];
    if (timeAt > start + 1) fields.push(`"tag":${u16(bytes, start + 1)}`);
    fields.push(`"timestamp":${u64(bytes, timeAt)}`, `"message":${JSON.stringify(text ?? utf8FromBytes(body))}`);
    if (!isDigit) fields.push(`"levelByte":${levelByte}`);
    if (text === undefined) fields.push(`"messageHex":"${hexFromBytes(body)}"`);
    this.#events.json('loggedMessages', `{${fields.join(',')}}`, offset);
    return 'taken';
  }

  #dropout(durationMs: number, offset: number): Taken {
    const { counts } = this.#events;
    counts.dropouts += 1;
    counts.dropoutsMs += durationMs;
    this.#events.json('dropouts', `{"duration":${durationMs}}`, offset);
    return 'taken';
  }
}
