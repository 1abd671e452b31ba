/** What is said of a clock in plain words: one sentence a segment. */
import { textFromTimeNs } from '@pitlane/base/time';
import { BELIEVED_FROM_NS, type ClockSegment, DRIFT_TOLD_PPB, utcNsFromLogTime } from '@pitlane/contracts/clock';

/** With a sign, and as many digits as matter: `+1782937283.2 s`, `-0.128 s`. */
export function secondsText(ns: number | bigint): string {
  const seconds = Number(ns) / 1e9;
  const text = `${seconds < 0 ? '-' : '+'}${Math.abs(seconds).toFixed(Math.abs(seconds) >= 10 ? 1 : 3)} s`;
  return text.replace('+0.000 s', '0 s').replace('-0.000 s', '0 s');
}

const lengthText = (ns: bigint): string => secondsText(ns < 0n ? -ns : ns).replace('+', '');

const SAID_BY: Readonly<Record<string, string>> = {
  gnss: 'GNSS',
  reference: 'a reference clock',
  fix: 'the stamps of the position fixes',
  header: 'the stamps of the sensors',
  publish: 'the times of publishing',
};

export interface TextFacts extends Omit<ClockSegment, 'text'> {
  readonly rollovers: number;
  /** Whether log time itself jumped at its beginning; else another clock tells of the step. */
  readonly isJump: boolean;
}

export const segmentText = (facts: TextFacts, dockedAtNs: bigint | undefined): string =>
  [beginText(facts), offsetText(facts, dockedAtNs)].filter((part) => part !== '').join('; ');

function beginText({ startTime, stepNs, isJump }: TextFacts): string {
  const startNs = BigInt(startTime);
  if (stepNs !== null) {
    const step = BigInt(stepNs);
    const way = step < 0n ? 'was set back' : isJump ? 'leapt ahead' : 'was set ahead';
    return `${way} by ${lengthText(step)} at log time ${textFromTimeNs(startNs)}`;
  }
  return startNs < BELIEVED_FROM_NS ? `started in ${textFromTimeNs(startNs).slice(0, 4)}` : '';
}

function offsetText(facts: TextFacts, dockedAtNs: bigint | undefined): string {
  const { source, offsetNs, applied, startTime } = facts;
  if (offsetNs === null) return 'nothing in the log tells UTC';
  const from = `offset ${secondsText(BigInt(offsetNs))} from log time ${textFromTimeNs(BigInt(startTime))} on`;
  const use = applied ? '; queries by UTC use it' : '; its times are taken as they are';
  if (source === 'log') return `no other clock to compare with${use}`;
  if (source === 'docking' && dockedAtNs !== undefined) {
    const docked = textFromTimeNs(dockedAtNs);
    return `nothing in the log tells UTC, and it was docked at ${docked}: at the latest ${from}${use}`;
  }
  if (facts.quality === 'bound') return `the docking and the step behind it give at the latest ${from}${use}`;
  if (source === 'step') return `UTC follows from the step beside it, ${from}${use}`;
  return `${measuredText(facts, from)}${use}`;
}

function measuredText(facts: TextFacts, from: string): string {
  const { source, offsetNs, driftPpb, startTime, applied, pairs, rollovers, residualNs } = facts;
  const who = SAID_BY[source] ?? source;
  const utc = utcNsFromLogTime(facts, BigInt(startTime)) ?? 0n;
  const drift = Math.abs(driftPpb) >= DRIFT_TOLD_PPB ? `, drifting ${(driftPpb / 1000).toFixed(1)} ppm` : '';
  const weeks = rollovers > 0 ? `, once ${1024 * rollovers} weeks are added that its date lost` : '';
  const scatter = `${pairs} times, scattered by ${lengthText(BigInt(residualNs))}`;
  if (applied) {
    const says = source === 'gnss' || source === 'reference' ? 'says' : 'say';
    return `${who} ${says} ${textFromTimeNs(utc < 0n ? 0n : utc)}${weeks} (${scatter}); ${from}${drift}`;
  }
  const agree = source === 'gnss' || source === 'reference' ? 'agrees' : 'agree';
  return `${who} ${agree} within ${lengthText(BigInt(offsetNs ?? '0'))}${weeks}${drift} (${scatter})`;
}
