import { createHash } from 'node:crypto';
import { PitlaneError } from '@pitlane/base/errors';
import type { ByteSource } from '@pitlane/formats/recording';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type CopyTarget, stage } from './index.ts';
import { type Hole, UNREADABLE_MAX_BYTES } from './read-around.ts';

const PAGE = 4096;

/** A disk whose bad pages give nothing: any reading that touches one fails whole, as the kernel's does not even promise. */
function disk(bytes: Uint8Array, badPages: ReadonlySet<number>): ByteSource {
  return {
    name: 'log.mcap',
    sizeBytes: bytes.byteLength,
    async read(offset, into) {
      const got = Math.max(0, Math.min(into.byteLength, bytes.byteLength - offset));
      for (let page = Math.floor(offset / PAGE); page * PAGE < offset + got; page += 1) {
        if (badPages.has(page)) {
          throw new PitlaneError('unavailable', 'EIO', { retryable: true, details: { isBadPlace: true } });
        }
      }
      into.set(bytes.subarray(offset, offset + got));
      return got;
    },
  };
}

function collecting() {
  const parts: Uint8Array[] = [];
  const copy: CopyTarget = {
    append: async (bytes) => void parts.push(bytes.slice()),
    seal: async () => 'disk',
    discard: async () => void (parts.length = 0),
  };
  return { copy, bytes: () => Buffer.concat(parts) };
}

const covered = (holes: readonly Hole[]): number[] =>
  holes.flatMap(({ offset, bytes }) =>
    Array.from({ length: Math.ceil(bytes / PAGE) }, (_, i) => Math.floor(offset / PAGE) + i),
  );

describe('a disk with bad places', () => {
  it('gives all but them: zeros stand there, they are named, and the identity is of what stands there', async () => {
    const sizes = fc.integer({ min: 1, max: 6 * 1024 * 1024 });
    await fc.assert(
      fc.asyncProperty(sizes, fc.array(fc.nat(2000), { maxLength: 20 }), async (size, wanted) => {
        const bytes = new Uint8Array(size).map((_, i) => 1 + ((i * 31 + (i >> 12)) % 255));
        const bad = new Set(wanted.filter((page) => page * PAGE < size));
        const target = collecting();
        const staged = await stage(disk(bytes, bad), { copy: target.copy });
        expect(covered(staged.holes)).toEqual([...bad].sort((a, b) => a - b));
        const filled = bytes.slice();
        for (const page of bad) filled.fill(0, page * PAGE, (page + 1) * PAGE);
        expect(target.bytes().equals(filled)).toBe(true);
        expect(staged.recordingId).toBe(createHash('sha256').update(filled).digest('hex'));
      }),
      { seed: 6, numRuns: 30 },
    );
  });

  it('is left when it gives nothing any more, and nothing of the copy stays', async () => {
    const bytes = new Uint8Array(8 * UNREADABLE_MAX_BYTES).fill(1);
    const gone = new Set(Array.from({ length: bytes.byteLength / PAGE }, (_, page) => page).slice(500));
    const target = collecting();
    await expect(stage(disk(bytes, gone), { copy: target.copy })).rejects.toThrow('EIO');
    expect(target.bytes().byteLength).toBe(0);
  });

  it('is not read around where there is no copy: who reads it next would meet them again', async () => {
    await expect(stage(disk(new Uint8Array(3 * PAGE), new Set([1])), {})).rejects.toThrow('EIO');
  });

  it('is something else than a disk that is away', async () => {
    const away: ByteSource = {
      name: 'log',
      sizeBytes: 10,
      read: async () => Promise.reject(new PitlaneError('unavailable', 'it was pulled', { retryable: true })),
    };
    await expect(stage(away, { copy: collecting().copy })).rejects.toThrow('it was pulled');
  });
});
