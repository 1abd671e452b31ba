/** One folder under the system's temporary one for all that a benchmark writes; it goes when the benchmark ends. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export class Scratch {
  readonly root: string;
  #folders = 0;

  constructor() {
    this.root = mkdtempSync(join(tmpdir(), 'pitlane-bench-'));
  }

  /** A new empty folder. */
  folder(name: string): string {
    this.#folders += 1;
    const folder = join(this.root, `${name}-${this.#folders}`);
    mkdirSync(folder);
    return folder;
  }

  drop(folder: string): void {
    if (!folder.startsWith(this.root)) throw new Error(`${folder} is not ours to remove`);
    rmSync(folder, { recursive: true, force: true });
  }

  close(): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}
