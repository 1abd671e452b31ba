/** The thread: takes parts of several hashes in turn, gives each back, and tells a digest where no part comes any more. */
import { createHash, type Hash } from 'node:crypto';
import { parentPort } from 'node:worker_threads';

export interface HashJob {
  /** Of the hash. */
  readonly id: number;
  /** Without one, the hash has ended. */
  readonly part?: Uint8Array;
}

export interface HashAnswer {
  readonly part?: Uint8Array;
  readonly sha256?: string;
}

const hashes = new Map<number, Hash>();

parentPort?.on('message', ({ id, part }: HashJob) => {
  const hash = hashes.get(id) ?? createHash('sha256');
  if (part) {
    hashes.set(id, hash.update(part));
    parentPort?.postMessage({ part } satisfies HashAnswer, [part.buffer as ArrayBuffer]);
    return;
  }
  hashes.delete(id);
  parentPort?.postMessage({ sha256: hash.digest('hex') } satisfies HashAnswer);
});
