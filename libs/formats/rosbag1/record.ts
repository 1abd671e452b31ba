/**
 * One record of a bag, parsed where it lies: `<u32 header bytes><fields><u32 data bytes><data>`, each field being
 * `<u32 bytes><name>=<value>`. Millions of records pass here, so nothing is allocated: the caller owns the view and
 * uses it again. All positions are indexes into the bytes that were given.
 */

export const OP = { message: 2, bagHeader: 3, indexData: 4, chunk: 5, chunkInfo: 6, connection: 7 } as const;

/** `whole`: the header and the data's length are there; `short`: the bytes end before; `bad`: no record starts here. */
export type Parsed = 'whole' | 'short' | 'bad';

/** Bits of `RecordView.seen`. */
const SEEN = {
  conn: 1,
  time: 2,
  topic: 4,
  compression: 8,
  size: 16,
  index_pos: 32,
  conn_count: 64,
  chunk_count: 128,
  ver: 256,
  count: 512,
  chunk_pos: 1024,
  start_time: 2048,
  end_time: 4096,
} as const;

/** Without these a record cannot be read at all. */
const NEEDED: readonly number[] = [
  0,
  0,
  SEEN.conn | SEEN.time,
  0,
  0,
  SEEN.compression | SEEN.size,
  0,
  SEEN.conn | SEEN.topic,
];

/** With these a record is believed that was found by searching. */
const TYPICAL: readonly number[] = [
  -1,
  -1,
  SEEN.conn | SEEN.time,
  SEEN.index_pos | SEEN.conn_count | SEEN.chunk_count,
  SEEN.ver | SEEN.conn | SEEN.count,
  SEEN.compression | SEEN.size,
  SEEN.ver | SEEN.chunk_pos | SEEN.start_time | SEEN.end_time | SEEN.count,
  SEEN.conn | SEEN.topic,
];

const FIELD_NAME_BYTES_MAX = 64;
const EQUALS = 0x3d;

export class RecordView {
  op = 0;
  seen = 0;
  conn = 0;
  secs = 0;
  nsecs = 0;
  sizeBytes = 0;
  /** Also the start of `chunk_pos`, which no record has beside it. */
  position = 0;
  connCount = 0;
  chunkCount = 0;
  startSecs = 0;
  startNsecs = 0;
  endSecs = 0;
  endNsecs = 0;
  textStart = 0;
  textEnd = 0;
  encrypted = false;
  dataStart = 0;
  dataBytes = 0;

  get dataEnd(): number {
    return this.dataStart + this.dataBytes;
  }

  /** Whether every field that the format asks for is there. */
  get typical(): boolean {
    const wanted = TYPICAL[this.op] ?? -1;
    return (this.seen & wanted) === wanted;
  }

  /** The topic or the name of the compression, whichever the record has. */
  text(bytes: Uint8Array): Uint8Array {
    return bytes.subarray(this.textStart, this.textEnd);
  }
}

export function u32(bytes: Uint8Array, at: number): number {
  return (
    ((bytes[at] as number) |
      ((bytes[at + 1] as number) << 8) |
      ((bytes[at + 2] as number) << 16) |
      ((bytes[at + 3] as number) << 24)) >>>
    0
  );
}

