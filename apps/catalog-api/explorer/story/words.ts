/** Words of a story: times, names and counts as people read them, whatever a car or a person has written. */
import { textFromTimeNs } from '@pitlane/base/time';

const CHARACTERS_MAX = 300;

/** Text from outside in a sentence: one line, and no longer than a sentence bears. */
export function plain(text: string): string {
  const line = text.replace(/\p{Cc}+/gu, ' ').trim();
  return line.length > CHARACTERS_MAX ? `${line.slice(0, CHARACTERS_MAX)}…` : line;
}

/** `2018-07-24 03:28:47`, in UTC; a time that no calendar has stays a number. */
export function momentText(timeNs: string): string {
  const text = textFromTimeNs(BigInt(timeNs));
  return text.includes('T') ? text.slice(0, 19).replace('T', ' ') : text;
}

/** `03:28:47`, or with the day where that is another than that of `since`. */
export function clockText(timeNs: string, since: string | null): string {
  const [moment, before] = [momentText(timeNs), since === null ? '' : momentText(since)];
  return moment.slice(0, 10) === before.slice(0, 10) ? moment.slice(11) : moment;
}

/** `a`, `a and b`, `a, b and c`. */
export function listed(items: readonly string[]): string {
  const last = items.at(-1) ?? '';
  return items.length < 2 ? last : `${items.slice(0, -1).join(', ')} and ${last}`;
}

/** A sentence of what has no full stop. */
export const sentence = (text: string): string => {
  const whole = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?…]$/.test(whole) ? whole : `${whole}.`;
};
