/** PX4's messages, by the formats that stand in their log: fields one behind another, little-endian. */
import { utf8FromBytes } from '@pitlane/base/bytes';
import { typeNameFrom } from '../ulog/value-text.ts';
import { type Decoded, type Decoder, type EncodedChannel, guarded, unfit } from './decoder.ts';

/** A message fits into a record. */
const BYTES_MAX = 0xffff;
const DEPTH_MAX = 64;
const FIELDS_MAX = 20_000;
const NAME = /^[A-Za-z]\w*$/;

type Read = (view: DataView, at: number) => unknown;

const READS: Readonly<Record<string, Read>> = {
  int8_t: (view, at) => view.getInt8(at),
  uint8_t: (view, at) => view.getUint8(at),
  int16_t: (view, at) => view.getInt16(at, true),
  uint16_t: (view, at) => view.getUint16(at, true),
  int32_t: (view, at) => view.getInt32(at, true),
  uint32_t: (view, at) => view.getUint32(at, true),
  int64_t: (view, at) => view.getBigInt64(at, true),
  uint64_t: (view, at) => view.getBigUint64(at, true),
  float: (view, at) => view.getFloat32(at, true),
  double: (view, at) => view.getFloat64(at, true),
  bool: (view, at) => view.getUint8(at) !== 0,
  char: (view, at) => String.fromCharCode(view.getUint8(at)),
};

interface Field {
  readonly name: string;
  readonly at: number;
  readonly read: Read;
}

interface Format {
  readonly bytes: number;
  /** Without the padding at its end, which is not always written. */
  readonly bytesMin: number;
  readonly fields: readonly Field[];
}

export function ulogDecoder({ schemaName, schemaEncoding, schemaData }: EncodedChannel): Decoder | undefined {
  if (schemaEncoding !== 'ulog') return undefined;
  const { fields, bytesMin } = new Formats(schemaName, utf8FromBytes(schemaData)).formatOf(schemaName);
  return guarded(schemaName, (data) => {
    if (data.byteLength < bytesMin) throw new Error(`it has ${data.byteLength} bytes of ${bytesMin}`);
    const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
    return objectOf(fields, view, 0);
  });
}

function objectOf(fields: readonly Field[], view: DataView, at: number): Decoded {
  const object: Record<string, unknown> = {};
  for (const field of fields) object[field.name] = field.read(view, at + field.at);
  return object;
}

class Formats {
  readonly #schemaName: string;
  readonly #texts: ReadonlyMap<string, string>;
  readonly #done = new Map<string, Format>();
  readonly #open = new Set<string>();
  #count = 0;

  constructor(schemaName: string, text: string) {
    this.#schemaName = schemaName;
    const lines = text.split('\n').map((line) => [line.slice(0, line.indexOf(':')), line] as const);
    this.#texts = new Map(lines.toReversed());
  }

  formatOf(name: string): Format {
    const known = this.#done.get(name);
    if (known) return known;
    const text = this.#texts.get(name);
    if (text === undefined) throw this.#unfit(`it does not define ${name.slice(0, 100)}`);
    if (this.#open.has(name) || this.#open.size >= DEPTH_MAX) throw this.#unfit('its formats hold one another');
    this.#open.add(name);
    const format = this.#formatFrom(text.slice(name.length + 1));
    this.#open.delete(name);
    this.#done.set(name, format);
    return format;
  }

  #formatFrom(text: string): Format {
    const fields: Field[] = [];
    let [at, bytesMin] = [0, 0];
    for (const each of text.split(';')) {
      if (each === '') continue;
      const space = each.indexOf(' ');
      const [type, name] = [typeNameFrom(each.slice(0, Math.max(0, space))), each.slice(space + 1)];
      this.#count += 1;
      if (type === undefined || this.#count > FIELDS_MAX) throw this.#unfit('a field is not understood');
      const { bytes, read } = this.#elementOf(type.base);
      const isPadding = name.startsWith('_padding');
      if (!isPadding && !NAME.test(name)) throw this.#unfit('a field has an unusual name');
      if (!isPadding) fields.push({ name, at, read: listed(type.base, bytes, read, type.length) });
      at += bytes * (type.length ?? 1);
      if (!isPadding) bytesMin = at;
      if (at > BYTES_MAX) throw this.#unfit('a message of it is longer than a record');
      if (bytes === 0) throw this.#unfit('a format is empty');
    }
    return { bytes: at, bytesMin, fields };
  }

  #elementOf(base: string): { readonly bytes: number; readonly read: Read } {
    const read = Object.hasOwn(READS, base) ? READS[base] : undefined;
    if (read) return { bytes: typeNameFrom(base)?.bytes ?? 0, read };
    const { bytes, fields } = this.formatOf(base);
    return { bytes, read: (view, at) => objectOf(fields, view, at) };
  }

  #unfit(fault: string): Error {
    return unfit(this.#schemaName, fault);
  }
}

/** Arrays of characters are text that ends at its first zero. */
function listed(base: string, bytes: number, read: Read, length: number | undefined): Read {
  if (length === undefined) return read;
  if (base !== 'char') return (view, at) => Array.from({ length }, (_, i) => read(view, at + i * bytes));
  return (view, at) => {
    const text = utf8FromBytes(new Uint8Array(view.buffer, view.byteOffset + at, length));
    const end = text.indexOf('\0');
    return end < 0 ? text : text.slice(0, end);
  };
}
