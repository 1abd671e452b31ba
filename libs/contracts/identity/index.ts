/**
 * Who is who: the ids on which everything hangs that must happen once. They are derived from content alone, before any
 * stage runs, and each has a golden file beside it. Nothing here reads a file or knows where bytes are stored.
 */
import { createHash } from 'node:crypto';
import { assert, PitlaneError } from '@pitlane/base/errors';
import { textFromTimeNs } from '@pitlane/base/time';
import { canonicalJson } from './canonical-json.ts';

export { canonicalJson } from './canonical-json.ts';
export { channelDigestFromLeaves, LeafHash } from './leaf.ts';

declare const brand: unique symbol;
type Branded<Name extends string> = string & { readonly [brand]: Name };

/** SHA-256 as 64 lower-case hex digits. */
export type Sha256Hex = Branded<'sha256'>;
/** SHA-256 of a recording's bytes. */
export type RecordingId = Branded<'recordingId'>;
export type DriveId = Branded<'driveId'>;
/** SHA-256 over what is inside a chunk and whose it is. */
export type ChunkId = Branded<'chunkId'>;

/** Names that become parts of object names: letters, digits, `.`, `_`, `~`, `-`; first a letter or digit; at most 128. */
const NAME = /^[A-Za-z0-9][A-Za-z0-9._~-]{0,127}$/;
const HEX64 = /^[0-9a-f]{64}$/;

function parsed<T extends string>(what: string, pattern: RegExp, rule: string): (text: string) => T {
  return (text) => {
    if (!pattern.test(text)) {
      throw new PitlaneError('bad-usage', `${JSON.stringify(text.slice(0, 80))} is no ${what}: ${rule}`);
    }
    return text as T;
  };
}

export const parseSha256 = parsed<Sha256Hex>('SHA-256', HEX64, 'it has 64 lower-case hex digits');
export const parseRecordingId = parsed<RecordingId>('recording id', HEX64, 'it has 64 lower-case hex digits');
export const parseChunkId = parsed<ChunkId>('chunk id', HEX64, 'it has 64 lower-case hex digits');
const NAME_RULE = 'it starts with a letter or digit and has at most 128 letters, digits, ".", "_", "~" or "-"';
export const parseDriveId = parsed<DriveId>('drive id', NAME, NAME_RULE);
export const parseVehicleId = parsed<string>('vehicle id', NAME, NAME_RULE);
export const parseTenant = parsed<string>('tenant', NAME, NAME_RULE);

/** A name that stands in an object name, from any text: what `NAME` does not allow becomes `_`. */
export function nameFromText(text: string): string {
  const name = text.replace(/[^A-Za-z0-9._~-]+/g, '_').slice(0, 128);
  return NAME.test(name) ? name : `x${name}`.slice(0, 128);
}

/**
 * `<vehicle>-<start as yyyymmddThhmmssZ>-<first 8 hex of the earliest recording's id>`; a drive without any log time
 * starts at 1970.
 */
export function driveIdFrom(vehicleId: string, startTimeNs: bigint, earliest: RecordingId): DriveId {
  const start = textFromTimeNs(startTimeNs > MAX_DATED_NS ? 0n : startTimeNs).slice(0, 19);
  return parseDriveId(`${vehicleId.slice(0, 96)}-${start.replace(/[-:]/g, '')}Z-${earliest.slice(0, 8)}`);
}

/** The last second of the year 9999. */
const MAX_DATED_NS = 253_402_300_799_000_000_000n;

export type ChunkKind =
  | 'log' // messages of channels
  | 'extras' // metadata records, attachments and channels without messages
  | 'opaque' // the bytes of a file that is no known log
  | 'unread'; // a byte range of a log that could not be read

/** One channel, or one kind of extra, as it enters the chunk id. */
export interface ChunkChannelIdentity {
  readonly topic: string;
  readonly messageEncoding: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly schemaName: string | null;
  readonly schemaEncoding: string | null;
  readonly schemaSha256: Sha256Hex | null;
  /** Tells apart channels that are equal in all of the above: 0 for the first in order of appearance. */
  readonly twin: number;
  readonly messages: number;
  readonly leaf: Sha256Hex;
}

export interface ChunkIdentity {
  readonly tenant: string;
  readonly driveId: DriveId;
  readonly planVersion: number;
  readonly kind: ChunkKind;
  readonly channels: readonly ChunkChannelIdentity[];
}

/** SHA-256 over the canonical JSON of the identity, its channels sorted by their own canonical JSON. */
export function chunkIdFrom(identity: ChunkIdentity): ChunkId {
  assert(identity.channels.length > 0, 'a chunk has at least one channel');
  const channels = identity.channels.map((channel) => canonicalJson(channel)).sort();
  const head = canonicalJson({
    chunkIdVersion: 1,
    tenant: identity.tenant,
    driveId: identity.driveId,
    planVersion: identity.planVersion,
    kind: identity.kind,
  });
  return createHash('sha256')
    .update(`${head}\n${channels.join('\n')}\n`)
    .digest('hex') as ChunkId;
}

/** SHA-256 of bytes that are already in memory. */
export function sha256Of(bytes: Uint8Array | string): Sha256Hex {
  return createHash('sha256').update(bytes).digest('hex') as Sha256Hex;
}
