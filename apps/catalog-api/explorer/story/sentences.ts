/** What a story is made of. */
import type { SqlRow } from '@pitlane/ports/catalog';
import { textOf } from '../of-drive.ts';
import { TOLD_MAX } from './story-rows.ts';

/** Whose time it is: the car's own, as its log has it, or that of who did something to the drive. */
export type StoryClock = 'log' | 'wall';

export interface Sentence {
  readonly time: string | null;
  readonly clock: StoryClock | null;
  readonly kind: string;
  readonly text: string;
  /** Where on the drive: for a page that leads there. */
  readonly topic: string | null;
  readonly startTime: string | null;
  readonly endTime: string | null;
}

const NOWHERE = { topic: null, startTime: null, endTime: null };

/** Of no time that anybody knows. */
export const said = (kind: string, text: string): Sentence => ({ time: null, clock: null, kind, text, ...NOWHERE });

/** @param time decimal nanoseconds of UTC */
export const happened = (kind: string, time: string | null, text: string): Sentence => ({
  time,
  clock: time === null ? null : 'wall',
  kind,
  text,
  ...NOWHERE,
});

/** On the drive itself, where the row says. */
export function onDrive(kind: string, row: SqlRow, text: string, topic = textOf(row['topic'])): Sentence {
  const [startTime, endTime] = [textOf(row['start_ns']), textOf(row['end_ns'])];
  return { time: startTime, clock: startTime === null ? null : 'log', kind, text, topic, startTime, endTime };
}

/** The rows that are told one by one. */
export const told = (rows: readonly SqlRow[]): readonly SqlRow[] => rows.slice(0, TOLD_MAX);

/** What is said where there are more of them. */
export const more = (kind: string, rows: readonly SqlRow[], text: string): Sentence[] =>
  rows.length > TOLD_MAX ? [said(kind, text)] : [];
