/** How a child's bytes and its last word share one pipe: frames of a kind, a length and a content. */

export const FrameKind = {
  /** Bytes of the stream. */
  data: 0,
  /** JSON: what the job came to. The stream ends with it. */
  result: 1,
  /** JSON of a `PlainError`, likewise. */
  failed: 2,
} as const;

export const FRAME_HEAD_BYTES = 5;
/** Of one frame: a larger one is a fault of the child. */
export const FRAME_BYTES_MAX = 1024 * 1024;

export function frameHead(kind: number, bytes: number): Uint8Array {
  const head = new Uint8Array(FRAME_HEAD_BYTES);
  head[0] = kind;
  new DataView(head.buffer).setUint32(1, bytes, true);
  return head;
}

export interface Frame {
  readonly kind: number;
  readonly content: Uint8Array;
}

/** Cuts what comes out of the pipe into frames; a frame that came in parts is put together. */
export class FrameCutter {
  #parts: Uint8Array[] = [];
  #held = 0;

  append(bytes: Uint8Array): void {
    this.#parts.push(bytes);
    this.#held += bytes.byteLength;
  }

  /** The next whole frame, if there is one. Throws a RangeError for one that is too long. */
  next(): Frame | undefined {
    if (this.#held < FRAME_HEAD_BYTES) return undefined;
    const first = this.#parts[0] as Uint8Array;
    const head = first.byteLength >= FRAME_HEAD_BYTES ? first : this.#joined();
    const bytes = new DataView(head.buffer, head.byteOffset).getUint32(1, true);
    if (bytes > FRAME_BYTES_MAX) throw new RangeError(`a frame of ${bytes} bytes`);
    const end = FRAME_HEAD_BYTES + bytes;
    if (this.#held < end) return undefined;
    const whole = head.byteLength >= end ? head : this.#joined();
    const rest = whole.subarray(end);
    this.#parts[0] = rest;
    if (rest.byteLength === 0) this.#parts.shift();
    this.#held -= end;
    return { kind: whole[0] as number, content: whole.subarray(FRAME_HEAD_BYTES, end) };
  }

  #joined(): Uint8Array {
    const joined = new Uint8Array(this.#held);
    let at = 0;
    for (const part of this.#parts) {
      joined.set(part, at);
      at += part.byteLength;
    }
    this.#parts = [joined];
    return joined;
  }
}
