/**
 * The messages that a list names, fetched from their objects: an object is believed only as the snapshot saw it, inner
 * chunks are read together with their neighbours and kept while there is room, and a message must be where and what the
 * list says. Another object in the place of one is a fault, never other bytes.
 */
import { MIB } from '@pitlane/base/bytes';
import { PitlaneError } from '@pitlane/base/errors';
import type { ListObject, ListSample, MessagePlace } from '@pitlane/contracts/dataset';
import { ObjectMetadata } from '@pitlane/contracts/object-layout';
import type { ObjectStore } from '@pitlane/ports/object-store';
import { type DecodeTools, decodeInner } from '../../objects/inner-messages.ts';
import { damaged, missing, ObjectBytes, type OpenObject } from '../../objects/object-bytes.ts';
import type { IndexedChannel, InnerChunkPlace } from '../../objects/object-index.ts';
import { lengthAt, MESSAGE_HEAD_BYTES, Opcode, RECORD_HEAD_BYTES, viewOf } from '../../objects/record-fields.ts';

const BLOCKS_BYTES = 96 * MIB;
const DECODED_BYTES = 96 * MIB;

export interface FoundMessage {
  readonly channel: IndexedChannel;
  readonly object: ListObject;
  /** Where its inner chunk begins in the object. */
  readonly innerOffset: number;
  readonly sequence: number;
  readonly logTimeNs: bigint;
  readonly publishTimeNs: bigint;
  /** A part of the inner chunk: copy what must stay. */
  readonly data: Uint8Array;
}

interface OpenedObject {
  readonly facts: ListObject;
  readonly open: OpenObject;
  readonly channels: ReadonlyMap<number, IndexedChannel>;
  /** Inner chunks that the list needs, in file order. */
  readonly wanted: readonly InnerChunkPlace[];
}

export interface ListMessagesDeps extends DecodeTools {
  readonly store: ObjectStore;
  readonly signal?: AbortSignal | undefined;
}

export class ListMessages {
  readonly #objects: readonly ListObject[];
  readonly #inners: readonly ReadonlySet<number>[];
  readonly #deps: ListMessagesDeps;
  readonly #bytes: ObjectBytes;
  readonly #opened = new Map<number, Promise<OpenedObject>>();
  /** Least recently used first. */
  readonly #decoded = new Map<string, Uint8Array>();
  #decodedBytes = 0;

  constructor(objects: readonly ListObject[], samples: readonly ListSample[], deps: ListMessagesDeps) {
    this.#objects = objects;
    this.#deps = deps;
    this.#bytes = new ObjectBytes(deps.store, BLOCKS_BYTES, deps.signal);
    const inners = objects.map(() => new Set<number>());
    for (const { messages } of samples) for (const [, object, inner] of messages) inners[object]?.add(inner);
    this.#inners = inners;
  }

  /** @param topic what the plan's field says: a message of another one is a fault. */
  async get([, object, inner, offset, logTime]: MessagePlace, topic: string): Promise<FoundMessage> {
    const opened = await this.#open(object);
    const place = opened.open.index.inners[inner];
    if (!place) throw damaged(opened.facts.object, `it has no inner chunk ${inner}`);
    const raw = await this.#raw(opened, object, place);
    const message = messageAt(raw, offset);
    const channel = message && opened.channels.get(message.channelId);
    if (!message || channel?.topic !== topic || String(message.logTimeNs) !== logTime) {
      throw damaged(opened.facts.object, `there is no message of ${topic} at ${logTime}, where the snapshot has it`);
    }
    return { ...message, channel, object: opened.facts, innerOffset: place.offset };
  }

  async settle(): Promise<void> {
    await Promise.allSettled(this.#opened.values());
    await this.#bytes.settle();
  }

  #open(object: number): Promise<OpenedObject> {
    let opening = this.#opened.get(object);
    if (!opening) this.#opened.set(object, (opening = this.#openNow(object)));
    return opening;
  }

  async #openNow(object: number): Promise<OpenedObject> {
    const facts = this.#objects[object];
    if (!facts) throw new PitlaneError('corrupt-input', `the list names object ${object}, and has none of that number`);
    await refuseOther(facts, this.#deps.store);
    const open = await this.#bytes.open(facts.object, facts.bytes);
    const wanted = open.index.inners.filter(({ ordinal }) => this.#inners[object]?.has(ordinal));
    return { facts, open, wanted, channels: new Map(open.index.channels.map((channel) => [channel.id, channel])) };
  }

  async #raw({ open, wanted }: OpenedObject, object: number, place: InnerChunkPlace): Promise<Uint8Array> {
    const key = `${object} ${place.ordinal}`;
    const known = this.#decoded.get(key);
    if (known) {
      this.#decoded.delete(key);
      this.#decoded.set(key, known);
      return known;
    }
    const raw = decodeInner(open.name, place, await this.#bytes.inner(open, place, wanted), this.#deps);
    this.#decoded.set(key, raw);
    this.#decodedBytes += raw.byteLength;
    for (const [oldest, { byteLength }] of this.#decoded) {
      if (this.#decodedBytes <= DECODED_BYTES || oldest === key) break;
      this.#decoded.delete(oldest);
      this.#decodedBytes -= byteLength;
    }
    return raw;
  }
}

/** The same generation, or the same bytes by both digests where a bucket was copied. */
async function refuseOther(facts: ListObject, store: ObjectStore): Promise<void> {
  const { object, driveId, generation, bytes, crc32c, sha256 } = facts;
  const info = await store.stat(object);
  if (!info) {
    const gone = missing(object, [], undefined);
    const text = `${gone.message}. The snapshot needs it: its drive ${driveId} was erased or damaged since`;
    throw new PitlaneError('not-found', text);
  }
  const isSame = info.bytes === bytes && info.crc32c === crc32c;
  if (isSame && (info.generation === generation || info.metadata[ObjectMetadata.sha256] === sha256)) return;
  const text = `object ${object} of ${driveId} is another one than the snapshot saw`;
  throw new PitlaneError('checksum-mismatch', `${text}: restore it, or make a new dataset`);
}

function messageAt(raw: Uint8Array, offset: number) {
  const contentAt = offset + RECORD_HEAD_BYTES;
  if (!(contentAt + MESSAGE_HEAD_BYTES <= raw.byteLength) || raw[offset] !== Opcode.Message) return undefined;
  const view = viewOf(raw);
  const end = contentAt + lengthAt(view, offset + 1);
  if (!(end <= raw.byteLength) || end < contentAt + MESSAGE_HEAD_BYTES) return undefined;
  return {
    channelId: view.getUint16(contentAt, true),
    sequence: view.getUint32(contentAt + 2, true),
    logTimeNs: view.getBigUint64(contentAt + 6, true),
    publishTimeNs: view.getBigUint64(contentAt + 14, true),
    data: raw.subarray(contentAt + MESSAGE_HEAD_BYTES, end),
  };
}
