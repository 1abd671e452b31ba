/** Files that are open beside a recording, by the endings of their names; closed together. */
import type { OpenSourceFile } from '@pitlane/ports/drive-source';

export class FilesBeside implements AsyncDisposable {
  readonly #files = new Map<string, OpenSourceFile>();
  readonly #openFile: (root: string, path: string) => Promise<OpenSourceFile>;

  constructor(openFile: (root: string, path: string) => Promise<OpenSourceFile>) {
    this.#openFile = openFile;
  }

  get sources(): ReadonlyMap<string, OpenSourceFile> {
    return this.#files;
  }

  async open(root: string, path: string, endings: readonly string[]): Promise<void> {
    for (const ending of endings) this.#files.set(ending, await this.#openFile(root, `${path}${ending}`));
  }

  versionOf(ending: string): string | undefined {
    return this.#files.get(ending)?.version;
  }

  /** Whether none of them was written since it was opened. */
  async unchanged(): Promise<boolean> {
    for (const file of this.#files.values()) if (!(await file.unchanged())) return false;
    return true;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const file of this.#files.values()) await file.close();
  }
}
