/** The verdict in the technician's language: local places in the drive's own clock, lengths, what to do. One line each. */
import { textFromTimeNs } from '@pitlane/base/time';

/** `14:22:07`, in UTC; a time that no calendar has stays a number. */
export function clockText(timeNs: bigint): string {
  const text = textFromTimeNs(timeNs);
  return text.includes('T') ? text.slice(11, 19) : text;
}

/** `31 s`, `2.4 s`, `0.35 s`, `12 min 05 s`. */
export function lengthText(ns: number): string {
  const seconds = ns / 1e9;
  if (seconds < 1) return `${seconds.toFixed(2)} s`;
  if (seconds < 10) return `${seconds.toFixed(1).replace(/\.0$/, '')} s`;
  const whole = Math.round(seconds);
  if (whole < 120) return `${whole} s`;
  if (whole < 7200) return `${Math.floor(whole / 60)} min ${String(whole % 60).padStart(2, '0')} s`;
  return `${Math.floor(whole / 3600)} h ${String(Math.floor((whole % 3600) / 60)).padStart(2, '0')} min`;
}

export const rateText = (hz: number): string => `${Number(hz.toPrecision(3))} Hz`;

const NAME_CHARACTERS_MAX = 200;

/** A topic as it is called in a line, whatever a file calls it. */
export function nameText(topic: string): string {
  const plain = topic.replace(/\p{Cc}/gu, '?');
  return plain.length > NAME_CHARACTERS_MAX ? `${plain.slice(0, NAME_CHARACTERS_MAX)}…` : plain;
}

export const hinted = (line: string, hint: string | undefined): string =>
  hint === undefined ? line : `${line}: ${hint}`;
