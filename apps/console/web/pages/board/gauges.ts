/** The garage as three gauges: how full the spool is, how fast the link goes, what waits and when it is through. */
import { counted, NONE, textFromAge, textFromBytes } from '../../kit/figures.ts';
import type { BacklogAnswer, SpoolAnswer } from './board-answers.ts';
import { faceFrom, msFrom } from './clock-face.ts';

export interface Gauge {
  readonly value: string;
  readonly note: string;
  /** From 0 to 1; null where there is nothing to compare with. */
  readonly share: number | null;
  readonly tone: 'calm' | 'going' | 'warn' | 'bad';
}

const SPOOL_WORDS: Readonly<Record<string, string>> = {
  ok: 'free',
  filling: 'free: filling up',
  paused: 'free: nothing more is taken in',
};

export function spoolGauge(spool: SpoolAnswer | undefined): Gauge {
  if (!spool) return { value: NONE, note: '', share: null, tone: 'calm' };
  const { usedPercent, freeBytes, state } = spool;
  const tone = state === 'paused' ? 'bad' : state === 'filling' ? 'warn' : 'going';
  return {
    value: `${Math.floor(usedPercent)} % full`,
    note: `${textFromBytes(freeBytes)} ${SPOOL_WORDS[state] ?? `free: ${state}`}`,
    share: Math.min(1, Math.max(0, usedPercent / 100)),
    tone,
  };
}

/** `8.1 of 10 Gbit/s`; of the cloud away since when, and that the garage goes on. */
export function linkGauge(backlog: BacklogAnswer | undefined, nowMs: number, timeZone?: string): Gauge {
  if (!backlog) return { value: NONE, note: '', share: null, tone: 'calm' };
  const { linkBytesPerS, capBytesPerS = null, isCloudAway = false, cloudAwaySince } = backlog;
  if (isCloudAway) {
    const sinceMs = msFrom(cloudAwaySince);
    const since =
      sinceMs === undefined ? 'Go on docking' : `since ${faceFrom(sinceMs, nowMs, timeZone)}: go on docking`;
    return { value: 'Cloud away', note: since, share: null, tone: 'bad' };
  }
  const value = textFromRate(linkBytesPerS, capBytesPerS);
  const share = capBytesPerS ? Math.min(1, linkBytesPerS / capBytesPerS) : null;
  return { value, note: linkBytesPerS > 0 ? 'The cloud answers' : 'Nothing is being sent', share, tone: 'going' };
}

export function backlogGauge(backlog: BacklogAnswer | undefined, nowMs: number, timeZone?: string): Gauge {
  if (!backlog) return { value: NONE, note: '', share: null, tone: 'calm' };
  const { backlogBytes, oldestWaitingMs, isCloudAway = false } = backlog;
  if (backlogBytes <= 0) return { value: 'Nothing waits', note: 'All of it is sent', share: null, tone: 'calm' };
  const oldest = typeof oldestWaitingMs === 'number' ? `, oldest ${textFromAge(oldestWaitingMs)}` : '';
  const clearsAtMs = clearsAtOf(backlog, nowMs);
  const when = isCloudAway
    ? 'when the cloud is back'
    : clearsAtMs === undefined
      ? 'nothing moves'
      : `drained at ${faceFrom(clearsAtMs, nowMs, timeZone)}`;
  return { value: `${textFromBytes(backlogBytes)} to send`, note: when + oldest, share: null, tone: 'going' };
}

function clearsAtOf({ clearsAt, clearsInSeconds }: BacklogAnswer, nowMs: number): number | undefined {
  return msFrom(clearsAt) ?? (typeof clearsInSeconds === 'number' ? nowMs + clearsInSeconds * 1000 : undefined);
}

/** Links are sold in bits, disks in bytes. */
export function textFromRate(bytesPerS: number, capBytesPerS: number | null): string {
  const [divisor, unit] = (capBytesPerS ?? bytesPerS) * 8 >= 1e9 ? [1e9, 'Gbit/s'] : [1e6, 'Mbit/s'];
  const figure = (bytes: number): string => {
    const value = (bytes * 8) / divisor;
    return value >= 100 || Number.isInteger(value) ? value.toFixed(0) : value.toFixed(1);
  };
  return capBytesPerS === null
    ? `${figure(bytesPerS)} ${unit}`
    : `${figure(bytesPerS)} of ${figure(capBytesPerS)} ${unit}`;
}

/** `4 drives, 310 chunks` */
export const waitingText = (drives: number, chunks: number): string =>
  `${counted(drives, 'drive')}, ${counted(chunks, 'chunk')}`;
