/** Where pulled samples go: a folder of tars, each there whole or not at all, or one stream of a tar. */
import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { write } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { MIB } from '@pitlane/base/bytes';
import { SHARD_BYTES } from '@pitlane/contracts/dataset';
import { TAR_END } from '../build/tar-bytes.ts';
import type { PullJob, SampleSink } from './run-pull.ts';

const WRITE_BYTES = 4 * MIB;

/** Parts that are written together. */
class Gathered {
  parts: Uint8Array[] = [];
  bytes = 0;

  add(part: Uint8Array): void {
    this.parts.push(part);
    this.bytes += part.byteLength;
  }

  take(): Uint8Array[] {
    const { parts } = this;
    [this.parts, this.bytes] = [[], 0];
    return parts;
  }
}

/**
 * A tar a file, closed at the size of a shard. Its name says which samples of which rank it holds, so that one that was
 * finished just before a crash is written again under the same name, with the same bytes.
 */
export class FolderSink implements SampleSink {
  readonly #folder: string;
  readonly #name: string;
  readonly #gathered = new Gathered();
  #file: FileHandle | undefined;
  #path = '';
  #first = 0;
  #generation = 0;
  #inFile = 0;
  #fileBytes = 0;
  safe = 0;

  constructor(folder: string, { split, epoch, rank, world }: PullJob) {
    this.#folder = folder;
    this.#name = `${split}-e${epoch}-r${rank}of${world}`;
  }

  async begin(taken: number, generation: number): Promise<void> {
    this.#first = taken;
    this.#generation = generation;
  }

  async add(sample: readonly Uint8Array[]): Promise<void> {
    if (!this.#file) {
      const place = String(this.#first).padStart(9, '0');
      this.#path = join(this.#folder, `${this.#name}-g${this.#generation}-${place}.tar`);
      this.#file = await open(`${this.#path}.part`, 'w');
    }
    for (const part of sample) {
      this.#gathered.add(part);
      this.#fileBytes += part.byteLength;
    }
    this.#inFile += 1;
    if (this.#gathered.bytes >= WRITE_BYTES) await this.#write(this.#file);
    if (this.#fileBytes >= SHARD_BYTES) await this.finish();
  }

  async finish(): Promise<void> {
    const file = this.#file;
    if (!file) return;
    this.#gathered.add(TAR_END);
    await this.#write(file);
    await file.sync();
    await file.close();
    await rename(`${this.#path}.part`, this.#path);
    this.#file = undefined;
    this.#first += this.#inFile;
    this.safe += this.#inFile;
    [this.#inFile, this.#fileBytes] = [0, 0];
  }

  /** Takes away what is not whole. */
  async close(): Promise<void> {
    if (!this.#file) return;
    await this.#file.close();
    await rm(`${this.#path}.part`, { force: true });
  }

  async #write(file: FileHandle): Promise<void> {
    const whole = this.#gathered.bytes;
    const parts = this.#gathered.take();
    const { bytesWritten } = await file.writev(parts);
    if (bytesWritten === whole) return;
    // A full disk takes a part: what is left is written alone, and then tells why.
    const rest = Buffer.concat(parts).subarray(bytesWritten);
    for (let at = 0; at < rest.byteLength; ) at += (await file.write(rest, at)).bytesWritten;
  }
}

/**
 * A stream into a pipe. Writes go through the thread pool, because a pipe of this process is else written with the event loop
 * held. A sample is safe when the pipe has all of it.
 */
export class PipeSink implements SampleSink {
  readonly #descriptor: number;
  readonly #gathered = new Gathered();
  #waiting = 0;
  safe = 0;

  constructor(descriptor: number) {
    this.#descriptor = descriptor;
  }

  async begin(): Promise<void> {}

  async add(sample: readonly Uint8Array[]): Promise<void> {
    for (const part of sample) this.#gathered.add(part);
    this.#waiting += 1;
    if (this.#gathered.bytes >= WRITE_BYTES) await this.#write();
  }

  async finish(): Promise<void> {
    this.#gathered.add(TAR_END);
    await this.#write();
  }

  async #write(): Promise<void> {
    for (const part of this.#gathered.take()) {
      for (let at = 0; at < part.byteLength; ) at += await writeSome(this.#descriptor, part, at);
    }
    this.safe += this.#waiting;
    this.#waiting = 0;
  }
}

const FULL_PIPE_MS = 1;

async function writeSome(descriptor: number, part: Uint8Array, at: number): Promise<number> {
  const written = await new Promise<number | 'full'>((resolve, reject) => {
    write(descriptor, part, at, part.byteLength - at, null, (error, bytes) => {
      if (!error) resolve(bytes);
      else if (error.code === 'EAGAIN') resolve('full');
      else reject(error);
    });
  });
  if (written !== 'full') return written;
  await setTimeout(FULL_PIPE_MS);
  return 0;
}
