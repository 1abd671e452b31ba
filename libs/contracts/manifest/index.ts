/**
 * The facts of a drive, and the manifest that closes a dock: one JSON object a line (NDJSON), so that a drive of 10^5
 * chunks is written and read as a stream. What is written here is all that the catalog needs: it can be rebuilt from
 * the manifests in the bucket. In memory and on the wire facts have one shape; times are decimal nanoseconds as text.
 */
import { PitlaneError } from '@pitlane/base/errors';
import type { ClockFacts } from '../clock/index.ts';
import type { ChunkId, ChunkKind, DriveId, RecordingId, Sha256Hex } from '../identity/index.ts';
import { canonicalJson } from '../identity/index.ts';
import type { FindingFacts, VerdictFacts } from '../verdict/index.ts';

/** Decimal nanoseconds since the epoch, 0 to 2^64 - 1. */
export type TimeText = string;

export interface DriveFacts {
  readonly tenant: string;
  readonly driveId: DriveId;
  readonly vehicleId: string;
  /** From the drive's sidecar: software, map, calibration, … */
  readonly labels: Readonly<Record<string, string>>;
  /** Log time of the drive's first message, or the sidecar's word; null if neither is known. */
  readonly startTime: TimeText | null;
  /** What happened on the way, as the sidecar says, in order of time; absent when it says nothing. */
  readonly events?: readonly DriveEvent[];
}

export interface DriveEvent {
  readonly time: TimeText;
  /** `incident`, `boot`, `crash`, or any other word of the fleet's own. */
  readonly kind: string;
  readonly note: string | null;
}

/** One docking of a drive at a garage. */
export interface DockFacts {
  readonly dockId: string;
  readonly garage: string;
  /** Wall clock of the garage, milliseconds since the epoch. */
  readonly dockedAtMs: number;
}

export interface RecordingFacts {
  readonly recordingId: RecordingId;
  /** Where it lay below the docked folder, with `/`: a label, never opened as a path. */
  readonly path: string;
  /** Further paths below the docked folder where the same bytes lay, in order; absent when there are none. */
  readonly alsoAt?: readonly string[];
  /** `mcap`, `rosbag1`, … or `opaque`. */
  readonly format: string;
  /** Why a known format landed opaque; null otherwise. */
  readonly opaqueReason: string | null;
  readonly profile: string;
  readonly library: string;
  readonly bytes: number;
  /** SHA-256 of the first 64 KiB and the first message: a hint that two files may be copies, never a proof. */
  readonly headSha256: Sha256Hex;
  readonly planVersion: number;
  /** Chunks of all kinds; ordinals run from 0 to this. Chunks beyond come from a cut that was given up. */
  readonly chunks: number;
  readonly messages: number;
  readonly startTime: TimeText | null;
  readonly endTime: TimeText | null;
  readonly notes: readonly string[];
  /** What is known of its clock; absent without messages, and in manifests of before the clock was looked at. */
  readonly clock?: ClockFacts;
}

export interface ChannelFacts {
  readonly recordingId: RecordingId;
  /** The channel's number in the recording, from 0 in order of appearance. */
  readonly channel: number;
  readonly topic: string;
  readonly messageEncoding: string;
  readonly schemaName: string | null;
  readonly schemaEncoding: string | null;
  readonly schemaSha256: Sha256Hex | null;
  readonly metadata: Readonly<Record<string, string>>;
  readonly messages: number;
  /** Message data before compression. */
  readonly bytes: number;
  readonly startTime: TimeText | null;
  readonly endTime: TimeText | null;
  /** SHA-256 over the channel's leaves in order of window and part. */
  readonly digest: Sha256Hex;
}

export interface ChunkChannelFacts {
  readonly channel: number;
  readonly topic: string;
  readonly messages: number;
  readonly bytes: number;
  readonly startTime: TimeText | null;
  readonly endTime: TimeText | null;
  readonly leaf: Sha256Hex;
}

