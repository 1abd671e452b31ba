/**
 * Stage 20, inspect: what a file is and what its index says, from a few MiB of it. It stands between discovery and
 * staging, so that a drive is known within seconds of docking. It never fails for bad input, but it decodes the first few
 * MiB of it: the garage has it done in a chunker's process.
 */
import { createHash, type Hash } from 'node:crypto';
import type { Sha256Hex } from '@pitlane/contracts/identity';
import { confirmedFormatOf, formatOf } from '@pitlane/formats/all';
import {
  type ByteSource,
  type Inspection,
  LandOpaque,
  type ReadTools,
  type RecordingFormat,
} from '@pitlane/formats/recording';
import { prefixSha256 } from './prefixes.ts';

const HEAD_BYTES = 64 * 1024;
/** What a format is recognised by. */
const RECOGNISED_BYTES = 4096;
/** How far the first message is looked for. */
const FIRST_MESSAGE_BYTES = 16 * 1024 * 1024;

/** What is told of a file's topics before it is read whole, when the manifest has every one. */
export const PREVIEW_TOPICS_MAX = 1000;
const TOPIC_CHARACTERS_MAX = 1000;

export interface Inspected {
  /** Undefined: no known format, it lands opaque. */
  readonly format: RecordingFormat | undefined;
  readonly inspection: Inspection | undefined;
  /** SHA-256 of the first 64 KiB and the first message. */
  readonly headSha256: Sha256Hex;
  /** SHA-256 of the first 256 B, 512 B and so on to 64 KiB, as far as the file goes. */
  readonly prefixSha256: readonly Sha256Hex[];
  /** SHA-256 over topic, log time and bytes of the first message in the file; null if the head shows none. */
  readonly firstMessageSha256: Sha256Hex | null;
}

/**
 * What the first bytes alone say, with nothing decoded: all that is known of a log whose decoding fails. No other file
 * should pass for its likely copy by schemas that they share, so its size stands in for the first message. Of a compressed
 * file it says what may be in it; `inspect` looks.
 */
export async function inspectHead(source: ByteSource): Promise<Inspected> {
  const { hash, head } = await readHead(source);
  const format = formatOf(recognisedPart(head));
  if (format) hash.update(`${source.sizeBytes} bytes`);
  const headSha256 = hash.digest('hex') as Sha256Hex;
  return { format, inspection: undefined, headSha256, prefixSha256: [], firstMessageSha256: null };
}

export async function inspect(source: ByteSource, tools: ReadTools): Promise<Inspected> {
  const { hash, head } = await readHead(source);
  const format = await confirmedFormatOf(recognisedPart(head), source, tools);
  // Logs of one car may begin with the same schemas for longer than the head; their first messages differ.
  let first: Hash | undefined;
  if (format) {
    for await (const part of firstMessage(format, source, tools)) {
      hash.update(part);
      (first ??= createHash('sha256')).update(part);
    }
  }
  return {
    format,
    inspection: format ? previewed(await format.inspect(source, tools)) : undefined,
    headSha256: hash.digest('hex') as Sha256Hex,
    prefixSha256: prefixSha256(head),
    firstMessageSha256: first ? (first.digest('hex') as Sha256Hex) : null,
  };
}

async function readHead(source: ByteSource) {
  const into = new Uint8Array(Math.min(HEAD_BYTES, source.sizeBytes));
  const head = into.subarray(0, await source.read(0, into));
  return { hash: createHash('sha256').update(head), head };
}

const recognisedPart = (head: Uint8Array): Uint8Array => head.subarray(0, RECOGNISED_BYTES);

const previewed = (inspection: Inspection): Inspection => ({
  ...inspection,
  topics: inspection.topics
    .filter(({ topic, schemaName }) => topic.length + schemaName.length <= TOPIC_CHARACTERS_MAX)
    .slice(0, PREVIEW_TOPICS_MAX),
});

async function* firstMessage(
  format: RecordingFormat,
  source: ByteSource,
  tools: ReadTools,
): AsyncGenerator<string | Uint8Array> {
  const head: ByteSource = {
    name: source.name,
    sizeBytes: Math.min(source.sizeBytes, FIRST_MESSAGE_BYTES),
    read: (offset, into) => source.read(offset, into.subarray(0, Math.max(0, FIRST_MESSAGE_BYTES - offset))),
  };
  const limits = {
    ...tools.limits,
    sourceChunkBytesMax: Math.min(tools.limits.sourceChunkBytesMax, FIRST_MESSAGE_BYTES),
  };
  try {
    for await (const batch of format.read(head, { ...tools, limits })) {
      for (const event of batch) {
        if (event.kind !== 'message') continue;
        const { channel, logTimeNs, data } = event.message;
        yield `${channel.topic}\n${logTimeNs}\n`;
        yield data;
        return;
      }
    }
  } catch (error) {
    if (!(error instanceof LandOpaque)) throw error;
  }
}
