/**
 * Says what is in a log that has no index, or none that is whole: by reading a part of it. It stands between a format's
 * reader and its `inspect`; it never reads more than it was told, and gives what it has seen where the reader gives up.
 */
import { KIB, MIB } from '@pitlane/base/bytes';
import {
  type ByteSource,
  type Channel,
  type Inspection,
  LandOpaque,
  type ReadTools,
  type RecordingEvent,
  type RecordingFormat,
} from '../recording/index.ts';
import { TopicLines } from './topic-lines.ts';

export { TopicLines } from './topic-lines.ts';

const HEAD_BYTES = MIB;
const TAIL_BYTES = 64 * KIB;

interface Seen {
  /** False where the reader gave the recording up. */
  readonly isCounted: boolean;
  readonly messages: number;
  readonly startTimeNs: bigint | undefined;
  readonly endTimeNs: bigint | undefined;
  readonly topics: TopicLines['all'];
}

/** Looks at the events of a reading as they come. */
export type Watch = (event: RecordingEvent) => void;

/**
 * The first MiB and, for the end time, the last 64 KiB. Counts are known where that is the whole file.
 * @param watch sees the events of the beginning
 */
export async function inspectByReading(
  read: RecordingFormat['read'],
  source: ByteSource,
  tools: ReadTools,
  watch?: Watch,
): Promise<Inspection> {
  const head = await seenIn(read, partOf(source, 0, HEAD_BYTES), tools, watch);
  const known = { profile: '', library: '', indexed: false, startTimeNs: head.startTimeNs };
  if (source.sizeBytes <= HEAD_BYTES && head.isCounted) {
    return { ...known, messages: head.messages, endTimeNs: head.endTimeNs, topics: head.topics };
  }
  const tail = await seenIn(read, partOf(source, source.sizeBytes - TAIL_BYTES, TAIL_BYTES), tools);
  return { ...known, messages: undefined, endTimeNs: laterThan(tail.endTimeNs, head), topics: uncounted(head) };
}

/**
 * What the first `headBytes` show, as after a power cut: when the recording began and which topics it has; its end and its
 * counts stay unknown.
 */
export async function inspectHead(
  read: RecordingFormat['read'],
  source: ByteSource,
  { limits, ...tools }: ReadTools,
  headBytes: number,
  watch?: Watch,
): Promise<Inspection> {
  const sourceChunkBytesMax = Math.min(limits.sourceChunkBytesMax, 4 * headBytes);
  const headTools = { ...tools, limits: { ...limits, sourceChunkBytesMax } };
  const head = await seenIn(read, partOf(source, 0, headBytes), headTools, watch);
  const unknown = { profile: '', library: '', indexed: false, messages: undefined, endTimeNs: undefined };
  return { ...unknown, startTimeNs: head.startTimeNs, topics: uncounted(head) };
}

const uncounted = ({ topics }: Seen): Inspection['topics'] => topics.map((line) => ({ ...line, messages: undefined }));

/** A tail may lack what its times hang on, such as a date; then it tells nothing. */
function laterThan(tailEndNs: bigint | undefined, { endTimeNs }: Seen): bigint | undefined {
  return tailEndNs !== undefined && endTimeNs !== undefined && tailEndNs >= endTimeNs ? tailEndNs : undefined;
}

async function seenIn(
  read: RecordingFormat['read'],
  source: ByteSource,
  tools: ReadTools,
  watch?: Watch,
): Promise<Seen> {
  const channels = new Map<number, { readonly channel: Channel; messages: number }>();
  let isCounted = true;
  let startTimeNs: bigint | undefined;
  let endTimeNs: bigint | undefined;
  try {
    for await (const batch of read(source, tools)) {
      for (const event of batch) {
        watch?.(event);
        if (event.kind === 'channel') channels.set(event.channel.index, { channel: event.channel, messages: 0 });
        const counted = event.kind === 'message' && channels.get(event.message.channel.index);
        if (counted) counted.messages += 1;
        const [firstNs, lastNs] = timesOf(event);
        if (firstNs !== undefined && (startTimeNs === undefined || firstNs < startTimeNs)) startTimeNs = firstNs;
        if (lastNs !== undefined && (endTimeNs === undefined || lastNs > endTimeNs)) endTimeNs = lastNs;
      }
    }
  } catch (error) {
    if (!(error instanceof LandOpaque)) throw error;
    isCounted = false;
  }
  const lines = new TopicLines();
  for (const { channel, messages } of channels.values()) lines.add(channel.topic, channel.schema?.name ?? '', messages);
  const messages = lines.all.reduce((sum, line) => sum + line.messages, 0);
  return { isCounted, messages, startTimeNs, endTimeNs, topics: lines.all };
}

/** A chunk that goes on behind the part is a loss here, and says when it begins. */
function timesOf(event: RecordingEvent): readonly [firstNs?: bigint | undefined, lastNs?: bigint] {
  if (event.kind === 'loss') return [event.loss.startTimeNs];
  return event.kind === 'message' ? [event.message.logTimeNs, event.message.logTimeNs] : [];
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
