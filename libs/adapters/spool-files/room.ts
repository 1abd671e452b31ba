/** The room that growing files may take: it is looked at now and then, before the disk is full. */
import { statfs } from 'node:fs/promises';
import { PitlaneError } from '@pitlane/base/errors';
import { keptBytesOf } from '@pitlane/ports/spool';

const LOOK_EVERY_BYTES = 1024 * 1024;

export class Room {
  readonly #root: string;
  /** Looked at before the first byte. */
  #unseenBytes = LOOK_EVERY_BYTES;

  constructor(root: string) {
    this.#root = root;
  }

  /** Throws `disk-full` when so many bytes more would take what is kept. */
  async take(bytes: number): Promise<void> {
    this.#unseenBytes += bytes;
    if (this.#unseenBytes < LOOK_EVERY_BYTES) return;
    this.#unseenBytes = 0;
    const { bavail, blocks, bsize } = await statfs(this.#root);
    if (bavail * bsize - bytes >= keptBytesOf(blocks * bsize)) return;
    const text = `the spool's disk is full (${this.#root}): free space, then run again`;
    throw new PitlaneError('disk-full', text, { retryable: true });
  }
}
