/** The events that a sidecar names: what is sound is taken in order of time, and what is not is noted and left out. */
import { messageOf } from '@pitlane/base/errors';
import { timeNsFromText } from '@pitlane/base/time';
import type { DriveEvent } from '@pitlane/contracts/manifest';

const EVENTS_MAX = 1000;
const KIND = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/;
const NOTE_CHARACTERS_MAX = 500;
/** A sidecar that is wrong throughout is told of by its first few faults. */
const FAULTS_MAX = 10;

/** @param value of the field `events` */
export function driveEventsFrom(value: unknown): { events: DriveEvent[]; notes: string[] } {
  if (value === undefined || value === null) return { events: [], notes: [] };
  if (!Array.isArray(value)) return { events: [], notes: ['events was not heeded: it is no list'] };
  const events: DriveEvent[] = [];
  const faults: string[] = [];
  for (const [at, given] of value.slice(0, EVENTS_MAX).entries()) {
    try {
      events.push(eventFrom(given));
    } catch (error) {
      faults.push(`events[${at}] was not heeded: ${messageOf(error)}`);
    }
  }
  const notes = faults.slice(0, FAULTS_MAX);
  if (faults.length > notes.length) notes.push(`${faults.length - notes.length} more of its events were not heeded`);
  if (value.length > EVENTS_MAX) notes.push(`of its ${value.length} events the first ${EVENTS_MAX} were heeded`);
  events.sort((a, b) => (BigInt(a.time) < BigInt(b.time) ? -1 : BigInt(a.time) > BigInt(b.time) ? 1 : 0));
  return { events, notes };
}

function eventFrom(given: unknown): DriveEvent {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) throw new Error('it is no object');
  const { time, kind, note = null } = given as Record<string, unknown>;
  // As a number it has lost its last digits.
  if (typeof time !== 'string') throw new Error('its time is no text: write nanoseconds or RFC 3339 in quotes');
  if (typeof kind !== 'string' || !KIND.test(kind)) {
    throw new Error('its kind is no word of at most 64 letters, digits, dots, dashes and underscores');
  }
  if (note !== null && (typeof note !== 'string' || note.length > NOTE_CHARACTERS_MAX)) {
    throw new Error(`its note is no text of at most ${NOTE_CHARACTERS_MAX} characters`);
  }
  return { time: String(timeNsFromText(time)), kind, note };
}
