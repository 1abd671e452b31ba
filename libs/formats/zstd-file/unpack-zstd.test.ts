import { encodeZstd, loadDecompressors } from '@pitlane/compressor-zstd';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { memorySource } from '../../../test/support/byte-source.ts';
import type { RecordingContent } from '../content/index.ts';
import { type ByteSource, DEFAULT_READ_LIMITS, LandOpaque, type ReadLimits } from '../recording/index.ts';
import { isZstd, memoryScratch, unpackZstd } from './index.ts';

const SEED = 20_261_126;
const MIB = 1024 * 1024;
const SCRATCH_BYTES_MAX = 512 * MIB;

interface Unpacked {
  readonly content: RecordingContent;
  readonly disposed: () => number;
}

async function unpacked(file: Uint8Array, limits: Partial<ReadLimits> = {}, previewBytes?: number): Promise<Unpacked> {
  let disposed = 0;
  const scratch = memoryScratch('log.zstd', SCRATCH_BYTES_MAX);
  const counted = {
    append: (bytes: Uint8Array) => scratch.append(bytes),
    source: () => scratch.source(),
    [Symbol.asyncDispose]: async () => void (disposed += 1),
  };
  const tools = {
    decompressors: await loadDecompressors(),
    scratch: () => Promise.resolve(counted),
    limits: { ...DEFAULT_READ_LIMITS, ...limits },
  };
  return { content: await unpackZstd(memorySource(file, 'log.zstd'), tools, previewBytes), disposed: () => disposed };
}

async function bytesOf(source: ByteSource): Promise<Buffer> {
  const bytes = Buffer.alloc(source.sizeBytes);
  expect(await source.read(0, bytes)).toBe(source.sizeBytes);
  return bytes;
}

/** Pieces, each a frame of its own. */
const contents = fc.array(
  fc.tuple(fc.uint8Array({ maxLength: 300 }), fc.integer({ min: 1, max: 900 })).map(([bytes, times]) => {
    return Buffer.concat(Array.from({ length: times }, () => bytes));
  }),
  { minLength: 1, maxLength: 4 },
);
const framesOf = (pieces: readonly Uint8Array[]): Buffer =>
  Buffer.concat(pieces.map((piece) => Buffer.from(encodeZstd(piece, 3).slice())));

describe('a file that is compressed whole', () => {
  it('gives its content, of however many frames it is', async () => {
    await fc.assert(
      fc.asyncProperty(contents, async (pieces) => {
        const { content } = await unpacked(framesOf(pieces));
        expect(content.losses).toEqual([]);
        expect((await bytesOf(content.source)).equals(Buffer.concat(pieces))).toBe(true);
      }),
      { seed: SEED, numRuns: 60 },
    );
  });

  it('cut off or damaged anywhere gives what stands before, and keeps the rest as it is', async () => {
    await fc.assert(
      fc.asyncProperty(contents, fc.nat(), fc.nat(7), fc.boolean(), async (pieces, place, bit, isCut) => {
        const whole = framesOf(pieces);
        const at = place % whole.byteLength;
        const file = Buffer.from(isCut ? whole.subarray(0, at) : whole);
        if (!isCut) file[at] = (file[at] as number) ^ (1 << bit);
        const { content } = await unpacked(file);
        const bytes = await bytesOf(content.source);
        if (isCut) expect(bytes.equals(Buffer.concat(pieces).subarray(0, bytes.byteLength))).toBe(true);
        const kept = (await bytesOf(content.kept)).subarray(bytes.byteLength);
        expect(kept.equals(file.subarray(file.byteLength - kept.byteLength))).toBe(true);
        const [loss] = content.losses;
        if (loss) expect([loss.offset, loss.bytes]).toEqual([bytes.byteLength, kept.byteLength]);
        else expect(kept.byteLength).toBe(0);
      }),
      { seed: SEED, numRuns: 200 },
    );
  });

  it('gives every block before the damaged one', async () => {
    const plain = Buffer.alloc(4 * MIB).map((_, at) => Math.imul(at, 0x9e3779b1) >>> (20 + (at % 5)));
    const file = Buffer.from(encodeZstd(plain, 1).slice());
    file.fill(0x5a, file.byteLength >> 1, (file.byteLength >> 1) + 64);
    const { content } = await unpacked(file);
    const bytes = await bytesOf(content.source);
    expect(bytes.byteLength).toBeGreaterThan(MIB);
    expect(bytes.subarray(0, MIB).equals(plain.subarray(0, MIB))).toBe(true);
    expect(content.notes).toEqual(['it was compressed without checksums: damage may pass unseen']);
    expect(content.losses[0]?.text).toMatch(/are kept as they are, compressed$/);
  });

  it('with something else behind its last frame keeps it', async () => {
    const { content } = await unpacked(Buffer.concat([framesOf([Buffer.from('log')]), Buffer.from('no frame')]));
    expect((await bytesOf(content.source)).toString()).toBe('log');
    expect((await bytesOf(content.kept)).toString()).toBe('logno frame');
    expect(content.losses).toMatchObject([{ reason: 'corrupt-chunk', offset: 3, bytes: 8 }]);
  });

  it('is looked at for as long as the preview goes, without a word of what is behind', async () => {
    const { content } = await unpacked(framesOf([Buffer.alloc(10 * MIB, 'x')]), {}, MIB);
    expect(content.source.sizeBytes).toBeLessThan(1.5 * MIB);
    expect(content.losses).toEqual([]);
  });

  it('is told by its first bytes, a frame to be skipped too', () => {
    expect(isZstd(framesOf([Buffer.from('x')]))).toBe(true);
    expect(isZstd(Buffer.from('5a2a4d1800000000', 'hex'))).toBe(true);
    for (const other of ['', '28b52f', '28b52ffe', '602a4d18'])
      expect(isZstd(Buffer.from(other, 'hex')), other).toBe(false);
  });
});

describe('a zstd bomb', () => {
  it('is given up where its content is too many times as large as the file, and its scratch file is gone', async () => {
    const bomb = framesOf(Array.from({ length: 5 }, () => Buffer.alloc(32 * MIB)));
    expect(bomb.byteLength).toBeLessThan(32 * 1024);
    let given: unknown;
    await unpacked(bomb).catch((error: unknown) => (given = error));
    expect(given).toBeInstanceOf(LandOpaque);
    expect(String(given)).toContain('times as large as the file');
  });

  it('is given up where its content passes the cap, whatever its header declares', async () => {
    const file = framesOf([Buffer.alloc(2 * MIB, 'y')]);
    await expect(unpacked(file, { unpackedBytesMax: MIB })).rejects.toThrow('more than 1048576 bytes');
  });

  it('that asks for a window of gigabytes is refused before it is given any', async () => {
    // A frame header with a window of 2^41 bytes and no content size.
    const { content } = await unpacked(Buffer.from('28b52ffd00f80100000000', 'hex'));
    expect(content.source.sizeBytes).toBe(0);
    expect(content.losses).toMatchObject([{ reason: 'corrupt-chunk' }]);
  });
});
