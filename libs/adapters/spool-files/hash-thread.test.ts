import { createHash } from 'node:crypto';
import { crc32c } from '@node-rs/crc32';
import fc from 'fast-check';
import { afterAll, expect, it } from 'vitest';
import { type FileHash, HashThread } from './hash-thread.ts';
import type { FileDigest } from './running-hash.ts';

const KIB = 1024;
const hasher = new HashThread();

afterAll(() => hasher[Symbol.asyncDispose]());

const digestOf = (bytes: Uint8Array): FileDigest => ({
  sha256: createHash('sha256').update(bytes).digest('hex'),
  crc32c: crc32c(bytes).toString(16).padStart(8, '0'),
});

/** A part in the middle of a larger buffer, which is one that threads share or one that they do not. */
function partOf(seed: number, bytes: number, isShared: boolean): Uint8Array {
  const buffer = isShared ? new SharedArrayBuffer(bytes + 16) : new ArrayBuffer(bytes + 16);
  const part = new Uint8Array(buffer, 8, bytes);
  for (let at = 0; at < bytes; at += 1) part[at] = (at * 31 + seed) & 255;
  return part;
}

it('gives what hashing on the spot gives, of files that grow beside one another, and leaves their bytes to the caller', async () => {
  const part = fc.record({ seed: fc.nat(255), bytes: fc.integer({ min: 0, max: 200 * KIB }), isShared: fc.boolean() });
  const file = fc.array(fc.array(part, { maxLength: 3 }), { maxLength: 4 });
  await fc.assert(
    fc.asyncProperty(fc.array(file, { minLength: 1, maxLength: 3 }), async (files) => {
      const grow = async (hash: FileHash, appends: (typeof files)[number]): Promise<[FileDigest, FileDigest]> => {
        const all: Uint8Array[] = [];
        for (const append of appends) {
          const parts = append.map(({ seed, bytes, isShared }) => partOf(seed, bytes, isShared));
          all.push(...parts.map((one) => new Uint8Array(one)));
          await hash.update(parts);
          for (const one of parts) one.fill(0xdd);
        }
        return [await hash.digest(), digestOf(Buffer.concat(all))];
      };
      const grown = await Promise.all(files.map((appends) => grow(hasher.begin(), appends)));
      for (const [hashed, expected] of grown) expect(hashed).toEqual(expected);
    }),
    { seed: 6, numRuns: 40 },
  );
});
