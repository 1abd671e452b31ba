/** One object, or a range of it, read in one request and checked: whole objects by the store's CRC-32C, ranges by length. */
import type { File } from '@google-cloud/storage';
import { crc32c } from '@node-rs/crc32';
import { concatCopy } from '@pitlane/base/bytes';
import { PitlaneError } from '@pitlane/base/errors';
import { crcText } from './content.ts';
import { StalledError } from './gcs-errors.ts';
import { hexFromBase64 } from './object-resource.ts';

interface Head {
  readonly headers: Readonly<Record<string, string | undefined>>;
}

/** Bytes [start, end) as far as the object goes. Fails with status 416 when it ends before `start`. */
export async function readObject(
  file: File,
  range: { readonly start: number; readonly end: number } | undefined,
  stallMs: number,
): Promise<Uint8Array> {
  // The client's own validation computes CRC-32C in JavaScript; and what is stored is what we want, gzip or not.
  const options = { validation: false, decompress: false, ...(range && { start: range.start, end: range.end - 1 }) };
  const stream = file.createReadStream(options);
  const stall = setTimeout(() => stream.destroy(new StalledError(stallMs)), stallMs);
  let head: Head | undefined;
  stream.once('response', (response: Head) => (head = response));
  const parts: Uint8Array[] = [];
  let bytes = 0;
  let crc = 0;
  try {
    for await (const part of stream as AsyncIterable<Buffer>) {
      stall.refresh();
      parts.push(part);
      bytes += part.length;
      if (range === undefined) crc = crc32c(part, crc);
    }
  } finally {
    clearTimeout(stall);
  }
  const { headers } = head ?? { headers: {} };
  const announced = headers['content-length'];
  if (announced !== undefined && Number(announced) !== bytes) {
    const told = `object ${file.name} was cut off after ${bytes} of ${announced} bytes: read it again`;
    throw new PitlaneError('unavailable', told, { retryable: true });
  }
  const stored = range === undefined ? storedCrc(headers) : undefined;
  if (stored !== undefined && stored !== crcText(crc)) {
    const told = `object ${file.name} has CRC-32C ${stored} in the store and ${crcText(crc)} as it came: read it again`;
    throw new PitlaneError('checksum-mismatch', told, { retryable: true });
  }
  return concatCopy(parts);
}

function storedCrc(headers: Head['headers']): string | undefined {
  const sum = /(?:^|[,\s])crc32c=([A-Za-z0-9+/]{6}==)/.exec(headers['x-goog-hash'] ?? '')?.[1];
  return sum === undefined ? undefined : hexFromBase64(sum);
}