/** One chunk of one recording under one plan, and the encoding that the garage shipped. */
export interface ChunkFacts {
  readonly chunkId: ChunkId;
  readonly recordingId: RecordingId;
  readonly kind: ChunkKind;
  /** Number of the chunk in its recording, from 0 in order of closing. */
  readonly ordinal: number;
  /** The topic that travels alone, or "" for the shared group. */
  readonly group: string;
  /** Start of the window; null for kinds without log time. */
  readonly windowStart: TimeText | null;
  /** 0 for the first chunk of this window and group, then counting. */
  readonly part: number;
  /** The range [sourceStart, sourceEnd) of the recording's bytes in which the chunk's records lie. */
  readonly sourceStart: number;
  readonly sourceEnd: number;
  readonly startTime: TimeText | null;
  readonly endTime: TimeText | null;
  readonly messages: number;
  /** Message records before compression. */
  readonly bytesRaw: number;
  readonly object: string;
  readonly bytesStored: number;
  /** Of the stored bytes: 8 lower-case hex digits. */
  readonly crc32c: string;
  readonly sha256: Sha256Hex;
  readonly channels: readonly ChunkChannelFacts[];
}

export interface LossFacts {
  readonly recordingId: RecordingId;
  readonly reason: string;
  readonly text: string;
  /** The unread range [offset, offset + bytes) of the recording; kept in the chunk `keptIn` if it has any bytes and may leave the garage. */
  readonly offset: number;
  readonly bytes: number;
  readonly keptIn: ChunkId | null;
  readonly topics: readonly string[];
  readonly startTime: TimeText | null;
  readonly endTime: TimeText | null;
}

const TWIN_BEGINS = 'the same bytes lie at ';
const TWIN_ENDS = ' too';

/** The note that a recording has for each path of `alsoAt`: the catalog keeps notes, so that it knows the paths by them. */
export const twinNote = (path: string): string => `${TWIN_BEGINS}${path}${TWIN_ENDS}`;

/** The paths that notes of `twinNote` tell of, in their order. */
export const twinPathsFromNotes = (notes: readonly string[]): string[] =>
  notes
    .filter((note) => note.startsWith(TWIN_BEGINS) && note.endsWith(TWIN_ENDS))
    .map((note) => note.slice(TWIN_BEGINS.length, -TWIN_ENDS.length));

const PARTS_BEGIN = 'read together with ';
const OWN_SHA256 = /: the SHA-256 of the file alone is ([0-9a-f]{64})$/;

/** The note of a recording whose id is that of several files: which these are, and what the file itself hashes to. */
export const partsNote = (others: readonly string[], sha256: Sha256Hex): string =>
  `${PARTS_BEGIN}${others.join(' and ')}: the SHA-256 of the file alone is ${sha256}`;

/** What a note of `partsNote` says of the file alone; undefined where the recording is its file. */
export function ownSha256FromNotes(notes: readonly string[]): Sha256Hex | undefined {
  const note = notes.find((text) => text.startsWith(PARTS_BEGIN) && OWN_SHA256.test(text));
  return note === undefined ? undefined : (OWN_SHA256.exec(note)?.[1] as Sha256Hex | undefined);
}

/** 2 has the verdict; manifests of version 1 are read as they are. */
export const MANIFEST_VERSION = 2;

export type ManifestLine =
  | ({ readonly type: 'manifest'; readonly version: number; readonly chunkStore: string } & DriveFacts & DockFacts)
  | ({ readonly type: 'recording' } & RecordingFacts)
  | ({ readonly type: 'channel' } & ChannelFacts)
  | ({ readonly type: 'chunk' } & ChunkFacts)
  | ({ readonly type: 'loss' } & LossFacts)
  /** Of the whole drive as its garage knows it, at most one; its findings follow, worst first. */
  | ({ readonly type: 'verdict'; readonly findings: number } & VerdictFacts)
  | ({ readonly type: 'finding'; readonly ordinal: number } & FindingFacts)
  /** The last line; a manifest without it, or with other counts, is not complete. */
  | {
      readonly type: 'end';
      readonly recordings: number;
      readonly channels: number;
      readonly chunks: number;
      readonly losses: number;
      /** Absent in version 1. */
      readonly findings?: number;
    };

export const manifestText = (line: ManifestLine): string => `${canonicalJson(line)}\n`;

/** Parses one line; its shape was signed by a garage, so only JSON and the type are checked here. */
export function manifestLineFromText(text: string, where: string): ManifestLine {
  try {
    const line = JSON.parse(text) as ManifestLine;
    if (['manifest', 'recording', 'channel', 'chunk', 'loss', 'verdict', 'finding', 'end'].includes(line.type))
      return line;
  } catch (cause) {
    throw new PitlaneError('corrupt-input', `${where}: a manifest line is not JSON`, { cause });
  }
  throw new PitlaneError('corrupt-input', `${where}: a manifest line has no known type`);
}
