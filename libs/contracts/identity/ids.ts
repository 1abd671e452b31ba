/** The ids as types: each is made only by its parser or by the function that derives it. */
import { PitlaneError } from '@pitlane/base/errors';

declare const brand: unique symbol;
type Branded<Name extends string> = string & { readonly [brand]: Name };

/** SHA-256 as 64 lower-case hex digits. */
export type Sha256Hex = Branded<'sha256'>;
/** SHA-256 of a recording's bytes, or of the list of its parts. */
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
