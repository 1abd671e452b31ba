/** What stands above the lanes: events of the drive as diamonds, findings of its verdict as triangles; near ones are one mark. */
import { nsFrom } from '../../../kit/figures.ts';
import type { EventRow, FindingRow } from '../rows.ts';
import type { TimeScale } from './time-scale.ts';

export interface Happening {
  readonly kind: 'event' | 'finding';
  readonly startNs: bigint;
  readonly endNs: bigint;
  /** `disengagement`, `gap`. */
  readonly word: string;
  readonly text: string;
}

export interface Mark {
  readonly kind: Happening['kind'];
  readonly x: number;
  readonly happenings: readonly Happening[];
}

/** In order of time; what has no time is told elsewhere. */
export function happeningsFrom(events: readonly EventRow[], findings: readonly FindingRow[]): Happening[] {
  const happenings = [
    ...events.map((row) => happening('event', row, row.kind, row.note ?? '')),
    ...findings.map((row) => happening('finding', row, row.kind, row.text)),
  ].filter((one) => one !== undefined);
  return happenings.sort((a, b) => (a.startNs < b.startNs ? -1 : a.startNs > b.startNs ? 1 : 0));
}

function happening(
  kind: Happening['kind'],
  { startTime, endTime }: { startTime: string | null; endTime: string | null },
  word: string,
  text: string,
): Happening | undefined {
  const startNs = nsFrom(startTime);
  return startNs === undefined ? undefined : { kind, startNs, endNs: nsFrom(endTime) ?? startNs, word, text };
}

/** Nearer than that they would cover each other. */
const APART_PX = 14;

export function marksOf(happenings: readonly Happening[], scale: TimeScale, density: number): Mark[] {
  const marks: { kind: Mark['kind']; x: number; happenings: Happening[] }[] = [];
  const newest: Partial<Record<Mark['kind'], (typeof marks)[number]>> = {};
  for (const one of happenings) {
    if (one.startNs < scale.span.startNs || one.startNs >= scale.span.endNs) continue;
    const x = Math.round(scale.xOf(one.startNs));
    const before = newest[one.kind];
    if (before && x - before.x < APART_PX * density) before.happenings.push(one);
    else marks.push((newest[one.kind] = { kind: one.kind, x, happenings: [one] }));
  }
  return marks;
}

export function markAt(marks: readonly Mark[], x: number, density: number): Mark | undefined {
  const near = marks.filter((mark) => Math.abs(mark.x - x) <= (APART_PX / 2) * density);
  return near.reduce<Mark | undefined>(
    (best, mark) => (best && Math.abs(best.x - x) <= Math.abs(mark.x - x) ? best : mark),
    undefined,
  );
}
