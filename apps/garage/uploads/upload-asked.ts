/**
 * What a client says of a file that it will upload: hostile until it was looked at here. The name becomes a path below the
 * home, so that it may lead nowhere else, whatever it is made of.
 */
import { PitlaneError } from '@pitlane/base/errors';
import { nameFromText, parseSha256, parseVehicleId, type Sha256Hex } from '@pitlane/contracts/identity';

export interface UploadAsked {
  /** Below the drive's folder, with `/` between names. */
  readonly filename: string;
  readonly vehicleId: string;
  /** Names files that belong together; without one the upload is a drive by itself. */
  readonly drive: string | undefined;
  /** What the bytes must come to. */
  readonly sha256: Sha256Hex | undefined;
  /** It is the last of its drive, which need not be waited for. */
  readonly complete: boolean;
}

const PATH_MAX_BYTES = 1024;
/** What file systems take. */
const NAME_MAX_BYTES = 255;
const DEPTH_MAX = 32;
/** Would break lines in logs, or end a path early. */
const CONTROL = /[\u0000-\u001F\u007F-\u009F]/;

/** @param metadata as the tus header has it, decoded. Throws `bad-usage`; keys that are not ours are passed over. */
export function uploadAskedFrom(metadata: Readonly<Record<string, string | null>>): UploadAsked {
  const { filename, vehicle, drive, sha256, complete } = metadata;
  if (!filename) throw wrong('filename', 'is missing: name the file, such as run-1/cameras.mcap');
  if (!vehicle) throw wrong('vehicle', 'is missing: name the car that the file is of');
  return {
    filename: uploadPath(filename),
    vehicleId: parseVehicleId(vehicle),
    drive: drive ? driveName(drive) : undefined,
    sha256: sha256 ? parseSha256(sha256) : undefined,
    complete: isTrue(complete),
  };
}

/** A path that leads nowhere but below its folder. */
export function uploadPath(text: string): string {
  const refuse = (why: string): PitlaneError =>
    wrong('filename', `${JSON.stringify(text.slice(0, 120))} ${why}: name it by its path below the drive's folder`);
  if (Buffer.byteLength(text) > PATH_MAX_BYTES) throw refuse(`is longer than ${PATH_MAX_BYTES} bytes`);
  if (CONTROL.test(text)) throw refuse('holds a control character');
  // What the decoder puts where bytes are no text: two names could become one.
  if (text.includes('\uFFFD')) throw refuse('is not valid UTF-8');
  if (text.startsWith('/')) throw refuse('is an absolute path');
  const names = text.split('/');
  if (names.length > DEPTH_MAX) throw refuse(`has more than ${DEPTH_MAX} folders`);
  for (const name of names) {
    if (name === '') throw refuse('has an empty part');
    if (name === '.' || name === '..') throw refuse(`has a part ${JSON.stringify(name)}`);
    if (Buffer.byteLength(name) > NAME_MAX_BYTES) throw refuse(`has a part of more than ${NAME_MAX_BYTES} bytes`);
  }
  return text;
}

function driveName(text: string): string {
  if (nameFromText(text) === text) return text;
  throw wrong('drive', `${JSON.stringify(text.slice(0, 120))} is no name: take letters, digits, ".", "_", "~" or "-"`);
}

function isTrue(text: string | null | undefined): boolean {
  if (text === undefined || text === 'false') return false;
  if (text === 'true' || text === null || text === '') return true;
  throw wrong('complete', `is ${JSON.stringify(text.slice(0, 20))}: say true or false`);
}

const wrong = (key: string, why: string): PitlaneError =>
  new PitlaneError('bad-usage', `the upload's metadata \`${key}\` ${why}`);
