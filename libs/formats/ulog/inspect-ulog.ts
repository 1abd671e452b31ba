/**
 * Says what is in a ULog from its first MiB: there is no index, so counts and the end stay unknown.
 */
import { MIB } from '@pitlane/base/bytes';
import { type ByteSource, type Inspection, LandOpaque, type ReadTools } from '../recording/index.ts';
import { readUlog } from './read-ulog.ts';

const HEAD_BYTES = MIB;

/** Later starts are not believed: nanoseconds in 64 bits cannot say them. */
const START_US_END = (1n << 64n) / 1000n;

/** The metadata that an inspection is made of. */
const told = new Set(['ulog.header', 'ulog.info']);

const EMPTY: Inspection = {
  profile: 'px4',
  library: '',
  indexed: false,
  messages: undefined,
  startTimeNs: undefined,
  endTimeNs: undefined,
  topics: [],
};

export async function inspectUlog(source: ByteSource, tools: ReadTools): Promise<Inspection> {
  try {
    return await fromHead(source, tools);
  } catch (error) {
    if (error instanceof LandOpaque) return EMPTY;
    throw error;
  }
}

async function fromHead(source: ByteSource, tools: ReadTools): Promise<Inspection> {
  const head: ByteSource = {
    name: source.name,
    sizeBytes: Math.min(source.sizeBytes, HEAD_BYTES),
    read: (offset, into) => source.read(offset, into.subarray(0, Math.max(0, HEAD_BYTES - offset))),
  };
  const topics = new Map<string, { topic: string; schemaName: string; messages: undefined }>();
  const info = new Map<string, string>();
  for await (const batch of readUlog(head, tools)) {
    for (const event of batch) {
      if (event.kind === 'channel') {
        const { topic, schema } = event.channel;
        const line = { topic, schemaName: schema?.name ?? '', messages: undefined };
        topics.set(JSON.stringify([topic, line.schemaName]), line);
      } else if (event.kind === 'metadata' && told.has(event.metadata.name)) {
        for (const [key, value] of event.metadata.entries) info.set(key, value);
      }
    }
  }
  const library = [info.get('sys_name'), info.get('ver_sw')].filter((text) => text !== undefined).join(' ');
  const startUs = BigInt(info.get('timestamp_us') ?? 0n);
  const startTimeNs = startUs > 0n && startUs < START_US_END ? startUs * 1000n : undefined;
  return { ...EMPTY, library, startTimeNs, topics: [...topics.values()] };
}
