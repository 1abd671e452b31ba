/**
 * The message formats of one recording: what each is made of, how many bytes its messages have, and the schema that
 * says so to a reader, with every nested format it needs. Formats may come in any order, lack parts or go in circles;
 * such a format has no known size, and its schema has what there is.
 */
import { bytesFromUtf8, MIB } from '@pitlane/base/bytes';
import { LandOpaque, type ReadLimits, type Schema } from '../recording/index.ts';
import { typeNameFrom } from './value-text.ts';

/** Real logs have about a hundred formats, and a few nested ones. */
const FORMATS_MAX = 65_536;
const NESTED_USES_MAX = 65_536;
const NESTING_MAX = 64;
/** All schemas together may be this many times as long as the definitions, for nested formats repeat in them. */
const SCHEMAS_PER_DEFINITIONS = 4;
/** A larger message does not fit into a record. */
const LAYOUT_BYTES_MAX = 0xffff;

/** The bytes of one format's messages, `[least, most]`: padding at the end may be left away. */
export interface Layout {
  readonly least: number;
  readonly most: number;
}

export const fits = ({ least, most }: Layout, dataBytes: number): boolean => dataBytes >= least && dataBytes <= most;

interface Format {
  /** `name:fields`, as it stands in the record. */
  readonly text: string;
  /** False if a field was not understood. */
  readonly isSound: boolean;
  /** Bytes of the fields that have basic types. */
  readonly basicBytes: number;
  /** How many elements of each nested format it has. */
  readonly nested: ReadonlyMap<string, number>;
  readonly paddingBytes: number;
  /** Where `uint64_t timestamp` begins, or -1. */
  readonly timeAt: number;
}

const FORMAT = /^([a-zA-Z0-9_/-]+):([\x20-\x7e]+)$/;

export class FormatTable {
  readonly #formats = new Map<string, Format>();
  readonly #bytesOf = new Map<string, number | undefined>();
  readonly #schemas = new Map<string, Schema>();
  readonly #limits: ReadLimits;
  #definitionBytes = 0;
  #schemaBytes = 0;
  #nestedUses = 0;

  constructor(limits: ReadLimits) {
    this.#limits = limits;
  }

  has(name: string): boolean {
    return this.#formats.has(name);
  }

  /** Takes the text of one record in: name and fields if they are new, `undefined` if known, or `'corrupt'`. */
  define(text: string): { readonly name: string; readonly fields: string } | undefined | 'corrupt' {
    const match = FORMAT.exec(text);
    if (match === null) return 'corrupt';
    const [, name = '', fields = ''] = match;
    if (this.#formats.get(name)?.text === text) return undefined;
    const format = formatFrom(text, fields);
    this.#count(text.length, format.nested.size);
    this.#formats.set(name, format);
    this.#bytesOf.clear();
    this.#schemas.clear();
    return { name, fields };
  }

  /** Undefined where it cannot be known. */
  layoutOf(name: string): Layout | undefined {
    const most = this.#sizeOf(name, 0);
    if (most === undefined) return undefined;
    return { least: most - (this.#formats.get(name)?.paddingBytes ?? 0), most };
  }

  timeAtOf(name: string): number {
    return this.#formats.get(name)?.timeAt ?? -1;
  }

  /** The format and all that it needs, one line each; undefined if the format itself was never defined. */
  schemaOf(name: string): Schema | undefined {
    if (!this.#formats.has(name)) return undefined;
    const known = this.#schemas.get(name);
    if (known !== undefined) return known;
    const lines: string[] = [];
    const needed = new Set([name]);
    for (const each of needed) {
      const format = this.#formats.get(each);
      if (format === undefined) continue;
      this.#schemaBytes += format.text.length + 1;
      if (this.#schemaBytes > SCHEMAS_PER_DEFINITIONS * this.#limits.headerBytesMax) {
        throw new LandOpaque(`schemas of more than ${this.#schemaBytes} bytes`);
      }
      lines.push(format.text);
      for (const other of format.nested.keys()) needed.add(other);
    }
    const schema: Schema = { name, encoding: 'ulog', data: bytesFromUtf8(lines.join('\n')) };
    this.#schemas.set(name, schema);
    return schema;
  }

  /** Each format is looked at once; one that is met while its own size is being found goes in a circle. */
  #sizeOf(name: string, depth: number): number | undefined {
    if (this.#bytesOf.has(name)) return this.#bytesOf.get(name);
    this.#bytesOf.set(name, undefined);
    const format = this.#formats.get(name);
    if (format === undefined || !format.isSound || depth > NESTING_MAX) return undefined;
    let sum = format.basicBytes;
    for (const [other, count] of format.nested) {
      const bytes = this.#sizeOf(other, depth + 1);
      if (bytes === undefined) return undefined;
      sum += count * bytes;
    }
    if (sum > LAYOUT_BYTES_MAX) return undefined;
    this.#bytesOf.set(name, sum);
    return sum;
  }

  #count(textBytes: number, nestedUses: number): void {
    this.#definitionBytes += textBytes;
    this.#nestedUses += nestedUses;
    if (this.#formats.size >= FORMATS_MAX) throw new LandOpaque(`more than ${FORMATS_MAX} formats`);
    if (this.#nestedUses > NESTED_USES_MAX) throw new LandOpaque(`more than ${NESTED_USES_MAX} nested formats`);
    if (this.#definitionBytes > this.#limits.headerBytesMax) {
      throw new LandOpaque(`format definitions of more than ${this.#limits.headerBytesMax / MIB} MiB`);
    }
  }
}

function formatFrom(text: string, fields: string): Format {
  let isSound = true;
  let basicBytes = 0;
  let paddingBytes = 0;
  let timeAt = -1;
  const nested = new Map<string, number>();
  for (const field of fields.split(';')) {
    if (field === '') continue;
    const space = field.indexOf(' ');
    const type = typeNameFrom(field.slice(0, Math.max(0, space)));
    if (type === undefined) {
      isSound = false;
      continue;
    }
    const { base, bytes: elementBytes, length } = type;
    const name = field.slice(space + 1);
    const isFixed = isSound && nested.size === 0;
    if (timeAt < 0 && name === 'timestamp' && base === 'uint64_t' && length === undefined && isFixed)
      timeAt = basicBytes;
    if (elementBytes === undefined) nested.set(base, (nested.get(base) ?? 0) + (length ?? 1));
    else basicBytes += elementBytes * (length ?? 1);
    const isPadding = name.startsWith('_padding') && elementBytes !== undefined;
    paddingBytes = isPadding ? paddingBytes + elementBytes * (length ?? 1) : 0;
  }
  return { text, isSound, basicBytes, nested, paddingBytes, timeAt };
}
