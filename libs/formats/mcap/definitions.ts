/**
 * The schemas and channels of one recording as they stand at the place that is being read. A record that repeats a known
 * one is recognised by its bytes, before anything is parsed; one that gives a known id another meaning makes a new channel.
 */
import { textFromBytes } from '@pitlane/base/units';
import { type Channel, LandOpaque, type ReadLimits, type RecordingEvent, type Schema } from '../recording/index.ts';
import { Cursor, viewOf } from './cursor.ts';
import type { Diary } from './diary.ts';
import { parseChannel, parseSchema } from './records.ts';

/** All schemas and channels of a recording together, as they are kept in memory. */
const DEFINITIONS_BYTES_MAX = 128 * 1024 * 1024;
/** So many earlier meanings of one channel id are looked through before it counts as a new channel. */
const VARIANTS_MAX = 8;

interface KnownSchema {
  readonly usedBytes: number;
  readonly content: Uint8Array;
  readonly schema: Schema;
}

interface KnownChannel {
  readonly usedBytes: number;
  readonly content: Uint8Array;
  readonly channel: Channel;
}

const sameBytes = (known: Uint8Array, bytes: Uint8Array, at: number, end: number): boolean =>
  known.byteLength === end - at && Buffer.compare(known, bytes.subarray(at, end)) === 0;

export class Definitions {
  /** By channel id: what a message of that id means here. */
  readonly channels: (Channel | undefined)[] = new Array<Channel | undefined>(65_536).fill(undefined);
  /** Schemas and channels of the summary, for what the data section lost. */
  fallback: Definitions | undefined;
  count = 0;
  readonly #schemas = new Map<number, KnownSchema>();
  readonly #known = new Map<number, KnownChannel[]>();
  readonly #limits: ReadLimits;
  readonly #diary: Diary;
  readonly #emit: (event: RecordingEvent) => void;
  #bytes = 0;

  constructor(limits: ReadLimits, diary: Diary, emit: (event: RecordingEvent) => void) {
    this.#limits = limits;
    this.#diary = diary;
    this.#emit = emit;
  }

  /** Takes the schema whose content is `[at, end)` of `bytes`: where its fields end, or -1 if that is no schema. */
  takeSchema(bytes: Uint8Array, view: DataView, at: number, end: number): number {
    const known = end - at >= 2 ? this.#schemas.get(view.getUint16(at, true)) : undefined;
    if (known && sameBytes(known.content, bytes, at, end)) return at + known.usedBytes;
    const cursor = new Cursor(bytes, view, at, end);
    const record = parseSchema(cursor);
    if (!record) return -1;
    if (cursor.lossyText)
      this.#diary.note(`utf8 schema ${record.id}`, `schema ${record.id} has a name that is no UTF-8`);
    if (known) this.#diary.note(`schema ${record.id}`, `schema id ${record.id} is defined again with other content`);
    const content = this.#keep(bytes, at, end);
    const dataAt = record.data.byteOffset - bytes.byteOffset - at;
    const data = content.subarray(dataAt, dataAt + record.data.byteLength);
    const schema = { name: record.name, encoding: record.encoding, data };
    this.#schemas.set(record.id, { usedBytes: cursor.at - at, content, schema });
    return cursor.at;
  }

  /** Takes the channel whose content is `[at, end)` of `bytes`: where its fields end, or -1 if that is no channel. */
  takeChannel(bytes: Uint8Array, view: DataView, at: number, end: number): number {
    if (end - at < 4) return -1;
    const id = view.getUint16(at, true);
    const schema = this.#schemaOf(view.getUint16(at + 2, true));
    const variants = this.#known.get(id) ?? [];
    for (let i = variants.length - 1; i >= Math.max(0, variants.length - VARIANTS_MAX); i -= 1) {
      const known = variants[i] as KnownChannel;
      if (known.channel.schema === schema && sameBytes(known.content, bytes, at, end)) {
        this.channels[id] = known.channel;
        return at + known.usedBytes;
      }
    }
    const cursor = new Cursor(bytes, view, at, end);
    const record = parseChannel(cursor);
    if (!record) return -1;
    this.#noteOddities(cursor, id, record.schemaId, schema, variants.length > 0);
    const { topic, messageEncoding, metadata } = record;
    const channel: Channel = { index: this.count, topic, messageEncoding, metadata, schema };
    if (this.count >= this.#limits.channelsMax) throw new LandOpaque(`more than ${this.#limits.channelsMax} channels`);
    this.count += 1;
    variants.push({ usedBytes: cursor.at - at, content: this.#keep(bytes, at, end), channel });
    this.#known.set(id, variants);
    this.channels[id] = channel;
    this.#emit({ kind: 'channel', channel });
    return cursor.at;
  }

  /** Whether the data section has declared `id`, or its declaration was taken over from the summary. */
  knows(id: number): boolean {
    return this.#known.has(id);
  }

  knowsSchema(id: number): boolean {
    return this.#schemas.has(id);
  }

  /** Takes channel `id` over from the summary; false if the summary has none. */
  adopt(id: number): boolean {
    const content = this.fallback?.contentOf(id);
    if (!content) return false;
    this.#diary.note('adopted', 'channels that the data lost were taken from the summary');
    return this.takeChannel(content, viewOf(content), 0, content.byteLength) >= 0;
  }

  contentOf(channelId: number): Uint8Array | undefined {
    return this.#known.get(channelId)?.at(-1)?.content;
  }

  #schemaOf(id: number): Schema | undefined {
    if (id === 0) return undefined;
    return this.#schemas.get(id)?.schema ?? this.fallback?.schemaById(id);
  }

  schemaById(id: number): Schema | undefined {
    return this.#schemas.get(id)?.schema;
  }

  #noteOddities(cursor: Cursor, id: number, schemaId: number, schema: Schema | undefined, again: boolean): void {
    if (cursor.lossyText) this.#diary.note(`utf8 channel ${id}`, `channel ${id} has texts that are no UTF-8`);
    if (cursor.repeatedKey) this.#diary.note(`key channel ${id}`, `channel ${id} has metadata that names a key twice`);
    if (again) this.#diary.note(`channel ${id}`, `channel id ${id} is defined again with other content: a new channel`);
    if (schemaId !== 0 && !schema) {
      this.#diary.note(`no schema ${schemaId}`, `channel ${id} names schema ${schemaId}, which could not be read`);
    }
  }

  #keep(bytes: Uint8Array, at: number, end: number): Uint8Array {
    this.#bytes += end - at;
    if (this.#bytes > DEFINITIONS_BYTES_MAX) {
      throw new LandOpaque(`schemas and channels of more than ${textFromBytes(DEFINITIONS_BYTES_MAX)}`);
    }
    return bytes.slice(at, end);
  }
}
