/**
 * What of a dock stands in the spool, a line a file, so that the dock goes on without its disk. Invariants: a line is
 * written after its copy was read back and named; `ID.ndjson` holds a line for every file of the disk, `ID.part.ndjson`
 * those of a disk that is being read yet. A line that the power cut off is no line.
 */
import { open, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { RecordingId } from '@pitlane/contracts/identity';
import type { SourceFile } from '@pitlane/ports/drive-source';
import type { Hole, ReadBack } from '@pitlane/stages/30-stage';

/** A file as the disk listed it, and its copy in the dock's folder; a file that was passed over has no copy. */
export interface StagedLine extends SourceFile {
  readonly copy?: {
    readonly name: string;
    readonly recordingId: RecordingId;
    readonly holes: readonly Hole[];
    /** What gave its bytes when it was read back; null of a clone, which was not. */
    readonly readBack: ReadBack | null;
    /** Endings of the files that it is read together with: copies of them lie beside its own; absent if there are none. */
    readonly endings?: readonly string[];
  };
}

export class StagedIndex {
  /** Every file of the disk stands in it: the disk is needed no more. */
  isComplete: boolean;
  readonly #root: string;
  readonly #dockId: string;
  readonly #lines = new Map<string, StagedLine>();

  private constructor(root: string, dockId: string, isComplete: boolean) {
    this.#root = root;
    this.#dockId = dockId;
    this.isComplete = isComplete;
  }

  /** @param root where staged copies lie */
  static async open(root: string, dockId: string): Promise<StagedIndex> {
    const whole = await readFile(join(root, `${dockId}.ndjson`), 'utf8').catch(() => undefined);
    const text = whole ?? (await readFile(join(root, `${dockId}.part.ndjson`), 'utf8').catch(() => ''));
    const index = new StagedIndex(root, dockId, whole !== undefined);
    for (const line of text.split('\n')) index.#take(line);
    return index;
  }

  get folder(): string {
    return join(this.#root, this.#dockId);
  }

  /** The files that are passed over, and those whose copies stand: copies go with their receipts. */
  async standing(): Promise<StagedLine[]> {
    const found: StagedLine[] = [];
    for (const line of this.#lines.values()) if (!line.copy || (await this.copyOf(line))) found.push(line);
    return found;
  }

  async hasCopies(): Promise<boolean> {
    return (await this.standing()).some(({ copy }) => copy !== undefined);
  }

  /** The line of this very file, if its copy stands. */
  async copyOf({ path, bytes, mtimeMs }: SourceFile): Promise<StagedLine['copy']> {
    const line = this.#lines.get(path);
    if (!line?.copy || line.bytes !== bytes || line.mtimeMs !== mtimeMs) return undefined;
    const info = await stat(join(this.folder, line.copy.name)).catch(() => undefined);
    return info?.size === bytes ? line.copy : undefined;
  }

  /** Outlives a power cut when the call returns. */
  async add(line: StagedLine): Promise<void> {
    this.#lines.set(line.path, line);
    const handle = await open(this.#partPath, 'a', 0o600);
    try {
      // What the power cut off is ended, so that it spoils no line but its own.
      await handle.writeFile(`\n${JSON.stringify(line)}\n`);
      await handle.datasync();
    } finally {
      await handle.close();
    }
  }

  async complete(): Promise<void> {
    if (this.isComplete) return;
    await flushFolder(this.folder); // the copies' names
    await rename(this.#partPath, join(this.#root, `${this.#dockId}.ndjson`));
    await flushFolder(this.#root);
    this.isComplete = true;
  }

  /** The dock has come to its end; copies go with their receipts. */
  async remove(): Promise<void> {
    await rm(this.#partPath, { force: true });
    await rm(join(this.#root, `${this.#dockId}.ndjson`), { force: true });
  }

  get #partPath(): string {
    return join(this.#root, `${this.#dockId}.part.ndjson`);
  }

  #take(text: string): void {
    try {
      const line = JSON.parse(text) as StagedLine;
      this.#lines.set(line.path, line);
    } catch {
      // Empty, or cut off.
    }
  }
}

async function flushFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r').catch(() => undefined); // a dock of links alone has none
  try {
    await handle?.sync();
  } finally {
    await handle?.close();
  }
}
