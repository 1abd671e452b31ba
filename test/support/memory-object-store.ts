/**
 * An object store in memory, for tests of what stands above the port.
 * It keeps the port's promises, counts requests, and lets a test replace an object behind everybody's back.
 * It never checks more than the port says.
 */
import { PitlaneError } from '@pitlane/base/errors';
import type { ObjectInfo, ObjectStore, PutOptions, PutSource } from '@pitlane/ports/object-store';
import { readFileSync } from 'node:fs';

/** CRC-32C by its definition, bit by bit in a table of 256. */
const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let rest = byte;
  for (let bit = 0; bit < 8; bit += 1) rest = rest & 1 ? (rest >>> 1) ^ 0x82f63b78 : rest >>> 1;
  return rest;
});

export function crc32cText(bytes: Uint8Array): string {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = (TABLE[(crc ^ byte) & 0xff] ?? 0) ^ (crc >>> 8);
  return ((crc ^ 0xffffffff) >>> 0).toString(16).padStart(8, '0');
}

function contentOf(source: PutSource): Uint8Array {
  if ('bytes' in source) return source.bytes;
  return 'blocks' in source ? Buffer.concat(source.blocks) : readFileSync(source.file);
}

export class MemoryObjectStore implements ObjectStore {
  readonly traits = { storeName: 'memory', parallelPutsMax: 4 };
  readonly objects = new Map<string, { bytes: Uint8Array; info: ObjectInfo }>();
  readonly reads: { name: string; start: number; end: number }[] = [];
  #generation = 0;

  async put(name: string, source: PutSource, options: PutOptions): Promise<ObjectInfo> {
    options.signal?.throwIfAborted();
    if (this.objects.has(name)) throw new PitlaneError('already-exists', `${name} is there already`);
    const bytes = contentOf(source);
    if (crc32cText(bytes) !== options.crc32c)
      throw new PitlaneError('checksum-mismatch', `${name} has another CRC-32C`);
    return this.replace(name, bytes, options.metadata ?? {});
  }

  /** What the port forbids: another object under the same name. */
  replace(name: string, bytes: Uint8Array, metadata: Readonly<Record<string, string>>): ObjectInfo {
    this.#generation += 1;
    const generation = String(this.#generation);
    const info = { name, generation, bytes: bytes.byteLength, crc32c: crc32cText(bytes), metadata };
    this.objects.set(name, { bytes, info });
    return info;
  }

  async stat(name: string): Promise<ObjectInfo | undefined> {
    return this.objects.get(name)?.info;
  }

  async read(name: string, range?: { readonly start: number; readonly end: number }): Promise<Uint8Array> {
    const object = this.objects.get(name);
    if (!object) throw new PitlaneError('not-found', `there is no object ${name}`);
    const { start, end } = range ?? { start: 0, end: object.bytes.byteLength };
    this.reads.push({ name, start, end });
    return new Uint8Array(object.bytes.subarray(start, end)); // a copy: `slice` of a Buffer would be none
  }

  async *list(prefix: string): AsyncIterable<ObjectInfo> {
    const inByteOrder = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b));
    for (const name of [...this.objects.keys()].filter((key) => key.startsWith(prefix)).sort(inByteOrder)) {
      yield (this.objects.get(name) as { info: ObjectInfo }).info;
    }
  }

  async remove(name: string): Promise<void> {
    this.objects.delete(name);
  }
}
