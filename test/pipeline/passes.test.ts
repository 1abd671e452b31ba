/**
 * What a byte costs on its way through the garage: SHA-256 passes and writes, counted where the system is called.
 * The whole way is run in this process over real files: staging, cutting, spooling, and the store on files.
 */
import { createHash } from 'node:crypto';
import { mkdtemp, open, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32 } from '@node-rs/crc32';
import type { DriveId } from '@pitlane/contracts/identity';
import type { ChunkFacts } from '@pitlane/contracts/manifest';
import { WINDOW_NS } from '@pitlane/contracts/plan';
import { fileDriveSource } from '@pitlane/drive-source-files';
import { contentOfFile } from '@pitlane/formats/content';
import { mcap } from '@pitlane/formats/mcap';
import { DEFAULT_READ_LIMITS } from '@pitlane/formats/recording';
import { openFileStore } from '@pitlane/object-store-files';
import type { MessageLog } from '@pitlane/ports/message-log';
import { recordingFolder } from '@pitlane/ports/spool';
import { type FileHasher, HashThread, openFileSpool, openStagedCopy } from '@pitlane/spool-files';
import { stage } from '@pitlane/stages/30-stage';
import { chunkName, chunkOpaque, chunkRecording } from '@pitlane/stages/40-chunk';
import { shipChunk } from '@pitlane/stages/70-ship';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { objectOf, plainCompressor } from '../support/chunk-object.ts';
import { testDecompressors } from '../support/decompressors.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pitlane-passes-'));
});

afterEach(async () => {
  vi.restoreAllMocks();
  await rm(folder, { recursive: true, force: true });
});

/** Counts the bytes that go into any hash, and into any file that is open through `node:fs/promises`. */
async function countCosts() {
  const counted = { hashedBytes: 0, writtenBytes: 0 };
  const hashPrototype = Object.getPrototypeOf(createHash('sha256')) as { update(data: Uint8Array | string): unknown };
  const update = hashPrototype.update;
  vi.spyOn(hashPrototype, 'update').mockImplementation(function (this: unknown, ...given: unknown[]) {
    counted.hashedBytes += Buffer.byteLength(given[0] as Uint8Array);
    return update.apply(this, given as [Uint8Array]);
  });
  const handle = await open(join(folder, 'probe'), 'w');
  const filePrototype = Object.getPrototypeOf(handle) as Record<'write' | 'writev' | 'writeFile', unknown>;
  await handle.close();
  for (const method of ['write', 'writev', 'writeFile'] as const) {
    const before = filePrototype[method] as (...given: unknown[]) => unknown;
    vi.spyOn(filePrototype as Record<string, (...given: unknown[]) => unknown>, method).mockImplementation(function (
      this: unknown,
      ...given: unknown[]
    ) {
      for (const part of [given[0]].flat()) counted.writtenBytes += Buffer.byteLength(part as Uint8Array);
      return before.apply(this, given);
    });
  }
  return counted;
}

/** An MCAP file of about `messages` × 4 KiB that does not compress. */
async function recordingOf(messages: number): Promise<Uint8Array> {
  let state = 1;
  const given = Array.from({ length: messages }, (_, sequence) => {
    const data = new Uint8Array(4096);
    for (let i = 0; i < data.byteLength; i += 1) {
      state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
      data[i] = state >> 16;
    }
    return { channel: sequence % 3, logTimeNs: BigInt(sequence) * 100_000_000n, sequence, data };
  });
  const channels = ['/a', '/b', '/c'].map((topic, index) => ({ topic, index, twin: 0 }));
  const { bytes } = await objectOf(given, channels, { innerMessages: 100, compression: '' }, '');
  return bytes;
}

const silentMessages = { publish: async () => {} } as unknown as MessageLog;

const DRIVE = { tenant: 'default', vehicleId: 'car-1', driveId: 'drive-1' as DriveId };

const nameOf = ({ kind, group, windowStart, part }: ChunkFacts): string =>
  chunkName(kind, group, windowStart === null ? null : BigInt(windowStart) / WINDOW_NS, part);

interface Way {
  readonly opaque?: boolean;
  readonly copied?: boolean;
  readonly hasher?: FileHasher;
}

