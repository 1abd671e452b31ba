/**
 * A batch of messages as a few buffers, to be handed from one thread to another: the bytes are copied once and the buffers
 * change owner. Channels are told once, with the first batch that has a message of theirs.
 */
import type { MergedChannel, MergedMessage } from '../export/merged-messages.ts';

export interface PackedBatch {
  /** Channels that no batch before has named. */
  readonly channels: readonly MergedChannel[];
  readonly channelOf: Uint16Array<ArrayBuffer>;
  readonly sequences: Uint32Array<ArrayBuffer>;
  readonly logTimesNs: BigUint64Array<ArrayBuffer>;
  readonly publishTimesNs: BigUint64Array<ArrayBuffer>;
  /** Where each message's data ends; it begins where the one before ends. */
  readonly ends: Uint32Array<ArrayBuffer>;
  readonly data: Uint8Array<ArrayBuffer>;
}

/** The buffers of a batch, to be handed over. */
export const buffersOf = (batch: PackedBatch): ArrayBuffer[] =>
  [batch.channelOf, batch.sequences, batch.logTimesNs, batch.publishTimesNs, batch.ends, batch.data].map(
    ({ buffer }) => buffer,
  );

export class BatchPacker {
  readonly #told = new Set<number>();

  pack(messages: readonly MergedMessage[]): PackedBatch {
    const channels: MergedChannel[] = [];
    const channelOf = new Uint16Array(messages.length);
    const sequences = new Uint32Array(messages.length);
    const logTimesNs = new BigUint64Array(messages.length);
    const publishTimesNs = new BigUint64Array(messages.length);
    const ends = new Uint32Array(messages.length);
    const data = new Uint8Array(messages.reduce((sum, message) => sum + message.data.byteLength, 0));
    let at = 0;
    for (const [i, message] of messages.entries()) {
      const { channel } = message;
      if (!this.#told.has(channel.index)) channels.push(channel);
      this.#told.add(channel.index);
      channelOf[i] = channel.index;
      sequences[i] = message.sequence;
      logTimesNs[i] = message.logTimeNs;
      publishTimesNs[i] = message.publishTimeNs;
      data.set(message.data, at);
      at += message.data.byteLength;
      ends[i] = at;
    }
    return { channels, channelOf, sequences, logTimesNs, publishTimesNs, ends, data };
  }
}

export class BatchUnpacker {
  readonly #channels = new Map<number, MergedChannel>();

  unpack(batch: PackedBatch): readonly MergedMessage[] {
    for (const channel of batch.channels) this.#channels.set(channel.index, channel);
    const { channelOf, sequences, logTimesNs, publishTimesNs, ends, data } = batch;
    const messages: MergedMessage[] = [];
    let at = 0;
    for (let i = 0; i < ends.length; i += 1) {
      const end = ends[i] as number;
      messages.push({
        channel: this.#channels.get(channelOf[i] as number) as MergedChannel,
        sequence: sequences[i] as number,
        logTimeNs: logTimesNs[i] as bigint,
        publishTimeNs: publishTimesNs[i] as bigint,
        data: data.subarray(at, end),
      });
      at = end;
    }
    return messages;
  }
}
