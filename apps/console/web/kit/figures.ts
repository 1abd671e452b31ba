/** Figures for people, always with their unit, as the command line gives them; a dash for what is not known. */
import { textFromSeconds } from '@pitlane/base/units';

export { counted, textFromBytes, textFromCount, textFromSeconds } from '@pitlane/base/units';

export const NONE = '–';

/** Whole seconds: `4 s`, `2 min`, `3 h`. */
export function textFromAge(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  if (seconds < 60) return `${seconds} s`;
  return seconds < 3600 ? `${Math.floor(seconds / 60)} min` : `${Math.floor(seconds / 3600)} h`;
}

/** `2026-03-12 08:15:02` in UTC. @param timeNs decimal nanoseconds */
export function textFromTime(timeNs: unknown): string {
  const ns = nsFrom(timeNs);
  return ns === undefined ? NONE : new Date(Number(ns / 1_000_000n)).toISOString().slice(0, 19).replace('T', ' ');
}

/** From start to end, in decimal nanoseconds both. */
export function textFromSpan(startNs: unknown, endNs: unknown): string {
  const [start, end] = [nsFrom(startNs), nsFrom(endNs)];
  if (start === undefined || end === undefined || end < start) return NONE;
  return textFromSeconds(Number((end - start) / 1_000_000n) / 1000);
}

/** Undefined for what is no time: uint64 nanoseconds as decimal text. */
export function nsFrom(text: unknown): bigint | undefined {
  return typeof text === 'string' && /^\d{1,20}$/.test(text) ? BigInt(text) : undefined;
}
