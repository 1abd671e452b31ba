/**
 * The preview of a recording: small camera frames and thin topics at a low rate, in one MCAP object beside the drive's
 * chunks. It is derived, and stands apart from them: no chunk, no manifest and no receipt knows of it, and no message of a
 * drive is counted in it. What it is stands at its head, so that the catalog learns of it from the object alone.
 */
import { PitlaneError } from '@pitlane/base/errors';
import { canonicalJson } from '../canonical-json/index.ts';
import {
  type DriveId,
  parseDriveId,
  parseSha256,
  parseTenant,
  parseVehicleId,
  type Sha256Hex,
} from '../identity/ids.ts';
import { sha256Of } from '../identity/sha256.ts';
import type { TimeText } from '../manifest/index.ts';

/** Of priorities: behind what somebody waits for, before what nobody asked for. */
export const PREVIEW_PRIORITY = 30;

/** Another way of making previews is another version, and gives other ids. */
export const PREVIEW_VERSION = 1;

/** The metadata record that stands first in the object, and how far into the object it may reach. */
export const PREVIEW_METADATA = 'pitlane.preview';
export const PREVIEW_HEAD_BYTES = 256 * 1024;

/** More channels, or topics of longer names, are left out of a preview: the facts fit into its head. */
export const PREVIEW_CHANNELS_MAX = 400;
export const PREVIEW_TOPIC_BYTES_MAX = 256;

export interface PreviewFacts {
  readonly previewId: Sha256Hex;
  readonly tenant: string;
  readonly driveId: DriveId;
  readonly vehicleId: string;
  /** The recording, as it lay below the docked folder. Its id takes all of its bytes to be known, and a preview does not wait. */
  readonly path: string;
  /** Of the first 64 KiB and the first message: a longer copy of a recording takes the place of a shorter one's preview. */
  readonly headSha256: Sha256Hex;
  /** Size of the recording. */
  readonly sourceBytes: number;
  /** How much of it was read. */
  readonly readBytes: number;
  readonly topics: readonly string[];
  /** Messages, small frames among them. */
  readonly messages: number;
  readonly frames: number;
  readonly startTime: TimeText | null;
  readonly endTime: TimeText | null;
  /** What is not in it, in words. */
  readonly notes: readonly string[];
}

export interface PreviewIdentity extends Pick<PreviewFacts, 'tenant' | 'driveId'> {
  /** Longest edge of a frame. */
  readonly framePixelsMax: number;
  /** SHA-256 over the messages that it was made from, as they stand in the recording. */
  readonly sourceSha256: Sha256Hex;
}

/** Whose it is, how and from what it is made: never what an encoder made of it, so that it is the same on any machine. */
export const previewIdFrom = ({ tenant, driveId, framePixelsMax, sourceSha256 }: PreviewIdentity): Sha256Hex =>
  sha256Of(canonicalJson({ previewVersion: PREVIEW_VERSION, tenant, driveId, framePixelsMax, sourceSha256 }));

const ABOUT = 'a few small frames and thinned topics of a recording, made for a first look; not the recording itself';

/** The entries of the metadata record. */
export const entriesFromPreview = (facts: PreviewFacts): ReadonlyMap<string, string> =>
  new Map([
    ['about', ABOUT],
    ['facts', canonicalJson(facts)],
    ['version', String(PREVIEW_VERSION)],
  ]);

/** From an object that anybody may have written. Errors: `corrupt-input`. */
export function previewFromEntries(entries: ReadonlyMap<string, string>, where: string): PreviewFacts {
  try {
    const facts = JSON.parse(entries.get('facts') ?? '') as PreviewFacts;
    const wrong = Object.entries<(value: unknown) => boolean>(SHAPE)
      .filter(([name, check]) => !check(facts[name as keyof PreviewFacts]))
      .map(([name]) => name);
    if (wrong.length === 0) return namedFrom(facts);
    throw new PitlaneError('corrupt-input', `wrong are: ${wrong.join(', ')}`);
  } catch (cause) {
    throw new PitlaneError('corrupt-input', `${where} is no preview: its metadata does not say what it is`, { cause });
  }
}

function namedFrom(facts: PreviewFacts): PreviewFacts {
  parseTenant(facts.tenant);
  parseVehicleId(facts.vehicleId);
  parseDriveId(facts.driveId);
  parseSha256(facts.previewId);
  parseSha256(facts.headSha256);
  return facts;
}

const isText = (value: unknown): boolean => typeof value === 'string';
const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 0;
const isTimeOrNull = (value: unknown): boolean =>
  value === null || (typeof value === 'string' && /^\d{1,20}$/.test(value) && BigInt(value) < 1n << 64n);
const areTexts = (value: unknown): boolean => Array.isArray(value) && value.every(isText);

const SHAPE: Readonly<Record<keyof PreviewFacts, (value: unknown) => boolean>> = {
  previewId: isText,
  tenant: isText,
  driveId: isText,
  vehicleId: isText,
  path: isText,
  headSha256: isText,
  sourceBytes: isCount,
  readBytes: isCount,
  topics: areTexts,
  messages: isCount,
  frames: isCount,
  startTime: isTimeOrNull,
  endTime: isTimeOrNull,
  notes: areTexts,
};
