/**
 * Turns the small tables of a bag into channels: one per row of `topics`, with the definition of its type where the bag
 * has one. Bags before ROS 2 Iron have no definitions: their schemas have a name and nothing else.
 */
import { bytesFromUtf8, MIB } from '@pitlane/base/bytes';
import { type Channel, LandOpaque, type ReadLimits, type Schema } from '../recording/index.ts';
import { columnOf, type TreeEntry } from './schema-table.ts';
import type { TableRow } from './table-rows.ts';
import { type TextEncoding, textFrom } from './table-text.ts';

/** All definitions of one bag together; real bags have well under 1 MiB. */
const DEFINITIONS_BYTES_MAX = 256 * MIB;

/** A topic as messages refer to it; messages are numbered as they are read. */
export interface Topic {
  readonly channel: Channel;
  sequence: number;
}

export class TopicTable {
  readonly byId = new Map<number, Topic>();
  readonly #schemas = new Map<string, Schema>();
  readonly #limits: ReadLimits;
  readonly #encoding: TextEncoding;
  #count = 0;
  #definitionBytes = 0;

  constructor(limits: ReadLimits, encoding: TextEncoding) {
    this.#limits = limits;
    this.#encoding = encoding;
  }

  /** Takes in a row of `message_definitions`. */
  definition(row: TableRow, table: TreeEntry): void {
    const text = (name: string, usual: number): string => row.text(columnOf(table, name, usual), this.#encoding);
    const name = text('topic_type', 1);
    const encoding = text('encoding', 2);
    const data = bytesFromUtf8(text('encoded_message_definition', 3));
    this.#definitionBytes += data.byteLength + name.length + 100;
    if (this.#definitionBytes > DEFINITIONS_BYTES_MAX) {
      throw new LandOpaque(`message definitions of more than ${DEFINITIONS_BYTES_MAX / MIB} MiB`);
    }
    if (data.byteLength > 0 && !this.#schemas.has(name)) this.#schemas.set(name, { name, encoding, data });
  }

  /** Takes in a row of `topics` and returns its channel. */
  topic(row: TableRow, table: TreeEntry | undefined): Channel {
    if (this.#count >= this.#limits.channelsMax) throw new LandOpaque(`more than ${this.#count} topics`);
    const text = (name: string, usual: number): string => row.text(columnOf(table, name, usual), this.#encoding);
    const metadata = new Map([['offered_qos_profiles', text('offered_qos_profiles', 4)]]);
    const hash = text('type_description_hash', 5);
    if (hash !== '') metadata.set('type_description_hash', hash);
    const channel: Channel = {
      index: this.#count,
      topic: text('name', 1),
      messageEncoding: text('serialization_format', 3),
      metadata,
      schema: this.#schemaOf(text('type', 2)),
    };
    this.#count += 1;
    const idColumn = columnOf(table, 'id', 0);
    const id = row.record.isInteger(idColumn) ? row.integer(idColumn) : row.rowid;
    if (!this.byId.has(id)) this.byId.set(id, { channel, sequence: 0 });
    return channel;
  }

  /** Channels of one type share one schema. MCAP calls a definition that is not known an encoding of no name. */
  #schemaOf(name: string): Schema {
    let schema = this.#schemas.get(name);
    if (schema === undefined) {
      schema = { name, encoding: '', data: new Uint8Array(0) };
      this.#schemas.set(name, schema);
    }
    return schema;
  }

  /** Whether a row that was found outside of any table is one of `topics`. */
  isTopicShaped({ record, payload }: TableRow): boolean {
    if (record.columns < 4 || !record.isNull(0) || ![1, 2, 3].every((column) => record.isText(column))) return false;
    const type = textFrom(payload.subarray(record.startOf(2), record.endOf(2)), this.#encoding);
    return /^\w+\/\w+(\/\w+)?$/.test(type);
  }
}
