import { createHash } from 'node:crypto';
import { isPitlaneError } from '@pitlane/base/errors';
import type { ByteSource } from '@pitlane/formats/recording';
import { describe, expect, it } from 'vitest';
import { memorySource } from '../../../test/support/byte-source.ts';
import { type CopyTarget, stage } from './index.ts';

const MIB = 1024 * 1024;
const patterned = (bytes: number): Uint8Array => new Uint8Array(bytes).map((_, i) => (i * 31 + (i >> 13)) & 0xff);

function memoryCopy() {
  const parts: Uint8Array[] = [];
  const said: string[] = [];
  const copy: CopyTarget = {
    append: async (bytes) => {
      await Promise.resolve();
      parts.push(bytes.slice());
    },
    seal: async () => {
      said.push('sealed');
      return 'disk';
    },
    discard: async () => void said.push('discarded'),
  };
  return { copy, said, bytes: () => Buffer.concat(parts) };
}

describe('staging', () => {
  it('gives the SHA-256 of the bytes and a copy of them, reading each once', async () => {
    for (const size of [0, 1, 4 * MIB - 1, 4 * MIB, 4 * MIB + 1, 13 * MIB]) {
      const file = patterned(size);
      const source = memorySource(file);
      const target = memoryCopy();
      let told = 0;
      const staged = await stage(source, { copy: target.copy, onBytes: (bytes) => (told += bytes) });
      expect(staged.recordingId).toBe(createHash('sha256').update(file).digest('hex'));
      expect([staged.bytes, source.bytesRead, told]).toEqual([size, size, size]);
      expect(target.bytes().equals(file)).toBe(true);
      expect(target.said).toEqual(['sealed']);
    }
  });

  it('says so when the file became shorter, and gives the copy up', async () => {
    const source: ByteSource = { ...memorySource(patterned(5 * MIB)), sizeBytes: 9 * MIB };
    const target = memoryCopy();
    await expect(stage(source, { copy: target.copy })).rejects.toSatisfy((error) =>
      isPitlaneError(error, 'changed-while-read'),
    );
    expect(target.said).toEqual(['discarded']);
  });

  it('hands on what the disk and the copy fail with, and gives the copy up', async () => {
    const failing: ByteSource = {
      name: 'disk',
      sizeBytes: 9 * MIB,
      read: async (offset, into) => {
        if (offset > 0) throw new Error('the disk was pulled');
        return into.byteLength;
      },
    };
    const target = memoryCopy();
    await expect(stage(failing, { copy: target.copy })).rejects.toThrow('the disk was pulled');
    const full = memoryCopy();
    full.copy.append = async () => Promise.reject(new Error('no room'));
    await expect(stage(memorySource(patterned(9 * MIB)), { copy: full.copy })).rejects.toThrow('no room');
    const wrong = memoryCopy();
    wrong.copy.seal = async () => Promise.reject(new Error('it reads back differently'));
    await expect(stage(memorySource(patterned(10)), { copy: wrong.copy })).rejects.toThrow('reads back');
    expect([target.said, full.said, wrong.said]).toEqual([['discarded'], ['discarded'], ['discarded']]);
  });

  it('stops when it is told to', async () => {
    const stop = new AbortController();
    const target = memoryCopy();
    const work = stage(memorySource(patterned(40 * MIB)), {
      copy: target.copy,
      signal: stop.signal,
      onBytes: () => stop.abort(new Error('stopped')),
    });
    await expect(work).rejects.toThrow('stopped');
    expect(target.bytes().byteLength).toBeLessThanOrEqual(4 * MIB);
    expect(target.said).toEqual(['discarded']);
  });
});