/** Parses the record that starts at `at`, seeing bytes up to `end` only. */
export function parseRecord(
  bytes: Uint8Array,
  at: number,
  end: number,
  view: RecordView,
  headerBytesMax: number,
): Parsed {
  if (at + 4 > end) return 'short';
  const headerBytes = u32(bytes, at);
  if (headerBytes < 8 || headerBytes > headerBytesMax) return 'bad';
  const headerEnd = at + 4 + headerBytes;
  view.op = 0;
  view.seen = 0;
  view.encrypted = false;
  let field = at + 4;
  while (field < headerEnd) {
    if (field + 4 > headerEnd) return 'bad';
    if (field + 4 > end) return 'short';
    const start = field + 4;
    const fieldEnd = start + u32(bytes, field);
    if (fieldEnd > headerEnd) return 'bad';
    const nameEnd = Math.min(fieldEnd, start + FIELD_NAME_BYTES_MAX, end);
    let equals = start;
    while (equals < nameEnd && bytes[equals] !== EQUALS) equals += 1;
    if (equals === nameEnd) return nameEnd === end && end < fieldEnd ? 'short' : 'bad';
    if (fieldEnd > end) return 'short';
    if (!takeField(bytes, start, equals, fieldEnd, view)) return 'bad';
    field = fieldEnd;
  }
  const needed = NEEDED[view.op] ?? 0;
  if (view.op === 0 || (view.seen & needed) !== needed) return 'bad';
  if (headerEnd + 4 > end) return 'short';
  view.dataStart = headerEnd + 4;
  view.dataBytes = u32(bytes, headerEnd);
  return 'whole';
}

/** Takes one field into the view; false if a known field has the wrong length. Unknown fields are passed over. */
function takeField(bytes: Uint8Array, start: number, equals: number, end: number, view: RecordView): boolean {
  const value = equals + 1;
  const valueBytes = end - value;
  switch (equals - start) {
    case 2:
      if (!isName(bytes, start, 'op')) return true;
      view.op = bytes[value] as number;
      return valueBytes === 1 && view.op !== 0;
    case 4:
      if (isName(bytes, start, 'conn')) {
        if (valueBytes !== 4) return false;
        view.conn = u32(bytes, value);
        view.seen |= SEEN.conn;
      } else if (isName(bytes, start, 'time')) {
        if (valueBytes !== 8) return false;
        view.secs = u32(bytes, value);
        view.nsecs = u32(bytes, value + 4);
        view.seen |= SEEN.time;
      } else if (isName(bytes, start, 'size')) {
        if (valueBytes !== 4) return false;
        view.sizeBytes = u32(bytes, value);
        view.seen |= SEEN.size;
      }
      return true;
    default:
      return takeRareField(bytes, start, equals, end, view);
  }
}

function takeRareField(bytes: Uint8Array, start: number, equals: number, end: number, view: RecordView): boolean {
  const name = String.fromCharCode(...bytes.subarray(start, equals));
  const value = equals + 1;
  const valueBytes = end - value;
  switch (name) {
    case 'topic':
    case 'compression':
      view.textStart = value;
      view.textEnd = end;
      break;
    case 'index_pos':
    case 'chunk_pos':
      if (valueBytes !== 8) return false;
      view.position = u32(bytes, value) + u32(bytes, value + 4) * 2 ** 32;
      break;
    case 'conn_count':
      if (valueBytes !== 4) return false;
      view.connCount = u32(bytes, value);
      break;
    case 'chunk_count':
      if (valueBytes !== 4) return false;
      view.chunkCount = u32(bytes, value);
      break;
    case 'start_time':
      if (valueBytes !== 8) return false;
      view.startSecs = u32(bytes, value);
      view.startNsecs = u32(bytes, value + 4);
      break;
    case 'end_time':
      if (valueBytes !== 8) return false;
      view.endSecs = u32(bytes, value);
      view.endNsecs = u32(bytes, value + 4);
      break;
    case 'encryptor':
      view.encrypted = valueBytes > 0;
      break;
    case 'ver':
    case 'count':
      break;
    default:
      return true;
  }
  view.seen |= SEEN[name as keyof typeof SEEN] ?? 0;
  return true;
}

function isName(bytes: Uint8Array, at: number, name: string): boolean {
  for (let index = 0; index < name.length; index += 1) {
    if (bytes[at + index] !== name.charCodeAt(index)) return false;
  }
  return true;
}

/** Nanoseconds of a ROS time; nanoseconds past one second are added up all the same. */
export const timeNsOf = (secs: number, nsecs: number): bigint => BigInt(secs) * 1_000_000_000n + BigInt(nsecs);
