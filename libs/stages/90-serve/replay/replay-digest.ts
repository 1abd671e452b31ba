/**
 * The digest of a replay: a SHA-256 that is equal whenever the same messages come in the same order, however they are cut
 * into chunks and inner chunks, compressed, paced or cut into batches, on whatever machine.
 *
 * It is taken over the text `pitlane-replay-1\n`, and then for each message, in order, over
 *
 *   channel       32 bytes: SHA-256 of the canonical JSON of [topic, message encoding, schema name, schema encoding,
 *                 SHA-256 of the schema data], null for what a channel without a schema lacks
 *   log time      u64, little endian, as all numbers here
 *   publish time  u64
 *   sequence      u32
 *   data length   u64
 *   data
 *
 * Channel numbers, channel metadata, recordings and the times of replaying stay out.
 */
import { createHash } from 'node:crypto';
import { KIB } from '@pitlane/base/bytes';
import { canonicalJson, type Sha256Hex } from '@pitlane/contracts/identity';
import type { ChannelDescriptor } from '../objects/object-index.ts';

const DOMAIN = 'pitlane-replay-1\n';
const CHANNEL_BYTES = 32;
const HEAD_BYTES = CHANNEL_BYTES + 8 + 8 + 4 + 8;
/** Heads and small data are gathered: a call of the hash for each costs more than their bytes. */
const GATHER_BYTES = 64 * KIB;

export interface DigestedMessage {
  readonly channel: Omit<ChannelDescriptor, 'metadata'>;
  readonly sequence: number;
  readonly logTimeNs: bigint;
  readonly publishTimeNs: bigint;
  readonly data: Uint8Array;
}

export class ReplayDigest {
  readonly #hash = createHash('sha256').update(DOMAIN);
  readonly #gathered = Buffer.allocUnsafeSlow(GATHER_BYTES);
  readonly #channels = new Map<DigestedMessage['channel'], Uint8Array>();
  #gatheredBytes = 0;

  add({ channel, sequence, logTimeNs, publishTimeNs, data }: DigestedMessage): void {
    const gathered = this.#gathered;
    if (this.#gatheredBytes + HEAD_BYTES > GATHER_BYTES) this.#flush();
    let at = this.#gatheredBytes;
    gathered.set(this.#channels.get(channel) ?? this.#describe(channel), at);
    at = gathered.writeBigUInt64LE(logTimeNs, at + CHANNEL_BYTES);
    at = gathered.writeBigUInt64LE(publishTimeNs, at);
    at = gathered.writeUInt32LE(sequence, at);
    at = gathered.writeUInt32LE(data.byteLength, at);
    at = gathered.writeUInt32LE(0, at); // no message is 4 GiB long
    this.#gatheredBytes = at;
    if (at + data.byteLength > GATHER_BYTES) {
      this.#flush();
      if (data.byteLength > GATHER_BYTES) return void this.#hash.update(data);
    }
    gathered.set(data, this.#gatheredBytes);
    this.#gatheredBytes += data.byteLength;
  }

  /** Of all messages so far; more may follow. */
  hex(): Sha256Hex {
    this.#flush();
    return this.#hash.copy().digest('hex') as Sha256Hex;
  }

  #flush(): void {
    this.#hash.update(this.#gathered.subarray(0, this.#gatheredBytes));
    this.#gatheredBytes = 0;
  }

  #describe(channel: DigestedMessage['channel']): Uint8Array {
    const { topic, messageEncoding, schemaName, schemaEncoding, schemaSha256 } = channel;
    const described = canonicalJson([topic, messageEncoding, schemaName, schemaEncoding, schemaSha256]);
    const digest = createHash('sha256').update(described).digest();
    this.#channels.set(channel, digest);
    return digest;
  }
}
