/** Fields of decoded messages, of which nothing is believed. */
import type { Decoded } from '@pitlane/formats/decode';

const NOTHING: Decoded = {};
const TEXT_CHARACTERS_MAX = 200;

export function objectAt(message: Decoded, ...path: readonly string[]): Decoded {
  let value: unknown = message;
  for (const name of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return NOTHING;
    value = (value as Decoded)[name];
  }
  return typeof value === 'object' && value !== null ? (value as Decoded) : NOTHING;
}

/** Also numbers that are none: they are judged with the position. */
export function numberAt(message: Decoded, name: string): number | undefined {
  const value = message[name];
  if (typeof value === 'bigint') return Number(value);
  return typeof value === 'number' ? value : undefined;
}

export function textAt(message: Decoded, name: string): string | undefined {
  const value = message[name];
  return typeof value === 'string' ? value.slice(0, TEXT_CHARACTERS_MAX) : undefined;
}

/** One sigma in the plane, from the variances at two places of a covariance; undefined where it says nothing. */
export function sigmaOf(covariance: unknown, first: number, second: number): number | undefined {
  if (!Array.isArray(covariance) && !ArrayBuffer.isView(covariance)) return undefined;
  const [a, b] = [Number((covariance as number[])[first]), Number((covariance as number[])[second])];
  return a >= 0 && b >= 0 && a + b > 0 && Number.isFinite(a + b) ? Math.sqrt((a + b) / 2) : undefined;
}
