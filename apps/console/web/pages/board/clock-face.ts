/** Times as a clock on the garage's wall shows them: the garage's own time of day, which is that of its browser. */
import { nsFrom } from '../../kit/figures.ts';

const DAY_MS = 24 * 3_600_000;

/** Undefined for what is no time. @param timeNs decimal nanoseconds */
export function msFrom(timeNs: unknown): number | undefined {
  const ns = nsFrom(timeNs);
  return ns === undefined ? undefined : Number(ns / 1_000_000n);
}

/** `05:41`, on another day `Fri 05:41`, beyond a week `12 Mar 05:41`. @param timeZone the browser's unless said */
export function faceFrom(atMs: number, nowMs: number, timeZone?: string): string {
  const face = part(atMs, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }, timeZone);
  if (dayOf(atMs, timeZone) === dayOf(nowMs, timeZone)) return face;
  const isNear = Math.abs(atMs - nowMs) < 6 * DAY_MS;
  return `${part(atMs, isNear ? { weekday: 'short' } : { day: 'numeric', month: 'short' }, timeZone)} ${face}`;
}

/** `05:41:07` */
export const secondsFaceFrom = (atMs: number, timeZone?: string): string =>
  part(atMs, { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' }, timeZone);

/** `Thu 26 Nov, 04:41 UTC` */
export function utcFaceFrom(atMs: number): string {
  const day = part(atMs, { weekday: 'short', day: 'numeric', month: 'short' }, 'UTC').replace(',', '');
  return `${day}, ${new Date(atMs).toISOString().slice(11, 16)} UTC`;
}

const dayOf = (atMs: number, timeZone?: string): string =>
  part(atMs, { year: 'numeric', month: '2-digit', day: '2-digit' }, timeZone);

function part(atMs: number, options: Intl.DateTimeFormatOptions, timeZone?: string): string {
  const key = JSON.stringify([options, timeZone]);
  const format = FORMATS.get(key) ?? new Intl.DateTimeFormat('en-GB', { ...options, ...(timeZone && { timeZone }) });
  FORMATS.set(key, format);
  return format.format(atMs);
}

/** Making one takes longer than using it a hundred times. */
const FORMATS = new Map<string, Intl.DateTimeFormat>();
