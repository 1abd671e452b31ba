/** Which messages say whether there is a fix, and how each kind says it. A message that does not fit says nothing. */
import type { Channel } from '@pitlane/formats/recording';
import { nmeaFix } from './nmea-fix.ts';
import { jsonLocationFix, protobufLocationFix } from './location-fix.ts';
import { navSatFix } from './nav-sat-fix.ts';
import { ubxFix } from './ubx-fix.ts';
import { ulogFixReader } from './ulog-fix.ts';

/** True with a fix, false without; undefined where the message does not say. */
export type FixReader = (data: Uint8Array) => boolean | undefined;

const NMEA_TOPIC = /^\/nmea\/..(GGA|RMC)$/;
const NAV_PVT_TOPIC = '/ubx/01-07';
const ULOG_SCHEMAS = new Set(['vehicle_gps_position', 'sensor_gps']);

export function fixReaderOf({ topic, messageEncoding, schema }: Channel): FixReader | undefined {
  if (messageEncoding === 'nmea') return NMEA_TOPIC.test(topic) ? nmeaFix : undefined;
  if (messageEncoding === 'ubx') return topic === NAV_PVT_TOPIC ? ubxFix : undefined;
  if (!schema) return undefined;
  if (schema.encoding === 'ulog') return ULOG_SCHEMAS.has(schema.name) ? ulogFixReader(schema) : undefined;
  if (/(^|\/)NavSatFix$/.test(schema.name)) {
    if (messageEncoding === 'ros1') return (data) => navSatFix(data, 'ros1');
    return messageEncoding === 'cdr' ? (data) => navSatFix(data, 'cdr') : undefined;
  }
  if (schema.name !== 'foxglove.LocationFix') return undefined;
  if (messageEncoding === 'protobuf') return protobufLocationFix;
  return messageEncoding === 'json' ? jsonLocationFix : undefined;
}
