/** The times that a sentence says: a time of day in UTC, and of some sentences the day. */

const NS_PER_S = 1_000_000_000n;
export const DAY_NS = 86_400n * NS_PER_S;

export interface SaidTime {
  /** Nanoseconds since midnight. */
  readonly timeOfDayNs: bigint;
  /** The midnight before, since 1970; undefined where the sentence has no date. */
  readonly dayNs: bigint | undefined;
}

/** In which field, counted from 0 for the address, the time of day stands. */
const TIME_FIELD: Readonly<Record<string, number>> = { RMC: 1, GGA: 1, GNS: 1, GST: 1, GBS: 1, ZDA: 1, GLL: 5 };

/** What `text`, the sentence from its address to before its `*`, says of time. */
export function saidTime(address: string, text: string): SaidTime | undefined {
  const kind = address.length === 5 && !address.startsWith('P') ? address.slice(2) : '';
  const timeField = TIME_FIELD[kind];
  if (timeField === undefined) return undefined;
  const fields = text.split(',');
  const timeOfDayNs = timeOfDayFrom(fields[timeField]);
  if (timeOfDayNs === undefined) return undefined;
  return { timeOfDayNs, dayNs: dayFrom(kind, fields) };
}

function timeOfDayFrom(field = ''): bigint | undefined {
  const match = /^(\d{2})(\d{2})(\d{2})(?:\.(\d*))?$/.exec(field);
  if (match === null) return undefined;
  const [hours, minutes, seconds] = [Number(match[1]), Number(match[2]), Number(match[3])];
  if (hours > 23 || minutes > 59 || seconds > 60) return undefined;
  const nanos = BigInt((match[4] ?? '').slice(0, 9).padEnd(9, '0'));
  return BigInt(hours * 3600 + minutes * 60 + seconds) * NS_PER_S + nanos;
}

function dayFrom(kind: string, fields: readonly string[]): bigint | undefined {
  if (kind === 'ZDA') return midnight(fields[4], fields[3], fields[2]);
  const match = kind === 'RMC' ? /^(\d{2})(\d{2})(\d{2})$/.exec(fields[9] ?? '') : null;
  if (match === null) return undefined;
  // The first GPS satellites are of 1978; two digits stand for 1980 to 2079.
  const century = Number(match[3]) >= 80 ? '19' : '20';
  return midnight(`${century}${match[3]}`, match[2], match[1]);
}

function midnight(year = '', month = '', day = ''): bigint | undefined {
  if (!/^\d{4}$/.test(year) || !/^\d{1,2}$/.test(month) || !/^\d{1,2}$/.test(day)) return undefined;
  const date = `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
  const ms = Date.parse(`${date}T00:00:00Z`);
  // `Date.parse` takes 30 February for 2 March.
  if (Number.isNaN(ms) || ms < 0 || !new Date(ms).toISOString().startsWith(date)) return undefined;
  return BigInt(ms) * 1_000_000n;
}
