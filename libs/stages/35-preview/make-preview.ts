/**
 * Makes the preview of one recording. Where it has an index, a bounded number of its chunks is read, spread over all of it;
 * one without is read from its beginning, if that is not more than may be read. It holds the preview in memory, and no more
 * than a batch of what it reads.
 */
import { textFromBytes } from '@pitlane/base/units';
import type { DriveId, Sha256Hex } from '@pitlane/contracts/identity';
import { type PreviewFacts, previewIdFrom } from '@pitlane/contracts/preview';
import { EVERY_TOPIC, mayLeave, type TopicFilter } from '@pitlane/contracts/topic-filter';
import { type ByteSource, LandOpaque, type ReadTools, type RecordingFormat } from '@pitlane/formats/recording';
import type { ImageScaler } from '@pitlane/ports/image-scaler';
import { choosePieces } from './choose-pieces.ts';
import { FRAME_PIXELS_MAX, PickedMessages } from './picked-messages.ts';
import { previewFile, type WriteTools } from './write-preview.ts';

export interface PreviewJob {
  readonly tenant: string;
  readonly driveId: DriveId;
  readonly vehicleId: string;
  readonly path: string;
  readonly headSha256: Sha256Hex;
  /** Size of the file; that of what is read may be another, where it is compressed. */
  readonly sourceBytes: number;
  /** What an index says of the first and the last message; undefined where nothing is known. */
  readonly startTimeNs: bigint | undefined;
  readonly endTimeNs: bigint | undefined;
  /** What may leave the garage; every topic without it. */
  readonly filter?: TopicFilter;
  readonly bytesMax: number;
  readonly readBytesMax: number;
}

export interface PreviewTools extends ReadTools, WriteTools {
  readonly scaler: ImageScaler;
}

export type MadePreview =
  | { readonly facts: PreviewFacts; readonly bytes: Uint8Array }
  /** There is none, and why, for people. */
  | { readonly leftOut: string };

export async function makePreview(
  job: PreviewJob,
  content: ByteSource,
  format: RecordingFormat,
  tools: PreviewTools,
): Promise<MadePreview> {
  const source = counting(content);
  try {
    const parts = await partsToRead(job, source, format, tools);
    if ('leftOut' in parts) return parts;
    const picked = new PickedMessages(tools.scaler, job.filter ?? EVERY_TOPIC, job);
    const isWhole = (await pick(picked, parts.source, format, job, tools)) && !isCut(job, content);
    if (picked.messages.length === 0) return { leftOut: 'nothing in it is thin enough, or may leave' };
    const rest = isWhole ? [] : ['its beginning alone: it has no index, and more of it is not read for a preview'];
    const facts = factsFrom(job, picked, [...rest, ...picked.notes()], source.readBytes);
    return { facts, bytes: await previewFile(facts, picked.messages, tools) };
  } catch (error) {
    if (error instanceof LandOpaque) return { leftOut: error.reason };
    if (error instanceof Error && error.name === 'TimeoutError') return { leftOut: 'reading it took too long' };
    throw error;
  }
}

async function partsToRead(
  { filter = EVERY_TOPIC, readBytesMax: bytesMax }: PreviewJob,
  source: ByteSource,
  format: RecordingFormat,
  tools: ReadTools,
): Promise<{ readonly source: ByteSource } | { readonly leftOut: string }> {
  const found = await format.findPieces?.(source, tools);
  if (!found) {
    if (source.sizeBytes <= bytesMax) return { source };
    const sizes = `${textFromBytes(source.sizeBytes)}, and at most ${textFromBytes(bytesMax)} are read for a preview`;
    return { leftOut: `it has no index of its chunks and ${sizes}` };
  }
  const chosen = choosePieces(found, { bytesMax, isWanted: (topic) => mayLeave(filter, topic) });
  if (chosen.length > 0) return { source: found.only(chosen) };
  return {
    leftOut: `nothing of it may leave, or its chunks are larger than the ${textFromBytes(bytesMax)} that are read for a preview`,
  };
}

/** What is compressed whole is unpacked no further than may be read. */
const isCut = ({ sourceBytes, readBytesMax }: PreviewJob, content: ByteSource): boolean =>
  content.sizeBytes !== sourceBytes && content.sizeBytes >= readBytesMax;

/** @returns false where there was more than may be read: what is compressed comes to more than its source */
async function pick(
  picked: PickedMessages,
  parts: ByteSource,
  format: RecordingFormat,
  { readBytesMax }: PreviewJob,
  tools: ReadTools,
): Promise<boolean> {
  let bytes = 0;
  for await (const batch of format.read(parts, tools)) {
    for (const event of batch) {
      if (event.kind !== 'message') continue;
      bytes += event.message.data.byteLength;
      tools.signal?.throwIfAborted();
      await picked.take(event.message);
    }
    if (bytes > RATIO_MAX * readBytesMax) return false;
  }
  return true;
}

/** Of messages to what is read for them: logs are compressed, but a preview is no place for bombs. */
const RATIO_MAX = 4;

function factsFrom(job: PreviewJob, picked: PickedMessages, notes: readonly string[], readBytes: number): PreviewFacts {
  const { tenant, driveId, vehicleId, path, headSha256, sourceBytes } = job;
  const { messages, frames } = picked;
  const times = messages.map(({ logTimeNs }) => logTimeNs);
  const topics = [...new Set(messages.map(({ channel }) => channel.topic))].sort();
  return {
    previewId: previewIdFrom({
      tenant,
      driveId,
      framePixelsMax: FRAME_PIXELS_MAX,
      sourceSha256: picked.sourceSha256(),
    }),
    tenant,
    driveId,
    vehicleId,
    path,
    headSha256,
    sourceBytes,
    readBytes,
    topics,
    messages: messages.length,
    frames,
    startTime: String(times.reduce((a, b) => (a < b ? a : b))),
    endTime: String(times.reduce((a, b) => (a > b ? a : b))),
    notes,
  };
}

interface CountedSource extends ByteSource {
  readBytes: number;
}

function counting(source: ByteSource): CountedSource {
  const counted: CountedSource = {
    name: source.name,
    sizeBytes: source.sizeBytes,
    readBytes: 0,
    async read(offset, into) {
      const bytes = await source.read(offset, into);
      counted.readBytes += bytes;
      return bytes;
    },
  };
  return counted;
}
