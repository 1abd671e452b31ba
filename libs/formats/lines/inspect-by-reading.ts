/**
 * Says what is in a text log, which has no index: by reading its first MiB and, for the end time, its last 64 KiB. Counts
 * are known where that is the whole file.
 */
import { KIB, MIB } from '@pitlane/base/bytes';
import {
  type ByteSource,
  type Inspection,
  LandOpaque,
  type ReadTools,
  type RecordingFormat,
} from '../recording/index.ts';

const HEAD_BYTES = MIB;
const TAIL_BYTES = 64 * KIB;

interface Seen {
  /** False where the reader gave the recording up. */
  isCounted: boolean;
  messages: number;
  startTimeNs: bigint | undefined;
  endTimeNs: bigint | undefined;
  readonly topics: { readonly topic: string; readonly schemaName: string; messages: number }[];
}

export async function inspectByReading(
  read: RecordingFormat['read'],
  source: ByteSource,
  tools: ReadTools,
): Promise<Inspection> {
  const head = await seen(read, partOf(source, 0, HEAD_BYTES), tools);
  const known = { profile: '', library: '', indexed: false, startTimeNs: head.startTimeNs };
  if (source.sizeBytes <= HEAD_BYTES && head.isCounted) {
    return { ...known, messages: head.messages, endTimeNs: head.endTimeNs, topics: head.topics };
  }
  const tail = await seen(read, partOf(source, source.sizeBytes - TAIL_BYTES, TAIL_BYTES), tools);
  const topics = head.topics.map((line) => ({ ...line, messages: undefined }));
  return { ...known, messages: undefined, endTimeNs: laterThan(tail.endTimeNs, head), topics };
}

/** A tail may lack what its times hang on, such as a date; then it tells nothing. */
function laterThan(tailEndNs: bigint | undefined, { endTimeNs }: Seen): bigint | undefined {
  return tailEndNs !== undefined && endTimeNs !== undefined && tailEndNs >= endTimeNs ? tailEndNs : undefined;
}

async function seen(read: RecordingFormat['read'], source: ByteSource, tools: ReadTools): Promise<Seen> {
  const all: Seen = { isCounted: true, messages: 0, startTimeNs: undefined, endTimeNs: undefined, topics: [] };
  try {
    for await (const batch of read(source, tools)) {
      for (const event of batch) {
        if (event.kind === 'channel') {
          const { topic, schema } = event.channel;
          all.topics.push({ topic, schemaName: schema?.name ?? '', messages: 0 });
        } else if (event.kind === 'message') {
          const { channel, logTimeNs } = event.message;
          const line = all.topics[channel.index];
          if (line !== undefined) line.messages += 1;
          all.messages += 1;
          if (all.startTimeNs === undefined || logTimeNs < all.startTimeNs) all.startTimeNs = logTimeNs;
          if (all.endTimeNs === undefined || logTimeNs > all.endTimeNs) all.endTimeNs = logTimeNs;
        }
      }
    }
  } catch (error) {
    if (!(error instanceof LandOpaque)) throw error;
    all.isCounted = false;
  }
  return all;
}

/** `[from, from + bytes)` of a source, as far as it goes, as a source of its own. */
function partOf(source: ByteSource, from: number, bytes: number): ByteSource {
  const sizeBytes = Math.min(bytes, source.sizeBytes - from);
  return {
    name: source.name,
    sizeBytes,
    read: (offset, into) => source.read(from + offset, into.subarray(0, Math.max(0, sizeBytes - offset))),
  };
}
