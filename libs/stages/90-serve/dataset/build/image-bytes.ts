/**
 * The picture inside of a message that carries one compressed, as a part of the message: the few layouts in which pictures
 * come are walked by hand, because decoding copies what is megabytes. What does not fit, or is no picture, is none.
 */
import { viewOf } from '../../objects/record-fields.ts';
import { capnpData } from './capnp-data.ts';

export interface Picture {
  readonly suffix: 'jpg' | 'png' | 'webp';
  readonly bytes: Uint8Array;
}

type Walk = (data: Uint8Array) => Uint8Array | undefined;

/** By message encoding and schema name. */
const WALKS: ReadonlyMap<string, Walk> = new Map<string, Walk>([
  ['ros1 sensor_msgs/CompressedImage', (data) => new Plain(data, 0, true).skip(12).text().text().list()],
  ['ros1 foxglove_msgs/CompressedImage', (data) => new Plain(data, 0, true).skip(8).text().list()],
  ['cdr sensor_msgs/msg/CompressedImage', (data) => cdr(data)?.skip(8).text().text().list()],
  ['cdr foxglove_msgs/msg/CompressedImage', (data) => cdr(data)?.skip(8).text().list()],
  ['protobuf foxglove.CompressedImage', (data) => protobufField(data, 2)],
  ['json foxglove.CompressedImage', base64Data],
]);

/** openpilot's previews: an event whose member holds one Data, the picture. */
const THUMBNAIL_TOPIC = '/thumbnail';

/** What takes the picture out of a channel's messages; undefined where the channel carries none. */
export function pictureOf(channel: {
  readonly topic: string;
  readonly messageEncoding: string;
  readonly schemaName: string;
}): ((data: Uint8Array) => Picture | undefined) | undefined {
  const { topic, messageEncoding, schemaName } = channel;
  const isThumbnail = messageEncoding === 'capnp' && topic === THUMBNAIL_TOPIC;
  const walk = isThumbnail ? capnpData : WALKS.get(`${messageEncoding} ${schemaName}`);
  if (!walk) return undefined;
  return (data) => {
    const bytes = walk(data);
    const suffix = bytes && suffixOf(bytes);
    return bytes && suffix ? { suffix, bytes } : undefined;
  };
}

function suffixOf(bytes: Uint8Array): Picture['suffix'] | undefined {
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(12, bytes.byteLength)).toString('latin1');
  if (head.startsWith('\xff\xd8\xff')) return 'jpg';
  if (head.startsWith('\x89PNG\r\n\x1a\n')) return 'png';
  if (head.startsWith('RIFF') && head.endsWith('WEBP')) return 'webp';
  return undefined;
}

/** Fields one behind another, each length before its bytes; once one does not fit, nothing is found. */
class Plain {
  readonly #data: Uint8Array;
  readonly #view: DataView;
  readonly #base: number;
  readonly #isLittle: boolean;
  /** Of what lengths are multiples of, counted from the base. */
  readonly #align: number;
  #at: number;

  constructor(data: Uint8Array, base: number, isLittle: boolean, align = 1) {
    this.#data = data;
    this.#view = viewOf(data);
    this.#base = base;
    this.#isLittle = isLittle;
    this.#align = align;
    this.#at = base;
  }

  skip(bytes: number): this {
    this.#at += bytes;
    return this;
  }

  text(): this {
    const bytes = this.#length();
    this.#at += bytes;
    return this;
  }

  list(): Uint8Array | undefined {
    const bytes = this.#length();
    return this.#at + bytes <= this.#data.byteLength ? this.#data.subarray(this.#at, this.#at + bytes) : undefined;
  }

  #length(): number {
    const beyond = (this.#at - this.#base) % this.#align;
    if (beyond > 0) this.#at += this.#align - beyond;
    if (!(this.#at + 4 <= this.#data.byteLength)) return Number.POSITIVE_INFINITY;
    this.#at += 4;
    return this.#view.getUint32(this.#at - 4, this.#isLittle);
  }
}

/** Two bytes of representation (0: big-endian, 1: little-endian), two of options; alignment counts from behind them. */
function cdr(data: Uint8Array): Plain | undefined {
  return data.byteLength >= 4 && data[0] === 0 && (data[1] === 0 || data[1] === 1)
    ? new Plain(data, 4, data[1] === 1, 4)
    : undefined;
}

/** The last field of this number that has a length, as the format says of repeated ones. */
function protobufField(data: Uint8Array, wanted: number): Uint8Array | undefined {
  let at = 0;
  let found: Uint8Array | undefined;
  const varint = (): number => {
    let value = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      const byte = data[at] ?? -1;
      at += 1;
      if (byte < 0) return Number.NaN;
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
    return Number.NaN;
  };
  while (at < data.byteLength) {
    const tag = varint();
    const kind = tag % 8;
    if (kind === 0) varint();
    else if (kind === 1 || kind === 5) at += kind === 1 ? 8 : 4;
    else if (kind === 2) {
      const bytes = varint();
      if (!(at + bytes <= data.byteLength)) return undefined;
      if (Math.floor(tag / 8) === wanted) found = data.subarray(at, at + bytes);
      at += bytes;
    } else return undefined;
  }
  return found;
}

function base64Data(data: Uint8Array): Uint8Array | undefined {
  try {
    const message = JSON.parse(Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('utf8')) as {
      data?: unknown;
    } | null;
    return typeof message?.data === 'string' ? Buffer.from(message.data, 'base64') : undefined;
  } catch {
    return undefined; // no JSON: it stays as it is
  }
}
