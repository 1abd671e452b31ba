/**
 * What is said of a place, in the words, the shape and the tone that a person reads from five metres. One rule stands over
 * the others: `SAFE TO PULL` and `SAFE TO WIPE` are said only where the node says so of this very disk.
 */
import { textFromBytes } from '../../kit/figures.ts';
import type { DiskAnswer } from './board-answers.ts';
import { faceFrom, msFrom } from './clock-face.ts';
import type { Place } from './places.ts';

export type Tone = 'calm' | 'going' | 'ready' | 'alarm';
/** Drawn in `sign.tsx`. */
export type Sign = 'slot' | 'hourglass' | 'ring' | 'eject' | 'stop' | 'ticks' | 'return' | 'look';

export interface Said {
  /** One or two lines of huge words. */
  readonly lines: readonly [string, string?];
  readonly sign: Sign;
  readonly tone: Tone;
  /** In words how it came to that: `Copied`. */
  readonly stage: string;
  /** A time of day, and what happens, or happened, then. */
  readonly clock: { readonly label: string; readonly face: string } | null;
  /** The clock is the second of the huge lines. */
  readonly isClockBig: boolean;
  /** From 0 to 1 while it is read. */
  readonly share: number | null;
  /** The reason, or what to do. */
  readonly text: string;
  /** 0: somebody has to come. 1: somebody may come. 2: it goes on by itself. 3: nothing is there. */
  readonly need: 0 | 1 | 2 | 3;
}

const CALM = { tone: 'calm', clock: null, isClockBig: false, share: null } as const;

/** @param timeZone the browser's unless said */
export function saidOf({ disk, fault, isUploaded }: Place, nowMs: number, timeZone?: string): Said {
  if (fault !== null) {
    return {
      ...CALM,
      lines: ['CHECK', 'BAY'],
      sign: 'look',
      tone: 'alarm',
      stage: 'No look inside',
      text: fault,
      need: 0,
    };
  }
  if (!disk)
    return { ...CALM, lines: ['EMPTY'], sign: 'slot', stage: 'No disk', text: 'Free for the next one.', need: 3 };
  const said = isUploaded ? saidOfUpload(disk, nowMs, timeZone) : saidOfDisk(disk, nowMs, timeZone);
  const isAiling = disk.health?.verdict === 'failing' || Boolean(disk.warning);
  return isAiling && said.need > 0 ? { ...said, need: 0 } : said;
}

function saidOfDisk(disk: DiskAnswer, nowMs: number, timeZone?: string): Said {
  const { state, text, safeToPull, safeToWipe } = disk;
  const clock = sinceOf(disk, nowMs, timeZone);
  const common = { ...CALM, clock, text };
  const pull = { ...common, lines: ['SAFE', 'TO PULL'], sign: 'eject', tone: 'ready', need: 1 } as const;
  const stay = { ...common, lines: ['DO NOT', 'PULL'], sign: 'stop', tone: 'alarm', need: 0 } as const;
  switch (state) {
    case 'settling':
      return { ...common, lines: ['WAIT'], sign: 'hourglass', stage: 'Just came', need: 2 };
    case 'docking':
      return saidOfReading(disk, nowMs, timeZone);
    case 'staged':
      return safeToPull ? { ...pull, stage: 'Copied' } : { ...stay, stage: 'Read, not copied', need: 2 };
    case 'done':
      if (safeToPull && safeToWipe)
        return { ...pull, lines: ['SAFE', 'TO WIPE'], sign: 'ticks', stage: 'Signed for', text: receiptText(disk) };
      return safeToPull ? { ...pull, stage: 'Signed for' } : { ...stay, stage: 'Not signed for' };
    case 'failed':
      return safeToPull ? { ...pull, stage: 'Copied, then failed', need: 0 } : { ...stay, stage: 'Reading failed' };
    case 'pulled':
      return {
        ...common,
        lines: ['PUT IT', 'BACK'],
        sign: 'return',
        tone: 'alarm',
        stage: 'Pulled early',
        text: earlyText(disk),
        need: 0,
      };
    default:
      return safeToPull ? { ...pull, stage: state } : { ...stay, stage: state };
  }
}

