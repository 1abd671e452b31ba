/**
 * The messages of a preview as they are picked from what is read: thin ones as they are, camera frames made small, and
 * nothing of what may not leave. What is left out is told by kind, of topics that may leave alone.
 */
import { createHash } from 'node:crypto';
import { KIB } from '@pitlane/base/bytes';
import { counted } from '@pitlane/base/units';
import { isThickSchema } from '@pitlane/contracts/plan';
import { PREVIEW_CHANNELS_MAX, PREVIEW_TOPIC_BYTES_MAX } from '@pitlane/contracts/preview';
import { mayLeave, type TopicFilter } from '@pitlane/contracts/topic-filter';
import type { Sha256Hex } from '@pitlane/contracts/identity';
import type { Channel, Message } from '@pitlane/formats/recording';
import type { ImageScaler, Picture } from '@pitlane/ports/image-scaler';
import { FRAME_ENCODING, FRAME_SCHEMA, frameMessage, pictureReaderOf } from './camera-frame.ts';
import { Thinning, type ThinningLimits } from './thinning.ts';

/** Longest edge of a small frame, and what one is reckoned at: larger ones are left out, so that no encoder decides which fit. */
export const FRAME_PIXELS_MAX = 320;
const FRAME_BYTES = 32 * KIB;
/** A larger message is not thin; the plan draws the line there, too. */
const THIN_BYTES_MAX = 8 * KIB;

export type PickedChannel = Pick<Channel, 'topic' | 'messageEncoding' | 'metadata' | 'schema'>;

export interface PickedMessage extends Pick<Message, 'sequence' | 'logTimeNs' | 'publishTimeNs'> {
  readonly channel: PickedChannel;
  readonly data: Uint8Array;
}

interface KnownChannel {
  readonly picked: PickedChannel;
  readonly picture: ((data: Uint8Array) => Picture | undefined) | undefined;
}

export class PickedMessages {
  readonly messages: PickedMessage[] = [];
  frames = 0;
  readonly #scaler: ImageScaler;
  readonly #filter: TopicFilter;
  readonly #thinning: Thinning;
  readonly #channels = new Map<number, KnownChannel | undefined>();
  readonly #heavy = new Set<string>();
  readonly #hash = createHash('sha256');
  #spoilt = 0;
  #known = 0;

  constructor(scaler: ImageScaler, filter: TopicFilter, limits: ThinningLimits) {
    this.#scaler = scaler;
    this.#filter = filter;
    this.#thinning = new Thinning(limits);
  }

  async take(message: Message): Promise<void> {
    const known = this.#channelOf(message.channel);
    if (!known) return;
    const { logTimeNs, data } = message;
    if (!known.picture && data.byteLength > THIN_BYTES_MAX) return void this.#heavy.add(message.channel.topic);
    const [kind, bytes] = known.picture ? (['frame', FRAME_BYTES] as const) : (['message', data.byteLength] as const);
    if (!this.#thinning.keeps(message.channel.index, kind, logTimeNs, bytes)) return;
    this.#note(message);
    const picked = known.picture ? await this.#frame(known.picture(data), logTimeNs) : data.slice();
    if (!picked) return void (this.#spoilt += 1);
    const { sequence, publishTimeNs } = message;
    this.messages.push({ channel: known.picked, sequence, logTimeNs, publishTimeNs, data: picked });
    if (known.picture) this.frames += 1;
  }

  /** Over what was picked, as it stands in the recording. */
  sourceSha256(): Sha256Hex {
    return this.#hash.digest('hex') as Sha256Hex;
  }

  notes(): string[] {
    const heavy = [...this.#heavy].sort();
    const some = `${heavy.slice(0, 5).join(', ')}${heavy.length > 5 ? ` and ${heavy.length - 5} more` : ''}`;
    return [
      ...(heavy.length > 0 ? [`without video, point clouds and other large messages: ${some}`] : []),
      ...(this.#spoilt > 0 ? [`${counted(this.#spoilt, 'frame')} could not be made small`] : []),
      ...(this.#thinning.isCut ? ['fewer messages than else: it would be too large'] : []),
    ];
  }

  #channelOf(channel: Channel): KnownChannel | undefined {
    if (!this.#channels.has(channel.index)) this.#channels.set(channel.index, this.#described(channel));
    return this.#channels.get(channel.index);
  }

  #described(channel: Channel): KnownChannel | undefined {
    const { topic, schema } = channel;
    if (!mayLeave(this.#filter, topic) || Buffer.byteLength(JSON.stringify(topic)) > PREVIEW_TOPIC_BYTES_MAX)
      return undefined;
    const picture = pictureReaderOf(channel);
    if (!picture && isThickSchema(schema?.name ?? '')) {
      this.#heavy.add(topic);
      return undefined;
    }
    if (this.#known >= PREVIEW_CHANNELS_MAX) return undefined;
    this.#known += 1;
    if (!picture) return { picked: channel, picture };
    const metadata = new Map([['pitlane.preview', `frames of ${schema?.name ?? 'a camera'}, made small`]]);
    return {
      picked: { topic, messageEncoding: FRAME_ENCODING, schema: FRAME_SCHEMA, metadata },
      picture,
    };
  }

  async #frame(picture: Picture | undefined, logTimeNs: bigint): Promise<Uint8Array | undefined> {
    const small = picture && (await this.#scaler.scale(picture, FRAME_PIXELS_MAX));
    return small && small.jpeg.byteLength <= FRAME_BYTES ? frameMessage(small.jpeg, logTimeNs) : undefined;
  }

  #note({ channel, logTimeNs, sequence, data }: Message): void {
    this.#hash.update(`${JSON.stringify(channel.topic)} ${logTimeNs} ${sequence} ${data.byteLength}\n`).update(data);
  }
}
