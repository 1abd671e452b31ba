import type { ChunkCompressor } from '@pitlane/ports/compressor';
import type { OpenSourceFile } from '@pitlane/ports/drive-source';
import { describe, expect, it } from 'vitest';
import { vouchedCompressor, vouchedDecompressors, vouchedSource } from './chunker-vouching.ts';

const MIB = 1024 * 1024;

describe('the chunker’s process', () => {
  it('says beforehand how long a large piece may take it, and does not speak of small ones', () => {
    const said: (number | string)[] = [];
    const decode = (_: Uint8Array, sizeBytes: number): Uint8Array => {
      said.push('decodes');
      return new Uint8Array(sizeBytes);
    };
    const zstdStream = (): never => decode as never;
    const tools = { zstd: decode, lz4: decode, bz2: decode, bz2UpTo: decode, zstdStream };
    const { zstd, bz2 } = vouchedDecompressors(tools, (honestMs) => said.push(honestMs));
    zstd(new Uint8Array(1000), MIB);
    expect(said).toEqual(['decodes']);
    bz2(new Uint8Array(4 * MIB), 12 * MIB);
    expect(said.slice(1)).toEqual([8000, 'decodes', 480]);
  });

  it('says now and then that a stream is being decoded', () => {
    let nowMs = 0;
    const said: number[] = [];
    const decode = (): never => {
      throw new Error('not asked for');
    };
    const step = { consumedBytes: 1000, producedBytes: 128 * 1024, wantedBytes: 3 };
    const zstdStream = () => ({ push: () => step });
    const tools = { zstd: decode, lz4: decode, bz2: decode, bz2UpTo: decode, zstdStream };
    const stream = vouchedDecompressors(
      tools,
      (honestMs) => said.push(honestMs),
      () => (nowMs += 100),
    ).zstdStream();
    for (let i = 0; i < 9; i += 1) stream.push(new Uint8Array(1000), new Uint8Array(0));
    expect(said).toEqual([9, 9, 9]);
  });

  it('says now and then that it gets bytes, and not for a reader that goes round in circles', async () => {
    let nowMs = 0;
    let words = 0;
    const disk = { sizeBytes: 10 * MIB, read: async (_: number, into: Uint8Array) => into.byteLength };
    const source = vouchedSource(
      disk as unknown as OpenSourceFile,
      () => (words += 1),
      () => (nowMs += 100),
    );
    const into = new Uint8Array(2 * MIB);
    for (let i = 0; i < 30; i += 1) await source.read(0, into);
    expect(words).toBeGreaterThan(5);
    expect(words).toBeLessThan(15);
    for (let i = 0; i < 140; i += 1) await source.read(0, into);
    const before = words;
    for (let i = 0; i < 1000; i += 1) await source.read(0, into);
    expect(words).toBe(before);
  });

  it('says what a large reading may take to walk', async () => {
    const said: number[] = [];
    const disk = { sizeBytes: 64 * MIB, read: async (_: number, into: Uint8Array) => into.byteLength };
    const source = vouchedSource(disk as unknown as OpenSourceFile, (honestMs) => said.push(honestMs));
    await source.read(0, new Uint8Array(64 * MIB));
    expect(said).toEqual([2560]);
  });

  it('says that it gets on while it compresses what it has read', async () => {
    let nowMs = 0;
    const said: number[] = [];
    const none = { compress: async () => {} } as unknown as ChunkCompressor;
    const compressor = vouchedCompressor(
      none,
      (honestMs) => said.push(honestMs),
      () => (nowMs += 100),
    );
    for (let i = 0; i < 9; i += 1) await compressor.compress(new Uint8Array(1000), 3);
    expect(said).toEqual([1, 1, 1]);
  });
});
