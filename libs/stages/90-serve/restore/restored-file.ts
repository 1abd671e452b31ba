/** A file that appears whole under its name or not at all, and never in the place of another. */
import { createHash } from 'node:crypto';
import { type FileHandle, link, open, rename, rm } from 'node:fs/promises';
import { PitlaneError } from '@pitlane/base/errors';
import { createFile, placeBelow, plainFileAt } from './safe-path.ts';

const COMPARE_BYTES = 1024 * 1024;

export class RestoredFile {
  readonly path: string;
  readonly #partial: string;
  readonly #handle: FileHandle;
  readonly #hash = createHash('sha256');
  bytes = 0;

  private constructor(file: string, partial: string, handle: FileHandle) {
    this.path = file;
    this.#partial = partial;
    this.#handle = handle;
  }

  /** @param relative a path from `distinctPaths`. */
  static async create(root: string, relative: string): Promise<RestoredFile> {
    const file = await placeBelow(root, relative);
    await plainFileAt(file);
    const partial = `${file}.pitlane-partial`;
    // What an interrupted run left behind is of no use; it is ours by its name.
    if (await plainFileAt(partial)) await rm(partial);
    return new RestoredFile(file, partial, await createFile(partial));
  }

  append = async (parts: readonly Uint8Array[]): Promise<void> => {
    for (const part of parts) {
      this.#hash.update(part);
      for (let at = 0; at < part.byteLength; ) {
        const { bytesWritten } = await this.#handle.write(part, at, part.byteLength - at);
        at += bytesWritten;
      }
      this.bytes += part.byteLength;
    }
  };

  /** Gives the file its name and answers with its SHA-256; `already-exists` if another content stands there. */
  async finish(): Promise<string> {
    await this.#handle.sync();
    await this.#handle.close();
    const sha256 = this.#hash.digest('hex');
    const there = await plainFileAt(this.path);
    if (!there) await this.#name();
    else if (there.size !== this.bytes || (await sha256OfFile(this.path)) !== sha256) {
      await rm(this.#partial);
      throw new PitlaneError('already-exists', `${this.path} is there with other content: restore into another folder`);
    } else await rm(this.#partial);
    return sha256;
  }

  async discard(): Promise<void> {
    await this.#handle.close().catch(() => {});
    await rm(this.#partial, { force: true });
  }

  async #name(): Promise<void> {
    try {
      await link(this.#partial, this.path);
      await rm(this.#partial);
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code ?? '';
      if (!['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS'].includes(code)) throw error;
      // A file system without links: the name is taken first, so that nobody's file is replaced.
      await (await createFile(this.path)).close();
      await rename(this.#partial, this.path);
    }
  }
}

async function sha256OfFile(file: string): Promise<string> {
  const handle = await open(file, 'r');
  try {
    const hash = createHash('sha256');
    const buffer = new Uint8Array(COMPARE_BYTES);
    for (;;) {
      const { bytesRead } = await handle.read(buffer, 0, COMPARE_BYTES);
      if (bytesRead === 0) return hash.digest('hex');
      hash.update(buffer.subarray(0, bytesRead));
    }
  } finally {
    await handle.close();
  }
}
