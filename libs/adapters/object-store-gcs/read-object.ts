/** One object, or a range of it, read in one request and checked: whole objects by the store's CRC-32C, all by length. */
import type { IncomingMessage } from 'node:http';
import { crc32c } from '@node-rs/crc32';
import { concatCopy } from '@pitlane/base/bytes';
import { PitlaneError } from '@pitlane/base/errors';
import { crcText } from './content.ts';
import type { Exchange } from './exchange.ts';
import { hexFromBase64 } from './object-resource.ts';

export interface Wanted {
  readonly bucket: string;
  readonly name: string;
  readonly range: { readonly start: number; readonly end: number } | undefined;
}

/** Bytes [start, end) as far as the object goes. Fails with status 416 when it ends before `start`. */
export async function readObject(exchange: Exchange, { bucket, name, range }: Wanted): Promise<Uint8Array> {
  const response = await exchange.send({
    method: 'GET',
    path: `/storage/v1/b/${encodeURIComponent(bucket)}/o/${encodeURIComponent(name)}?alt=media`,
    // What is stored is what we want, so no other encoding is asked for, and nothing from a cache on the way.
    headers: { 'cache-control': 'no-store', ...(range && { range: `bytes=${range.start}-${range.end - 1}` }) },
  });
  const { bytes, crc } = await contentOf(response);
  const stored = range === undefined ? storedCrc(response.headers['x-goog-hash']) : undefined;
  if (stored !== undefined && stored !== crc) {
    const told = `object ${name} has CRC-32C ${stored} in the store and ${crc} as it came: read it again`;
    throw new PitlaneError('checksum-mismatch', told, { retryable: true });
  }
  // A store may answer a range with the whole.
  return range && response.statusCode === 200 ? bytes.subarray(range.start, range.end) : bytes;
}

async function contentOf(response: IncomingMessage): Promise<{ bytes: Uint8Array; crc: string }> {
  // A length that was named saves a copy; an answer cut short is Node's to notice, with a length or without.
  const announced = response.headers['content-length'];
  const whole = announced === undefined ? undefined : Buffer.allocUnsafeSlow(Number(announced));
  const parts: Uint8Array[] = [];
  let filled = 0;
  let crc = 0;
  for await (const part of response as AsyncIterable<Buffer>) {
    if (whole) whole.set(part, filled);
    else parts.push(part);
    filled += part.length;
    crc = crc32c(part, crc);
  }
  const bytes = whole ? new Uint8Array(whole.buffer, whole.byteOffset, filled) : concatCopy(parts);
  return { bytes, crc: crcText(crc) };
}

function storedCrc(header: string | string[] | undefined): string | undefined {
  const sum = /(?:^|[,\s])crc32c=([A-Za-z0-9+/]{6}==)/.exec(String(header ?? ''))?.[1];
  return sum === undefined ? undefined : hexFromBase64(sum);
}
