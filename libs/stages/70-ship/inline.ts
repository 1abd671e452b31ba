/**
 * Inline: the claim and the bytes of a sealed chunk go through the frame log. The sealed file is read in slices into a few
 * buffers that are used again and again, so that memory is the same for every size of chunk. The last frame is held back until
 * the file has proven to be what the claim says: a chunk that was spoilt on the disk never becomes whole at the lander.
 */
import { type FileHandle, open } from 'node:fs/promises';
import { crc32c } from '@node-rs/crc32';
import { PitlaneError } from '@pitlane/base/errors';
import {
  claimBytesFrom,
  FRAME_BYTES_MAX,
  FRAME_VERSION,
  type Frame,
  type FrameHead,
  frameCountOf,
  frameHeadText,
  type Lane,
} from '@pitlane/contracts/frame';
import type { ChunkClaim } from '@pitlane/contracts/records';
import type { FrameLog } from '@pitlane/ports/frame-log';

export interface InlineTools {
  readonly frames: FrameLog;
  readonly lane: Lane;
  /** 16 random hex digits, new for each call: after a failure nobody knows which frames of the old one are durable. */
  readonly attempt: string;
  readonly signal?: AbortSignal;
}

/** Frames in one publish, and so in memory. */
const FRAMES_AT_ONCE = 4;

/** Resolves when every frame is durable in the log. Errors: `checksum-mismatch` when the file is not what was sealed. */
export async function shipInline(claim: ChunkClaim, path: string, tools: InlineTools): Promise<void> {
  const { frames, lane, signal } = tools;
  const file = await openSealed(path, claim);
  try {
    for await (const batch of batchesOf(new SealedStream(file, path, claim), tools.attempt)) {
      signal?.throwIfAborted();
      await frames.publish(lane, batch, signal);
    }
  } finally {
    await file.close();
  }
}

/** The batches share their buffers: each is valid until the next is asked for. */
async function* batchesOf(stream: SealedStream, attempt: string): AsyncGenerator<Frame[]> {
  const { claim, claimBytes, totalBytes } = stream;
  const { chunkId } = claim.chunk;
  const count = frameCountOf(totalBytes);
  const room = Buffer.allocUnsafe(Math.min(totalBytes, FRAMES_AT_ONCE * FRAME_BYTES_MAX));
  let batch: Frame[] = [];
  for (let index = 0; index < count; index += 1) {
    const at = batch.length * FRAME_BYTES_MAX;
    const body = room.subarray(at, Math.min(at + FRAME_BYTES_MAX, at + totalBytes - index * FRAME_BYTES_MAX));
    await stream.fill(body);
    if (index === count - 1) stream.checkWhole();
    const head: FrameHead = {
      version: FRAME_VERSION,
      chunkId,
      attempt,
      index,
      count,
      claimBytes: claimBytes.byteLength,
      totalBytes,
      crc32c: hex8(crc32c(body)),
    };
    batch.push({ key: chunkId, head: frameHeadText(head), body });
    if (batch.length === FRAMES_AT_ONCE || index === count - 1) {
      yield batch;
      batch = [];
    }
  }
}

/** The travelling stream, from its beginning: the claim, then the sealed file. */
class SealedStream {
  readonly claim: ChunkClaim;
  readonly claimBytes: Uint8Array;
  readonly totalBytes: number;
  readonly #file: FileHandle;
  readonly #path: string;
  #at = 0;
  #crc = 0;

  constructor(file: FileHandle, path: string, claim: ChunkClaim) {
    this.claim = claim;
    this.claimBytes = claimBytesFrom(claim);
    this.totalBytes = this.claimBytes.byteLength + claim.chunk.bytesStored;
    this.#file = file;
    this.#path = path;
  }

  /** Fills `body` with the next bytes. */
  async fill(body: Uint8Array): Promise<void> {
    const claimPart = this.claimBytes.subarray(this.#at, this.#at + body.byteLength);
    body.set(claimPart);
    const rest = body.subarray(claimPart.byteLength);
    await this.#read(rest, this.#at + claimPart.byteLength - this.claimBytes.byteLength);
    this.#crc = crc32c(rest, this.#crc);
    this.#at += body.byteLength;
  }

  checkWhole(): void {
    if (hex8(this.#crc) === this.claim.chunk.crc32c) return;
    throw spoilt(this.#path, `its CRC-32C is ${hex8(this.#crc)}, it was sealed with ${this.claim.chunk.crc32c}`);
  }

  async #read(into: Uint8Array, position: number): Promise<void> {
    for (let done = 0; done < into.byteLength; ) {
      const { bytesRead } = await this.#file.read(into, done, into.byteLength - done, position + done);
      if (bytesRead === 0) throw spoilt(this.#path, `it ends after ${position + done} bytes`);
      done += bytesRead;
    }
  }
}

async function openSealed(path: string, { chunk }: ChunkClaim): Promise<FileHandle> {
  let file: FileHandle;
  try {
    file = await open(path);
  } catch (cause) {
    throw new PitlaneError('not-found', `the sealed chunk ${path} cannot be opened: cut its recording again`, {
      cause,
    });
  }
  try {
    const { size } = await file.stat();
    if (size === chunk.bytesStored) return file;
    throw spoilt(path, `it has ${size} bytes, it was sealed with ${chunk.bytesStored}`);
  } catch (error) {
    await file.close();
    throw error;
  }
}

const spoilt = (path: string, fault: string): PitlaneError =>
  new PitlaneError('checksum-mismatch', `the sealed chunk ${path} was spoilt: ${fault}; cut its recording again`);

const hex8 = (crc: number): string => (crc >>> 0).toString(16).padStart(8, '0');
