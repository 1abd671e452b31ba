/**
 * The process that derives: it is given inner chunks as they lie in the store, decodes what is wanted and makes rows of it.
 * It stands alone so that a hostile schema or message can at worst kill or hang this process. It never talks to a store.
 */
import { constants, setPriority } from 'node:os';
import { crc32 } from '@node-rs/crc32';
import { plainError, PitlaneError } from '@pitlane/base/errors';
import { clearHeapEarly } from '@pitlane/base/heap';
import { loadDecompressors } from '@pitlane/compressor-zstd';
import { ChunkWork } from '@pitlane/stages/87-derive';
import type { DeriveAnswer, DeriveWord } from './derive-protocol.ts';
import { deriversFor } from './derivers.ts';

clearHeapEarly();
// What lands and is signed goes first: nobody waits for this.
setPriority(constants.priority.PRIORITY_BELOW_NORMAL);

const tools = { decompressors: await loadDecompressors(), crc32 };
let work: ChunkWork | undefined;

async function answerTo(word: DeriveWord): Promise<DeriveAnswer> {
  if (word.type === 'begin') {
    const { object, chunk, channels, plans } = word;
    work = new ChunkWork(object, chunk, deriversFor(chunk.drive.vehicleId, plans), tools);
    return { type: 'wanted', channelIds: await work.choose(channels) };
  }
  if (!work) throw new PitlaneError('internal', 'no chunk was begun');
  if (word.type === 'end') return { type: 'derived', derived: work.finish() };
  work.take(word.place, word.record);
  return { type: 'taken' };
}

process.on('message', (word: DeriveWord) => {
  answerTo(word)
    .catch((error: unknown): DeriveAnswer => ({ type: 'failed', ...plainError(error) }))
    .then((answer) => process.send?.(answer))
    .catch(() => process.exit(1));
});
process.on('disconnect', () => process.exit(0));
// Ctrl-C reaches the whole group: the indexer decides when this process ends.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});
