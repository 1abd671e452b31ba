/**
 * Bytes that are not taken apart: a file that is no known log, or the unread ranges of a damaged one. They travel as
 * messages of at most 1 MiB on one channel, in order; joining the data of all messages gives the bytes back with any
 * MCAP reader.
 */
import { type ChunkKind, chunkIdFrom } from '@pitlane/contracts/identity';
import type { ChunkFacts } from '@pitlane/contracts/manifest';
import { chunkObjectName } from '@pitlane/contracts/object-layout';
import { CHUNK_BYTES_MAX, PLAN_VERSION } from '@pitlane/contracts/plan';
import { MESSAGE_OVERHEAD_BYTES } from '@pitlane/formats/mcap';
import type { ByteSource, Channel } from '@pitlane/formats/recording';
import { recordingFolder } from '@pitlane/ports/spool';
import { ChannelBook, channelIdentity } from './channel-book.ts';
import { GrowingChunk } from './growing-chunk.ts';
import { type ChunkEvent, type ChunkJob, type ChunkTools, chunkName } from './job.ts';
import { Pace } from './pace.ts';

const SLICE_BYTES = 1024 * 1024 - MESSAGE_OVERHEAD_BYTES;
const LEVEL = 3;

/** Lands a whole file byte for byte. */
export async function* chunkOpaque(job: ChunkJob, source: ByteSource, tools: ChunkTools): AsyncGenerator<ChunkEvent> {
  let storedBytes = 0;
  let ordinal = 0;
  for await (const facts of chunkRanges('opaque', [{ offset: 0, bytes: source.sizeBytes }], job, source, tools, 0)) {
    ordinal += 1;
    storedBytes += facts.bytesStored;
    yield { type: 'chunk', facts, known: job.done.get(chunkName('opaque', '', null, ordinal - 1)) === facts };
    yield { type: 'progress', readBytes: facts.sourceEnd, rawBytes: facts.sourceEnd, storedBytes };
  }
  yield { type: 'end', profile: '', library: '', messages: 0, channels: [], losses: [], notes: [] };
}

interface Range {
  readonly offset: number;
  readonly bytes: number;
}

/** Chunks with the bytes of `ranges`, one range behind another, each chunk closed before it passes the plan's size. */
export async function* chunkRanges(
  kind: 'opaque' | 'unread',
  ranges: readonly Range[],
  job: ChunkJob,
  source: ByteSource,
  tools: ChunkTools,
  firstOrdinal: number,
): AsyncGenerator<ChunkFacts> {
  let part = 0;
  for (const batch of portions(ranges)) {
    yield await rawChunk(kind, batch, job, source, tools, firstOrdinal + part, part);
    part += 1;
  }
}

/** Cuts the ranges into slices and groups the slices into chunks, by size alone. */
function* portions(ranges: readonly Range[]): Generator<Range[]> {
  let batch: Range[] = [];
  let rawBytes = 0;
  for (const range of ranges) {
    for (let at = range.offset; at < range.offset + range.bytes; at += SLICE_BYTES) {
      const slice = { offset: at, bytes: Math.min(SLICE_BYTES, range.offset + range.bytes - at) };
      if (batch.length > 0 && rawBytes + slice.bytes + MESSAGE_OVERHEAD_BYTES > CHUNK_BYTES_MAX) {
        yield batch;
        batch = [];
        rawBytes = 0;
      }
      batch.push(slice);
      rawBytes += slice.bytes + MESSAGE_OVERHEAD_BYTES;
    }
  }
  if (batch.length > 0) yield batch;
}

async function rawChunk(
  kind: ChunkKind & ('opaque' | 'unread'),
  slices: readonly Range[],
  job: ChunkJob,
  source: ByteSource,
  tools: ChunkTools,
  ordinal: number,
  part: number,
): Promise<ChunkFacts> {
  const name = chunkName(kind, '', null, part);
  const known = job.done.get(name);
  if (known) return known;
  const channel: Channel = {
    index: 0,
    topic: `pitlane/${kind}`,
    messageEncoding: '',
    metadata: new Map(),
    schema: undefined,
  };
  const booked = new ChannelBook().book(channel);
  const pace = new Pace(tools.compressor);
  const file = tools.spool.create(recordingFolder(job), name);
  const chunk = new GrowingChunk(file, { pace, level: LEVEL, profile: '', crc32: tools.crc32 });
  const buffer = new Uint8Array(SLICE_BYTES);
  try {
    for (const [sequence, slice] of slices.entries()) {
      tools.signal?.throwIfAborted();
      const got = await source.read(slice.offset, buffer.subarray(0, slice.bytes));
      const data = buffer.subarray(0, got);
      chunk.add({ channel, sequence, logTimeNs: 0n, publishTimeNs: 0n, data, sourceOffset: slice.offset }, booked);
      if (pace.mustWait) await pace.room();
    }
    return factsOf(kind, await chunk.close(), job, booked, slices, ordinal, part);
  } catch (error) {
    await chunk.discard().catch(() => {});
    throw error;
  }
}

function factsOf(
  kind: ChunkKind,
  closed: Awaited<ReturnType<GrowingChunk['close']>>,
  job: ChunkJob,
  booked: ReturnType<ChannelBook['book']>,
  slices: readonly Range[],
  ordinal: number,
  part: number,
): ChunkFacts {
  const [only] = closed.channels;
  const leaf = (only as NonNullable<typeof only>).leafHex;
  const { tenant, driveId, recordingId } = job;
  const channels = [channelIdentity(booked, closed.messages, leaf)];
  const chunkId = chunkIdFrom({ tenant, driveId, planVersion: PLAN_VERSION, kind, channels });
  const last = slices.at(-1) as Range;
  return {
    chunkId,
    recordingId,
    kind,
    ordinal,
    group: '',
    windowStart: null,
    part,
    sourceStart: (slices[0] as Range).offset,
    sourceEnd: last.offset + last.bytes,
    startTime: null,
    endTime: null,
    messages: closed.messages,
    bytesRaw: closed.bytesRaw,
    object: chunkObjectName(job, chunkId),
    bytesStored: closed.file.bytes,
    crc32c: closed.file.crc32c,
    sha256: closed.file.sha256 as ChunkFacts['sha256'],
    channels: [
      {
        channel: 0,
        topic: booked.channel.topic,
        messages: closed.messages,
        bytes: 0,
        startTime: null,
        endTime: null,
        leaf,
      },
    ],
  };
}
