/** The calls that write to the disk, as an argument, so that a full or foreign disk can be acted out. */
import { link, open, rename } from 'node:fs/promises';

export interface FileCalls {
  link(from: string, to: string): Promise<void>;
  rename(from: string, to: string): Promise<void>;
  /** Creates the file, writes the blocks, fsyncs it, and gives its modification time. */
  writeDurably(path: string, blocks: Iterable<Uint8Array> | AsyncIterable<Uint8Array>): Promise<bigint>;
  /** Makes the entries of a folder durable. */
  syncFolder(path: string): Promise<void>;
}

export const systemFileCalls: FileCalls = {
  link,
  rename,
  async writeDurably(path, blocks) {
    const handle = await open(path, 'wx');
    try {
      for await (const block of blocks) {
        // A write may take less than it is given.
        for (let at = 0; at < block.byteLength; ) {
          at += (await handle.write(block, at, block.byteLength - at)).bytesWritten;
        }
      }
      await handle.sync();
      return (await handle.stat({ bigint: true })).mtimeNs;
    } finally {
      await handle.close();
    }
  },
  async syncFolder(path) {
    const handle = await open(path, 'r');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  },
};
