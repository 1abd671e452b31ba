/**
 * Reading a copy back. What was just written lies in the page cache, which would give back even what never reached the disk;
 * O_DIRECT goes past it. Its buffers must be aligned, which Node's are not, so that `dd` of coreutils does the reading.
 * Where there is no such `dd`, where the file system refuses, and where it lies in memory, the page cache is read, and said.
 */
import { spawn } from 'node:child_process';
import { type FileHandle, statfs } from 'node:fs/promises';
import { crc32c } from '@node-rs/crc32';
import { PitlaneError } from '@pitlane/base/errors';

export interface ReadBackResult {
  /** CRC-32C of what was read. */
  readonly crc: number;
  readonly bytes: number;
  readonly from: 'disk' | 'memory';
}

const BLOCK_BYTES = 4 * 1024 * 1024;
/** `linux/magic.h`: tmpfs and ramfs. */
const IN_MEMORY: readonly number[] = [0x01021994, 0x858458f6];

export async function readBack(path: string, handle: FileHandle): Promise<ReadBackResult> {
  const isInMemory = IN_MEMORY.includes((await statfs(path)).type);
  return (isInMemory ? undefined : await readDirectly(path)) ?? readCached(handle);
}

/** Undefined where it is not to be had. */
function readDirectly(path: string): Promise<ReadBackResult | undefined> {
  return new Promise((resolve, reject) => {
    const dd = spawn('dd', [`if=${path}`, 'iflag=direct', `bs=${BLOCK_BYTES}`, 'status=none'], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let crc = 0;
    let bytes = 0;
    let said = '';
    dd.stdout.on('data', (block: Buffer) => {
      crc = crc32c(block, crc);
      bytes += block.byteLength;
    });
    dd.stderr.on('data', (text: Buffer) => (said = `${said}${text.toString()}`.slice(0, 500)));
    dd.on('error', () => resolve(undefined)); // there is no dd
    dd.on('close', (code) => {
      if (code === 0) resolve({ crc, bytes, from: 'disk' });
      // It is no disk that answers to O_DIRECT, or no dd that knows of it; a broken disk says so to the other reading too.
      else if (bytes === 0) resolve(undefined);
      else reject(new PitlaneError('unavailable', `the copy ${path} cannot be read back: ${said.trim()}`));
    });
  });
}

async function readCached(handle: FileHandle): Promise<ReadBackResult> {
  const block = new Uint8Array(BLOCK_BYTES);
  let crc = 0;
  let bytes = 0;
  for (;;) {
    const { bytesRead } = await handle.read(block, 0, BLOCK_BYTES, bytes);
    if (bytesRead === 0) return { crc, bytes, from: 'memory' };
    crc = crc32c(block.subarray(0, bytesRead), crc);
    bytes += bytesRead;
  }
}
