/** A staged copy of a recording: written, flushed, read back. */
import { constants } from 'node:fs';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { crc32c } from '@node-rs/crc32';
import { PitlaneError } from '@pitlane/base/errors';
import { readBack, type ReadBackResult } from './read-back.ts';
import { spoolCall } from './spool-call.ts';

export interface StagedCopy {
  append(bytes: Uint8Array): Promise<void>;
  /** Flushes, reads back, and gives the copy its name; says what gave the bytes that were read. */
  seal(): Promise<ReadBackResult['from']>;
  discard(): Promise<void>;
}

export async function openStagedCopy(path: string): Promise<StagedCopy> {
  const part = `${path}.part`;
  // On a read-only file system Node's recursive `mkdir` says that there is no such folder; the plain one tells why.
  await spoolCall(path, () => mkdir(dirname(path), { recursive: true }).catch(() => mkdir(dirname(path))));
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
      const read = await readBack(part, handle);
      if (read.crc !== crc || read.bytes !== bytes) {
        throw new PitlaneError('checksum-mismatch', `the copy ${path} reads back differently: check the spool's disk`);
      }
      await handle.close();
      await rename(part, path);
      return read.from;
    },
    async discard() {
      await handle.close().catch(() => {});
      await rm(part, { force: true });
    },
  };
}
