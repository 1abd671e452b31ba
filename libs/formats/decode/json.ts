/** JSON objects; the schema is for readers alone. */
import { utf8FromBytes } from '@pitlane/base/bytes';
import { PitlaneError } from '@pitlane/base/errors';
import { type Decoded, type Decoder, type EncodedChannel, guarded } from './decoder.ts';

export const jsonDecoder = ({ schemaName }: EncodedChannel): Decoder =>
  guarded(schemaName, (data) => {
    const value: unknown = JSON.parse(utf8FromBytes(data));
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Decoded;
    throw new PitlaneError('corrupt-input', 'a message of JSON is no object');
  });
