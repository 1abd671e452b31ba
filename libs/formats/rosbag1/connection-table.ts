/**
 * Turns connection records into channels. A bag repeats a connection in its index and wherever it likes; the same number
 * with the same content is the same channel, two numbers on one topic are two channels, and a number that comes back
 * with other content opens a new one.
 */
import { bytesFromUtf8, equalBytes, MIB, utf8FromBytes } from '@pitlane/base/bytes';
import { type Channel, LandOpaque, type ReadLimits, type Schema } from '../recording/index.ts';
import { u32 } from './record.ts';

/** All definitions of one bag together; real bags have well under 1 MiB. */
const DEFINITIONS_BYTES_MAX = 256 * MIB;

/** Fields of a connection header that have a place of their own in a channel. */
const PLACED_FIELDS = new Set(['topic', 'type', 'message_definition']);

interface Known {
  readonly channel: Channel;
  readonly topic: string;
  readonly header: Uint8Array;
}

export class ConnectionTable {
  readonly #current = new Map<number, Known>();
  readonly #all = new Map<number, Known[]>();
  readonly #schemas = new Map<string, Schema[]>();
  readonly #limits: ReadLimits;
  #count = 0;
  #definitionBytes = 0;

  constructor(limits: ReadLimits) {
    this.#limits = limits;
  }

  channelOf(conn: number): Channel | undefined {
    return this.#current.get(conn)?.channel;
  }

  /** Takes one record in: its new channel, `undefined` if it is known already, or `'corrupt'`. */
  define(conn: number, topicBytes: Uint8Array, header: Uint8Array): Channel | undefined | 'corrupt' {
    const topic = utf8FromBytes(topicBytes);
    for (const known of this.#all.get(conn) ?? []) {
      if (known.topic !== topic || !equalBytes(known.header, header)) continue;
      this.#current.set(conn, known);
      return undefined;
    }
    const headerCopy = header.slice();
    const fields = fieldsFromHeader(headerCopy);
    if (fields === undefined) return 'corrupt';
    if (this.#count >= this.#limits.channelsMax) throw new LandOpaque(`more than ${this.#count} connections`);
    this.#definitionBytes += headerCopy.byteLength;
    if (this.#definitionBytes > DEFINITIONS_BYTES_MAX) {
      throw new LandOpaque(`connection headers of more than ${DEFINITIONS_BYTES_MAX / MIB} MiB`);
    }
    const channel: Channel = {
      index: this.#count,
      topic,
      messageEncoding: 'ros1',
      metadata: metadataFrom(topic, fields),
      schema: this.#schemaFrom(fields),
    };
    this.#count += 1;
    const known: Known = { channel, topic, header: headerCopy };
    this.#current.set(conn, known);
    const others = this.#all.get(conn);
    if (others) others.push(known);
    else this.#all.set(conn, [known]);
    return channel;
  }

  /** Channels of one type share one schema object, so that it is kept in memory once. */
  #schemaFrom(fields: ReadonlyMap<string, Uint8Array>): Schema | undefined {
    const type = fields.get('type');
    const data = fields.get('message_definition');
    if (type === undefined && data === undefined) return undefined;
    const name = type === undefined ? '' : utf8FromBytes(type);
    const same = this.#schemas.get(name) ?? [];
    const known = same.find((schema) => equalBytes(schema.data, data ?? new Uint8Array(0)));
    if (known) return known;
    const schema: Schema = { name, encoding: 'ros1msg', data: data ?? new Uint8Array(0) };
    if (same.length < 16) this.#schemas.set(name, [...same, schema]);
    return schema;
  }
}

/** The type that a connection header names, for people. */
export function typeFromHeader(header: Uint8Array): string {
  const type = fieldsFromHeader(header)?.get('type');
  return type === undefined ? '' : utf8FromBytes(type);
}

/**
 * The fields of a connection header as slices of it, or undefined if they contradict their lengths. The data of the
 * record has no length of its own in front: it is fields from the first byte to the last.
 */
function fieldsFromHeader(header: Uint8Array): Map<string, Uint8Array> | undefined {
  const fields = new Map<string, Uint8Array>();
  let at = 0;
  while (at < header.byteLength) {
    if (at + 4 > header.byteLength) return undefined;
    const start = at + 4;
    const end = start + u32(header, at);
    if (end > header.byteLength) return undefined;
    const equals = header.subarray(start, end).indexOf(0x3d);
    if (equals < 0) return undefined;
    fields.set(utf8FromBytes(header.subarray(start, start + equals)), header.subarray(start + equals + 1, end));
    at = end;
  }
  return fields;
}

/** Everything of the header that has no place elsewhere; its topic too where remapping made it another than the record's. */
function metadataFrom(topic: string, fields: ReadonlyMap<string, Uint8Array>): Map<string, string> {
  const metadata = new Map<string, string>();
  for (const [name, value] of fields) {
    const isOtherTopic = name === 'topic' && !equalBytes(value, bytesFromUtf8(topic));
    if (!PLACED_FIELDS.has(name) || isOtherTopic) metadata.set(name, utf8FromBytes(value));
  }
  return metadata;
}
