/** PX4's vehicle_gps_position and sensor_gps: a field `fix_type`, 2 and above with a fix. Where it stands says the format. */
import { utf8FromBytes } from '@pitlane/base/bytes';
import type { Schema } from '@pitlane/formats/recording';
import type { FixReader } from './fix-reader.ts';

const TYPE_BYTES: Readonly<Record<string, number>> = {
  int8_t: 1,
  uint8_t: 1,
  int16_t: 2,
  uint16_t: 2,
  int32_t: 4,
  uint32_t: 4,
  int64_t: 8,
  uint64_t: 8,
  float: 4,
  double: 8,
  bool: 1,
  char: 1,
};
const FIX_2D = 2;

export function ulogFixReader(schema: Schema): FixReader | undefined {
  const at = placeOf('fix_type', utf8FromBytes(schema.data));
  return at === undefined ? undefined : (data) => (at < data.byteLength ? (data[at] as number) >= FIX_2D : undefined);
}

/** Where a field of one byte stands in the first of these formats: `name:type field;type[3] field;…`. */
function placeOf(wanted: string, formats: string): number | undefined {
  const [format = ''] = formats.split('\n', 1);
  let at = 0;
  for (const field of format.slice(format.indexOf(':') + 1).split(';')) {
    const match = /^(\w+)(?:\[(\d{1,4})\])? (\w+)$/.exec(field);
    const bytes = match && TYPE_BYTES[match[1] as string];
    if (!match || bytes === undefined || bytes === null) return undefined;
    if (match[3] === wanted) return bytes === 1 ? at : undefined;
    at += bytes * Number(match[2] ?? 1);
  }
  return undefined;
}
