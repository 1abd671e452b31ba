/** Where one reading stands in its file, and what it has learnt on the way; the parts of the reader share it. */
import type { ByteSource, ReadTools } from '../recording/index.ts';
import { BlockWindow } from './block-window.ts';
import type { ChunkBody } from './chunk-body.ts';
import type { ChunkFault } from './chunk-faults.ts';
import { Gathering } from './gathering.ts';
import type { ChunkHead, Statistics } from './records.ts';
import { Resync } from './resync.ts';
import { readSummary, type Summary } from './summary.ts';

/**
 * Why the synchronous part of reading stops: `more` bytes are needed, the batch is `full`, the `summary` must be asked,
 * a chunk is to be `inflate`d, the record's end must be looked at (`vouch`), it lies `beyond` the file, the record is
 * `lost`, its chunk is `bad`, or all is read.
 */
export type Stop = 'more' | 'full' | 'summary' | 'inflate' | 'vouch' | 'beyond' | 'lost' | 'bad' | 'end';

/** A record longer than this is not read before the head behind it was looked at. */
export const VOUCH_BYTES_MIN = 1024 * 1024;
/** An attachment's names must lie within this, or it is taken for damage. */
export const ATTACHMENT_HEAD_BYTES_MAX = 256 * 1024;

export class Course {
  readonly tools: ReadTools;
  readonly window: BlockWindow;
  readonly gathering: Gathering;
  readonly resync: Resync;
  /** The record that is next, as a file offset. */
  at = 0;
  needBytes = 0;
  /** The record that ends here is followed by something that can be a record. */
  vouchedEnd = -1;
  /** Where the fields of the record at hand end, when its length says that more bytes follow. */
  paddingAt = -1;
  body: ChunkBody | undefined;
  /** The chunk at hand: its head, and what is wrong with it. */
  head: ChunkHead | undefined;
  fault: ChunkFault | undefined;
  summary: Summary | undefined;
  summaryTried = false;
  chunks = 0;
  /** A loss is the last thing seen, so the message indexes that follow name its topics. */
  indexesTellLoss = false;
  dataEnded = false;
  footerSeen = false;
  closed = false;
  statistics: Statistics | undefined;

  constructor(source: ByteSource, tools: ReadTools) {
    this.tools = tools;
    this.window = new BlockWindow(source);
    this.gathering = new Gathering(tools.limits);
    const { definitions } = this.gathering;
    this.resync = new Resync(this.window, tools.limits, (id) => {
      return definitions.channels[id] !== undefined || definitions.fallback?.channels[id] !== undefined;
    });
  }

  need(bytes: number): Stop {
    this.needBytes = bytes;
    return 'more';
  }

  /** A record whose fields end at `paddingAt`, before the record does, is not believed as it is. */
  doubt(paddingAt: number): Stop {
    this.paddingAt = paddingAt;
    return 'vouch';
  }

  goOn(offset: number, isMessageIndex = false): void {
    this.at = offset;
    if (!isMessageIndex) this.indexesTellLoss = false;
  }

  /** Reads the summary, once, when something needs it that the data section does not tell. */
  async askSummary(): Promise<void> {
    if (this.summaryTried) return;
    this.summaryTried = true;
    const peek = (offset: number, bytes: number): Promise<Uint8Array> => this.window.peek(offset, bytes);
    this.summary = await readSummary(peek, this.window.fileEnd, this.tools.limits);
    this.gathering.definitions.fallback = this.summary?.definitions;
  }
}
