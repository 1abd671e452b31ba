/** The times that u-blox frames say: NAV-PVT, NAV-PVAT and NAV-TIMEUTC, where the receiver vouches for date and time. */
import { DAY_NS, type SaidTime } from './sentence-times.ts';

const PAYLOAD_AT = 6;
const NS_PER_S = 1_000_000_000n;

/** Places in the payload. Behind the year stand month, day, hour, minute and second. */
interface Layout {
  readonly payloadBytesMin: number;
  readonly yearAt: number;
  readonly nanosAt: number;
  readonly validAt: number;
}

/** By class and id. */
const LAYOUTS: Readonly<Record<number, Layout>> = {
  0x0107: { payloadBytesMin: 84, yearAt: 4, nanosAt: 16, validAt: 11 },
  0x0117: { payloadBytesMin: 116, yearAt: 6, nanosAt: 20, validAt: 5 },
  0x0121: { payloadBytesMin: 20, yearAt: 12, nanosAt: 8, validAt: 19 },
};
/** In all of them: date, time of day, and no leap second in doubt. */
const VALID = 0b111;
const CHECKSUM_BYTES = 2;

/** What the sound frame `[at, end)` says of time. */
export function ubxTime(bytes: Buffer, at: number, end: number): SaidTime | undefined {
  const layout = LAYOUTS[bytes.readUInt16BE(at + 2)];
  const payload = at + PAYLOAD_AT;
  if (layout === undefined || end - CHECKSUM_BYTES - payload < layout.payloadBytesMin) return undefined;
  const { yearAt, nanosAt, validAt } = layout;
  if (((bytes[payload + validAt] as number) & VALID) !== VALID) return undefined;
  const yearPlace = payload + yearAt;
  const [month, day, hours, minutes, seconds] = bytes.subarray(yearPlace + 2, yearPlace + 7) as unknown as Five;
  const dayNs = midnight(bytes.readUInt16LE(yearPlace), month, day);
  const nanos = BigInt(bytes.readInt32LE(payload + nanosAt));
  if (dayNs === undefined || hours > 23 || minutes > 59 || seconds > 60) return undefined;
  // The fraction is below zero where the receiver rounded up to the second: that may be the day before.
  const timeNs = dayNs + BigInt(hours * 3600 + minutes * 60 + seconds) * NS_PER_S + nanos;
  const timeOfDayNs = timeNs % DAY_NS;
  return { timeOfDayNs, dayNs: timeNs - timeOfDayNs };
}

type Five = readonly [number, number, number, number, number];

function midnight(year: number, month: number, day: number): bigint | undefined {
  if (year < 1980 || year > 2200) return undefined;
  const date = new Date(Date.UTC(year, month - 1, day));
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return undefined;
  return BigInt(date.getTime()) * 1_000_000n;
}
