import { compressorContract } from '@pitlane/ports/compressor/contract';
import { afterAll, describe, expect, it } from 'vitest';
import { decodeZstd, ZstdPool } from './index.ts';

const compressor = new ZstdPool(2);

afterAll(() => compressor.close());

describe('the pool of zstd threads keeps the contract', () => {
  it.each(compressorContract)('$name', (example) => example.run({ compressor, decodeZstd }));
});

describe('the pool of zstd threads', () => {
  it('gives the same bytes with one thread as with several', async () => {
    const one = new ZstdPool(1);
    const content = new Uint8Array(500_000).map((_, i) => (i * i) >> 7);
    const storedBy = async (pool: ZstdPool): Promise<string> => {
      const done = await pool.compress(content, 3);
      return Buffer.from(done.stored).toString('base64');
    };
    expect(await storedBy(one)).toBe(await storedBy(compressor));
    await one.close();
  });
});
