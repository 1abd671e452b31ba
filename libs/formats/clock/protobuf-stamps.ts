/** Stamps of Foxglove's messages in Protobuf: the field `timestamp`, found by walking over the fields before it. */
import type { Channel } from '../recording/index.ts';
import { type ReadStamp, type StampReader, stampNs } from './stamp-reader.ts';

/** Fields that are passed over before the stamp is given up. */
const FIELDS_MAX = 16;
const VARINT_BYTES_MAX = 10;

/** In most of Foxglove's messages the stamp is field 1. */
const FIELD_OF: Readonly<Record<string, number>> = { 'foxglove.LocationFix': 6 };
/** Lists that have stamps inside, not on top. */
const WITHOUT_STAMP = new Set(['foxglove.SceneUpdate', 'foxglove.ImageAnnotations', 'foxglove.FrameTransforms']);

export function foxgloveProtobufStamps({ messageEncoding, schema }: Channel): readonly StampReader[] {
  const name = schema?.name ?? '';
  if (messageEncoding !== 'protobuf' || !name.startsWith('foxglove.') || WITHOUT_STAMP.has(name)) return [];
  const read: ReadStamp = (data) => new Walk(data).stampOf(FIELD_OF[name] ?? 1);
  const header: StampReader = { source: 'header', read };
  return name === 'foxglove.LocationFix' ? [header, { source: 'fix', read }] : [header];
}

class Walk {
  readonly #bytes: Uint8Array;
  #at = 0;
  #end: number;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#end = bytes.byteLength;
  }

  stampOf(field: number): bigint | undefined {
    const found = this.#find(field, 2);
    if (found === undefined || this.#at + found > this.#end) return undefined;
    this.#end = this.#at + found;
    const start = this.#at;
    const seconds = this.#find(1, 0) ?? 0;
    this.#at = start;
    const nanos = this.#find(2, 0) ?? 0;
    return Number.isSafeInteger(seconds) ? stampNs(seconds, nanos) : undefined;
  }

  /** The number of the field, or its length where it has bytes; the walk then stands behind it. */
  #find(field: number, wire: 0 | 2): number | undefined {
    for (let fields = 0; fields < FIELDS_MAX && this.#at < this.#end; fields += 1) {
      const tag = this.#varint();
      if (tag === undefined) return undefined;
      const isWanted = Math.floor(tag / 8) === field && tag % 8 === wire;
      const value = this.#skip(tag % 8, isWanted);
      if (value === undefined || isWanted) return value;
    }
    return undefined;
  }

  /** Passes over a value, or over the length alone where the bytes are wanted. */
  #skip(wire: number, keepsBytes: boolean): number | undefined {
    if (wire === 0) return this.#varint();
    if (wire === 1 || wire === 5) {
      this.#at += wire === 1 ? 8 : 4;
      return 0;
    }
    if (wire !== 2) return undefined;
    const bytes = this.#varint();
    if (bytes !== undefined && !keepsBytes) this.#at += bytes;
    return bytes;
  }

  #varint(): number | undefined {
    let value = 0;
    for (let i = 0; i < VARINT_BYTES_MAX; i += 1) {
      const byte = this.#at < this.#end ? this.#bytes[this.#at++] : undefined;
      if (byte === undefined) return undefined;
      value += (byte & 0x7f) * 2 ** (7 * i);
      if (byte < 0x80) return value;
    }
    return undefined;
  }
}
