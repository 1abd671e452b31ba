/** Times of GPX: RFC 3339, in UTC where the zone is left out. */

const TIME = /^(\d{4}-\d{2}-\d{2})[Tt ](\d{2}:\d{2}:\d{2})(?:\.(\d+))?([Zz]|[+-]\d{2}:\d{2})?$/;
const NS_PER_MS = 1_000_000n;
const NS_PER_S = 1_000_000_000n;

export interface GpxTime {
  readonly timeNs: bigint;
  readonly hasZone: boolean;
  /** Whether the shortest spelling in UTC is the text. */
  readonly isTold: boolean;
}

/** Undefined for what is no time, or one before 1970. */
export function gpxTimeFrom(text: string): GpxTime | undefined {
  const match = TIME.exec(text);
  if (match === null) return undefined;
  const [, day = '', clock = '', fraction = '', zone] = match;
  const ms = Date.parse(`${day}T${clock}${zone?.toUpperCase() ?? 'Z'}`);
  // `Date.parse` takes 30 February for 2 March.
  if (Number.isNaN(ms) || ms < 0 || !new Date(`${day}T00:00:00Z`).toISOString().startsWith(day)) return undefined;
  const timeNs = BigInt(ms) * NS_PER_MS + BigInt(fraction.slice(0, 9).padEnd(9, '0'));
  const shortest = fraction === '' ? '' : `.${fraction}`;
  const isShortest = !fraction.endsWith('0') && fraction.length <= 9;
  return { timeNs, hasZone: zone !== undefined, isTold: isShortest && text === `${day}T${clock}${shortest}Z` };
}

/** The time as `{sec, nsec}` in JSON. */
export const timestampJson = (timeNs: bigint): string => `{"sec":${timeNs / NS_PER_S},"nsec":${timeNs % NS_PER_S}}`;
