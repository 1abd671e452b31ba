/**
 * The claim at the head of a travelling stream. The sender's shape is checked field by field, because what passes here
 * goes on to the catalog; that the object's name follows from drive and chunk is what keeps a sender in its own prefix.
 */
import { bytesFromUtf8, utf8FromBytes } from '@pitlane/base/bytes';
import { isPitlaneError, messageOf, PitlaneError } from '@pitlane/base/errors';
import { canonicalJson, parseChunkId, parseDriveId, parseTenant, parseVehicleId } from '../identity/index.ts';
import type { ChunkChannelFacts, ChunkFacts } from '../manifest/index.ts';
import { chunkObjectName } from '../object-layout/index.ts';
import type { ChunkClaim } from '../records/index.ts';
import { CLAIM_BYTES_MAX, OBJECT_BYTES_MAX } from './head.ts';

/** Errors: `limit-exceeded` for a chunk that no frames can carry; it goes by claim check. */
export function claimBytesFrom(claim: ChunkClaim): Uint8Array {
  const bytes = bytesFromUtf8(canonicalJson(claim));
  const { bytesStored, object } = claim.chunk;
  if (bytes.byteLength <= CLAIM_BYTES_MAX && bytesStored <= OBJECT_BYTES_MAX) return bytes;
  throw new PitlaneError(
    'limit-exceeded',
    `${object} cannot travel in frames: its claim has ${bytes.byteLength} bytes (at most ${CLAIM_BYTES_MAX}), it has ` +
      `${bytesStored} (at most ${OBJECT_BYTES_MAX}); send it by claim check`,
  );
}

/** A claim that came from outside. Errors: `corrupt-input`, and the text says what is wrong. */
export function claimFromBytes(bytes: Uint8Array, where: string): ChunkClaim {
  const fault = (text: string, cause?: unknown): PitlaneError =>
    new PitlaneError('corrupt-input', `the claim of ${where} is refused: ${text}`, { cause });
  let claim: ChunkClaim;
  try {
    claim = JSON.parse(utf8FromBytes(bytes)) as ChunkClaim;
  } catch (cause) {
    throw fault('it is not JSON', cause);
  }
  if (!isFields(claim) || !isFields(claim.drive) || !isFields(claim.chunk)) throw fault('it has no drive or no chunk');
  const wrong = wrongFields(claim.chunk, CHUNK_SHAPE);
  if (wrong.length > 0) throw fault(`of the chunk, wrong are: ${wrong.join(', ')}`);
  try {
    const tenant = parseTenant(textOf(claim.drive.tenant));
    const vehicleId = parseVehicleId(textOf(claim.drive.vehicleId));
    const driveId = parseDriveId(textOf(claim.drive.driveId));
    const chunkId = parseChunkId(claim.chunk.chunkId);
    const drive = { tenant, vehicleId, driveId };
    if (claim.chunk.object === chunkObjectName(drive, chunkId)) return { drive, chunk: claim.chunk };
  } catch (cause) {
    throw isPitlaneError(cause) ? fault(messageOf(cause), cause) : cause;
  }
  throw fault('its object does not have the name that follows from its drive and chunk');
}

type Check = (value: unknown) => boolean;
type Shape<Facts> = Readonly<Record<keyof Facts, Check>>;

const isFields: Check = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);
const isText: Check = (value) => typeof value === 'string';
const isCount: Check = (value) => Number.isSafeInteger(value) && (value as number) >= 0;
const matches =
  (pattern: RegExp): Check =>
  (value) =>
    typeof value === 'string' && pattern.test(value);
const isHash = matches(/^[0-9a-f]{64}$/);
const isTime = matches(/^\d{1,20}$/);
const isTimeOrNull: Check = (value) => value === null || isTime(value);
const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

const CHANNEL_SHAPE: Shape<ChunkChannelFacts> = {
  channel: isCount,
  topic: isText,
  messages: isCount,
  bytes: isCount,
  startTime: isTimeOrNull,
  endTime: isTimeOrNull,
  leaf: isHash,
};

const CHUNK_SHAPE: Shape<ChunkFacts> = {
  chunkId: isHash,
  recordingId: isHash,
  kind: matches(/^(log|extras|opaque|unread)$/),
  ordinal: isCount,
  group: isText,
  windowStart: isTimeOrNull,
  part: isCount,
  sourceStart: isCount,
  sourceEnd: isCount,
  startTime: isTimeOrNull,
  endTime: isTimeOrNull,
  messages: isCount,
  bytesRaw: isCount,
  object: isText,
  bytesStored: isCount,
  crc32c: matches(/^[0-9a-f]{8}$/),
  sha256: isHash,
  channels: (value) =>
    Array.isArray(value) && value.every((one) => isFields(one) && wrongFields(one, CHANNEL_SHAPE).length === 0),
};

function wrongFields<Facts extends object>(facts: Facts, shape: Shape<Facts>): string[] {
  return Object.entries<Check>(shape)
    .filter(([name, check]) => !check(facts[name as keyof Facts]))
    .map(([name]) => name);
}
