/**
 * A frame as candump prints it. What is parsed is printed again by this, and only where that gives another line is the
 * line kept beside the frame.
 */
import type { Frame } from './frame.ts';

const NS_PER_S = 1_000_000_000n;
const ERROR_FLAG = 0x20000000;

/** Seconds without leading zeros; six decimals where they tell the time, else nine. */
export function timeTextFromNs(timeNs: bigint): string {
  const nanos = String(timeNs % NS_PER_S).padStart(9, '0');
  return `${timeNs / NS_PER_S}.${nanos.endsWith('000') ? nanos.slice(0, 6) : nanos}`;
}

export function lineFromFrame(frame: Frame, interfaceName: string, timeText: string): string {
  const way = frame.direction === undefined ? '' : frame.direction === 'rx' ? ' R' : ' T';
  return `(${timeText}) ${interfaceName} ${idText(frame)}#${bodyText(frame)}${way}`;
}

function idText({ id, extended, error }: Frame): string {
  if (error) return hex(id + ERROR_FLAG, 8);
  return hex(id, extended ? 8 : 3);
}

function bodyText({ fd, flags, rtr, dlc, data }: Frame): string {
  if (fd) return `#${hex(flags, 1)}${data}`;
  const raw = dlc !== undefined && dlc > 8 ? `_${hex(dlc, 1)}` : '';
  if (!rtr) return data + raw;
  return `R${raw === '' ? (dlc ?? '') : `8${raw}`}`;
}

const hex = (value: number, digits: number): string => value.toString(16).toUpperCase().padStart(digits, '0');
