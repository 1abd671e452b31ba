/**
 * The one Data in a Cap'n Proto message whose root's first pointer leads to a struct whose first pointer is that Data: the
 * shape of openpilot's previews. Segments and far pointers are as https://capnproto.org/encoding.html has them; what is
 * otherwise, or leads out of the message, is none.
 */
import { viewOf } from '../../objects/record-fields.ts';

const WORD = 8;
const SEGMENTS_MAX = 64;
const LIST_OF_BYTES = 2;

export function capnpData(data: Uint8Array): Uint8Array | undefined {
  const segments = segmentsOf(data);
  const message = segments && { view: viewOf(data), segments };
  const root = message && structAt(message, segments[0]?.start ?? 0);
  const member = message && root !== undefined ? structAt(message, root) : undefined;
  const list = message && member !== undefined ? pointerAt(message, member) : undefined;
  if (list?.kind !== 1 || (list.high & 7) !== LIST_OF_BYTES) return undefined;
  const end = list.target + (list.high >>> 3);
  return list.target >= 0 && end <= data.byteLength ? data.subarray(list.target, end) : undefined;
}

interface Segment {
  readonly start: number;
  readonly end: number;
}

interface Message {
  readonly view: DataView;
  readonly segments: readonly Segment[];
}

function segmentsOf(data: Uint8Array): Segment[] | undefined {
  if (data.byteLength < WORD) return undefined;
  const view = viewOf(data);
  const count = view.getUint32(0, true) + 1;
  let start = Math.ceil((4 + 4 * count) / WORD) * WORD;
  if (count > SEGMENTS_MAX || start > data.byteLength) return undefined;
  const segments: Segment[] = [];
  for (let i = 0; i < count; i += 1) {
    const end = start + view.getUint32(4 + 4 * i, true) * WORD;
    if (end > data.byteLength) return undefined;
    segments.push({ start, end });
    start = end;
  }
  return segments;
}

interface Pointer {
  /** 0 a struct, 1 a list. */
  readonly kind: number;
  /** Where its content begins. */
  readonly target: number;
  readonly high: number;
}

/** The pointer at a byte of the message, over one far pointer if there is one. */
function pointerAt({ view, segments }: Message, at: number, isFar = false): Pointer | undefined {
  if (at < 0 || at + WORD > view.byteLength) return undefined;
  const low = view.getInt32(at, true);
  const high = view.getUint32(at + 4, true);
  const kind = low & 3;
  if (kind < 2) return { kind, target: at + WORD + (low >> 2) * WORD, high };
  const segment = segments[high];
  const leadsOnce = kind === 2 && (low & 4) === 0 && !isFar;
  return segment && leadsOnce ? pointerAt({ view, segments }, segment.start + (low >>> 3) * WORD, true) : undefined;
}

/** Where the pointers of the struct begin that the pointer at `at` leads to; undefined where it has none. */
function structAt(message: Message, at: number): number | undefined {
  const pointer = pointerAt(message, at);
  if (pointer?.kind !== 0 || pointer.high >>> 16 === 0) return undefined;
  return pointer.target + (pointer.high & 0xffff) * WORD;
}
