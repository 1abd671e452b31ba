/**
 * The recordings of a drive in the order in which they are cut, one at a time: a chunker's own threads keep the machine
 * busy, and the other chunkers are there for other docks. What is wanted first is cut of all of them before the rest of
 * any.
 */
import type { CutResult } from './cut-recording.ts';
import type { InspectedFile } from './drive-identity.ts';
import type { Urgencies } from './orders/urgencies.ts';
import type { StagedFile } from './stage-file.ts';

/** A recording of which what is wanted first is cut. */
export interface BegunCut {
  rest(): Promise<CutResult>;
  /** Nothing of it is shipped any more. */
  close(): Promise<void>;
}

/** Files that have something urgent come first, each as urgent as the most urgent in it. */
export const inOrder = (files: readonly InspectedFile[], urgencies: Urgencies): InspectedFile[] =>
  files
    .map((file) => ({ file, priority: urgencies.firstPriorityOf(file.inspection) }))
    .sort((a, b) => a.priority - b.priority)
    .map(({ file }) => file);

/**
 * @param staged as they come
 * @param files all that will come
 * @param begin cuts what is wanted first; undefined where nothing is to be cut
 */
export async function* cutUrgentFirst(
  staged: AsyncIterable<StagedFile>,
  files: readonly InspectedFile[],
  urgencies: Urgencies,
  begin: (file: StagedFile) => Promise<BegunCut | undefined>,
): AsyncGenerator<CutResult> {
  const awaited = new Set(files.filter(({ inspection }) => urgencies.isUrgent(inspection)).map(pathOf));
  const begun: { readonly cut: BegunCut; readonly priority: number }[] = [];
  try {
    for await (const file of staged) {
      const cut = await begin(file);
      if (cut) begun.push({ cut, priority: urgencies.firstPriorityOf(file.inspected.inspection) });
      awaited.delete(pathOf(file.inspected));
      if (awaited.size > 0) continue;
      // The file that names the drive comes first, though nothing of it be urgent.
      begun.sort((a, b) => a.priority - b.priority);
      for (let [next] = begun; next; [next] = begun) {
        yield await next.cut.rest();
        begun.shift();
      }
    }
  } finally {
    for (const { cut } of begun) await cut.close();
  }
}

const pathOf = ({ file }: InspectedFile): string => file.path;
