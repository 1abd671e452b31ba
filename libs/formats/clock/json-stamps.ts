/** Stamps of Foxglove's messages in JSON. */
import type { Channel } from '../recording/index.ts';
import { type StampReader, stampNs } from './stamp-reader.ts';

/** The stamp stands near the beginning; what comes behind may be a whole picture. */
const LOOKED_AT_BYTES = 1024;
const STAMP = /"timestamp"\s*:\s*\{\s*"sec"\s*:\s*(\d{1,12})\s*,\s*"nsec"\s*:\s*(\d{1,9})\s*\}/;

export function jsonStamp(data: Uint8Array): bigint | undefined {
  const bytes = Math.min(data.byteLength, LOOKED_AT_BYTES);
  const match = STAMP.exec(Buffer.from(data.buffer, data.byteOffset, bytes).toString('latin1'));
  return match ? stampNs(Number(match[1]), Number(match[2])) : undefined;
}

export function foxgloveJsonStamps({ messageEncoding, schema }: Channel): readonly StampReader[] {
  if (messageEncoding !== 'json' || schema?.name.startsWith('foxglove.') !== true) return [];
  const header: StampReader = { source: 'header', read: jsonStamp };
  return schema.name === 'foxglove.LocationFix' ? [header, { source: 'fix', read: jsonStamp }] : [header];
}
