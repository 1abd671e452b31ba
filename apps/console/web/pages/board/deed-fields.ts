/** What a person fills in for an action, and the body that asks the node for it. */
import { type DeedKind, targetOf } from './deeds.ts';
import type { Place } from './places.ts';

export interface Fields {
  readonly vehicleId: string;
  /** Which of several on one disk an incident was on. */
  readonly driveId: string;
  /** As a field of the browser has it: `2026-03-12T08:15:02`, garage time. */
  readonly time: string;
  readonly note: string;
  readonly author: string;
}

/** A person's request goes before all others. */
const FIRST = 0;

/** An incident is looked for from the beginning of its drive on, where the drive's name says when that was. */
export function emptyFields(place: Place, nowMs: number): Fields {
  const [driveId = ''] = place.disk?.driveIds ?? [];
  return { vehicleId: '', driveId, time: fieldFrom(startOf(driveId) ?? nowMs), note: '', author: '' };
}

const STARTED = /-(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z-[0-9a-f]{8}$/;

function startOf(driveId: string): number | undefined {
  const found = STARTED.exec(driveId);
  if (!found) return undefined;
  const [, year, month, day, hour, minute, second] = found;
  const atMs = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  return Number.isNaN(atMs) ? undefined : atMs;
}

export function isComplete(kind: DeedKind, { vehicleId, time }: Fields): boolean {
  if (kind === 'name-vehicle') return vehicleId.trim() !== '';
  return kind !== 'mark-incident' || Number.isFinite(Date.parse(time));
}

export function bodyOf(
  kind: DeedKind,
  place: Place,
  { vehicleId, driveId, time, note, author }: Fields,
): Record<string, unknown> {
  return {
    kind,
    ...targetOf(place),
    ...(kind === 'name-vehicle' && { vehicleId: vehicleId.trim() }),
    ...(kind === 'mark-incident' && (place.disk?.driveIds.length ?? 0) > 1 && { driveId }),
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
