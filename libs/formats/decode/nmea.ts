/**
 * Sentences of NMEA 0183 that say where a receiver is and how it moves: RMC, GGA, VTG, GLL and HDT, with units in the
 * names. Of others the fields are given as they stand. What a sentence leaves empty is left out.
 */
import { type Decoded, guarded } from './decoder.ts';

/** A sentence has at most 82 characters, and what loggers write before it is short. */
const SENTENCE_BYTES_MAX = 4096;

type Fields = readonly string[];
type Said = Readonly<Record<string, string | number | boolean | undefined>>;

/** `fields[0]` is the address. */
const KINDS: Readonly<Record<string, (fields: Fields) => Said>> = {
  RMC: (fields) => ({
    valid: fields[2] === 'A',
    ...position(fields, 3),
    speed_knots: number(fields[7]),
    course_deg: number(fields[8]),
  }),
  GGA: (fields) => ({
    ...position(fields, 2),
    quality: number(fields[6]),
    satellites: number(fields[7]),
    hdop: number(fields[8]),
    altitude_m: number(fields[9]),
    geoid_separation_m: number(fields[11]),
  }),
  VTG: (fields) => ({
    course_deg: number(fields[1]),
    speed_knots: number(fields[5]),
    speed_kmh: number(fields[7]),
  }),
  GLL: (fields) => ({ ...position(fields, 1), valid: fields[6] === 'A' }),
  HDT: (fields) => ({ heading_deg: number(fields[1]) }),
};

export const nmeaDecoder = guarded(
  'NMEA 0183',
  (data): Decoded => {
    const line = Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('latin1');
    const text = /[$!]([A-Z0-9]{3,8}(?:,[^*]*)?)/.exec(line)?.[1];
    if (text === undefined) throw new Error('it has no sentence');
    const fields = text.split(',');
    const address = fields[0] as string;
    const [talker, sentence] = [address.slice(0, -3), address.slice(-3)];
    const said = Object.hasOwn(KINDS, sentence) ? KINDS[sentence]?.(fields) : undefined;
    const known = Object.entries(said ?? {}).filter(([, value]) => value !== undefined);
    return { talker, sentence, ...(said ? Object.fromEntries(known) : { fields: fields.slice(1) }) };
  },
  SENTENCE_BYTES_MAX,
);

function number(text = ''): number | undefined {
  return /^[+-]?\d{1,12}(?:\.\d{0,12})?$/.test(text) ? Number(text) : undefined;
}

function position(fields: Fields, at: number): Said {
  return {
    latitude: degrees(fields[at], fields[at + 1], 'NS'),
    longitude: degrees(fields[at + 2], fields[at + 3], 'EW'),
  };
}

/** Degrees and minutes without anything between them: `4807.038` is 48° 7.038′. */
function degrees(text = '', side = '', sides: string): number | undefined {
  const match = /^(\d{1,3})(\d{2}(?:\.\d{0,12})?)$/.exec(text);
  const sign = side === sides[0] ? 1 : side !== '' && side === sides[1] ? -1 : undefined;
  if (match === null || sign === undefined) return undefined;
  return sign * (Number(match[1]) + Number(match[2]) / 60);
}
