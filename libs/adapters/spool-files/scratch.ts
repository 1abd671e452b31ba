/**
 * A file for what has to be unpacked before it can be read. It has no name any more as soon as it is open, so that it goes
 * with its process, come what may; and it leaves some of the disk to those who live on it.
 */
import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { type FileHandle, mkdir, open, rm, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { PitlaneError } from '@pitlane/base/errors';
import { spoolCall } from './spool-call.ts';

/** Of the disk so much stays free: the journal, and what is shipped, need room too. */
const LEFT_FREE_SHARE = 0.05;
/** The disk is asked again after so many bytes. */
const ASKED_AFTER_BYTES = 64 * 1024 * 1024;

export interface Scratch extends AsyncDisposable {
  append(bytes: Uint8Array): Promise<void>;
  /** Random access to what was appended. */
  source(): {
    readonly name: string;
    readonly sizeBytes: number;
    read(offset: number, into: Uint8Array): Promise<number>;
  };
}

/** @param name how its source is called in messages */
export async function openScratch(folder: string, name: string): Promise<Scratch> {
  await spoolCall(folder, () => mkdir(folder, { recursive: true }));
  const path = join(folder, `.scratch-${randomBytes(8).toString('hex')}`);
  const flags = constants.O_CREAT | constants.O_EXCL | constants.O_RDWR | constants.O_NOFOLLOW;
  const handle = await spoolCall(path, () => open(path, flags, 0o600));
  await rm(path, { force: true });
  return new UnnamedFile(handle, folder, name);
}

class UnnamedFile implements Scratch {
  readonly #handle: FileHandle;
  readonly #folder: string;
  readonly #name: string;
  #sizeBytes = 0;
  #askAtBytes = 0;

  constructor(handle: FileHandle, folder: string, name: string) {
    this.#handle = handle;
    this.#folder = folder;
    this.#name = name;
  }

  async append(bytes: Uint8Array): Promise<void> {
    if (this.#sizeBytes >= this.#askAtBytes) await this.#ask();
    await spoolCall(join(this.#folder, 'scratch'), () => writeWhole(this.#handle, bytes, this.#sizeBytes));
    this.#sizeBytes += bytes.byteLength;
  }

  source() {
    const handle = this.#handle;
    const sizeBytes = this.#sizeBytes;
    return {
      name: this.#name,
      sizeBytes,
      async read(offset: number, into: Uint8Array): Promise<number> {
        const wanted = Math.max(0, Math.min(into.byteLength, sizeBytes - offset));
        let got = 0;
        while (got < wanted) {
          const { bytesRead } = await handle.read(into, got, wanted - got, offset + got);
          if (bytesRead === 0) break;
          got += bytesRead;
        }
        return got;
      },
    };
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#handle.close();
  }

  async #ask(): Promise<void> {
    this.#askAtBytes = this.#sizeBytes + ASKED_AFTER_BYTES;
    const { bavail, blocks } = await statfs(this.#folder);
    if (bavail > blocks * LEFT_FREE_SHARE) return;
    const text = `${this.#name} needs more room to be unpacked than is free in ${this.#folder}: free space, then dock again`;
    throw new PitlaneError('disk-full', text, { retryable: true });
  }
}

async function writeWhole(handle: FileHandle, bytes: Uint8Array, offset: number): Promise<void> {
  for (let done = 0; done < bytes.byteLength; ) {
    const { bytesWritten } = await handle.write(bytes, done, bytes.byteLength - done, offset + done);
    done += bytesWritten;
  }
}
