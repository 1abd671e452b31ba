/** The dockings that go on, from the garage's list and from its events: each event gives the next picture of them. */

export const STAGES = ['stage', 'chunk', 'ship', 'land', 'index'] as const;

export interface StageProgress {
  readonly doneBytes: number;
  readonly totalBytes: number;
  /** No more will be added to the total. */
  readonly totalKnown: boolean;
}

export interface DockingVerdict {
  readonly summary: string;
  readonly isComplete: boolean;
  readonly judgedFrom: string;
  readonly findings: readonly { readonly text: string; readonly severity: string }[];
  readonly notes: readonly string[];
}

export interface Docking {
  readonly dockId: string;
  readonly path: string;
  readonly word: 'waiting' | 'docking' | 'done' | 'failed' | 'interrupted';
  readonly driveIds: readonly string[];
  readonly fault: string;
  readonly stages?: Readonly<Record<string, StageProgress>>;
  /** By folder of the drive: a later word replaces the one before. */
  readonly verdicts: Readonly<Record<string, DockingVerdict>>;
}

export type Dockings = ReadonlyMap<string, Docking>;

export interface ListedDock {
  readonly dockId: string;
  readonly path: string;
  readonly state: string;
  readonly driveIds: readonly string[];
  readonly error: string | null;
  readonly dockedAtMs: number;
}

export type DockingEvent =
  | { type: 'progress'; dockId: string; path: string; stages: Readonly<Record<string, StageProgress>> }
  | { type: 'verdict'; dockId: string; path: string; folder: string; vehicleId: string; verdict: DockingVerdict }
  | { type: 'done'; dockId: string }
  | { type: 'failed'; dockId?: string; code: string; message: string };

/** The journal keeps what failed for ever; here it stays for a day. */
const FAILED_SHOWN_MS = 24 * 3_600_000;

/** What is listed now. What came through stays until it is let go of, and no older list brings it back. */
export function afterList(before: Dockings, listed: readonly ListedDock[], nowMs: number): Dockings {
  const after = new Map([...before].filter(([, { word }]) => word === 'done'));
  for (const { dockId, path, state, driveIds, error, dockedAtMs } of listed) {
    const hasFailed = state === 'failed' && nowMs - dockedAtMs < FAILED_SHOWN_MS;
    if (after.has(dockId) || (state !== 'open' && !hasFailed)) continue;
    const known = before.get(dockId) ?? fresh(dockId, path);
    const word = hasFailed ? 'failed' : known.stages ? 'docking' : 'waiting';
    // An open docking may carry the error of an earlier try.
    after.set(dockId, { ...known, driveIds, word, fault: hasFailed ? (error ?? 'It failed.') : '' });
  }
  return after;
}

export function afterEvent(before: Dockings, event: DockingEvent): Dockings {
  const after = new Map(before);
  const set = (dockId: string, path: string, changes: Partial<Docking>) =>
    after.set(dockId, { ...(before.get(dockId) ?? fresh(dockId, path)), ...changes });
  if (event.type === 'progress') {
    set(event.dockId, event.path, { word: 'docking', fault: '', stages: event.stages });
  } else if (event.type === 'verdict') {
    const verdicts = { ...before.get(event.dockId)?.verdicts, [event.folder]: event.verdict };
    set(event.dockId, event.path, { verdicts });
  } else {
    const known = event.dockId === undefined ? undefined : before.get(event.dockId);
    if (!known) return before;
    if (event.type === 'done') after.set(known.dockId, { ...known, word: 'done' });
    else if (event.code === 'interrupted') after.set(known.dockId, { ...known, word: 'interrupted' });
    else after.set(known.dockId, { ...known, word: 'failed', fault: event.message });
  }
  return after;
}

const fresh = (dockId: string, path: string): Docking => ({
  dockId,
  path,
  word: 'waiting',
  driveIds: [],
  fault: '',
  verdicts: {},
});
