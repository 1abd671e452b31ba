/**
 * Walks over a message as its struct says and looks at every length before a library believes it: libraries make room for
 * what is written there. What passes has all the bytes that it claims.
 */
import { PitlaneError } from '@pitlane/base/errors';
import { bytesMinOf, type Member, type Struct } from './shape.ts';

/** How lengths are written, and what stands between values. */
export interface Layout {
  /** Where the first value stands, and what alignment counts from. */
  readonly startAt: number;
  readonly isLittleEndian: boolean;
  /** 1 where nothing is aligned, as in ROS 1. */
  readonly alignBytesMax: number;
  /** Whether an appendable type has its length before it. */
  readonly isDelimited: boolean;
  /** What a struct without fields takes. */
  readonly emptyBytes: number;
}

/** Returns where the message ends. */
export function checkLengths(data: Uint8Array, struct: Struct, layout: Layout): number {
  const walk = new Walk(data, layout);
  walk.struct(struct);
  return walk.at;
}

class Walk {
  readonly #view: DataView;
  readonly #layout: Layout;
  at: number;

  constructor(data: Uint8Array, layout: Layout) {
    this.#view = new DataView(data.buffer, data.byteOffset, data.byteLength);
    this.#layout = layout;
    this.at = layout.startAt;
  }

  struct({ members, isAppendable }: Struct): void {
    if (isAppendable && this.#layout.isDelimited) this.#length();
    if (members.length === 0) this.#skip(this.#layout.emptyBytes);
    for (const member of members) this.#member(member);
  }

  #member({ type, count: fixed, isList }: Member): void {
    const count = fixed ?? this.#length();
    if (count * bytesMinOf(type) > this.#view.byteLength - this.at) this.#tooShort();
    if (type !== 'text' && !('members' in type)) {
      if (isList && count === 0) return;
      this.#align(type.alignBytes);
      this.#skip(count * type.bytes);
      return;
    }
    for (let i = 0; i < count; i += 1) {
      if (type === 'text') this.#skip(this.#length());
      else this.struct(type);
    }
  }

  #length(): number {
    this.#align(4);
    this.#skip(4);
    return this.#view.getUint32(this.at - 4, this.#layout.isLittleEndian);
  }

  #align(bytes: number): void {
    const wanted = Math.min(bytes, this.#layout.alignBytesMax);
    const beyond = (this.at - this.#layout.startAt) % wanted;
    if (beyond > 0) this.#skip(wanted - beyond);
  }

  #skip(bytes: number): void {
    this.at += bytes;
    if (this.at > this.#view.byteLength) this.#tooShort();
  }

  #tooShort(): never {
    const text = `it ends at ${this.#view.byteLength} bytes and says that it goes on`;
    throw new PitlaneError('corrupt-input', text);
  }
}
