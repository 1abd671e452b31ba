/**
 * What every compressor must do, as cases that run over any of them. The decoder comes from whoever runs them, for the
 * port has none.
 */
import assert from 'node:assert/strict';
import { KIB, MIB } from '@pitlane/base/bytes';
import type { ContractCase } from '../contract/index.ts';
import type { ChunkCompressor } from './index.ts';

export interface DecodedCompressor {
  readonly compressor: ChunkCompressor;
  /** Decodes zstd into exactly `sizeBytes` bytes. */
  readonly decodeZstd: (input: Uint8Array, sizeBytes: number) => Uint8Array;
}

/** Sizes on both sides of what a compressor may do on the spot, and of its buffers. */
const SIZES = [0, 1, 31, 32 * KIB - 1, 32 * KIB, 32 * KIB + 1, 256 * KIB, MIB, 3 * MIB + 1, 5 * MIB];

export const compressorContract: readonly ContractCase<DecodedCompressor>[] = [
  {
    name: 'leaves the raw bytes to the caller as soon as it is asked',
    async run({ compressor, decodeZstd }) {
      assert.ok(compressor.jobsMax >= 1);
      for (const size of SIZES) {
        for (const content of [compressible(size), noise(size, size + 1)]) {
          const lent = Buffer.from(content);
          const compressing = compressor.compress(lent, 3);
          lent.fill(0xdd);
          const done = await compressing;
          const raw = done.compression === 'zstd' ? decodeZstd(done.stored, size) : done.stored;
          assert.ok(equal(raw, content), `${size} bytes`);
          done.release();
        }
      }
    },
  },
  {
    name: 'gives what decodes to the raw bytes, of any size',
    async run({ compressor, decodeZstd }) {
      for (const size of SIZES) {
        for (const content of [compressible(size), noise(size, size + 1)]) {
          const { raw, compression } = await roundTrip(compressor, decodeZstd, content, 3);
          assert.ok(equal(raw, content), `${size} bytes`);
          if (size >= KIB) assert.equal(compression, content[0] === CALM ? 'zstd' : '', `${size} bytes`);
        }
      }
    },
  },
  {
    name: 'gives the known CRC-32 of 123456789',
    async run({ compressor }) {
      const done = await compressor.compress(Buffer.from('123456789'), 3);
      assert.equal(done.crc32, 0xcbf43926);
      done.release();
    },
  },
  {
    name: 'stores raw what gains under 3 %',
    async run({ compressor, decodeZstd }) {
      const mixed = (calmShare: number): Uint8Array => {
        const content = noise(MIB, 7);
        content.fill(CALM, 0, Math.floor(MIB * calmShare));
        return content;
      };
      assert.equal((await roundTrip(compressor, decodeZstd, mixed(0.01), 3)).compression, '');
      assert.equal((await roundTrip(compressor, decodeZstd, mixed(0.06), 3)).compression, 'zstd');
    },
  },
  {
    name: 'gives the same bytes for the same bytes, whatever else is under way',
    async run({ compressor, decodeZstd }) {
      const contents = Array.from({ length: 12 }, (_, i) => halfNoise(20 * KIB * (i + 1), i));
      const alone: Uint8Array[] = [];
      for (const content of contents) alone.push((await roundTrip(compressor, decodeZstd, content, 3)).stored);
      const together = await Promise.all(
        contents.toReversed().map((content) => roundTrip(compressor, decodeZstd, content, 3)),
      );
      for (const [i, { stored }] of together.toReversed().entries()) {
        assert.ok(equal(stored, alone[i] as Uint8Array), `content ${i}`);
      }
    },
  },
  {
    name: 'keeps what it gave until it is released, while other jobs come and go',
    async run({ compressor, decodeZstd }) {
      const content = halfNoise(200 * KIB, 1);
      const held = await compressor.compress(content, 3);
      for (let i = 0; i < 20; i += 1) await roundTrip(compressor, decodeZstd, halfNoise(200 * KIB, i + 2), 3);
      const raw = held.compression === 'zstd' ? decodeZstd(held.stored, content.byteLength) : held.stored;
      assert.ok(equal(raw, content));
      held.release();
    },
  },
];

const CALM = 0x61;

const compressible = (size: number): Uint8Array => new Uint8Array(size).fill(CALM);

/** Bytes that no compressor can help. */
function noise(size: number, seed: number): Uint8Array {
  const bytes = new Uint8Array(size);
  let state = (seed * 2_654_435_761) >>> 0 || 1;
  for (let i = 0; i < size; i += 1) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    bytes[i] = state >>> 11;
  }
  if (size > 0) bytes[0] = 0;
  return bytes;
}

const halfNoise = (size: number, seed: number): Uint8Array => noise(size, seed + 1).fill(CALM, size >> 1);

async function roundTrip(
  compressor: ChunkCompressor,
  decodeZstd: DecodedCompressor['decodeZstd'],
  content: Uint8Array,
  level: number,
) {
  const done = await compressor.compress(content, level);
  const stored = done.stored.slice();
  done.release();
  const { compression } = done;
  return { stored, compression, raw: compression === 'zstd' ? decodeZstd(stored, content.byteLength) : stored };
}

const equal = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0;
