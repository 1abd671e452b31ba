/**
 * What people asked a garage for, and what came of it: the audit, and what is yet to be done of it. Beside it how they want
 * drives handled until these have landed. What is written here outlives the process, and a power cut, when the call returns.
 */
import type { DriveId } from '@pitlane/contracts/identity';
import type { DriveEvent } from '@pitlane/contracts/manifest';
import type { Note } from '@pitlane/contracts/notes';

export const ACTION_KINDS = ['name-vehicle', 'mark-incident', 'prioritise', 'hold', 'release', 'retire'] as const;
export type ActionKind = (typeof ACTION_KINDS)[number];

export interface ActionEntry {
  readonly actionId: string;
  readonly kind: ActionKind;
  /** `waiting` until it is carried out; nobody can take it back once that has begun. */
  readonly state: 'waiting' | 'done' | 'undone' | 'failed';
  readonly bay: string | null;
  readonly dockId: string | null;
  readonly tenant: string;
  /** Null where all drives of the dock are meant. */
  readonly driveId: string | null;
  /** What was asked for beside: vehicle, priority, time, note. */
  readonly args: Readonly<Record<string, string | number>>;
  /** What it will do, in words; once it is done, what it did. */
  readonly text: string;
  /** Who asked; null if nobody said so. */
  readonly author: string | null;
  /** Wall clock, milliseconds since the epoch. */
  readonly askedAtMs: number;
  readonly dueAtMs: number;
  readonly endedAtMs: number | null;
  /** Why it failed. */
  readonly error: string | null;
  /** Notes of it that the store has not got yet; absent where there are none. */
  readonly untold?: readonly UntoldNote[];
}

export interface UntoldNote {
  readonly drive: { readonly tenant: string; readonly driveId: string; readonly vehicleId: string };
  readonly note: Note;
}

export interface ActionLog {
  /** In the place of what was known of it. */
  put(action: ActionEntry): void;
  find(actionId: string): ActionEntry | undefined;
  /** The newest first, at most `max`, and only older ones than `before`, if that is given. */
  newest(max: number, before?: string): readonly ActionEntry[];
  /** Those that wait, and those with notes that are not told, in the order of asking. */
  open(): readonly ActionEntry[];
  /** Forgets all but the newest that have ended; gives how many. */
  trim(keep: number): number;
}

/** How a drive is handled because somebody wants it so. */
export interface HandlingEntry {
  readonly tenant: string;
  readonly driveId: DriveId;
  /** No chunk of it is sent. */
  readonly isHeld: boolean;
  /** 0 first, 99 last; null for that of its dock. */
  readonly priority: number | null;
  /** Among drives of one priority the lowest goes first; 0 for those that nobody moved. */
  readonly rank: number;
  /** What happened on it, beside what its sidecar says. */
  readonly events: readonly DriveEvent[];
}

/** Whether it says anything. */
export const isPlainHandling = ({ isHeld, priority, rank, events }: HandlingEntry): boolean =>
  !isHeld && priority === null && rank === 0 && events.length === 0;
