/**
 * The places of a garage: what a tile stands for. A bay has its number from the order in which bays are configured, whatever
 * is in it, so that a key, a printed code and a spot on the board always mean the same bay. Where a bay holds several
 * disks, each has a place: `2.1`, `2.2`. Where no bays are configured, dockings take their place.
 */
import type { BayAnswer, DiskAnswer, DockAnswer } from './board-answers.ts';

export interface Place {
  /** What one types or scans for it. */
  readonly number: string;
  /** For people: the bay's name, or the last part of a path. */
  readonly name: string;
  readonly bay: string | null;
  readonly path: string;
  /** The car that comes here, or whose drives the disk holds. */
  readonly vehicleIds: readonly string[];
  readonly fault: string | null;
  /** Nobody pulls it: it came over the network. */
  readonly isUploaded: boolean;
  readonly disk: DiskAnswer | null;
}

const UPLOADS = 'uploads';
const FAILED_SHOWN_MS = 24 * 3_600_000;
const DONE_SHOWN_MS = 12 * 3_600_000;
/** Dockings that have ended, at most. */
const ENDED_MAX = 12;

export const placesFromBays = (bays: readonly BayAnswer[]): Place[] =>
  bays.flatMap((bay, at) => {
    const { fault = null, vehicleId } = bay;
    const common = { bay: bay.bay, fault, isUploaded: bay.bay === UPLOADS };
    const owner = vehicleId === null ? [] : [vehicleId];
    const number = String(at + 1);
    const one = (disk: DiskAnswer | null, name: string, own: string): Place => ({
      ...common,
      number: own,
      name,
      path: disk?.path ?? bay.path,
      vehicleIds: carsOf(disk, owner),
      disk,
    });
    const [first = null, ...others] = bay.disks;
    if (others.length === 0) return [one(first, bay.bay, number)];
    const sorted = [...bay.disks].sort((a, b) => (a.path < b.path ? -1 : 1));
    return sorted.map((disk, nth) => one(disk, `${bay.bay} ${lastPart(disk.path)}`, `${number}.${nth + 1}`));
  });

/** Oldest first, so that one that comes moves no other. */
export function placesFromDocks(docks: readonly DockAnswer[], nowMs: number): Place[] {
  const isRecent = ({ state, dockedAtMs }: DockAnswer): boolean =>
    state === 'open' || nowMs - dockedAtMs < (state === 'failed' ? FAILED_SHOWN_MS : DONE_SHOWN_MS);
  const byAge = docks.filter(isRecent).sort((a, b) => a.dockedAtMs - b.dockedAtMs);
  const ended = byAge.filter(({ state }) => state !== 'open');
  const dropped = new Set(ended.slice(0, Math.max(0, ended.length - ENDED_MAX)));
  return newestOfPath(byAge.filter((dock) => !dropped.has(dock))).map((dock, at) => ({
    number: String(at + 1),
    name: lastPart(dock.path),
    bay: null,
    path: dock.path,
    vehicleIds: dock.vehicleId === null ? carsNamedIn(dock.driveIds) : [dock.vehicleId],
    fault: null,
    isUploaded: false,
    disk: diskFromDock(dock),
  }));
}

/** Docked again, the earlier docking has nothing more to say. */
function newestOfPath(byAge: readonly DockAnswer[]): DockAnswer[] {
  const newest = new Map(byAge.map((dock) => [dock.path, dock]));
  return byAge.filter((dock) => newest.get(dock.path) === dock);
}

function diskFromDock(dock: DockAnswer): DiskAnswer {
  const { path, state, driveIds, dockId, error, isStaged = false, verdict = null, withheld } = dock;
  const isDone = state === 'done';
  const word = isDone ? 'done' : state === 'failed' ? 'failed' : isStaged ? 'staged' : 'docking';
  return {
    path,
    state: word,
    text: dockText(word, error, withheld),
    sinceMs: dock.dockedAtMs,
    safeToPull: isDone || isStaged,
    // What else lies in the folder is not known here.
    safeToWipe: false,
    driveIds,
    dockId,
    verdict,
  };
}

function dockText(word: string, error: string | null, withheld: string | undefined): string {
  if (word === 'done') {
    const kept = withheld === undefined ? '' : `; ${withheld} withheld, on it alone`;
    return `in the store and signed for${kept}`;
  }
  if (word === 'failed') return `${error ?? 'it failed'}. Docked again, it goes on where it stopped.`;
  return word === 'staged' ? 'copied and verified; the copy is sent on from here' : '';
}

const carsOf = (disk: DiskAnswer | null, owner: readonly string[]): readonly string[] =>
  disk?.vehicleIds && disk.vehicleIds.length > 0 ? disk.vehicleIds : owner;

const DRIVE_OF_CAR = /^(.+)-\d{8}T\d{6}Z-[0-9a-f]{8}$/;

/** A drive without a name of its own is called after its car. */
const carsNamedIn = (driveIds: readonly string[]): readonly string[] => [
  ...new Set(driveIds.flatMap((driveId) => DRIVE_OF_CAR.exec(driveId)?.[1] ?? [])),
];

export const lastPart = (path: string): string => path.replace(/\/+$/, '').split('/').at(-1) || path;
