/** What a decoder is, and what it refuses to do. Every fault of what is decoded leaves as a coded error. */
import { MIB } from '@pitlane/base/bytes';
import { isPitlaneError, messageOf, PitlaneError } from '@pitlane/base/errors';

/**
 * A message as plain data: objects, arrays, typed arrays, text, numbers, booleans, and bigints where 64 bits were written.
 * Names are the schema's own. It holds nothing of the bytes it was decoded from.
 */
export type Decoded = Readonly<Record<string, unknown>>;

/** Throws `corrupt-input` where the bytes are not what the schema says, `limit-exceeded` where they are too many. */
export type Decoder = (data: Uint8Array) => Decoded;

/** How a channel says what its messages are, in MCAP's words. */
export interface EncodedChannel {
  readonly messageEncoding: string;
  /** Empty where the channel has no schema. */
  readonly schemaName: string;
  readonly schemaEncoding: string;
  readonly schemaData: Uint8Array;
}

/** The schemas of a whole vehicle's messages in one descriptor stay below this. */
export const SCHEMA_BYTES_MAX = MIB;
/** What is larger is no thin message. A message of the smallest parts takes some hundred times its bytes as objects. */
export const MESSAGE_BYTES_MAX = MIB;

export function tooLarge(what: string, bytes: number, bytesMax: number): PitlaneError {
  return new PitlaneError('limit-exceeded', `${what} of ${bytes} bytes is not decoded: at most ${bytesMax} are`);
}

/** A schema that is not what its encoding says, or asks for more than a message can hold. */
export const unfit = (schemaName: string, fault: string, cause?: unknown): PitlaneError =>
  new PitlaneError('corrupt-input', `the schema ${JSON.stringify(schemaName.slice(0, 200))} cannot be used: ${fault}`, {
    cause,
  });

/** The same decoder with its limit, and with all that a library throws as `corrupt-input`. */
export function guarded(schemaName: string, decode: Decoder, bytesMax = MESSAGE_BYTES_MAX): Decoder {
  const name = JSON.stringify(schemaName.slice(0, 200));
  return (data) => {
    if (data.byteLength > bytesMax) throw tooLarge(`a message of ${name}`, data.byteLength, bytesMax);
    try {
      return decode(data);
    } catch (cause) {
      if (isPitlaneError(cause)) throw cause;
      throw new PitlaneError('corrupt-input', `a message is not what ${name} says: ${messageOf(cause)}`, { cause });
    }
  };
}
