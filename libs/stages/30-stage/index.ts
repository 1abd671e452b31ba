/**
 * Stage 30, stage: reads a file once from end to end, which gives its identity, and copies it to the spool where the
 * policy asks for it. It stands before chunking, so that nothing is cut whose bytes have no name yet. A copy counts only
 * after it was flushed and read back; reading back may be served by the page cache, and nothing here says otherwise.
 */
import { createHash } from 'node:crypto';
import type { RecordingId } from '@pitlane/contracts/identity';
import { PitlaneError } from '@pitlane/base/errors';
import type { ByteSource } from '@pitlane/formats/recording';

const BLOCK_BYTES = 4 * 1024 * 1024;

/** Where a staged copy is written; the adapter flushes and reads back. */
export interface CopyTarget {
  append(bytes: Uint8Array): Promise<void>;
  /** Flushes, reads the copy back and throws `checksum-mismatch` unless it is what was appended. */
  seal(): Promise<void>;
  discard(): Promise<void>;
}

export interface Staged {
  readonly recordingId: RecordingId;
  readonly bytes: number;
}

export interface StageOptions {
  readonly copy?: CopyTarget;
  readonly signal?: AbortSignal;
  readonly onBytes?: (bytes: number) => void;
}

/** Two blocks take turns: one is hashed while the other is read. */
export async function stage(source: ByteSource, { copy, signal, onBytes }: StageOptions): Promise<Staged> {
  const hash = createHash('sha256');
  const blocks = [new Uint8Array(BLOCK_BYTES), new Uint8Array(BLOCK_BYTES)] as const;
  const readInto = (offset: number, turn: number) => source.read(offset, turn % 2 === 0 ? blocks[0] : blocks[1]);
  let offset = 0;
  let reading = readInto(0, 0);
  try {
    for (let turn = 0; offset < source.sizeBytes; turn += 1) {
      signal?.throwIfAborted();
      const got = await reading;
      if (got === 0)
        throw new PitlaneError('changed-while-read', `${source.name} became shorter while it was read: dock it again`);
      const block = (turn % 2 === 0 ? blocks[0] : blocks[1]).subarray(0, got);
      offset += got;
      reading = offset < source.sizeBytes ? readInto(offset, turn + 1) : Promise.resolve(0);
      reading.catch(() => {}); // seen in the next turn
      hash.update(block);
      await copy?.append(block);
      onBytes?.(got);
    }
    await copy?.seal();
  } catch (error) {
    await reading.catch(() => {});
    await copy?.discard();
    throw error;
  }
  return { recordingId: hash.digest('hex') as RecordingId, bytes: offset };
}
