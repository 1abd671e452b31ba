/** The process that cuts slices: it reads the objects of a plan, decompresses, merges and writes, one slice after another. */
import { crc32, crc32c } from '@node-rs/crc32';
import { MIB } from '@pitlane/base/bytes';
import { serveStreams } from '@pitlane/base/spawn';
import { loadDecompressors, ZstdPool } from '@pitlane/compressor-zstd';
import { checkChunk, manifestObjects, runSlice } from '@pitlane/stages/90-serve';
import { type ObjectReader, openObjectReader, type StoreSpec } from '@pitlane/wiring';
import type { SliceJob } from './slice-job.ts';

/** For blocks read and inner chunks decompressed, of one slice. */
const MEMORY_BYTES_MAX = 64 * MIB;
const COMPRESSING_THREADS = 1;

const decompressors = await loadDecompressors();
let store: Promise<ObjectReader> | undefined;

serveStreams<SliceJob>(async ({ storeSpec, work }, append) => {
  store ??= openObjectReader(storeSpec as StoreSpec);
  const deps = { store: await store, decompressors, crc32, memoryBytesMax: MEMORY_BYTES_MAX };
  if (work.kind === 'manifest') {
    for await (const object of manifestObjects(work.plan, deps)) {
      await append([Buffer.from(`${JSON.stringify(object)}\n`)]);
    }
    return {};
  }
  if (work.kind === 'check') return { faults: await checkChunk(work.check, { ...deps, crc32c }) };
  const compressor = new ZstdPool(COMPRESSING_THREADS);
  try {
    return await runSlice(work.slice, { ...deps, compressor, append });
  } finally {
    await compressor.close();
  }
});
