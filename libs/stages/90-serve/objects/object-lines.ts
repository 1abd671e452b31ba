/** The lines of a text object, read in blocks, with the SHA-256 and CRC-32C of all of it at the end. */
import { createHash } from 'node:crypto';
import { MIB } from '@pitlane/base/bytes';
import { PitlaneError } from '@pitlane/base/errors';
import type { ObjectStore } from '@pitlane/ports/object-store';

const READ_BYTES = 4 * MIB;
/** A line is a chunk with all of its channels; nothing of ours is longer. */
const LINE_BYTES_MAX = 64 * MIB;

export class ObjectLines {
  readonly #store: Pick<ObjectStore, 'stat' | 'read'>;
  readonly #name: string;
  /** Of the whole object, once all lines were read. */
  sha256 = '';

  constructor(store: Pick<ObjectStore, 'stat' | 'read'>, name: string) {
    this.#store = store;
    this.#name = name;
  }

  /** Each line with its newline. */
  async *lines(): AsyncGenerator<string> {
    const info = await this.#store.stat(this.#name);
    if (!info) throw new PitlaneError('not-found', `object ${this.#name} is missing from the store`);
    const hash = createHash('sha256');
    let parts: Uint8Array[] = [];
    let partBytes = 0;
    for (let start = 0; start < info.bytes; start += READ_BYTES) {
      const block = await this.#store.read(this.#name, { start, end: Math.min(start + READ_BYTES, info.bytes) });
      hash.update(block);
      let from = 0;
      for (let newline = block.indexOf(10); newline >= 0; newline = block.indexOf(10, from)) {
        parts.push(block.subarray(from, newline + 1));
        yield Buffer.concat(parts).toString('utf8');
        [parts, partBytes] = [[], 0];
        from = newline + 1;
      }
      if (from < block.byteLength) parts.push(block.subarray(from));
      partBytes += block.byteLength - from;
      if (partBytes > LINE_BYTES_MAX)
        throw new PitlaneError('corrupt-input', `object ${this.#name} has a line without end`);
    }
    if (partBytes > 0) yield Buffer.concat(parts).toString('utf8');
    this.sha256 = hash.digest('hex');
  }
}
