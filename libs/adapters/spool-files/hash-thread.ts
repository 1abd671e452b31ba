/**
 * Hashes growing files in a thread of its own: who cuts has its own digests to make of the same payloads. What lies in memory
 * that threads share is read where it lies; the little that stands between is copied. A file that stays small never gets
 * there: a round trip would cost more than its hash. The thread starts with the first that does not.
 */
import type { Worker } from 'node:worker_threads';
import { messageOf, PitlaneError } from '@pitlane/base/errors';
import { moduleBeside, startWorker } from '@pitlane/base/spawn';
import type { HashAnswer, HashOrder } from './hash.worker.ts';
import { type FileDigest, RunningHash } from './running-hash.ts';

const SMALL_BYTES_MAX = 64 * 1024;
/** It makes hardly any objects. */
const YOUNG_MIB = 2;

/** The hash of one file. */
export interface FileHash {
  /** Calls are made one after another; resolves when the bytes may be reused. */
  update(parts: readonly Uint8Array[]): void | Promise<void>;
  /** Ends it, also where its digest is of no use any more. */
  digest(): FileDigest | Promise<FileDigest>;
}

export interface FileHasher {
  /** For a new file. */
  begin(): FileHash;
}

/** Hashes where it is asked. */
export const hashInPlace: FileHasher = { begin: () => new RunningHash() };

interface Waiting {
  readonly settle: (answer: HashAnswer) => void;
  readonly fail: (error: Error) => void;
}

export class HashThread implements FileHasher, AsyncDisposable {
  readonly #waiting: Waiting[] = [];
  #worker: Worker | undefined;
  #files = 0;

  begin(): FileHash {
    return new HashedFile((order) => this.#ask(order), this.#files++);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#worker?.terminate();
  }

  #ask(order: HashOrder): Promise<HashAnswer> {
    const worker = (this.#worker ??= this.#start());
    return new Promise((settle, fail) => {
      this.#waiting.push({ settle, fail });
      worker.postMessage(order);
    });
  }

  #start(): Worker {
    const worker = startWorker(moduleBeside(import.meta.url, './hash.worker'), {
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MIB },
    });
    worker.unref();
    worker.on('message', (answer: HashAnswer) => this.#waiting.shift()?.settle(answer));
    worker.on('error', (cause) => {
      const error = new PitlaneError('internal', `the hashing thread died: ${messageOf(cause)}`, { cause });
      for (const { fail } of this.#waiting.splice(0)) fail(error);
    });
    return worker;
  }
}

class HashedFile implements FileHash {
  readonly #ask: (order: HashOrder) => Promise<HashAnswer>;
  readonly #file: number;
  /** Copies of all that came, while that is little. */
  #small: Uint8Array[] = [];
  #smallBytes = 0;
  #isThere = false;

  constructor(ask: (order: HashOrder) => Promise<HashAnswer>, file: number) {
    this.#ask = ask;
    this.#file = file;
  }

  async update(parts: readonly Uint8Array[]): Promise<void> {
    const readable = parts.map(readableElsewhere);
    for (const part of readable) this.#smallBytes += part.byteLength;
    if (!this.#isThere && this.#smallBytes <= SMALL_BYTES_MAX) {
      this.#small.push(...readable.map((part) => new Uint8Array(part)));
      return;
    }
    const before = this.#small;
    this.#small = [];
    this.#isThere = true;
    await this.#ask({ type: 'update', file: this.#file, parts: [...before, ...readable] });
  }

  async digest(): Promise<FileDigest> {
    if (this.#isThere) return (await this.#ask({ type: 'end', file: this.#file })).digest as FileDigest;
    const hash = new RunningHash();
    hash.update(this.#small);
    return hash.digest();
  }
}

/** A message clones the whole buffer behind a part unless it is shared; most parts are a few bytes of a larger one. */
const readableElsewhere = (part: Uint8Array): Uint8Array =>
  part.buffer instanceof SharedArrayBuffer || part.byteLength === part.buffer.byteLength ? part : new Uint8Array(part);
