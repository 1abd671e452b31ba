/**
 * Content on its way in: staged as a file in the temporary folder, with the CRC-32C of the bytes that the store really
 * holds. Blocks of 1 MiB keep memory small and the event loop free.
 */
import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { setImmediate } from 'node:timers/promises';
import { crc32c } from '@node-rs/crc32';
import { MIB } from '@pitlane/base/bytes';
import { PitlaneError } from '@pitlane/base/errors';
import type { PutSource } from '@pitlane/ports/object-store';
import type { FileCalls } from './file-calls.ts';
import { codeOf } from './system-errors.ts';

const BLOCK_BYTES = MIB;
/** A symbolic link is not followed and a pipe does not block; both then fail the test for a plain file. */
const READ_PLAIN = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

export interface Content {
  readonly bytes: number;
  readonly crc32c: string;
  readonly modifiedNs: bigint;
}

/** Opens the plain file at `path`, or gives undefined if something else is there. */
export async function openPlain(path: string): Promise<FileHandle | undefined> {
  let handle: FileHandle;
  try {
    handle = await open(path, READ_PLAIN);
  } catch (error) {
    if (codeOf(error) === 'ELOOP' || codeOf(error) === 'ENXIO') return undefined;
    throw error;
  }
  try {
    if ((await handle.stat()).isFile()) return handle;
  } catch (error) {
    await handle.close();
    throw error;
  }
  await handle.close();
  return undefined;
}

/** Puts the content of `source` at `path`, by link where the file system can, else by a durable copy. */
export async function stage(
  source: PutSource,
  path: string,
  calls: FileCalls,
  signal: AbortSignal | undefined,
): Promise<Content> {
  if (!('file' in source)) {
    const blocks = 'bytes' in source ? [source.bytes] : source.blocks;
    const sum = await sumOf(blocks, signal);
    return { bytes: sum.bytes, crc32c: sum.hex(), modifiedNs: await calls.writeDurably(path, blocks) };
  }
  try {
    await calls.link(source.file, path);
  } catch (error) {
    const code = codeOf(error);
    // Another device, a file with too many links, or a source that we may read but not link.
    if (code !== 'EXDEV' && code !== 'EMLINK' && code !== 'EPERM') throw error;
    return copy(source.file, path, calls, signal);
  }
  return contentOf(path, signal);
}

/** Reads the file at `path` through. */
export async function contentOf(path: string, signal?: AbortSignal): Promise<Content> {
  const handle = await openSource(path);
  try {
    const found = await handle.stat({ bigint: true });
    const sum = new RunningSum();
    for await (const block of blocksOf(handle, Number(found.size), signal)) sum.add(block);
    return { bytes: sum.bytes, crc32c: sum.hex(), modifiedNs: found.mtimeNs };
  } finally {
    await handle.close();
  }
}

async function copy(from: string, to: string, calls: FileCalls, signal: AbortSignal | undefined): Promise<Content> {
  const handle = await openSource(from);
  try {
    const sum = new RunningSum();
    const summed = async function* (): AsyncGenerator<Uint8Array> {
      for await (const block of blocksOf(handle, (await handle.stat()).size, signal)) {
        sum.add(block);
        yield block;
      }
    };
    const modifiedNs = await calls.writeDurably(to, summed());
    return { bytes: sum.bytes, crc32c: sum.hex(), modifiedNs };
  } finally {
    await handle.close();
  }
}

async function openSource(path: string): Promise<FileHandle> {
  const handle = await openPlain(path);
  if (handle === undefined) throw new PitlaneError('bad-usage', `${path} is not a plain file: give the store one`);
  return handle;
}

/** The file in blocks that lie in one buffer: each is valid until the next is asked for. */
async function* blocksOf(
  handle: FileHandle,
  expectedBytes: number,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array> {
  // One byte more than expected, so that a small file's end shows in the first read.
  const buffer = Buffer.allocUnsafe(Math.min(expectedBytes + 1, BLOCK_BYTES));
  for (let at = 0; ; ) {
    refuseAborted(signal);
    const { bytesRead } = await handle.read(buffer, 0, buffer.length, at);
    if (bytesRead === 0) return;
    yield buffer.subarray(0, bytesRead);
    at += bytesRead;
    if (bytesRead < buffer.length && at >= expectedBytes) return;
  }
}

async function sumOf(blocks: readonly Uint8Array[], signal: AbortSignal | undefined): Promise<RunningSum> {
  const sum = new RunningSum();
  for (const block of blocks) {
    for (let at = 0; at < block.byteLength; at += BLOCK_BYTES) {
      if (sum.bytes > 0) await setImmediate();
      refuseAborted(signal);
      sum.add(block.subarray(at, at + BLOCK_BYTES));
    }
  }
  return sum;
}

export function refuseAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) {
    throw new PitlaneError('interrupted', 'a put was stopped before it was done: run it again', {
      cause: signal.reason,
    });
  }
}

class RunningSum {
  bytes = 0;
  #crc = 0;

  add(block: Uint8Array): void {
    this.#crc = crc32c(block, this.#crc);
    this.bytes += block.byteLength;
  }

  hex(): string {
    return this.#crc.toString(16).padStart(8, '0');
  }
}
