/**
 * Decompresses step by step, each time just as many bytes as the decoder asks for: a block goes in whole and comes out
 * whole, so that damage costs the block that has it and what follows, and nothing before.
 */
import { MIB } from '@pitlane/base/bytes';
import { isPitlaneError } from '@pitlane/base/errors';
import { joinedSource, type RecordingContent } from '../content/index.ts';
import { type ByteSource, LandOpaque, type Loss, type ReadTools, type ZstdStep } from '../recording/index.ts';

/** Bytes that are written once and then read, and that are gone afterwards, come what may. */
export interface ScratchFile extends AsyncDisposable {
  append(bytes: Uint8Array): Promise<void>;
  /** What was appended. */
  source(): ByteSource;
}

export interface UnpackTools extends ReadTools {
  readonly scratch: () => Promise<ScratchFile>;
}

const MAGIC = 0xfd2fb528;
/** Frames that hold nothing for the reader begin with one of 16 magics. */
const SKIPPABLE_MAGIC = 0x184d2a50;

const FRAME_BEGINS_BYTES = 5;
const INPUT_BYTES = MIB;
/** A block is 128 KiB at most. */
const OUTPUT_BYTES = 256 * 1024;
const NO_CHECKSUM = 'it was compressed without checksums: damage may pass unseen';
/** Where a frame says whether it has one, and the bit that says so. */
const DESCRIPTOR = { offset: 4, checksum: 0x04 } as const;

/** Below this no content is a bomb. */
const UNSUSPECTED_BYTES = 64 * MIB;

export function isZstd(head: Uint8Array): boolean {
  if (head.byteLength < 4) return false;
  const magic = new DataView(head.buffer, head.byteOffset, head.byteLength).getUint32(0, true);
  return magic === MAGIC || (magic & 0xfffffff0) >>> 0 === SKIPPABLE_MAGIC;
}

/** @param contentBytesMax the content is cut there without a word: enough to see what it is. */
export async function unpackZstd(
  file: ByteSource,
  tools: UnpackTools,
  contentBytesMax = Number.POSITIVE_INFINITY,
): Promise<RecordingContent> {
  const scratch = await tools.scratch();
  try {
    const unpacking = new Unpacking(file, scratch, tools);
    const fault = await unpacking.run(contentBytesMax);
    return contentFrom(file, scratch, unpacking, fault);
  } catch (error) {
    await scratch[Symbol.asyncDispose]();
    throw error;
  }
}

interface Fault {
  readonly reason: Loss['reason'];
  readonly text: string;
}

function contentFrom(
  file: ByteSource,
  scratch: ScratchFile,
  { soundBytes, hasChecksum }: Unpacking,
  fault: Fault | undefined,
): RecordingContent {
  const source = scratch.source();
  const content = {
    source,
    kept: source,
    losses: [],
    notes: hasChecksum ? [] : [NO_CHECKSUM],
    [Symbol.asyncDispose]: () => scratch[Symbol.asyncDispose](),
  };
  if (fault === undefined) return content;
  const bytes = file.sizeBytes - soundBytes;
  const text =
    `${fault.text}: ${source.sizeBytes} bytes came out of the first ${soundBytes} of ${file.name}; ` +
    `the other ${bytes} are kept as they are, compressed`;
  const losses = [
    { ...fault, text, offset: source.sizeBytes, bytes, topics: [], startTimeNs: undefined, endTimeNs: undefined },
  ];
  const kept = joinedSource(file.name, [
    { source, offset: 0, bytes: source.sizeBytes },
    { source: file, offset: soundBytes, bytes },
  ]);
  return { ...content, kept, losses };
}

class Unpacking {
  /** Bytes of the file of which all that they hold came out. */
  soundBytes = 0;
  /** Whether its first frame has a checksum, as all frames of one writer. */
  hasChecksum = true;
  readonly #file: ByteSource;
  readonly #scratch: ScratchFile;
  readonly #tools: UnpackTools;
  readonly #input = new Uint8Array(INPUT_BYTES);
  readonly #output = new Uint8Array(OUTPUT_BYTES);
  #inputAt = 0;
  #filled = 0;
  #contentBytes = 0;

  constructor(file: ByteSource, scratch: ScratchFile, tools: UnpackTools) {
    this.#file = file;
    this.#scratch = scratch;
    this.#tools = tools;
  }

  /** Undefined if the file was read to its end and ends with a frame. */
  async run(contentBytesMax: number): Promise<Fault | undefined> {
    const stream = this.#tools.decompressors.zstdStream();
    let at = 0;
    let wantedBytes = FRAME_BEGINS_BYTES;
    let isInFrame = false;
    while (this.#contentBytes < contentBytesMax) {
      const input = await this.#bytesAt(at, wantedBytes);
      if (input.byteLength === 0) {
        if (!isInFrame) return undefined;
        return { reason: 'corrupt-chunk', text: 'the compressed file ends within a frame' };
      }
      if (at === 0) this.hasChecksum = ((input[DESCRIPTOR.offset] ?? 0) & DESCRIPTOR.checksum) !== 0;
      let step: ZstdStep;
      try {
        step = stream.push(input, this.#output);
      } catch (error) {
        if (!isPitlaneError(error, 'corrupt-input')) throw error;
        return { reason: 'corrupt-chunk', text: `what is compressed is damaged at byte ${at} (${error.message})` };
      }
      if (step.consumedBytes + step.producedBytes === 0)
        return { reason: 'corrupt-chunk', text: `what is compressed leads nowhere at byte ${at}` };
      at += step.consumedBytes;
      isInFrame = step.wantedBytes > 0;
      if (step.producedBytes > 0 || !isInFrame) this.soundBytes = at;
      await this.#take(step.producedBytes, at);
      wantedBytes = isInFrame ? step.wantedBytes : FRAME_BEGINS_BYTES;
    }
    return undefined;
  }

  async #take(producedBytes: number, at: number): Promise<void> {
    if (producedBytes === 0) return;
    this.#contentBytes += producedBytes;
    const { limits, signal } = this.#tools;
    if (this.#contentBytes > limits.unpackedBytesMax) {
      throw new LandOpaque(`its content has more than ${limits.unpackedBytesMax} bytes`);
    }
    if (this.#contentBytes > UNSUSPECTED_BYTES && this.#contentBytes > at * limits.ratioMax) {
      throw new LandOpaque(`its content is more than ${limits.ratioMax} times as large as the file`);
    }
    await this.#scratch.append(this.#output.subarray(0, producedBytes));
    signal?.throwIfAborted();
  }

  /** Up to `bytes` of the file from `at` on; a slice that is valid until the next call. */
  async #bytesAt(at: number, bytes: number): Promise<Uint8Array> {
    const wanted = Math.min(bytes, INPUT_BYTES, this.#file.sizeBytes - at);
    if (at + wanted > this.#inputAt + this.#filled) {
      this.#inputAt = at;
      this.#filled = await this.#file.read(at, this.#input);
    }
    const start = at - this.#inputAt;
    return this.#input.subarray(start, Math.min(start + wanted, this.#filled));
  }
}