function saidOfReading(disk: DiskAnswer, nowMs: number, timeZone?: string): Said {
  const { safeToPull, text } = disk;
  const { word, share, bytes } = progressOf(disk);
  const atMs = msFrom(disk.safeToPullAt);
  const isWhole = share === 1 && !safeToPull;
  if (isWhole && atMs === undefined) {
    // All read, and it has to stay: what is copied is looked at again, or nothing was copied.
    const why = text === '' ? 'All of it is read; it may go when that is verified.' : text;
    return {
      ...CALM,
      lines: ['DO NOT', 'PULL'],
      sign: 'stop',
      tone: 'going',
      stage: 'Read, not verified',
      clock: null,
      text: why,
      share,
      need: 2,
    };
  }
  const clock =
    atMs === undefined ? null : { label: 'safe to pull at', face: faceFrom(Math.max(atMs, nowMs), nowMs, timeZone) };
  return {
    ...CALM,
    lines: [word],
    sign: 'ring',
    tone: 'going',
    stage: 'Reading',
    clock,
    isClockBig: clock !== null,
    share,
    text: bytes,
    need: 2,
  };
}

/** Drives that came over the network: `retire` frees them, and nobody pulls anything. */
function saidOfUpload(disk: DiskAnswer, nowMs: number, timeZone?: string): Said {
  const common = { ...CALM, clock: sinceOf(disk, nowMs, timeZone), text: disk.text };
  switch (disk.state) {
    case 'docking':
      return { ...saidOfReading(disk, nowMs, timeZone), text: disk.text };
    case 'done':
      return { ...common, lines: ['DONE'], sign: 'ticks', tone: 'ready', stage: 'Uploaded, signed for', need: 2 };
    case 'failed':
    case 'pulled':
      return { ...common, lines: ['FAILED'], sign: 'look', tone: 'alarm', stage: 'Uploaded', need: 0 };
    default:
      return { ...common, lines: ['WAIT'], sign: 'hourglass', stage: 'Uploaded', need: 2 };
  }
}

/** It never rounds up: 100 % is said of all the bytes there are, and `≤` while there may be more. */
function progressOf({ bytesRead, bytesTotal, bytesPerS, mayGrow = false }: DiskAnswer) {
  if (typeof bytesRead !== 'number' || typeof bytesTotal !== 'number' || bytesTotal <= 0) {
    return { word: '0 %', share: 0, bytes: 'Looking at what is on it.' };
  }
  const share = Math.min(1, bytesRead / bytesTotal);
  const rate = bytesPerS ? `, ${textFromBytes(bytesPerS)}/s` : '';
  const bytes = `${textFromBytes(bytesRead)} of ${textFromBytes(bytesTotal)}${rate}. Leave it in.`;
  return {
    word: `${mayGrow ? '≤ ' : ''}${Math.floor(share * 100)} %`,
    share: mayGrow && share === 1 ? 0.99 : share,
    bytes,
  };
}

function earlyText({ pulledEarly, text }: DiskAnswer): string {
  const lost = pulledEarly?.lostText ?? text;
  return /back|dock(ed)? again/i.test(lost)
    ? lost
    : `${lost.replace(/[.\s]*$/, '.')} Put back, it goes on where it stopped.`;
}

function sinceOf({ sinceMs }: DiskAnswer, nowMs: number, timeZone?: string): Said['clock'] {
  return typeof sinceMs === 'number' ? { label: 'since', face: faceFrom(sinceMs, nowMs, timeZone) } : null;
}

/** The receipt first: it is what allows it. */
function receiptText({ receiptIds = [], text }: DiskAnswer): string {
  if (receiptIds.length === 0) return text;
  const [first = ''] = receiptIds;
  return `${receiptIds.length === 1 ? `Receipt ${first.slice(0, 12)}` : `${receiptIds.length} receipts`}. ${text}`;
}

/** `No findings in its drive`, `2 findings in its drive`; null before it was judged. */
export const verdictText = ({ verdict }: Pick<DiskAnswer, 'verdict'>): string | null =>
  !verdict ? null : `${verdict === 'complete' ? 'No findings' : verdict} in its drive`;

/** `Samsung SSD 870, S3Z9…`; what the node knows of the disk itself. */
export function hardwareText({ model, serial, device }: DiskAnswer): string {
  const known = [serial ? `disk ${serial}` : null, model, serial ? null : device].filter(Boolean);
  return known.length === 0 ? 'disk not identified' : known.join(', ');
}

/** As a line of its own: the node's texts are parts of sentences. */
export const sentenceFrom = (text: string): string =>
  /^[a-z]/.test(text) ? text.charAt(0).toUpperCase() + text.slice(1) : text;
