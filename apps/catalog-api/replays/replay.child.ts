/**
 * The process that replays over HTTP: it reads, decompresses, merges, keeps time and writes lines. A pipe that is full holds
 * it up, and so the drive goes no faster than whoever reads.
 */
import { crc32 } from '@node-rs/crc32';
import { KIB, MIB } from '@pitlane/base/bytes';
import { systemWait } from '@pitlane/base/retry';
import { serveStreams } from '@pitlane/base/spawn';
import { systemClock } from '@pitlane/base/time';
import { loadDecompressors } from '@pitlane/compressor-zstd';
import {
  clockMessages,
  type MergedMessage,
  MessageLines,
  Replay,
  ReplayDigest,
  type ReplayEvent,
  replaySource,
} from '@pitlane/stages/90-serve';
import { type ObjectReader, openObjectReader, type StoreSpec } from '@pitlane/wiring';
import type { ReplayJob, ReplayTold } from './replay-job.ts';

/** For blocks read and inner chunks decompressed. */
const MEMORY_BYTES_MAX = 64 * MIB;
/** Lines are gathered up to this: a write for each would cost more than the lines. */
const LINES_CHARS = 64 * KIB;

const decompressors = await loadDecompressors();
let store: Promise<ObjectReader> | undefined;

serveStreams<ReplayJob>(async (job, append): Promise<ReplayTold> => {
  store ??= openObjectReader(job.storeSpec as StoreSpec);
  const { plan, clockHz } = job;
  const replay = new Replay({
    source: replaySource(plan, { store: await store, decompressors, crc32, memoryBytesMax: MEMORY_BYTES_MAX }),
    speed: job.speed,
    loop: job.loop,
    gapMaxMs: job.gapMaxMs,
    startNs: plan.startNs === null ? undefined : BigInt(plan.startNs),
    tickEveryNs: clockHz === undefined ? undefined : BigInt(Math.round(1e9 / clockHz)),
    clock: systemClock,
    wait: systemWait,
  });
  const digest = job.digest ? new ReplayDigest() : undefined;
  const clockMessage = clockMessages(plan.channels.length);
  const lines = new MessageLines();
  const tell = (text: string): Promise<void> => append([Buffer.from(text)]);
  for await (const event of replay.events()) {
    if (event.type === 'jump') await tell(jumpLine(event));
    else if (event.type === 'tick') await tellMessages([clockMessage(event.timeNs)], lines, tell);
    else if (event.type === 'messages') {
      if (digest) for (const message of event.messages) digest.add(message);
      await tellMessages(event.messages, lines, tell);
    }
  }
  const stats = replay.stats();
  return { ...stats, playedNs: String(stats.playedNs), digest: digest?.hex() ?? null };
});

async function tellMessages(
  messages: readonly MergedMessage[],
  lines: MessageLines,
  tell: (text: string) => Promise<void>,
): Promise<void> {
  await lines.prepare(messages);
  let text = '';
  for (const message of messages) {
    text += lines.lineOf(message);
    if (text.length < LINES_CHARS) continue;
    await tell(text);
    text = '';
  }
  if (text !== '') await tell(text);
}

const jumpLine = ({ reason, toNs }: ReplayEvent & { type: 'jump' }): string =>
  `${JSON.stringify({ jump: { reason, toTime: String(toNs) } })}\n`;
