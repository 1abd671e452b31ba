/** What is said of a replay: what is missing before it begins, and how it went. */
import { textFromTimeNs } from '@pitlane/base/time';
import { counted, textFromBytes, textFromSeconds } from '@pitlane/base/units';
import { isOnItsWay, isWithheld, type MissingRun } from '@pitlane/stages/90-serve';
import type { ReplayReport } from './run-replay.ts';

const RANGES_SHOWN = 20;

/** One line a range; empty where nothing is missing. */
export function missingLines(missing: readonly MissingRun[]): string[] {
  const lines = missing.slice(0, RANGES_SHOWN).map((range) => `missing: ${missingText(range)}`);
  const more = missing.length - RANGES_SHOWN;
  return more > 0 ? [...lines, `missing: ${counted(more, 'more range')}, as "pitlane coverage" tells`] : lines;
}

function missingText(range: MissingRun): string {
  const topic = range.topic === '' ? 'some topics' : range.topic;
  const why = range.reason ?? range.state;
  if (range.startTime === null || range.endTime === null) return `${topic} at an unknown time, ${why}`;
  const [start, end] = [BigInt(range.startTime), BigInt(range.endTime)];
  return `${topic} from ${textFromTimeNs(start)} to ${textFromTimeNs(end)}, ${why}`;
}

/** Whether less is played than the car wrote, on purpose or not. */
export const lacksAnything = (missing: readonly MissingRun[]): boolean => missing.some((range) => !isWithheld(range));

/** `3 on the way, 1 lost, 2 withheld`. */
export function missingSummary(missing: readonly MissingRun[]): string {
  const onItsWay = missing.filter(isOnItsWay).length;
  const withheld = missing.filter(isWithheld).length;
  const lost = missing.length - onItsWay - withheld;
  const parts = [
    [onItsWay, 'on the way'],
    [lost, 'lost'],
    [withheld, 'withheld'],
  ] as const;
  return parts.flatMap(([count, what]) => (count > 0 ? [`${count} ${what}`] : [])).join(', ');
}

export function reportText(report: ReplayReport, speed: number): string {
  const { messages, bytes, playedNs, wallMs, rate, lateness, slippedMs } = report;
  const played = `${counted(messages, 'message')}, ${textFromBytes(bytes)}, ${textFromSeconds(Number(playedNs) / 1e9)} of the drive`;
  const asked = speed === Number.POSITIVE_INFINITY ? '' : ` (asked: ${speed}×)`;
  const achieved = `in ${textFromSeconds(wallMs / 1000)}: ${rate.toFixed(2)}×${asked}`;
  if (speed === Number.POSITIVE_INFINITY) return `${played}, ${achieved}`;
  const late = `late by ${ms(lateness.medianMs)} at the median, ${ms(lateness.p99Ms)} at p99, ${ms(lateness.maxMs)} at most`;
  const slipped = slippedMs > 0 ? `; the clock stood ${textFromSeconds(slippedMs / 1000)} for its reader` : '';
  return `${played}, ${achieved}, ${late}${slipped}`;
}

const ms = (value: number): string => `${value.toFixed(1)} ms`;

/** As JSON: counts as numbers, times as decimal nanoseconds. */
export function reportJson(driveId: string, report: ReplayReport, missing: readonly MissingRun[]): object {
  const { messages, bytes, playedNs, wallMs, rate, lateness, slippedMs, elapsedMs, digest, rounds } = report;
  return {
    driveId,
    messages,
    bytes,
    playedNs: String(playedNs),
    wallMs,
    rate,
    lateness,
    slippedMs,
    elapsedMs,
    digest,
    rounds,
    missing,
  };
}
