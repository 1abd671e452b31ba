/**
 * The chunker's process: takes one recording at a time, cuts it, and tells its parent what it sealed. It stands alone
 * so that a hostile recording can at worst kill or hang this process, never the node. It never talks to the network.
 */
import { crc32 } from '@node-rs/crc32';
import { messageOf, PitlaneError } from '@pitlane/base/errors';
import { loadDecompressors, ZstdPool } from '@pitlane/compressor-zstd';
import { fileDriveSource } from '@pitlane/drive-source-files';
import { formatNamed } from '@pitlane/formats/all';
import { LandOpaque } from '@pitlane/formats/recording';
import type { OpenSourceFile } from '@pitlane/ports/drive-source';
import { openFileSpool } from '@pitlane/spool-files';
import { type ChunkTools, chunkOpaque, chunkRecording } from '@pitlane/stages/40-chunk';
import type { ChunkerAnswer, ChunkerJob } from './chunker-protocol.ts';

/** Events that the parent has not taken yet; the reader waits beyond. */
const UNTAKEN_MAX = 64;
const ALIVE_MS = 1000;

const compressor = new ZstdPool(2);
const decompressors = await loadDecompressors();
let untaken = 0;
let taken = (): void => {};

const tell = (answer: ChunkerAnswer): void => void process.send?.(answer);

process.on('message', (message: ChunkerJob | 'taken') => {
  if (message === 'taken') {
    untaken -= 1;
    taken();
  } else void run(message);
});
process.on('disconnect', () => process.exit(0));
// Ctrl-C reaches the whole group: the garage decides when this process ends, and a kill here would pass for a bad file.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});
tell({ type: 'ready' });

async function run(job: ChunkerJob): Promise<void> {
  try {
    const source = telling(await fileDriveSource.open(job.root, job.path));
    try {
      if (job.version !== null && source.version !== job.version) return tell(changed(job));
      const spool = await openFileSpool({ root: job.spoolRoot });
      const tools: ChunkTools = { compressor, decompressors, limits: job.limits, spool, crc32 };
      const format = job.format === 'opaque' ? undefined : formatNamed(job.format);
      const events = format ? chunkRecording(job, source, format, tools) : chunkOpaque(job, source, tools);
      for await (const event of events) {
        tell({ type: 'event', event });
        if (event.type === 'chunk') untaken += 1;
        while (untaken >= UNTAKEN_MAX) await new Promise<void>((resolve) => (taken = resolve));
      }
      tell((await source.unchanged()) ? { type: 'done' } : changed(job));
    } finally {
      await source.close();
    }
  } catch (error) {
    if (error instanceof LandOpaque) tell({ type: 'land-opaque', reason: error.reason });
    else tell(failed(error));
  }
}

/** The source, telling at most once a second that it gives bytes. */
function telling(source: OpenSourceFile): OpenSourceFile {
  let toldMs = performance.now();
  return {
    ...source,
    async read(offset, into) {
      const got = await source.read(offset, into);
      if (performance.now() - toldMs > ALIVE_MS) {
        toldMs = performance.now();
        tell({ type: 'alive' });
      }
      return got;
    },
  };
}

const changed = (job: ChunkerJob): ChunkerAnswer => ({
  type: 'failed',
  code: 'changed-while-read',
  message: `${job.path} changed after it was hashed: dock it again when its writer has finished`,
  retryable: true,
});

function failed(error: unknown): ChunkerAnswer {
  if (!(error instanceof PitlaneError))
    return { type: 'failed', code: 'internal', message: messageOf(error), retryable: false };
  return { type: 'failed', code: error.code, message: error.message, retryable: error.retryable };
}
