/**
 * What is said of a drive after it was recorded: events that somebody marked or imported, and corrections of its vehicle and
 * labels. Notes lie beside the drive's chunks, as NDJSON objects that are named by their SHA-256 and never change; the
 * catalog shows the newest of each event, and all corrections. No byte of a recording is touched by them.
 */
import { PitlaneError } from '@pitlane/base/errors';
import { timeNsFromText } from '@pitlane/base/time';
import { type DriveId, parseDriveId, type Sha256Hex } from '../identity/index.ts';
import type { TimeText } from '../manifest/index.ts';

export const NOTES_VERSION = 1;

/** Something that happened while the vehicle drove: a disengagement, an incident, a label of a person's or a program's. */
export interface AnnotationFacts {
  readonly eventId: string;
  /** A word of the fleet's own, such as `disengagement`. */
  readonly kind: string;
  readonly startTime: TimeText;
  /** The last moment; the same as the first where it has no length. */
  readonly endTime: TimeText;
  readonly note: string | null;
  readonly labels: Readonly<Record<string, string>>;
  /** Where it came from: `sidecar` (pitlane.drive.json), `import` or `person`. */
  readonly source: 'sidecar' | 'import' | 'person';
  /** Who says so, in their own words; null if nobody does. */
  readonly author: string | null;
  /** Wall clock, milliseconds since the epoch; the newest word on an event holds. */
  readonly notedAtMs: number;
  /** It was taken back, and is shown no longer. */
  readonly isWithdrawn: boolean;
}

export interface CorrectionFacts {
  readonly correctionId: string;
  /** Whose drive it is; null where that was right. */
  readonly vehicleId: string | null;
  /** All labels that the drive has from now on; null where they were right. */
  readonly labels: Readonly<Record<string, string>> | null;
  readonly reason: string;
  readonly author: string;
  /** Wall clock, milliseconds since the epoch; the newest correction of a field holds. */
  readonly correctedAtMs: number;
}

export interface NotesHead {
  readonly type: 'notes';
  readonly notesVersion: typeof NOTES_VERSION;
  readonly tenant: string;
  readonly driveId: DriveId;
  /** As the drive was recorded: where its objects lie. */
  readonly vehicleId: string;
}

export type Note =
  | ({ readonly type: 'annotation' } & AnnotationFacts)
  | ({ readonly type: 'correction' } & CorrectionFacts);

/** Through the message log goes where they lie. */
export interface NotesStored {
  readonly object: string;
  readonly sha256: Sha256Hex;
}

export const NOTES_A_FILE_MAX = 10_000;
/** A line is some hundred bytes, and a note of the longest kind some thousand. */
export const NOTES_BYTES_MAX = 64 * 1024 * 1024;

export function notesText(head: Omit<NotesHead, 'type' | 'notesVersion'>, notes: readonly Note[]): string {
  const lines: readonly object[] = [{ type: 'notes', notesVersion: NOTES_VERSION, ...head }, ...notes];
  return `${lines.map((line) => JSON.stringify(line)).join('\n')}\n`;
}

/** Throws `corrupt-input` for what is no such file; `name` stands in the message. */
export function notesFrom(text: string, name: string): { head: NotesHead; notes: Note[] } {
  const wrong = (why: string): PitlaneError => new PitlaneError('corrupt-input', `${name} are no notes: ${why}`);
  const [first, ...rest] = text.split('\n').filter((line) => line !== '');
  try {
    const head = JSON.parse(first ?? '') as NotesHead;
    if (head.type !== 'notes' || head.notesVersion !== NOTES_VERSION) throw wrong('the first line says so');
    parseDriveId(head.driveId);
    if (rest.length > NOTES_A_FILE_MAX) throw wrong(`they have over ${NOTES_A_FILE_MAX} lines`);
    return { head, notes: rest.map((line) => checkedNote(JSON.parse(line) as Note)) };
  } catch (cause) {
    if (cause instanceof PitlaneError && cause.code === 'corrupt-input') throw cause;
    throw new PitlaneError('corrupt-input', `${name} are no notes: ${(cause as Error).message}`, { cause });
  }
}

function checkedNote(note: Note): Note {
  if (note.type === 'correction') {
    if (!Number.isSafeInteger(note.correctedAtMs)) throw new TypeError('a correction has no time');
    return note;
  }
  if (note.type !== 'annotation') throw new TypeError('a line is neither annotation nor correction');
  for (const time of [note.startTime, note.endTime]) timeNsFromText(time);
  if (!Number.isSafeInteger(note.notedAtMs)) throw new TypeError('an annotation has no time of noting');
  return note;
}
