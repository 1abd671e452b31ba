/**
 * The fields of openpilot's `Event` that say what and when it is: `logMonoTime` in its first word, and in its second the number of
 * the union member that it holds. Both have stood there since the first release.
 */
import { frameAt, MessageView, type StructPlace, u32, u64 } from './capnp-message.ts';

/** More than openpilot and its forks will have in years; a larger number is no event's. */
const MEMBERS_MAX = 1024;
/** `Event` has had 2 words and 1 pointer so far. */
const DATA_WORDS_MIN = 2;
const SECTION_WORDS_MAX = 16;
const TIME_NS_END = 1n << 62n;
const MEMBER_AT = 8;

/** The head of an event; the event itself may not be there whole. */
export interface EventHead {
  /** Its whole size with its segment table. */
  readonly bytes: number;
  readonly logMonoTimeNs: bigint;
  /** The number of the union member, which is not the number of its field. */
  readonly member: number;
}

/** The event that begins at `at`, of which [at, filled) is there; `none` where no event begins. */
export function eventAt(bytes: Uint8Array, at: number, filled: number): EventHead | 'none' | 'see-more' {
  const frame = frameAt(bytes, at, filled);
  if (typeof frame === 'string') return frame;
  const root = new MessageView(bytes, filled, frame).root();
  if (typeof root === 'string') return root;
  if (root.dataWords < DATA_WORDS_MIN || root.pointerWords === 0) return 'none';
  if (root.dataWords > SECTION_WORDS_MAX || root.pointerWords > SECTION_WORDS_MAX) return 'none';
  const logMonoTimeNs = u64(bytes, root.dataAt);
  const member = u32(bytes, root.dataAt + MEMBER_AT) & 0xffff;
  if (logMonoTimeNs >= TIME_NS_END || member >= MEMBERS_MAX) return 'none';
  return { bytes: frame.bytes, logMonoTimeNs, member };
}

/**
 * Whether a look at eight bytes leaves it open that an event of at most 64 MiB begins there: few segments, of which the first
 * is neither empty nor too large. It is what makes it cheap to search through bytes that make no sense.
 */
export function mayBegin(bytes: Uint8Array, at: number): boolean {
  const isOfFewSegments = bytes[at + 3] === 0 && bytes[at + 2] === 0 && (bytes[at + 1] as number) < 2;
  if (!isOfFewSegments || bytes[at + 7] !== 0) return false;
  return (bytes[at + 6] as number) < 0x80 && (bytes[at + 4] !== 0 || bytes[at + 5] !== 0 || bytes[at + 6] !== 0);
}

/** The struct that a whole event holds, for members that are one. */
export function heldStruct(event: Uint8Array): { readonly view: MessageView; readonly place: StructPlace } | undefined {
  const frame = frameAt(event, 0, event.byteLength);
  if (typeof frame === 'string') return undefined;
  const view = new MessageView(event, event.byteLength, frame);
  const root = view.root();
  if (typeof root === 'string' || root.pointerWords === 0) return undefined;
  const place = view.structAt(root.segment, root.pointersAt);
  return typeof place === 'string' ? undefined : { view, place };
}
