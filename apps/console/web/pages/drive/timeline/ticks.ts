/** Where the ruler has its marks, and what stands at them: round times in UTC, from days down to microseconds. */
import type { Span } from '../span.ts';

export interface Tick {
  readonly timeNs: bigint;
  readonly text: string;
}

const S = 1_000_000_000n;
const [MINUTE, HOUR, DAY] = [60n * S, 3600n * S, 86_400n * S];
const BELOW_A_SECOND = Array.from({ length: 9 }, (_, power) =>
  [1n, 2n, 5n].map((by) => by * 10n ** BigInt(power)),
).flat();
const STEPS: readonly bigint[] = [
  ...BELOW_A_SECOND,
  ...[1n, 2n, 5n, 10n, 15n, 30n].map((by) => by * S),
  ...[1n, 2n, 5n, 10n, 15n, 30n].map((by) => by * MINUTE),
  ...[1n, 2n, 3n, 6n, 12n].map((by) => by * HOUR),
  ...[1n, 2n, 7n, 30n, 90n, 365n, 3650n].map((by) => by * DAY),
];

/** The shortest round step of which no more than so many fit. */
export function stepFor({ startNs, endNs }: Span, ticksMax: number): bigint {
  const length = endNs - startNs;
  const fits = (step: bigint): boolean => length / step < BigInt(Math.max(1, Math.floor(ticksMax)));
  return STEPS.find(fits) ?? (STEPS.at(-1) as bigint) * 10n;
}

export function ticksOf(span: Span, ticksMax: number): Tick[] {
  const step = stepFor(span, ticksMax);
  const ticks: Tick[] = [];
  for (let timeNs = (span.startNs / step) * step; timeNs < span.endNs; timeNs += step)
    if (timeNs >= span.startNs) ticks.push({ timeNs, text: textOf(timeNs, step) });
  return ticks;
}

function textOf(timeNs: bigint, step: bigint): string {
  if (step >= DAY) return dayOf(timeNs);
  return clockOf(timeNs, step >= MINUTE ? -1 : decimalsOf(step));
}

/** As many decimals as the step needs, in groups of three. */
function decimalsOf(step: bigint): number {
  const needed = [0, 3, 6, 9].find((decimals) => step % 10n ** BigInt(9 - decimals) === 0n);
  return needed ?? 9;
}

/** Years from 10000 on have no calendar day here. */
const LAST_DAY_NS = 253_402_300_800n * S;
const isoOf = (timeNs: bigint): string =>
  timeNs < LAST_DAY_NS ? new Date(Number(timeNs / 1_000_000n)).toISOString() : '';

export const dayOf = (timeNs: bigint): string => isoOf(timeNs).slice(0, 10) || `${timeNs / DAY} d`;

/** `08:15:02.123 456`. @param decimals of the second, in groups of three; -1 leaves seconds out */
export function clockOf(timeNs: bigint, decimals: number): string {
  const clock = isoOf(timeNs).slice(11, 19) || `${timeNs / S} s`;
  if (decimals < 0) return clock.slice(0, 5);
  if (decimals === 0) return clock;
  const digits = String(timeNs % S)
    .padStart(9, '0')
    .slice(0, decimals);
  return `${clock}.${digits.replace(/(\d{3})(?=\d)/g, '$1\u2009')}`;
}

/** For people, to what can be told apart at this length. */
export function momentText(timeNs: bigint, lengthNs: bigint): string {
  return clockOf(timeNs, lengthNs > 600n * S ? 0 : lengthNs > S / 10n ? 3 : 6);
}

/** `38.0 s`, `4.12 ms`, `2 min 05 s`. */
export function lengthText(lengthNs: bigint): string {
  const ns = Number(lengthNs);
  if (ns < 1e6) return `${Number((ns / 1e3).toPrecision(4))} µs`;
  if (ns < 1e9) return `${Number((ns / 1e6).toPrecision(4))} ms`;
  const seconds = ns / 1e9;
  if (seconds < 59.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  const two = (figure: number): string => String(figure).padStart(2, '0');
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${two(whole % 60)} s`;
  if (whole < 172_800) return `${Math.floor(whole / 3600)} h ${two(Math.floor((whole % 3600) / 60))} min`;
  return `${Math.round(whole / 86_400).toLocaleString('en-US')} days`;
}
