/** What satellite receivers say of UTC: sentences of NMEA 0183, frames of u-blox, points of GPX. */
import { saidTime, ubxTime } from '../nmea/index.ts';
import type { Channel } from '../recording/index.ts';
import { jsonStamp } from './json-stamps.ts';
import type { ReadStamp, StampReader } from './stamp-reader.ts';

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

/** NAV-PVT, NAV-PVAT and NAV-TIMEUTC. */
const UBX_TOPICS = new Set(['/ubx/01-07', '/ubx/01-17', '/ubx/01-21']);
/** Two sync bytes, class, id, a length of two bytes, two bytes of checksum. */
const FRAME_BYTES_MIN = 8;

export function ubxStamps({ messageEncoding, topic }: Channel): readonly StampReader[] {
  return messageEncoding === 'ubx' && UBX_TOPICS.has(topic) ? [{ source: 'gnss', read: ubxStamp }] : [];
}

function ubxStamp(data: Uint8Array): bigint | undefined {
  if (data.byteLength < FRAME_BYTES_MIN) return undefined;
  const said = ubxTime(Buffer.from(data.buffer, data.byteOffset, data.byteLength), 0, data.byteLength);
  return said?.dayNs === undefined ? undefined : said.dayNs + said.timeOfDayNs;
}

/** GPX says that its times are UTC of the receiver. */
export function gpxStamps({ messageEncoding, schema }: Channel): readonly StampReader[] {
  if (messageEncoding !== 'json' || schema?.name !== 'gpx.Point') return [];
  const read: ReadStamp = jsonStamp;
  return [{ source: 'gnss', read }];
}
