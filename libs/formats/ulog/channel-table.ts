/**
 * Turns subscriptions into channels, and opens the channels that a ULog has without saying so: logged strings, dropouts,
 * later parameters and unsubscriptions, as JSON. The same id with the same content is the same channel; an id that comes
 * back with other content opens a new one.
 */
import { bytesFromUtf8 } from '@pitlane/base/bytes';
import { type Channel, LandOpaque, type ReadLimits, type Schema } from '../recording/index.ts';
import type { FormatTable, Layout } from './format-table.ts';

export interface Stream {
  readonly channel: Channel;
  /** Messages so far. */
  sequence: number;
}

export interface Subscription extends Stream {
  /** What the format says of a message's bytes; given up if the very first message contradicts it. */
  layout: Layout | undefined;
  /** Whether a message had the bytes that the format says. */
  isConfirmed: boolean;
  /** Where a message has its time, or -1. */
  readonly timeAt: number;
}

type JsonProperties = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

const OWN_CHANNELS = {
  loggedMessages: {
    topic: '/logged_messages',
    schemaName: 'ulog.logged_message',
    properties: {
      level: { type: 'integer', description: '0 emergency … 7 debug' },
      tag: { type: 'integer' },
      timestamp: { type: 'integer', description: 'microseconds' },
      message: { type: 'string' },
      levelByte: { type: 'integer', description: 'the byte of a level that is no digit' },
      messageHex: { type: 'string', description: 'the bytes of a message that is no UTF-8' },
    },
    required: ['level', 'timestamp', 'message'],
  },
  dropouts: {
    topic: '/dropouts',
    schemaName: 'ulog.dropout',
    properties: { duration: { type: 'integer', description: 'milliseconds' } },
    required: ['duration'],
  },
  parameterChanges: {
    topic: '/parameter_changes',
    schemaName: 'ulog.parameter_change',
    properties: { name: { type: 'string' }, type: { type: 'string' }, value: { type: ['number', 'string'] } },
    required: ['name', 'type', 'value'],
  },
  unsubscriptions: {
    topic: '/unsubscriptions',
    schemaName: 'ulog.unsubscription',
    properties: { msg_id: { type: 'integer' } },
    required: ['msg_id'],
  },
} as const satisfies Record<
  string,
  { topic: string; schemaName: string; properties: JsonProperties; required: readonly string[] }
>;

export type OwnChannel = keyof typeof OWN_CHANNELS;

export class ChannelTable {
  readonly #current: (Subscription | undefined)[] = [];
  readonly #all = new Map<string, Subscription>();
  readonly #own = new Map<OwnChannel, Stream>();
  readonly #limits: ReadLimits;
  #count = 0;

  constructor(limits: ReadLimits) {
    this.#limits = limits;
  }

  subscriptionOf(id: number): Subscription | undefined {
    return this.#current[id];
  }

  /** Takes one record in: its new channel, or `undefined` if it is known already. */
  subscribe(id: number, multiId: number, name: string, formats: FormatTable): Subscription | undefined {
    const key = `${id} ${multiId} ${name}`;
    const known = this.#all.get(key);
    this.#current[id] = known;
    if (known !== undefined) return undefined;
    const schema = formats.schemaOf(name);
    const metadata = new Map([
      ['msg_id', `${id}`],
      ['multi_id', `${multiId}`],
    ]);
    const channel = this.#open(multiId === 0 ? `/${name}` : `/${name}/${multiId}`, 'ulog', schema, metadata);
    const [layout, timeAt] = [formats.layoutOf(name), formats.timeAtOf(name)];
    const subscription = { channel, sequence: 0, layout, isConfirmed: false, timeAt };
    this.#all.set(key, subscription);
    this.#current[id] = subscription;
    return subscription;
  }

  hasOwn(which: OwnChannel): boolean {
    return this.#own.has(which);
  }

  own(which: OwnChannel): Stream {
    const known = this.#own.get(which);
    if (known !== undefined) return known;
    const { topic, schemaName, properties, required } = OWN_CHANNELS[which];
    const data = bytesFromUtf8(JSON.stringify({ type: 'object', properties, required }));
    const schema: Schema = { name: schemaName, encoding: 'jsonschema', data };
    const stream = { channel: this.#open(topic, 'json', schema, new Map()), sequence: 0 };
    this.#own.set(which, stream);
    return stream;
  }

  #open(
    topic: string,
    messageEncoding: string,
    schema: Schema | undefined,
    metadata: ReadonlyMap<string, string>,
  ): Channel {
    if (this.#count >= this.#limits.channelsMax) throw new LandOpaque(`more than ${this.#count} channels`);
    const channel: Channel = { index: this.#count, topic, messageEncoding, metadata, schema };
    this.#count += 1;
    return channel;
  }
}
