/**
 * Slices that were made whole, as files, for readers that ask for ranges: a viewer that jumps about, a download that was
 * cut. A stream has no length before its end, and a range of what is made anew would cost the making each time.
 *
 * Invariants
 * - All files together, those that still grow too, are within the bound; the least recently used goes first.
 * - A file has its tag as its name only when it is whole. The tag says what is inside, so that no file is ever stale.
 * - The folder belongs to one program and begins empty: nothing in it needs to outlive a crash.
 */
import { type FileHandle, mkdir, open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { PitlaneError } from '@pitlane/base/errors';
import { textFromBytes } from '@pitlane/base/units';

export type SliceStream = (signal: AbortSignal) => AsyncIterable<Uint8Array>;

interface Making {
  readonly done: Promise<void>;
  readonly stop: AbortController;
  waiting: number;
}

export class SliceCache {
  readonly #folder: string;
  readonly #bytesMax: number;
  /** By tag, least recently used first. */
  readonly #sizes = new Map<string, number>();
  readonly #making = new Map<string, Making>();
  #usedBytes = 0;
  #ready: Promise<void> | undefined;

  /** @param folder of this program alone; made when the first slice comes */
  constructor(folder: string, bytesMax: number) {
    this.#folder = folder;
    this.#bytesMax = bytesMax;
  }

  /** The size of a slice that is here whole. */
  bytesOf(tag: string): number | undefined {
    return this.#sizes.get(tag);
  }

  /** A slice that is here whole, to be closed by the caller; it stays readable when it has to go meanwhile. */
  async open(tag: string): Promise<FileHandle | undefined> {
    const bytes = this.#sizes.get(tag);
    if (bytes === undefined) return undefined;
    this.#sizes.delete(tag);
    this.#sizes.set(tag, bytes);
    return open(this.#path(tag), 'r').catch(() => undefined); // it went just now
  }

  /**
   * Makes a slice whole, once for all who wait for it; it stops when none waits any more. Throws `limit-exceeded` for
   * one that does not fit.
   */
  async make(tag: string, stream: SliceStream, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (this.#sizes.has(tag)) return;
    let making = this.#making.get(tag);
    // One that nobody waits for any more is let end, and another one begun.
    while (making?.stop.signal.aborted) {
      await making.done.catch(() => {});
      making = this.#making.get(tag);
    }
    if (!making) this.#making.set(tag, (making = this.#start(tag, stream)));
    const { done, stop } = making;
    making.waiting += 1;
    const current = making;
    const leave = (): void => {
      current.waiting -= 1;
      if (current.waiting === 0) stop.abort();
    };
    signal.addEventListener('abort', leave, { once: true });
    try {
      await done;
    } finally {
      signal.removeEventListener('abort', leave);
    }
  }

  /** Stops what is made, and takes all files away. */
  async close(): Promise<void> {
    const making = [...this.#making.values()];
    for (const { stop } of making) stop.abort();
    await Promise.allSettled(making.map(({ done }) => done));
    await rm(this.#folder, { recursive: true, force: true });
  }

  #start(tag: string, stream: SliceStream): Making {
    const stop = new AbortController();
    const done = this.#write(tag, stream(stop.signal)).finally(() => this.#making.delete(tag));
    done.catch(() => {}); // seen by those who wait
    return { done, stop, waiting: 0 };
  }

  async #write(tag: string, parts: AsyncIterable<Uint8Array>): Promise<void> {
    await (this.#ready ??= this.#empty());
    const draft = `${this.#path(tag)}.draft`;
    const file = await open(draft, 'w', 0o600);
    let bytes = 0;
    try {
      for await (const part of parts) {
        await this.#makeRoom(part.byteLength);
        this.#usedBytes += part.byteLength;
        bytes += part.byteLength;
        for (let at = 0; at < part.byteLength; ) at += (await file.write(part, at)).bytesWritten;
      }
      await file.close();
      await rename(draft, this.#path(tag));
      this.#sizes.set(tag, bytes);
    } catch (error) {
      await file.close();
      await rm(draft, { force: true });
      this.#usedBytes -= bytes;
      throw error;
    }
  }

  async #makeRoom(bytes: number): Promise<void> {
    for (const [tag, size] of this.#sizes) {
      if (this.#usedBytes + bytes <= this.#bytesMax) return;
      this.#sizes.delete(tag);
      this.#usedBytes -= size;
      await rm(this.#path(tag), { force: true });
    }
    if (this.#usedBytes + bytes > this.#bytesMax) throw tooLarge(this.#bytesMax);
  }

  async #empty(): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true });
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
  }

  #path(tag: string): string {
    return join(this.#folder, tag);
  }
}

const tooLarge = (bytesMax: number): PitlaneError =>
  new PitlaneError(
    'limit-exceeded',
    `the slice is too large to be made whole: finished slices have ${textFromBytes(bytesMax)} together (PITLANE_SLICE_CACHE_BYTES); ask for less, or download it from its beginning`,
  );
