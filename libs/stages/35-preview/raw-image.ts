/**
 * Raw pictures in messages: ROS's sensor_msgs/Image in its two encodings, and Foxglove's RawImage in Protobuf. What is not
 * as its definition says is no picture.
 */
import { utf8FromBytes } from '@pitlane/base/bytes';
import type { RawPicture } from '@pitlane/ports/image-scaler';

const LAYOUTS: ReadonlyMap<string, RawPicture['layout']> = new Map([
  ['rgb8', 'rgb'],
  ['bgr8', 'bgr'],
  ['rgba8', 'rgba'],
  ['bgra8', 'bgra'],
  ['mono8', 'mono'],
  ['8UC1', 'mono'],
  ['8UC3', 'bgr'],
  // Small enough, the mosaic of a colour sensor is a grey picture.
  ['bayer_rggb8', 'mono'],
  ['bayer_bggr8', 'mono'],
  ['bayer_gbrg8', 'mono'],
  ['bayer_grbg8', 'mono'],
]);

interface Samples {
  readonly width: number;
  readonly height: number;
  readonly encoding: string;
  readonly rowBytes: number;
  readonly bytes: Uint8Array;
}

/** Undefined for other encodings too, as of depths in 16 bits. */
export function rawPicture(messageEncoding: string, data: Uint8Array): RawPicture | undefined {
  try {
    const samples = messageEncoding === 'protobuf' ? fromProtobuf(data) : fromRos(messageEncoding, data);
    const layout = samples && LAYOUTS.get(samples.encoding);
    return layout && { kind: 'raw', layout, ...samples };
  } catch (error) {
    if (error instanceof RangeError) return undefined; // it ends before its fields do
    throw error;
  }
}

/** Header of sequence (ROS 1 alone), stamp and frame, then height, width, encoding, endianness, row length, samples. */
function fromRos(messageEncoding: string, data: Uint8Array): Samples | undefined {
  const isCdr = messageEncoding === 'cdr';
  if (!isCdr && messageEncoding !== 'ros1') return undefined;
  if (isCdr && data[1] !== 1) return undefined; // big-endian, or parameter lists
  const fields = new RosFields(data, isCdr);
  // What is before the frame is as long in both: the encapsulation, or the sequence, and the stamp.
  fields.skip(4 + 8);
  fields.text();
  const [height, width] = [fields.u32(), fields.u32()];
  const encoding = fields.text();
  fields.skip(1);
  const rowBytes = fields.u32();
  return { width, height, encoding, rowBytes, bytes: fields.sequence() };
}

class RosFields {
  readonly #view: DataView;
  readonly #data: Uint8Array;
  readonly #isAligned: boolean;
  #at = 0;

  constructor(data: Uint8Array, isAligned: boolean) {
    this.#data = data;
    this.#view = new DataView(data.buffer, data.byteOffset, data.byteLength);
    this.#isAligned = isAligned;
  }

  skip(bytes: number): void {
    this.#at += bytes;
  }

  u32(): number {
    // The four bytes before the first field do not count, and are as long as a step.
    if (this.#isAligned) this.#at = Math.ceil(this.#at / 4) * 4;
    this.#at += 4;
    return this.#view.getUint32(this.#at - 4, true);
  }

  sequence(): Uint8Array {
    const bytes = this.u32();
    if (bytes > this.#data.byteLength - this.#at) throw new RangeError('a sequence is longer than its message');
    this.#at += bytes;
    return this.#data.subarray(this.#at - bytes, this.#at);
  }

  text(): string {
    const text = utf8FromBytes(this.sequence());
    return text.endsWith('\0') ? text.slice(0, -1) : text;
  }
}

/** Width 2, height 3 and row length 5 as fixed32, encoding 4, samples 6. */
function fromProtobuf(data: Uint8Array): Samples | undefined {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const numbers = new Map<number, number>();
  const slices = new Map<number, Uint8Array>();
  let at = 0;
  const varint = (): number => {
    for (let value = 0, i = 0; i < 5; i += 1) {
      const byte = view.getUint8(at++);
      value += (byte & 0x7f) * 2 ** (7 * i);
      if (byte < 0x80) return value;
    }
    throw new RangeError('a number is longer than five bytes');
  };
  while (at < data.byteLength) {
    const tag = varint();
    const [field, wire] = [Math.floor(tag / 8), tag % 8];
    if (wire === 5) {
      numbers.set(field, view.getUint32(at, true));
      at += 4;
    } else if (wire === 2) {
      const bytes = varint();
      if (bytes > data.byteLength - at) throw new RangeError('a field is longer than its message');
      slices.set(field, data.subarray(at, at + bytes));
      at += bytes;
    } else if (wire === 0) varint();
    else return undefined;
  }
  const [width, height, rowBytes] = [2, 3, 5].map((field) => numbers.get(field) ?? 0) as [number, number, number];
  const encoding = utf8FromBytes(slices.get(4) ?? new Uint8Array(0));
  return { width, height, encoding, rowBytes, bytes: slices.get(6) ?? new Uint8Array(0) };
}
