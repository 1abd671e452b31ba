/**
 * Finds where records begin again behind damage. Every header holds the eight bytes of an `op` field, and the fields in
 * front of it are short, so a search for that field and a few steps back give the candidates; whether one is believed
 * is for the caller, who can see what follows it.
 */
import { OP, parseRecord, type RecordView, u32 } from './record.ts';

/** The length of an `op` field and its name, as they stand in every header. */
const OP_FIELD = Buffer.from([4, 0, 0, 0, 0x6f, 0x70, 0x3d]);

/** How far in front of its `op` field a header may begin; the longest that writers make is under 70 bytes. */
export const STEP_BACK_BYTES = 128;

/** Headers found by searching are no longer than this; real ones are longer only through a long topic. */
export const FOUND_HEADER_BYTES_MAX = 2048;

const COMPRESSIONS = ['none', 'bz2', 'lz4'];

export interface Candidate {
  /** Where the record begins, or -1 if the `op` field belongs to none. */
  readonly start: number;
  /** Where the `op` field stands; search on behind it. */
  readonly hit: number;
}

/** The next `op` field in `[from, end)`, and the record around it that begins at `lowest` or later. */
export function nextCandidate(
  bytes: Uint8Array,
  from: number,
  end: number,
  lowest: number,
  view: RecordView,
): Candidate | undefined {
  const hit = Buffer.from(bytes.buffer, bytes.byteOffset, end).indexOf(OP_FIELD, from);
  if (hit < 0 || hit + 8 > end) return undefined;
  const op = bytes[hit + 7] as number;
  if (op < OP.message || op > OP.connection) return { start: -1, hit };
  for (let start = hit - 4; start >= Math.max(lowest, hit - STEP_BACK_BYTES); start -= 1) {
    const headerBytes = u32(bytes, start);
    if (headerBytes > FOUND_HEADER_BYTES_MAX || start + 4 + headerBytes < hit + 8) continue;
    if (parseRecord(bytes, start, end, view, FOUND_HEADER_BYTES_MAX) !== 'whole') continue;
    if (view.op !== op || !view.typical || !hasKnownCompression(bytes, view)) continue;
    return { start, hit };
  }
  return { start: -1, hit };
}

/** Whether a candidate stands for itself: these records lie outside of compressed data and are hardly imitated. */
export const standsAlone = (view: RecordView): boolean =>
  view.op === OP.chunk || view.op === OP.indexData || view.op === OP.chunkInfo;

function hasKnownCompression(bytes: Uint8Array, view: RecordView): boolean {
  return view.op !== OP.chunk || COMPRESSIONS.includes(String.fromCharCode(...view.text(bytes).subarray(0, 8)));
}

/** No record of a bag is shorter than this, so a smaller gap cannot be a damaged one. */
const RECORD_BYTES_MIN = 46;

/**
 * Whether what stands at `end` is a damaged record rather than the inside of one whose length lies: it resembles a
 * header, and no sound record begins within the data before it or too close behind it.
 */
export function isDamagedNext(
  bytes: Uint8Array,
  dataStart: number,
  end: number,
  limit: number,
  view: RecordView,
): boolean {
  const near = Math.min(limit, end + RECORD_BYTES_MIN + STEP_BACK_BYTES);
  const text = Buffer.from(bytes.buffer, bytes.byteOffset + end, Math.max(0, Math.min(48, limit - end))).toString(
    'latin1',
  );
  if (!FIELD_NAMES.some((name) => text.includes(name))) return false;
  let search = dataStart;
  for (let hits = 0; hits < HITS_IN_DATA_MAX; hits += 1) {
    const candidate = nextCandidate(bytes, search, near, dataStart, view);
    if (candidate === undefined) return true;
    if (candidate.start >= 0 && candidate.start < end + RECORD_BYTES_MIN) return false;
    search = candidate.hit + 1;
  }
  return false;
}

/** A message that holds more `op` fields than this is not believed beside damage. */
const HITS_IN_DATA_MAX = 10_000;

const FIELD_NAMES = ['op=', 'conn=', 'time=', 'compression='];
