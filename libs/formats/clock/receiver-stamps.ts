/** What satellite receivers say of UTC: sentences of NMEA 0183, frames of u-blox, points of GPX. */
import { saidTime } from '../nmea/index.ts';
import type { Channel } from '../recording/index.ts';
import { i32, u16 } from './little-endian.ts';
import { jsonStamp } from './json-stamps.ts';
import { type ReadStamp, type StampReader, utcNsFrom } from './stamp-reader.ts';

const SENTENCE_TOPIC = /^\/nmea\/[A-Z]{2}(?:RMC|ZDA)$/;
/** A sentence has at most 82 characters, and what loggers write before it is short. */
const SENTENCE_BYTES_MAX = 512;

export function nmeaStamps({ messageEncoding, topic }: Channel): readonly StampReader[] {
  if (messageEncoding !== 'nmea' || !SENTENCE_TOPIC.test(topic)) return [];
  return [{ source: 'gnss', read: sentenceStamp }];
}

/** RMC counts only while its status is `A`: before the fix a receiver's clock may say anything. */
function sentenceStamp(data: Uint8Array): bigint | undefined {
  if (data.byteLength > SENTENCE_BYTES_MAX) return undefined;
  const line = Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('latin1');
  const text = /\$([A-Z]{5},[^*]*)/.exec(line)?.[1];
  if (text === undefined) return undefined;
  if (text.startsWith('RMC', 2) && text.split(',', 3)[2] !== 'A') return undefined;
  const said = saidTime(text.slice(0, 5), text);
  return said?.dayNs === undefined ? undefined : said.dayNs + said.timeOfDayNs;
}

/** UBX-NAV-PVT. */
const PVT_TOPIC = '/ubx/01-07';
const FRAME_HEAD_BYTES = 6;
const PVT_BYTES = 84;
/** Date and time are valid and fully resolved: no leap second is in doubt. */
const PVT_VALID = 0b111;

export function ubxStamps({ messageEncoding, topic }: Channel): readonly StampReader[] {
  return messageEncoding === 'ubx' && topic === PVT_TOPIC ? [{ source: 'gnss', read: pvtStamp }] : [];
}

function pvtStamp(data: Uint8Array): bigint | undefined {
  if (data.byteLength < FRAME_HEAD_BYTES + PVT_BYTES) return undefined;
  const pvt = data.subarray(FRAME_HEAD_BYTES);
  const byte = (at: number): number => pvt[at] as number;
  if ((byte(11) & PVT_VALID) !== PVT_VALID) return undefined;
  // The fraction may be negative: the receiver rounds to the nearest second.
  return utcNsFrom([u16(pvt, 4), byte(6), byte(7), byte(8), byte(9), byte(10)], i32(pvt, 16));
}

/** GPX says that its times are UTC of the receiver. */
export function gpxStamps({ messageEncoding, schema }: Channel): readonly StampReader[] {
  if (messageEncoding !== 'json' || schema?.name !== 'gpx.Point') return [];
  const read: ReadStamp = jsonStamp;
  return [{ source: 'gnss', read }];
}
