import type { OpenSourceFile } from '@pitlane/ports/drive-source';
import { describe, expect, it } from 'vitest';
import { vouchedDecompressors, vouchedSource } from './chunker-vouching.ts';

const MIB = 1024 * 1024;

describe('the chunker’s process', () => {
  it('says beforehand how long a large piece may take it, and does not speak of small ones', () => {
    const said: (number | string)[] = [];
    const decode = (_: Uint8Array, sizeBytes: number): Uint8Array => {
      said.push('decodes');
      return new Uint8Array(sizeBytes);
    };
    const tools = { zstd: decode, lz4: decode, bz2: decode };
    const { zstd, bz2 } = vouchedDecompressors(tools, (honestMs) => said.push(honestMs));
    zstd(new Uint8Array(1000), MIB);
    expect(said).toEqual(['decodes']);
    bz2(new Uint8Array(4 * MIB), 12 * MIB);
    expect(said.slice(1)).toEqual([8000, 'decodes', 480]);
  });

  it('says at most once a second that it gets bytes, and not for a reader that goes round in circles', async () => {
    let nowMs = 0;
    let words = 0;
    const disk = { sizeBytes: 10 * MIB, read: async (_: number, into: Uint8Array) => into.byteLength };
    const source = vouchedSource(
      disk as unknown as OpenSourceFile,
      () => (words += 1),
      () => (nowMs += 400),
    );
    const into = new Uint8Array(4 * MIB);
    for (let i = 0; i < 30; i += 1) await source.read(0, into);
    expect(words).toBeGreaterThan(5);
    expect(words).toBeLessThan(15);
    for (let i = 0; i < 60; i += 1) await source.read(0, into);
    const before = words;
    for (let i = 0; i < 1000; i += 1) await source.read(0, into);
    expect(words).toBe(before);
  });
});
