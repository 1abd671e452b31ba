/** What a person may do to what is in a bay: its key, what it is called, and why it may not be done now. */
import type { QueueEntry } from './board-answers.ts';
import type { Place } from './places.ts';

export type DeedKind = 'name-vehicle' | 'mark-incident' | 'prioritise' | 'hold' | 'release' | 'retire';

export interface Deed {
  readonly kind: DeedKind;
  readonly key: string;
  readonly name: string;
  /** Why not, in words; undefined where it may be done. */
  readonly hindrance: string | undefined;
}

export const DEED_KEYS = ['V', 'I', 'P', 'H', 'R'] as const;
export const DEED_LEGEND = [
  ['V', 'name the car'],
  ['I', 'mark an incident'],
  ['P', 'send first'],
  ['H', 'hold, or go on'],
  ['R', 'free its copies'],
] as const;

export function deedsOf({ disk, fault }: Pick<Place, 'disk' | 'fault'>, queue: readonly QueueEntry[]): Deed[] {
  const nothing = fault !== null ? 'Nobody can look into this bay.' : disk ? undefined : 'Nothing is in it.';
  const isNamed = (disk?.driveIds.length ?? 0) > 0;
  const isSigned = disk?.state === 'done';
  const waits = isWaiting(disk, queue);
  const unnamed = nothing ?? (isNamed ? undefined : 'Its drive has no name yet: reading has to come so far.');
  const sent = unnamed ?? (isSigned && !waits ? 'All of it is sent.' : undefined);
  const isHeld = isHeldOf(disk, queue);
  return [
    { kind: 'name-vehicle', key: 'V', name: 'Name the car', hindrance: nothing },
    { kind: 'mark-incident', key: 'I', name: 'Mark an incident', hindrance: unnamed },
    { kind: 'prioritise', key: 'P', name: 'Send first', hindrance: sent },
    isHeld
      ? { kind: 'release', key: 'H', name: 'Go on', hindrance: undefined }
      : { kind: 'hold', key: 'H', name: 'Hold', hindrance: sent },
    {
      kind: 'retire',
      key: 'R',
      name: 'Free its copies',
      hindrance: unnamed ?? (isSigned ? undefined : 'Not signed for yet: its copies here may be the only ones.'),
    },
  ];
}

export const isHeldOf = (disk: Place['disk'], queue: readonly QueueEntry[]): boolean =>
  queue.some(({ driveId, isHeld }) => isHeld && disk?.driveIds.includes(driveId));

const isWaiting = (disk: Place['disk'], queue: readonly QueueEntry[]): boolean =>
  queue.some(({ driveId }) => disk?.driveIds.includes(driveId));

/** Of a bay with several disks, one is meant by its docking. */
export const targetOf = ({ bay, disk, number }: Place): { readonly bay?: string; readonly dockId?: string } =>
  disk?.dockId && (bay === null || number.includes('.')) ? { dockId: disk.dockId } : bay === null ? {} : { bay };
