/** Why the store answered a put with 400: the content is not what was declared, it broke on its way, or something else. */
import { messageOf, PitlaneError } from '@pitlane/base/errors';
import type { PutOptions, PutSource } from '@pitlane/ports/object-store';
import { crc32cOf, openContent } from './content.ts';
import { errorFromGcs } from './gcs-errors.ts';

export async function refusedContent(
  name: string,
  source: PutSource,
  { crc32c: declared }: PutOptions,
  refusal: unknown,
): Promise<PitlaneError> {
  // What a store writes into its refusal changes; what we have in hand does not lie.
  let found: string;
  try {
    await using content = await openContent(source);
    found = await crc32cOf(content);
  } catch (error) {
    return errorFromGcs(error, `reading the source of object ${name} again`);
  }
  if (found !== declared) {
    const told = `object ${name} was declared with CRC-32C ${declared} and has ${found}: read its source again`;
    return new PitlaneError('checksum-mismatch', told, { cause: refusal, details: { declared, found } });
  }
  if (/crc32c|checksum|hash|md5/i.test(messageOf(refusal))) {
    const told = `object ${name} reached the store with another CRC-32C than it was sent with: send it again`;
    return new PitlaneError('checksum-mismatch', told, { cause: refusal, retryable: true });
  }
  return errorFromGcs(refusal, `writing object ${name}`);
}
