/** One line of a candump log, taken apart strictly: what does not fit in every part is no frame. */
import type { Frame } from './frame.ts';
import { lineFromFrame } from './print-line.ts';

export interface ParsedLine {
  readonly frame: Frame;
  readonly interfaceName: string;
  /** Whole seconds in decimal digits, at most 11 of them, and the nanoseconds behind. */
  readonly seconds: string;
  readonly nanos: number;
  /** Whether printing the frame gives the line. */
  readonly isTold: boolean;
}

const LINE =
  /^[ \t]*\((\d{1,20})(?:\.(\d{1,9}))?\)[ \t]+([!-~]{1,64})[ \t]+([0-9A-Fa-f]{1,8})#(?:(R)([0-8]?)|#([0-9A-Fa-f])([0-9A-Fa-f]*)|([0-9A-Fa-f]*))(?:_([9A-Fa-f]))?(?:[ \t]+([RT]))?[ \t]*$/;

const STANDARD_ID_MAX = 0x7ff;
const EXTENDED_ID_MAX = 0x1fffffff;
const ERROR_FLAG = 0x20000000;
const FULL_BYTES = 8;
const FD_BYTES_MAX = 64;
/** 2^64 nanoseconds, the end of what a log time can hold, in whole seconds. */
const SECONDS_END = 18_446_744_073;

export function parseLine(line: string): ParsedLine | undefined {
  const match = LINE.exec(line);
  if (match === null) return undefined;
  const [, secondsText = '', fraction = '', interfaceName = '', idText = ''] = match;
  if (Number(secondsText) >= SECONDS_END) return undefined;
  const frame = frameFromMatch(idText, match);
  if (frame === undefined) return undefined;
  const isPlainTime =
    (secondsText.length === 1 || !secondsText.startsWith('0')) &&
    (fraction.length === 6 || (fraction.length === 9 && !fraction.endsWith('000')));
  return {
    frame,
    interfaceName,
    seconds: secondsText,
    nanos: fraction === '' ? 0 : Number(fraction) * 10 ** (9 - fraction.length),
    isTold: isPlainTime && line === lineFromFrame(frame, interfaceName, `${secondsText}.${fraction}`),
  };
}

function frameFromMatch(idText: string, match: RegExpExecArray): Frame | undefined {
  const value = Number.parseInt(idText, 16);
  const isLong = idText.length > 3;
  const error = isLong && value >= ERROR_FLAG && value <= ERROR_FLAG + EXTENDED_ID_MAX;
  const id = error ? value - ERROR_FLAG : value;
  if (id > (isLong ? EXTENDED_ID_MAX : STANDARD_ID_MAX)) return undefined;
  const [, , , , , remote, remoteBytes, fdFlags, fdData, plainData, rawDlc, way] = match;
  const rtr = remote !== undefined;
  const fd = fdFlags !== undefined;
  const data = (fdData ?? plainData ?? '').toUpperCase();
  if (data.length % 2 === 1 || data.length > 2 * (fd ? FD_BYTES_MAX : FULL_BYTES)) return undefined;
  let dlc = remoteBytes === undefined || remoteBytes === '' ? undefined : Number(remoteBytes);
  if (rawDlc !== undefined) {
    // A raw code above 8 is sent with frames of eight bytes alone.
    if (fd || (rtr ? dlc !== FULL_BYTES : data.length !== 2 * FULL_BYTES)) return undefined;
    dlc = Number.parseInt(rawDlc, 16);
  }
  const direction = way === undefined ? undefined : way === 'R' ? 'rx' : 'tx';
  const flags = fdFlags === undefined ? 0 : Number.parseInt(fdFlags, 16);
  return { id, extended: isLong && !error, fd, flags, rtr, error, dlc, data, direction };
}
