/**
 * Stage 30, stage: reads a file once from end to end, which gives its identity, and copies it to the spool where the
 * policy asks for it. It stands before chunking, so that nothing is cut whose bytes have no name yet. A copy counts only
 * after it was flushed and read back, and it says whether the disk or the page cache gave what was read.
 */
import { createHash } from 'node:crypto';
import type { RecordingId } from '@pitlane/contracts/identity';
import { PitlaneError } from '@pitlane/base/errors';
import type { ByteSource } from '@pitlane/formats/recording';
import { type Hole, Holes, readAround } from './read-around.ts';

export type { Hole } from './read-around.ts';

const BLOCK_BYTES = 4 * 1024 * 1024;

/** What gave the bytes when a copy was read back: the disk itself, or the memory that still held them. */
export type ReadBack = 'disk' | 'memory';

/** Where a staged copy is written; the adapter flushes and reads back. */
export interface CopyTarget {
  append(bytes: Uint8Array): Promise<void>;
  /** Flushes, reads the copy back and throws `checksum-mismatch` unless it is what was appended. */
  seal(): Promise<ReadBack>;
  discard(): Promise<void>;
}

export interface Staged {
  /** Of the bytes as they are staged: zeros stand in the holes. */
  readonly recordingId: RecordingId;
  readonly bytes: number;
  /** Null without a copy. */
  readonly readBack: ReadBack | null;
  /** What the disk did not give, in order; only a copy may have any. */
  readonly holes: readonly Hole[];
}

export interface StageOptions {
  readonly copy?: CopyTarget;
  readonly signal?: AbortSignal;
  readonly onBytes?: (bytes: number) => void;
}

/** Two blocks take turns: one is hashed while the other is read. */
export async function stage(source: ByteSource, { copy, signal, onBytes }: StageOptions): Promise<Staged> {
  const hash = createHash('sha256');
  const holes = new Holes();
  const blockBytes = Math.min(BLOCK_BYTES, source.sizeBytes);
  const blocks = [new Uint8Array(blockBytes), new Uint8Array(blockBytes)] as const;
  const blockOf = (turn: number): Uint8Array => (turn % 2 === 0 ? blocks[0] : blocks[1]);
  // Without a copy whoever reads the file next would meet the same bad places.
  const readInto = (offset: number, turn: number): Promise<number> =>
    copy ? readAround(source, offset, blockOf(turn), holes) : source.read(offset, blockOf(turn));
  let offset = 0;
  let reading = readInto(0, 0);
  let readBack: ReadBack | null = null;
  try {
    for (let turn = 0; offset < source.sizeBytes; turn += 1) {
      signal?.throwIfAborted();
      const got = await reading;
      if (got === 0)
        throw new PitlaneError('changed-while-read', `${source.name} became shorter while it was read: dock it again`);
      const block = blockOf(turn).subarray(0, got);
      offset += got;
      reading = offset < source.sizeBytes ? readInto(offset, turn + 1) : Promise.resolve(0);
      reading.catch(() => {}); // seen in the next turn
      hash.update(block);
      await copy?.append(block);
      onBytes?.(got);
    }
    if (copy) readBack = await copy.seal();
  } catch (error) {
    await reading.catch(() => {});
    await copy?.discard();
    throw error;
  }
  return { recordingId: hash.digest('hex') as RecordingId, bytes: offset, readBack, holes: holes.list };
}
