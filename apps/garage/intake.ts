/**
 * Where the bytes of a dock come from: its disk, or the copies of a disk that may have left. Whoever docks sees the files
 * as the disk listed them either way.
 */
import { PitlaneError } from '@pitlane/base/errors';
import type { DriveSource, SourceFile } from '@pitlane/ports/drive-source';
import type { StagedIndex, StagedLine } from './staged-index.ts';
import type { StageHow } from './stage.worker.ts';

export interface Intake {
  /** Lists and opens by the paths of the disk. */
  readonly source: DriveSource;
  /** What of it stands in the spool already. */
  readonly index: StagedIndex;
  /** How its files are staged. */
  readonly how: StageHow;
  /** Where a listed file is read by those who open files themselves. */
  at(path: string): Place;
}

export interface Place {
  readonly root: string;
  readonly path: string;
  /** Endings of files that lie beside it there and belong to it, where that is not for the listing to say. */
  readonly endings?: readonly string[];
}

export const diskIntake = (root: string, source: DriveSource, index: StagedIndex, how: StageHow): Intake => ({
  source,
  index,
  how,
  at: (path) => ({ root, path }),
});

/** @param index is complete */
export async function stagedIntake(source: DriveSource, index: StagedIndex): Promise<Intake> {
  const lines = new Map((await index.standing()).map((line) => [line.path, line]));
  const at = (path: string) => {
    const copy = lines.get(path)?.copy;
    if (!copy) throw new PitlaneError('not-found', `no copy of ${path} stands in ${index.folder}`);
    return { root: index.folder, path: copy.name, endings: copy.endings ?? [] };
  };
  const listed = [...lines.values()].map(fileOf);
  return {
    source: {
      ...source,
      list: async () => listed,
      open: async (_, path) => {
        const place = at(path);
        return { ...(await source.open(place.root, place.path)), name: path };
      },
    },
    index,
    how: 'in-place',
    at,
  };
}

const fileOf = ({ copy: _, ...file }: StagedLine): SourceFile => file;
