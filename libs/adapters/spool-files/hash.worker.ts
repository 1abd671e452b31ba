/** The hashing thread: takes what files grow by, each file in its own order, and tells what they come to. */
import { parentPort } from 'node:worker_threads';
import { type FileDigest, RunningHash } from './running-hash.ts';

export type HashOrder =
  | { readonly type: 'update'; readonly file: number; readonly parts: readonly Uint8Array[] }
  | { readonly type: 'end'; readonly file: number };

/** One for each order, in order. */
export interface HashAnswer {
  /** Of what came so far; of a file that ended it is all. */
  readonly digest?: FileDigest;
}

const files = new Map<number, RunningHash>();

parentPort?.on('message', (order: HashOrder) => {
  const hash = files.get(order.file) ?? new RunningHash();
  files.set(order.file, hash);
  const answer: HashAnswer = order.type === 'end' ? { digest: hash.digest() } : {};
  if (order.type === 'end') files.delete(order.file);
  else hash.update(order.parts);
  parentPort?.postMessage(answer);
});
