/** What a person fills in for an action, and the body that asks the node for it. */
import { type DeedKind, targetOf } from './deeds.ts';
import type { Place } from './places.ts';

export interface Fields {
  readonly vehicleId: string;
  /** As a field of the browser has it: `2026-03-12T08:15:02`, garage time. */
  readonly time: string;
  readonly note: string;
  readonly author: string;
}

/** A person's request goes before all others. */
const FIRST = 0;

export const emptyFields = (nowMs: number): Fields => ({ vehicleId: '', time: fieldFrom(nowMs), note: '', author: '' });

export function isComplete(kind: DeedKind, { vehicleId, time }: Fields): boolean {
  if (kind === 'name-vehicle') return vehicleId.trim() !== '';
  return kind !== 'mark-incident' || Number.isFinite(Date.parse(time));
}

export function bodyOf(
  kind: DeedKind,
  place: Place,
  { vehicleId, time, note, author }: Fields,
): Record<string, unknown> {
  return {
    kind,
    ...targetOf(place),
    ...(kind === 'name-vehicle' && { vehicleId: vehicleId.trim() }),
    ...(kind === 'mark-incident' && { time: new Date(time).toISOString() }),
    ...(kind === 'mark-incident' && note.trim() !== '' && { note: note.trim() }),
    ...(kind === 'prioritise' && { priority: FIRST }),
    ...(author.trim() !== '' && { author: author.trim() }),
  };
}

/** The time of day here, to the second, as `datetime-local` wants it. */
function fieldFrom(atMs: number): string {
  const local = new Date(atMs - new Date(atMs).getTimezoneOffset() * 60_000);
  return local.toISOString().slice(0, 19);
}
