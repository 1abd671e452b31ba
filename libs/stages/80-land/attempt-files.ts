/**
 * One attempt on the lander's disk: the claim and the object in a file each, written from the front to the end. Nothing here
 * is synced while it grows, because nothing depends on it: its frames are settled only when the store has the object, and
 * after a power cut they come again. Only a store on this very disk takes the file over, and is given a synced one.
 */
import { constants } from 'node:fs';
import { type FileHandle, mkdir, open, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32c } from '@node-rs/crc32';
import { isPitlaneError, messageOf, PitlaneError } from '@pitlane/base/errors';

const OURS = /^\d+\.(claim|object)$/;
/** No O_APPEND: after a write that failed half-way the same bytes go to the same place again. */
const WRITE = constants.O_WRONLY | constants.O_CREAT | constants.O_NOFOLLOW;

/** Makes the folder, and removes what an earlier run left in it. */
export async function emptyFolder(folder: string): Promise<void> {
  await onDisk(folder, async () => {
    await mkdir(folder, { recursive: true });
    for (const name of await readdir(folder)) if (OURS.test(name)) await rm(join(folder, name), { force: true });
  });
}

export class AttemptFiles {
  readonly objectPath: string;
  readonly #claimPath: string;
  readonly #claimBytes: number;
  #bytes = 0;
  #objectCrc = 0;

  /** @param number its own in this folder, for as long as the program runs. */
  constructor(folder: string, number: number, claimBytes: number) {
    this.#claimPath = join(folder, `${number}.claim`);
    this.objectPath = join(folder, `${number}.object`);
    this.#claimBytes = claimBytes;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get objectBytes(): number {
    return Math.max(0, this.#bytes - this.#claimBytes);
  }

  get objectCrc32c(): string {
    return (this.#objectCrc >>> 0).toString(16).padStart(8, '0');
  }

  /** The next bytes of the travelling stream. When it throws, none of them count and the same call may be made again. */
  async append(body: Uint8Array): Promise<void> {
    const claimPart = body.subarray(0, Math.max(0, this.#claimBytes - this.#bytes));
    const objectPart = body.subarray(claimPart.byteLength);
    await onDisk(this.objectPath, async () => {
      if (claimPart.byteLength > 0) await writeAt(this.#claimPath, claimPart, this.#bytes);
      // An object of no bytes is a file too.
      if (objectPart.byteLength > 0 || this.#bytes === 0) await writeAt(this.objectPath, objectPart, this.objectBytes);
    });
    this.#objectCrc = crc32c(objectPart, this.#objectCrc);
    this.#bytes += body.byteLength;
  }

  /** The claim, if all of it has come. */
  async claim(): Promise<Uint8Array | undefined> {
    if (this.#bytes < this.#claimBytes) return undefined;
    return onDisk(this.#claimPath, () => readFile(this.#claimPath));
  }

  async sync(): Promise<void> {
    await onDisk(this.objectPath, () => withFile(this.objectPath, (file) => file.sync()));
  }

  async remove(): Promise<void> {
    await onDisk(this.objectPath, async () => {
      for (const path of [this.#claimPath, this.objectPath]) await rm(path, { force: true });
    });
  }
}

async function writeAt(path: string, bytes: Uint8Array, position: number): Promise<void> {
  await withFile(path, async (file) => {
    for (let done = 0; done < bytes.byteLength; ) {
      done += (await file.write(bytes, done, bytes.byteLength - done, position + done)).bytesWritten;
    }
  });
}

/** Files are open for one write only: a thousand attempts may grow at the same time. */
async function withFile(path: string, work: (file: FileHandle) => Promise<void>): Promise<void> {
  const file = await open(path, WRITE, 0o600);
  try {
    await work(file);
  } finally {
    await file.close();
  }
}

async function onDisk<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (isPitlaneError(cause)) throw cause;
    const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
    if (code === 'ENOSPC' || code === 'EDQUOT') {
      throw new PitlaneError('disk-full', `the lander's disk is full at ${path}: free space, it goes on by itself`, {
        retryable: true,
        cause,
      });
    }
    throw new PitlaneError(
      'unavailable',
      `the lander cannot use ${path}: ${messageOf(cause)}; look at its disk, then start it again`,
      { cause },
    );
  }
}
