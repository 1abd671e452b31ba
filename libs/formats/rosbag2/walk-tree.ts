/**
 * Walks one b-tree from its root, in the order of its keys. For a table that is the order of row numbers, in which a bag
 * was recorded: the same file gives the same order wherever its pages lie. Every page is entered once, by whoever comes
 * first; what is held is one copy of a page per level.
 *
 * A child is believed when it is a page of the same kind of tree and its keys lie where its parent puts it. What is not
 * believed stays unclaimed, so that it can be found by its own content afterwards.
 */
import { BtreePage } from './btree-page.ts';
import type { Database } from './database.ts';

const DEPTH_MAX = 20;
const NO_CHILD = -1;

/** What is wrong with a page that was entered; `outside`: it points past the end of the file. */
export type PageFault = 'children' | 'outside' | 'cells';

/** `either`: as the root is. Tables without row numbers are stored like indexes. */
export type TreeKind = 'table' | 'index' | 'either';

interface Level {
  readonly page: BtreePage;
  next: number;
  /** Keys of the page lie in `(above, upTo]`. */
  above: number;
  upTo: number;
  fault: PageFault | undefined;
}

export class TreeWalk {
  /** Whether everything below the root was found as it should be. */
  isSound = true;
  readonly #database: Database;
  readonly #kind: TreeKind;
  readonly #onFault: (page: number, fault: PageFault) => void;
  readonly #levels: Level[] = [];

  constructor(database: Database, kind: TreeKind, onFault: (page: number, fault: PageFault) => void) {
    this.#database = database;
    this.#kind = kind;
    this.#onFault = onFault;
  }

  /** Every page of the tree as it is entered, interior pages too; each is valid until the next is pulled. */
  async *pages(root: number): AsyncGenerator<BtreePage> {
    let depth = await this.#enter(0, root, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY);
    if (depth === 0) {
      this.isSound = false;
      this.#database.map.miss(root);
      return;
    }
    yield (this.#levels[0] as Level).page;
    while (depth > 0) {
      const level = this.#levels[depth - 1] as Level;
      const child = this.#nextChild(level);
      if (child === undefined) {
        this.#leave(level);
        depth -= 1;
        continue;
      }
      if (child === NO_CHILD) continue;
      const entered = await this.#enter(depth, child, this.#above, this.#upTo);
      if (entered === depth) {
        const isOutside = child > this.#database.file.pages;
        level.fault = isOutside ? 'outside' : (level.fault ?? 'children');
        this.#database.map.miss(child);
        continue;
      }
      depth = entered;
      yield (this.#levels[depth - 1] as Level).page;
    }
  }

  #above = Number.NEGATIVE_INFINITY;
  #upTo = Number.POSITIVE_INFINITY;

  /** The level's next child page with its bounds set, `NO_CHILD` for a cell that is none, undefined behind the last. */
  #nextChild(level: Level): number | undefined {
    const { page } = level;
    if (page.isLeaf || level.next > page.cells) return undefined;
    const index = level.next;
    level.next += 1;
    this.#above = level.above;
    this.#upTo = level.upTo;
    if (index === page.cells) return page.rightChild;
    if (!page.take(index)) {
      level.fault ??= 'cells';
      return NO_CHILD;
    }
    if (page.isTable) {
      this.#upTo = page.rowid;
      level.above = page.rowid;
    }
    return page.child;
  }

  #leave({ page, fault, next }: Level): void {
    const found = fault ?? (!page.isLeaf && next > page.cells && !page.isAccounted() ? 'cells' : undefined);
    if (found === undefined) return;
    this.isSound = false;
    this.#onFault(page.number, found);
  }

  /** Whether a page at this depth should be one of a table. */
  #isTable(page: BtreePage, depth: number): boolean {
    if (this.#kind !== 'either') return this.#kind === 'table';
    return depth === 0 ? page.isTable : (this.#levels[0] as Level).page.isTable;
  }

  /** Enters a page one level down; returns the new depth, or the old one if it is no page of this tree. */
  async #enter(depth: number, number: number, above: number, upTo: number): Promise<number> {
    const { file, map, header } = this.#database;
    if (depth >= DEPTH_MAX || number < 1 || number > file.pages || map.has(number)) return depth;
    const bytes = file.peek(number) ?? (await file.load(number));
    if (bytes === undefined) return depth;
    const level = (this.#levels[depth] ??= {
      page: new BtreePage(header.pageBytes, header.usableBytes),
      next: 0,
      above,
      upTo,
      fault: undefined,
    });
    const { page } = level;
    if (!page.load(number, bytes) || page.isTable !== this.#isTable(page, depth)) return depth;
    if (page.isTable && !isWithin(page, above, upTo)) return depth;
    map.claim(number);
    Object.assign(level, { next: 0, above, upTo, fault: undefined });
    return depth + 1;
  }
}

/** Whether the first or the last key lies within the bounds: one of them may be damaged itself. */
function isWithin(page: BtreePage, above: number, upTo: number): boolean {
  if (page.cells === 0) return true;
  const isKeyWithin = (index: number): boolean => page.look(index) && page.rowid > above && page.rowid <= upTo;
  return isKeyWithin(0) || isKeyWithin(page.cells - 1);
}
