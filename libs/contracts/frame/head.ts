/**
 * The envelope of one frame. Its head is canonical JSON, so that equal heads are equal bytes, and a head in any other
 * spelling is refused: unknown fields, doubled keys and white space included. What it declares is checked against caps
 * before anybody makes room for it; whether the body has the CRC that the head names is checked by who reads bodies.
 */
import { isPitlaneError, messageOf, PitlaneError } from '@pitlane/base/errors';
import { KIB, MIB } from '@pitlane/base/bytes';
import { canonicalJson, type ChunkId, parseChunkId } from '../identity/index.ts';

export const FRAME_VERSION = 1;
/** Stock brokers take records of about 1 MB. */
export const FRAME_BYTES_MAX = 768 * KIB;
/** Twice the largest message that is chunked at all: a chunk closes at 64 MiB or at one message. */
export const OBJECT_BYTES_MAX = 512 * MIB;
/** A claim lists its channels; 16,000 of them take some megabytes. */
export const CLAIM_BYTES_MAX = 16 * MIB;
/** Frames may be smaller than their cap, but not so small that a chunk comes in millions. */
const FRAMES_MAX = 65_536;
const HEAD_CHARACTERS_MAX = 1024;

/** 64 random bits: one encoding of a chunk on its way. */
export const ATTEMPT_PATTERN = /^[0-9a-f]{16}$/;
const CRC_PATTERN = /^[0-9a-f]{8}$/;

/** One record of the frame log. */
export interface Frame {
  /** The chunk id: frames of a chunk keep their order. */
  readonly key: string;
  /** A `FrameHead` as canonical JSON. */
  readonly head: string;
  /** A piece of the travelling stream: at least one byte, at most `FRAME_BYTES_MAX`. */
  readonly body: Uint8Array;
}

export interface FrameHead {
  readonly version: typeof FRAME_VERSION;
  readonly chunkId: ChunkId;
  readonly attempt: string;
  /** The number of this frame in its attempt, from 0. */
  readonly index: number;
  /** How many frames the attempt has. */
  readonly count: number;
  /** The claim is the bytes [0, claimBytes) of the stream, the object the bytes [claimBytes, totalBytes). */
  readonly claimBytes: number;
  readonly totalBytes: number;
  /** Of this frame's body: 8 lower-case hex digits. */
  readonly crc32c: string;
}

export const frameHeadText = (head: FrameHead): string => canonicalJson(head);

/** How many frames a stream makes when each but the last is full. */
export const frameCountOf = (totalBytes: number, frameBytes = FRAME_BYTES_MAX): number =>
  Math.ceil(totalBytes / frameBytes);

/**
 * The head of a frame that came from outside, when all that it declares may be and the body fits in. Errors:
 * `corrupt-input`, `limit-exceeded`; their text says which frame and why.
 */
export function headOfFrame({ key, head: text, body }: Frame, where: string): FrameHead {
  const head = parsedHead(text, where);
  if (key !== head.chunkId) throw corrupt(where, 'its key is not the chunk id in its head');
  if (body.byteLength > FRAME_BYTES_MAX) throw tooLarge(where, 'body', body.byteLength, FRAME_BYTES_MAX);
  if (body.byteLength === 0) throw corrupt(where, 'it has no body');
  if (body.byteLength + head.count - 1 > head.totalBytes) {
    throw corrupt(where, `its body of ${body.byteLength} bytes leaves no room for ${head.count - 1} other frames`);
  }
  return head;
}

function parsedHead(text: string, where: string): FrameHead {
  if (text.length > HEAD_CHARACTERS_MAX) throw tooLarge(where, 'head', text.length, HEAD_CHARACTERS_MAX);
  const fields = fieldsOf(text, where);
  const { version, chunkId, attempt, index, count, claimBytes, totalBytes, crc32c } = fields;
  if (version !== FRAME_VERSION) {
    throw corrupt(where, `its head is not of version ${FRAME_VERSION}: update this program, or what sends to it`);
  }
  const head: FrameHead = {
    version: FRAME_VERSION,
    chunkId: chunkIdFrom(chunkId, where),
    attempt: matching(attempt, ATTEMPT_PATTERN, 'attempt', where),
    index: wholeNumber(index, 'index', 0, FRAMES_MAX - 1, where),
    count: wholeNumber(count, 'count', 1, FRAMES_MAX, where),
    claimBytes: wholeNumber(claimBytes, 'claimBytes', 2, CLAIM_BYTES_MAX, where),
    totalBytes: wholeNumber(totalBytes, 'totalBytes', 2, CLAIM_BYTES_MAX + OBJECT_BYTES_MAX, where),
    crc32c: matching(crc32c, CRC_PATTERN, 'crc32c', where),
  };
  if (frameHeadText(head) !== text) throw corrupt(where, 'its head is not canonical JSON of the known fields');
  checkTogether(head, where);
  return head;
}

function checkTogether({ index, count, claimBytes, totalBytes }: FrameHead, where: string): void {
  if (index >= count) throw corrupt(where, `it is number ${index} of ${count}`);
  if (claimBytes > totalBytes) throw corrupt(where, 'its claim is longer than its stream');
  const objectBytes = totalBytes - claimBytes;
  if (objectBytes > OBJECT_BYTES_MAX) throw tooLarge(where, 'object', objectBytes, OBJECT_BYTES_MAX);
  if (count < frameCountOf(totalBytes) || count > totalBytes) {
    throw corrupt(where, `a stream of ${totalBytes} bytes does not make ${count} frames`);
  }
}

function fieldsOf(text: string, where: string): Record<string, unknown> {
  try {
    const fields: unknown = JSON.parse(text);
    if (typeof fields === 'object' && fields !== null) return fields as Record<string, unknown>;
  } catch (cause) {
    throw corrupt(where, 'its head is not JSON', cause);
  }
  throw corrupt(where, 'its head is not a JSON object');
}

function chunkIdFrom(value: unknown, where: string): ChunkId {
  try {
    return parseChunkId(String(value));
  } catch (cause) {
    throw isPitlaneError(cause) ? corrupt(where, messageOf(cause), cause) : cause;
  }
}

function matching(value: unknown, pattern: RegExp, name: string, where: string): string {
  if (typeof value === 'string' && pattern.test(value)) return value;
  throw corrupt(where, `its ${name} does not match ${pattern}`);
}

function wholeNumber(value: unknown, name: string, least: number, most: number, where: string): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < least) {
    throw corrupt(where, `its ${name} is not a whole number from ${least}`);
  }
  if (value > most) throw tooLarge(where, name, value, most);
  return value;
}

const corrupt = (where: string, fault: string, cause?: unknown): PitlaneError =>
  new PitlaneError('corrupt-input', `${where} is refused: ${fault}`, { cause });

const tooLarge = (where: string, what: string, size: number, most: number): PitlaneError =>
  new PitlaneError('limit-exceeded', `${where} is refused: its ${what} is ${size}, at most ${most} is taken`);
