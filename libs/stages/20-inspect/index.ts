/**
 * Stage 20, inspect: what a file is and what its index says, from a few MiB of it. It stands between discovery and
 * staging, so that a drive is known within seconds of docking. It never fails for bad input, but it decodes the first few
 * MiB of it: the garage has it done in a chunker's process.
 */
import { createHash, type Hash } from 'node:crypto';
import type { Sha256Hex } from '@pitlane/contracts/identity';
import { formatOf, isOpenedFirst, openRecording } from '@pitlane/formats/all';
import {
  type ByteSource,
  type Inspection,
  LandOpaque,
  type ReadTools,
  type RecordingFormat,
} from '@pitlane/formats/recording';
import {
  type BagMetadata,
  bagMetadataFrom,
  isBagMetadata,
  METADATA_BYTES_MAX,
} from '@pitlane/formats/rosbag2-metadata';
import { memoryScratch } from '@pitlane/formats/zstd-file';
import { prefixSha256 } from './prefixes.ts';

const HEAD_BYTES = 64 * 1024;
/** How far the first message is looked for, and how far into what is compressed whole. */
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
  /** Endings of the files beside it that it is read together with, as the journals of a database; absent if there are none. */
  readonly endings?: readonly string[];
  /** What it says of the files beside it, where it is the metadata of a bag. */
  readonly bag?: BagMetadata;
}

/**
 * What the first bytes alone say, with nothing decoded: all that is known of a file whose decoding fails. No other file
 * should pass for its likely copy by schemas that they share, so its size stands in for the first message. Of a compressed
 * file it says what may be in it; `inspect` looks.
 */
export async function inspectHead(source: ByteSource): Promise<Inspected & { readonly isDecodedNext: boolean }> {
  const { head, hash } = await readHead(source);
  const format = formatOf(head);
  if (format) hash.update(`${source.sizeBytes} bytes`);
  const headSha256 = hash.digest('hex') as Sha256Hex;
  const isDecodedNext = format !== undefined || isOpenedFirst(head) || isBagMetadata(head);
  return { format, inspection: undefined, headSha256, prefixSha256: [], firstMessageSha256: null, isDecodedNext };
}

/** @param beside files that lie beside it, by the endings of their names */
export async function inspect(
  source: ByteSource,
  tools: ReadTools,
  beside: ReadonlyMap<string, ByteSource> = new Map(),
): Promise<Inspected> {
  const { hash, head } = await readHead(source);
  const scratch = () => Promise.resolve(memoryScratch(source.name, FIRST_MESSAGE_BYTES));
  const { format, content, endings } = await openRecording(source, beside, { ...tools, scratch }, FIRST_MESSAGE_BYTES);
  // Logs of one car may begin with the same schemas for longer than the head; their first messages differ.
  let first: Hash | undefined;
  if (format) {
    for await (const part of firstMessage(format, content.source, tools)) {
      hash.update(part);
      (first ??= createHash('sha256')).update(part);
    }
  }
  const bag = format === undefined && isBagMetadata(head) ? bagMetadataFrom(await metadataOf(source)) : undefined;
  return {
    format,
    inspection: format ? previewed(await format.inspect(content.source, tools)) : undefined,
    headSha256: hash.digest('hex') as Sha256Hex,
    prefixSha256: prefixSha256(head),
    firstMessageSha256: first ? (first.digest('hex') as Sha256Hex) : null,
    ...(endings.length > 0 && { endings }),
    ...(bag && { bag }),
  };
}

async function readHead(source: ByteSource) {
  const into = new Uint8Array(Math.min(HEAD_BYTES, source.sizeBytes));
  const head = into.subarray(0, await source.read(0, into));
  return { hash: createHash('sha256').update(head), head };
}

/** One byte more than is parsed, so that a longer file is seen to be one. */
async function metadataOf(source: ByteSource): Promise<Uint8Array> {
  const bytes = new Uint8Array(Math.min(source.sizeBytes, METADATA_BYTES_MAX + 1));
  return bytes.subarray(0, await source.read(0, bytes));
}

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
