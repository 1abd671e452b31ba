/** UTC in PX4's logs: `time_utc_usec` of the receiver's messages, at the place that the log's own format gives. */
import { utf8FromBytes } from '@pitlane/base/bytes';
import type { Channel } from '../recording/index.ts';
import { typeNameFrom } from '../ulog/index.ts';
import { u32 } from './little-endian.ts';
import type { ReadStamp, StampReader } from './stamp-reader.ts';

const RECEIVERS = new Set(['vehicle_gps_position', 'sensor_gps']);
const DEFINITION_BYTES_MAX = 64 * 1024;
/** From here on the receiver has a place in two dimensions, and time with it. */
const FIX_2D = 2;
const NS_PER_US = 1000n;
const TWO_32 = 0x1_0000_0000;

export function ulogStamps({ messageEncoding, schema }: Channel): readonly StampReader[] {
  if (messageEncoding !== 'ulog' || !schema || !RECEIVERS.has(schema.name)) return [];
  if (schema.data.byteLength > DEFINITION_BYTES_MAX) return [];
  const [definition = ''] = utf8FromBytes(schema.data).split('\n', 1);
  const utcAt = placeOf('time_utc_usec', 'uint64_t', definition);
  const fixAt = placeOf('fix_type', 'uint8_t', definition);
  if (utcAt === undefined) return [];
  return [{ source: 'gnss', read: utcAtPlace(utcAt, fixAt) }];
}

/** Where a field begins; undefined if it is not there, or behind one whose size is not basic. */
function placeOf(wanted: string, wantedType: string, definition: string): number | undefined {
  let at = 0;
  for (const field of definition.slice(definition.indexOf(':') + 1).split(';')) {
    const space = field.indexOf(' ');
    const type = typeNameFrom(field.slice(0, Math.max(0, space)));
    if (type?.bytes === undefined) return undefined;
    if (field.slice(space + 1) === wanted) return type.base === wantedType ? at : undefined;
    at += type.bytes * (type.length ?? 1);
  }
  return undefined;
}

/** 0 is the receiver's word for not knowing. */
const utcAtPlace =
  (utcAt: number, fixAt: number | undefined): ReadStamp =>
  (data) => {
    if (utcAt + 8 > data.byteLength) return undefined;
    if (fixAt !== undefined && (data[fixAt] ?? 0) < FIX_2D) return undefined;
    const micros = u32(data, utcAt) + u32(data, utcAt + 4) * TWO_32;
    return micros > 0 && Number.isSafeInteger(micros) ? BigInt(micros) * NS_PER_US : undefined;
  };