/** Runs a file through the stages and says what each cost. */
async function sendThrough(file: Uint8Array, { opaque = false, copied = false, hasher }: Way) {
  await writeFile(join(folder, 'docked'), file);
  const spool = await openFileSpool({ root: join(folder, 'spool'), ...(hasher && { hasher }) });
  const store = await openFileStore({ root: join(folder, 'store') });
  const decompressors = await testDecompressors();
  const costs = await countCosts();
  const since = (before = { hashedBytes: 0, writtenBytes: 0 }) => ({
    hashedBytes: costs.hashedBytes - before.hashedBytes,
    writtenBytes: costs.writtenBytes - before.writtenBytes,
  });

  const source = await fileDriveSource.open(folder, 'docked');
  const copy = copied ? await openStagedCopy(join(folder, 'staged', 'copy')) : undefined;
  const { recordingId } = await stage(source, copy ? { copy } : {});
  await source.close();
  const staging = since();

  let before = { ...costs };
  const job = { ...DRIVE, recordingId, done: new Map<string, ChunkFacts>() };
  const tools = { compressor: plainCompressor, decompressors, limits: DEFAULT_READ_LIMITS, spool, crc32 };
  const read = await fileDriveSource.open(
    ...((copied ? [join(folder, 'staged'), 'copy'] : [folder, 'docked']) as [string, string]),
  );
  const chunks: ChunkFacts[] = [];
  for await (const event of opaque
    ? chunkOpaque(job, read, tools)
    : chunkRecording(job, contentOfFile(read), mcap, tools)) {
    if (event.type === 'chunk') chunks.push(event.facts);
  }
  await read.close();
  const cutting = since(before);

  before = { ...costs };
  const inodes: [spooled: number, stored: number][] = [];
  for (const chunk of chunks) {
    const { path } = (await spool.find(recordingFolder(job), nameOf(chunk))) as { path: string };
    const spooled = (await stat(path)).ino;
    await shipChunk({ drive: DRIVE, chunk }, path, { store, log: silentMessages });
    inodes.push([spooled, (await stat(join(folder, 'store', chunk.object))).ino]);
  }
  return { chunks, staging, cutting, shipping: since(before), inodes };
}

/** Ids, names and headers that are hashed or written beside the bytes themselves. */
const BESIDE_BYTES_MAX = 8192;

const sum = (chunks: readonly ChunkFacts[], of: (chunk: ChunkFacts) => number): number =>
  chunks.reduce((total, chunk) => total + of(chunk), 0);

describe.each([
  { what: 'a log read in place', opaque: false, copied: false },
  { what: 'a log that is copied first', opaque: false, copied: true },
  { what: 'an opaque file that is copied first', opaque: true, copied: true },
])('$what', (way) => {
  it('has each byte hashed twice and written twice at most, and each stored byte hashed and written once', async () => {
    const file = await recordingOf(1500);
    const { chunks, staging, cutting, shipping, inodes } = await sendThrough(file, way);
    const rawBytes = sum(chunks, (chunk) => chunk.bytesRaw);
    const storedBytes = sum(chunks, (chunk) => chunk.bytesStored);
    expect(chunks.length).toBeGreaterThan(way.opaque ? 0 : 2);
    expect(rawBytes).toBeGreaterThan(file.byteLength * 0.95);

    expect(staging.hashedBytes, 'once for the recording id').toBe(file.byteLength);
    expect(staging.writtenBytes, 'once for the staged copy').toBe(way.copied ? file.byteLength : 0);
    expect(cutting.hashedBytes, 'each message once for its leaf, each stored byte once for the object').toBeLessThan(
      rawBytes + storedBytes + BESIDE_BYTES_MAX * chunks.length,
    );
    expect(cutting.writtenBytes, 'each stored byte once into the spool').toBe(storedBytes);
    expect(shipping.hashedBytes, 'no byte again for the store').toBeLessThan(BESIDE_BYTES_MAX * chunks.length);
    expect(shipping.writtenBytes, 'nor written again').toBeLessThan(BESIDE_BYTES_MAX * chunks.length);
    for (const [spooled, stored] of inodes) expect(stored, 'the spool file became the object').toBe(spooled);
  });
});

it('a thread beside hashes what is stored, so that the one that cuts makes the leaves alone', async () => {
  await using hasher = new HashThread();
  const { chunks, cutting } = await sendThrough(await recordingOf(1500), { hasher });
  const beside = BESIDE_BYTES_MAX * chunks.length;
  expect(sum(chunks, ({ bytesStored }) => bytesStored)).toBeGreaterThan(10 * beside);
  expect(cutting.hashedBytes).toBeLessThan(sum(chunks, ({ bytesRaw }) => bytesRaw) + beside);
  expect(cutting.writtenBytes).toBe(sum(chunks, ({ bytesStored }) => bytesStored));
});
