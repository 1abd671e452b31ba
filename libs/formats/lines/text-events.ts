/**
 * What a text format has to tell, collected into batches: channels on their first appearance, messages, losses and notes.
 * A text log numbers no messages: the sequence is 0, and publish time is log time.
 */
import { LossLog } from '../diary/index.ts';
import { EventBatch } from '../event-batch/index.ts';
import { type Channel, LandOpaque, type MetadataRecord, type ReadLimits, type Schema } from '../recording/index.ts';
import { Slabs } from './slabs.ts';

const NOTES_MAX = 100;

export class TextEvents extends EventBatch {
  readonly #channelsMax: number;
  readonly #channels = new Map<string, Channel>();
  readonly #slabs = new Slabs();
  #notes = 0;

  constructor({ channelsMax }: ReadLimits) {
    super(new LossLog({ isTextual: true }));
    this.#channelsMax = channelsMax;
  }

  /** To be called when a batch was taken: from here on what it held is no longer valid. */
  beginBatch(): void {
    this.#slabs.reset();
  }

  /** The channel of `topic`, made and told of when it is new. */
  channel(topic: string, messageEncoding: string, schema: Schema | undefined): Channel {
    const known = this.#channels.get(topic);
    if (known !== undefined) return known;
    const index = this.#channels.size;
    if (index >= this.#channelsMax) throw new LandOpaque(`more than ${this.#channelsMax} channels`);
    const channel: Channel = { index, topic, messageEncoding, metadata: new Map(), schema };
    this.#channels.set(topic, channel);
    this.out.push({ kind: 'channel', channel });
    return channel;
  }

  /** @param data bytes of the view, or a text that is written out here. */
  message(channel: Channel, logTimeNs: bigint, data: Uint8Array | string, sourceOffset: number): void {
    const bytes = typeof data === 'string' ? this.#slabs.put(data) : data;
    const message = { channel, sequence: 0, logTimeNs, publishTimeNs: logTimeNs, data: bytes, sourceOffset };
    this.out.push({ kind: 'message', message });
  }

  metadata(metadata: MetadataRecord): void {
    this.out.push({ kind: 'metadata', metadata });
  }

  override note(text: string): void {
    this.#notes += 1;
    if (this.#notes <= NOTES_MAX) this.out.push({ kind: 'note', text });
  }

  override finish(fileEnd: number): void {
    super.finish(fileEnd);
    if (this.#notes > NOTES_MAX) this.out.push({ kind: 'note', text: `${this.#notes - NOTES_MAX} notes more` });
  }
}
