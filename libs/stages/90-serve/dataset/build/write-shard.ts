/** Writes the samples of a shard as a tar into a file, member behind member, and knows its digests and where all lies. */
import { createHash } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import { crc32c } from '@node-rs/crc32';
import { MIB } from '@pitlane/base/bytes';
import { type ShardIndex, shardName } from '@pitlane/contracts/dataset';
import type { Sha256Hex } from '@pitlane/contracts/identity';
import type { ShardList } from '../read-snapshot.ts';
import { crcHex } from '../put-once.ts';
import { Extractor, type DecoderOf } from './extract.ts';
import { ListMessages, type ListMessagesDeps } from './list-messages.ts';
import { type SampleOf, SampleFiles } from './sample-files.ts';
import { TAR_END, tarHead, tarPadding } from './tar-bytes.ts';

const WRITE_BYTES = 4 * MIB;

export interface WriteShardDeps extends ListMessagesDeps {
  readonly decoderOf: DecoderOf;
}

/** @param file made anew. */
export async function writeShard(
  of: SampleOf,
  list: ShardList,
  file: string,
  deps: WriteShardDeps,
): Promise<ShardIndex> {
  const messages = new ListMessages(list.objects, list.samples, deps);
  const files = new SampleFiles(of, list.runs, messages, new Extractor(deps.decoderOf));
  const tar = await TarFile.create(file);
  try {
    for (const [number, sample] of list.samples.entries()) {
      deps.signal?.throwIfAborted();
      const key = files.keyOf(number);
      for (const { extension, bytes } of await files.of(sample, number)) tar.add(`${key}.${extension}`, bytes);
      await tar.room();
    }
    await tar.finish();
  } finally {
    await messages.settle();
    await tar.close();
  }
  const { sha256, crc, bytes, members } = tar;
  const shard = `${shardName(of.split, of.shard)}.tar`;
  const facts = { snapshot: of.snapshotId, shard, filesize: bytes, sha256, crc32c: crcHex(crc) };
  return { indexVersion: 1, ...facts, samples: list.samples.length, files: members };
}

class TarFile {
  readonly #file: FileHandle;
  readonly #hash = createHash('sha256');
  #parts: Uint8Array[] = [];
  #waitingBytes = 0;
  bytes = 0;
  crc = 0;
  sha256 = '' as Sha256Hex;
  readonly members: Record<string, { offset: number; length: number }> = {};

  private constructor(file: FileHandle) {
    this.#file = file;
  }

  static async create(path: string): Promise<TarFile> {
    return new TarFile(await open(path, 'w'));
  }

  /** What is given is written before `room` resolves. */
  add(name: string, bytes: Uint8Array): void {
    this.#append(tarHead(name, bytes.byteLength));
    this.members[name] = { offset: this.bytes, length: bytes.byteLength };
    this.#append(bytes);
    this.#append(tarPadding(bytes.byteLength));
  }

  async room(): Promise<void> {
    if (this.#waitingBytes >= WRITE_BYTES) await this.#write();
  }

  async finish(): Promise<void> {
    this.#append(TAR_END);
    await this.#write();
    await this.#file.sync();
    this.sha256 = this.#hash.digest('hex') as Sha256Hex;
  }

  close(): Promise<void> {
    return this.#file.close();
  }

  #append(bytes: Uint8Array): void {
    if (bytes.byteLength === 0) return;
    this.#hash.update(bytes);
    this.crc = crc32c(bytes, this.crc);
    this.bytes += bytes.byteLength;
    this.#parts.push(bytes);
    this.#waitingBytes += bytes.byteLength;
  }

  /** Parts of inner chunks stay alive until they are written, even where the cache has let go of them. */
  async #write(): Promise<void> {
    const parts = this.#parts;
    let left = this.#waitingBytes;
    [this.#parts, this.#waitingBytes] = [[], 0];
    const { bytesWritten } = await this.#file.writev(parts);
    left -= bytesWritten;
    if (left === 0) return;
    // A full disk takes a part: what is left is written alone, and then tells why.
    const rest = Buffer.concat(parts).subarray(bytesWritten);
    for (let at = 0; at < rest.byteLength; ) at += (await this.#file.write(rest, at)).bytesWritten;
  }
}
