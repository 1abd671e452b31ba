/** How far dockings have come, by their events: several a second, laid over the slower answers of the node. */
import type { DiskAnswer, ProgressEvent } from './board-answers.ts';

export interface Come {
  readonly doneBytes: number;
  readonly totalBytes: number;
  readonly totalKnown: boolean;
}
export type Progress = ReadonlyMap<string, Come>;

/** Of a disk that is read in place, what is cut counts: the rest follows. */
export function comeFrom({ stages, leavesAfter }: ProgressEvent): Come {
  const none = { doneBytes: 0, totalBytes: 0, totalKnown: false };
  return (leavesAfter === 'receipt' ? stages['chunk'] : stages['stage']) ?? none;
}

export function withProgress(disk: DiskAnswer, progress: Progress): DiskAnswer {
  const come = disk.dockId ? progress.get(disk.dockId) : undefined;
  if (!come || disk.state !== 'docking') return disk;
  // The node's listing of a bay's disk is whole; of a docking by hand only the events know.
  const total = disk.bytesTotal ?? come.totalBytes;
  const mayGrow = typeof disk.bytesTotal !== 'number' && !come.totalKnown;
  return {
    ...disk,
    bytesRead: Math.max(disk.bytesRead ?? 0, Math.min(come.doneBytes, total)),
    bytesTotal: total,
    mayGrow,
  };
}
