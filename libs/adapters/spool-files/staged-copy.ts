/** A staged copy of a recording: written, flushed, read back. */
import { constants } from 'node:fs';
import { type FileHandle, mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { crc32c } from '@node-rs/crc32';
import { PitlaneError } from '@pitlane/base/errors';
import { spoolCall } from './spool-call.ts';

const BLOCK_BYTES = 4 * 1024 * 1024;

export interface StagedCopy {
  append(bytes: Uint8Array): Promise<void>;
  /** Flushes, reads back, and gives the copy its name. The page cache may serve the reading. */
  seal(): Promise<void>;
  discard(): Promise<void>;
}

export async function openStagedCopy(path: string): Promise<StagedCopy> {
  const part = `${path}.part`;
  await spoolCall(path, () => mkdir(dirname(path), { recursive: true }));
  const flags = constants.O_CREAT | constants.O_RDWR | constants.O_TRUNC | constants.O_NOFOLLOW;
  const handle = await spoolCall(path, () => open(part, flags, 0o644));
  let crc = 0;
  let bytes = 0;
  return {
    async append(block) {
      await spoolCall(path, () => handle.writeFile(block));
      crc = crc32c(block, crc);
      bytes += block.byteLength;
    },
    async seal() {
      await spoolCall(path, () => handle.datasync());
      if ((await crcOf(handle, bytes)) !== crc) {
        throw new PitlaneError('checksum-mismatch', `the copy ${path} reads back differently: check the spool's disk`);
      }
      await handle.close();
      await rename(part, path);
    },
    async discard() {
      await handle.close().catch(() => {});
      await rm(part, { force: true });
    },
  };
}

async function crcOf(handle: FileHandle, bytes: number): Promise<number> {
  const block = new Uint8Array(BLOCK_BYTES);
  let crc = 0;
  for (let at = 0; at < bytes; ) {
    const { bytesRead } = await handle.read(block, 0, BLOCK_BYTES, at);
    if (bytesRead === 0) return -1;
    crc = crc32c(block.subarray(0, bytesRead), crc);
    at += bytesRead;
  }
  return crc;
}
