/**
 * Content on its way to the store, in blocks of at most 1 MiB, with its length known beforehand. A file is read once and
 * never held whole.
 */
import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { crc32c } from '@node-rs/crc32';
import { MIB } from '@pitlane/base/bytes';
import { messageOf, PitlaneError } from '@pitlane/base/errors';
import type { PutSource } from '@pitlane/ports/object-store';

const BLOCK_BYTES = MIB;
/** A symbolic link is not followed and a pipe does not block; both then fail the test for a plain file. */
const READ_PLAIN = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

export interface Content extends AsyncDisposable {
  readonly bytes: number;
  /** Each block is a buffer of its own, so that a socket may still hold it while the next is read. */
  blocks(): AsyncIterable<Uint8Array>;
}

export async function openContent(source: PutSource): Promise<Content> {
  if ('bytes' in source) return contentOf([source.bytes]);
  if ('blocks' in source) return contentOf(source.blocks);
  const handle = await openSource(source.file);
  try {
    const found = await handle.stat();
    if (!found.isFile()) throw notPlain(source.file);
    return {
      bytes: found.size,
      blocks: () => blocksOf(handle, found.size, source.file),
      [Symbol.asyncDispose]: () => handle.close(),
    };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

function contentOf(blocks: readonly Uint8Array[]): Content {
  return {
    bytes: blocks.reduce((sum, block) => sum + block.byteLength, 0),
    blocks: () => slicesOf(blocks),
    [Symbol.asyncDispose]: async () => {},
  };
}

async function openSource(file: string): Promise<FileHandle> {
  try {
    return await open(file, READ_PLAIN);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ELOOP' || code === 'ENXIO') throw notPlain(file);
    if (code === 'ENOENT' || code === 'ENOTDIR') {
      throw new PitlaneError('not-found', `there is no file ${file} to send: make it again`, { cause: error });
    }
    throw new PitlaneError('unavailable', `${file} cannot be read (${messageOf(error)}): let this user read it`, {
      cause: error,
    });
  }
}

function notPlain(file: string): PitlaneError {
  return new PitlaneError('bad-usage', `${file} is not a plain file: give the store one`);
}

/** The CRC-32C of all of it, as 8 lower-case hex digits. */
export async function crc32cOf(content: Content): Promise<string> {
  let crc = 0;
  for await (const block of content.blocks()) crc = crc32c(block, crc);
  return crcText(crc);
}

export const crcText = (crc: number): string => crc.toString(16).padStart(8, '0');

export function refuseAborted(signal: AbortSignal | undefined): void {
  if (!signal?.aborted) return;
  const told = 'a put was stopped before it was done: run it again';
  throw new PitlaneError('interrupted', told, { cause: signal.reason });
}

async function* slicesOf(blocks: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  for (const block of blocks) {
    for (let at = 0; at < block.byteLength; at += BLOCK_BYTES) yield block.subarray(at, at + BLOCK_BYTES);
  }
}

async function* blocksOf(handle: FileHandle, sizeBytes: number, file: string): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < sizeBytes; ) {
    const buffer = Buffer.allocUnsafeSlow(Math.min(BLOCK_BYTES, sizeBytes - at));
    const { bytesRead } = await handle.read(buffer, 0, buffer.length, at);
    if (bytesRead === 0) {
      throw new PitlaneError('changed-while-read', `${file} became shorter while it was sent: make it again`);
    }
    yield buffer.subarray(0, bytesRead);
    at += bytesRead;
  }
}
