/**
 * Times as MCAP has them: uint64 nanoseconds since the epoch, `bigint` in memory, decimal strings in JSON. Reading
 * takes decimal nanoseconds or RFC 3339; nothing here reads the wall clock except `systemClock`.
 */
import { PitlaneError } from '../errors/index.ts';

export const NS_PER_MS = 1_000_000n;
export const NS_PER_S = 1_000_000_000n;

/** From here on a time no longer fits the catalog's signed INT64: it stays in the object and is NULL in the catalog. */
export const CATALOG_TIME_END_NS = 1n << 63n;

/**
 * A machine's clock is set by people and by time servers, back and forth and by years; what has gone by is told by another
 * one. Nothing is waited for, given up or measured by the first.
 */
export interface Clock {
  /** Milliseconds since the epoch, as the machine believes: to be told and kept. */
  nowMs(): number;
  /** Milliseconds since some moment of this process, never set: for durations and deadlines. */
  monotonicMs(): number;
}

export const systemClock: Clock = { nowMs: () => Date.now(), monotonicMs: () => performance.now() };

const RFC3339 = /^(\d{4}-\d{2}-\d{2})[Tt ](\d{2}:\d{2}:\d{2})(?:\.(\d{1,9})\d*)?([Zz]|[+-]\d{2}:\d{2})$/;

/** Nanoseconds, 0 to 2^64 - 1, from `"1532402927647951000"` or `"2018-07-24T03:28:47.647951Z"`. */
export function timeNsFromText(text: string): bigint {
  const timeNs = /^\d{1,20}$/.test(text) ? BigInt(text) : timeNsFromRfc3339(text);
  if (timeNs !== undefined && timeNs >= 0n && timeNs < TIME_END_NS) return timeNs;
  throw new PitlaneError(
    'bad-usage',
    `"${text}" is no time: write nanoseconds since 1970, or RFC 3339 like 2026-11-22T14:03:00Z`,
  );
}

/** MCAP's times are uint64. */
const TIME_END_NS = 1n << 64n;

function timeNsFromRfc3339(text: string): bigint | undefined {
  const match = RFC3339.exec(text);
  const ms = match ? Date.parse(`${match[1]}T${match[2]}${match[4]?.toUpperCase()}`) : Number.NaN;
  // `Date.parse` takes 30 February for 2 March.
  const isDay =
    match && !Number.isNaN(ms) && new Date(`${match[1]}T00:00:00Z`).toISOString().startsWith(match[1] ?? '');
  return isDay ? BigInt(ms) * NS_PER_MS + BigInt((match[3] ?? '').padEnd(9, '0')) : undefined;
}

/** RFC 3339 in UTC with as many of the nine decimals as are needed; times beyond year 9999 as decimal nanoseconds. */
export function textFromTimeNs(timeNs: bigint): string {
  const seconds = Number(timeNs / NS_PER_S);
  if (seconds > 253_402_300_799) return String(timeNs);
  const whole = new Date(seconds * 1000).toISOString().slice(0, 19);
  const fraction = String(timeNs % NS_PER_S)
    .padStart(9, '0')
    .replace(/0+$/, '');
  return fraction === '' ? `${whole}Z` : `${whole}.${fraction}Z`;
}
