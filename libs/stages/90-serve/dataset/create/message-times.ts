/** When the messages of an inner chunk were and how long they are, from its MessageIndex records: no message is read. */
import { messageOf } from '@pitlane/base/errors';
import { damaged, type OpenObject } from '../../objects/object-bytes.ts';
import type { InnerChunkPlace } from '../../objects/object-index.ts';
import { Fields, lengthAt, Opcode, RECORD_HEAD_BYTES, viewOf } from '../../objects/record-fields.ts';

export interface MessageTime {
  readonly timeNs: bigint;
  /** Where its record begins in the raw inner chunk. */
  readonly offset: number;
  /** Of its record; with what stands between it and the next message. */
  readonly bytes: number;
}

/** The messages of the channels `ids`, in order of time, then of offset. */
export function messageTimesFrom(
  object: OpenObject,
  place: InnerChunkPlace,
  index: Uint8Array,
  ids: ReadonlySet<number>,
): MessageTime[] {
  const wanted: { timeNs: bigint; offset: number }[] = [];
  const offsets: number[] = [];
  try {
    walkIndex(index, (channel, timeNs, offset) => {
      offsets.push(offset);
      if (ids.has(channel)) wanted.push({ timeNs, offset });
    });
  } catch (cause) {
    throw damaged(object.name, `the index behind byte ${place.offset}: ${messageOf(cause)}`, cause);
  }
  const ends = endsOf(offsets, place.uncompressedBytes);
  for (const { timeNs, offset } of wanted) {
    const isInside = offset < place.uncompressedBytes && timeNs >= place.startTimeNs && timeNs <= place.endTimeNs;
    if (!isInside) throw damaged(object.name, `the index behind byte ${place.offset} leads out of its inner chunk`);
  }
  return wanted
    .map((one) => ({ ...one, bytes: (ends.get(one.offset) as number) - one.offset }))
    .sort((a, b) => (a.timeNs < b.timeNs ? -1 : a.timeNs > b.timeNs ? 1 : a.offset - b.offset));
}

function walkIndex(index: Uint8Array, visit: (channel: number, timeNs: bigint, offset: number) => void): void {
  const view = viewOf(index);
  for (let at = 0; at < index.byteLength; ) {
    const contentAt = at + RECORD_HEAD_BYTES;
    const end = contentAt <= index.byteLength ? contentAt + lengthAt(view, at + 1) : Number.POSITIVE_INFINITY;
    if (!(end <= index.byteLength) || index[at] !== Opcode.MessageIndex) throw new RangeError('is no message index');
    const fields = new Fields(index, contentAt, end);
    const channel = fields.u16();
    const entries = new Fields(fields.slice(fields.u32()));
    while (entries.at < entries.end) visit(channel, entries.u64(), entries.length());
    at = end;
  }
}

/** By offset: where the next message begins, or the inner chunk ends. */
function endsOf(offsets: readonly number[], uncompressedBytes: number): Map<number, number> {
  const sorted = Float64Array.from(offsets).sort();
  const ends = new Map<number, number>();
  for (const [i, offset] of sorted.entries()) ends.set(offset, sorted[i + 1] ?? uncompressedBytes);
  return ends;
}
