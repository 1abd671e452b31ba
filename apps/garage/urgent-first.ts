/**
 * The recordings of a drive in the order in which they are cut, one at a time: a chunker's own threads keep the machine
 * busy, and the other chunkers are there for other docks. While the next is cut, those before may be on their way yet. What is wanted first is cut of all of them before the rest of
 * any.
 */
import type { CutResult } from './cut-recording.ts';
import type { InspectedFile } from './drive-identity.ts';
import type { Urgencies } from './orders/urgencies.ts';
import type { StagedFile } from './stage-file.ts';

/** A recording of which what is wanted first is cut. */
export interface BegunCut {
  /**
   * Cuts the rest; resolves when all of it is shipped.
   * @param onChunked all of it is cut, and some is on its way yet
   */
  rest(onChunked: () => void): Promise<CutResult>;
  /** Nothing of it is shipped any more. */
  close(): Promise<void>;
}

/** Recordings of a drive that are cut, and on their way yet while the next is cut. */
const SHIPPING_MAX = 4;

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
  const shipping = new ShippingRow();
  try {
    for await (const file of staged) {
      const cut = await begin(file);
      if (cut) begun.push({ cut, priority: urgencies.firstPriorityOf(file.inspected.inspection) });
      awaited.delete(pathOf(file.inspected));
      if (awaited.size > 0) continue;
      // The file that names the drive comes first, though nothing of it be urgent.
      begun.sort((a, b) => a.priority - b.priority);
      for (let next = begun.shift(); next; next = begun.shift()) {
        await shipping.cut(next.cut);
        yield* shipping.results(SHIPPING_MAX);
      }
    }
    yield* shipping.results(0);
  } finally {
    await shipping.close();
    for (const { cut } of begun) await cut.close();
  }
}

interface CutWithResult {
  readonly cut: BegunCut;
  readonly result: Promise<CutResult>;
}

/** Recordings that are cut to their end, in this order, each with what is on its way. */
class ShippingRow {
  readonly #row: CutWithResult[] = [];
  #failure: { readonly error: unknown } | undefined;

  /** Resolves when the rest of it is cut. Throws when it fails, or one before it has. */
  async cut(cut: BegunCut): Promise<void> {
    const chunked = new Promise<void>((resolve) => {
      const result = cut.rest(resolve);
      result.then(
        () => resolve(),
        (error: unknown) => {
          this.#failure ??= { error };
          resolve();
        },
      );
      this.#row.push({ cut, result });
    });
    await chunked;
    if (this.#failure) throw this.#failure.error;
  }

  /** Of those that have shipped all, in order, until no more than so many are left. */
  async *results(leftMax: number): AsyncGenerator<CutResult> {
    for (let [first] = this.#row; first && this.#row.length > leftMax; [first] = this.#row) {
      yield await first.result;
      this.#row.shift();
    }
  }

  /** Nothing of those that are left is shipped any more. */
  async close(): Promise<void> {
    for (const { cut } of this.#row) await cut.close();
    await Promise.allSettled(this.#row.map(({ result }) => result));
  }
}

const pathOf = ({ file }: InspectedFile): string => file.path;
