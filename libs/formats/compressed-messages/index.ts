/**
 * Messages that rosbag2 compressed one by one (`compression_mode: MESSAGE`), given as they were before. It stands between
 * the readers of bags and whoever pulls from them. Only `metadata.yaml` says that a bag is like that, but its messages
 * show it: CDR begins with the number of its encoding, and zstd's magic is none. So the same file gives the same messages
 * wherever it lies. What is not one whole zstd frame is never guessed at: it stays as it was written, and the diary says so.
 */
import { MIB } from '@pitlane/base/bytes';
import { type Decompressors, type Message, type ReadTools, type RecordingEvent } from '../recording/index.ts';
import { contentBytesOf } from './frame-header.ts';

/** A batch is handed on when so much was decompressed for it. */
const BATCH_BYTES = 4 * MIB;
/** Below this no message is a bomb. */
const UNSUSPECTED_BYTES = 64 * MIB;
const TOPICS_TOLD_MAX = 1000;

const NOTE = 'its messages were compressed one by one with zstd: they stand here as they were before';

/** Whether a note of a recording says that its messages are no longer compressed one by one. */
export const saysDecompressed = (note: string): boolean => note === NOTE;

type Batches = AsyncIterable<readonly RecordingEvent[]>;

export async function* plainMessages(batches: Batches, tools: ReadTools): AsyncGenerator<readonly RecordingEvent[]> {
  const plain = new PlainMessages(tools);
  for await (const batch of batches) {
    if (batch.some(isCompressed)) yield* plain.batches(batch);
    else yield batch;
  }
  const losses = plain.losses();
  if (losses.length > 0) yield losses;
}

function isCompressed(event: RecordingEvent): boolean {
  if (event.kind !== 'message') return false;
  const { data, channel } = event.message;
  return (
    data[0] === 0x28 && data[1] === 0xb5 && data[2] === 0x2f && data[3] === 0xfd && channel.messageEncoding === 'cdr'
  );
}

/** What is no whole frame. */
interface Kept {
  messages: number;
  startTimeNs: bigint;
  endTimeNs: bigint;
  readonly sourceOffset: number;
  readonly topics: Set<string>;
}

class PlainMessages {
  readonly #decompressors: Decompressors;
  readonly #limits: ReadTools['limits'];
  #kept: Kept | undefined;
  #isTold = false;
  #inputBytes = 0;
  #outputBytes = 0;

  constructor({ decompressors, limits }: ReadTools) {
    this.#decompressors = decompressors;
    this.#limits = limits;
  }

  /** The events of one batch, in as many as their content needs. */
  *batches(batch: readonly RecordingEvent[]): Generator<readonly RecordingEvent[]> {
    let out: RecordingEvent[] = [];
    let bytes = 0;
    for (const event of batch) {
      const data = event.kind === 'message' && isCompressed(event) ? this.#decompressed(event.message) : undefined;
      if (event.kind !== 'message' || data === undefined) {
        out.push(event);
        continue;
      }
      if (!this.#isTold) out.push({ kind: 'note', text: NOTE });
      this.#isTold = true;
      out.push({ kind: 'message', message: { ...event.message, data } });
      bytes += data.byteLength;
      if (bytes < BATCH_BYTES) continue;
      yield out;
      out = [];
      bytes = 0;
    }
    if (out.length > 0) yield out;
  }

  losses(): RecordingEvent[] {
    if (this.#kept === undefined) return [];
    const { messages, topics, startTimeNs, endTimeNs, sourceOffset } = this.#kept;
    const text = `${messages} messages begin as zstd and are no whole frames: they stand as they were written`;
    const where = { offset: sourceOffset, bytes: 0, topics: [...topics], startTimeNs, endTimeNs };
    return [{ kind: 'loss', loss: { reason: 'corrupt-chunk', text, ...where } }];
  }

  #decompressed(message: Message): Uint8Array | undefined {
    const { data } = message;
    const sizeBytes = contentBytesOf(data);
    if (sizeBytes !== undefined && this.#isBelievable(data.byteLength, sizeBytes)) {
      try {
        const plain = this.#decompressors.zstd(data, sizeBytes);
        this.#inputBytes += data.byteLength;
        this.#outputBytes += sizeBytes;
        return plain;
      } catch {
        // The decoder's words are about one frame; the diary tells of all of them.
      }
    }
    this.#keep(message);
    return undefined;
  }

  /** What all messages come to is bounded as one chunk is. */
  #isBelievable(inputBytes: number, sizeBytes: number): boolean {
    const { messageBytesMax, ratioMax } = this.#limits;
    const outputBytes = this.#outputBytes + sizeBytes;
    const isSuspect = outputBytes > UNSUSPECTED_BYTES && outputBytes > (this.#inputBytes + inputBytes) * ratioMax;
    return sizeBytes <= messageBytesMax && !isSuspect;
  }

  #keep({ channel, logTimeNs, sourceOffset }: Message): void {
    this.#kept ??= { messages: 0, startTimeNs: logTimeNs, endTimeNs: logTimeNs, sourceOffset, topics: new Set() };
    const kept = this.#kept;
    kept.messages += 1;
    if (kept.topics.size < TOPICS_TOLD_MAX) kept.topics.add(channel.topic);
    if (logTimeNs < kept.startTimeNs) kept.startTimeNs = logTimeNs;
    if (logTimeNs > kept.endTimeNs) kept.endTimeNs = logTimeNs;
  }
}
