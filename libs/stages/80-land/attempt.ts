/** One attempt as its frames come in: what it is, how far it has come, and whether a frame belongs to it. */
import { crc32c } from '@node-rs/crc32';
import type { FrameHead } from '@pitlane/contracts/frame';
import type { DeliveredFrame } from '@pitlane/ports/frame-log';
import type { AttemptFiles } from './attempt-files.ts';

export type AttemptState =
  | 'open' // frames are missing
  | 'landing' // all frames are here
  | 'giving-up' // its end is being told
  | 'dropped'; // its partition is no longer ours: its frames come again, to us or to others

export const attemptKey = ({ chunkId, attempt }: FrameHead): string => `${chunkId} ${attempt}`;

export class Attempt {
  readonly key: string;
  /** Counts attempts: an older one has a lower number. */
  readonly number: number;
  readonly head: FrameHead;
  readonly files: AttemptFiles;
  readonly firstOffset: bigint;
  lastOffset: bigint;
  state: AttemptState = 'open';
  /** When its last new frame came, by the clock that is never set. */
  touchedAtMs: number;
  /** Bytes of it that count towards the cap. */
  bytesHeld = 0;
  /** The write under way: its files are not removed before it has ended. */
  writing: Promise<unknown> = Promise.resolve();
  #nextIndex = 0;

  constructor(number: number, head: FrameHead, firstOffset: bigint, files: AttemptFiles, nowMs: number) {
    this.number = number;
    this.key = attemptKey(head);
    this.head = head;
    this.files = files;
    this.firstOffset = firstOffset;
    this.lastOffset = firstOffset;
    this.touchedAtMs = nowMs;
  }

  get isWhole(): boolean {
    return this.#nextIndex === this.head.count;
  }

  /** What a frame of this chunk and attempt is to it. */
  judge(head: FrameHead, { body }: DeliveredFrame): 'next' | 'duplicate' | { readonly fault: string } {
    const { count, claimBytes, totalBytes } = this.head;
    if (head.count !== count || head.claimBytes !== claimBytes || head.totalBytes !== totalBytes) {
      return { fault: `frame ${head.index} declares other sizes than the first one` };
    }
    if (head.index < this.#nextIndex) return 'duplicate';
    if (head.index > this.#nextIndex) return { fault: `frame ${this.#nextIndex} of ${count} is missing` };
    if (crc32c(body) !== Number.parseInt(head.crc32c, 16)) return { fault: `frame ${head.index} has a wrong CRC-32C` };
    const missing = totalBytes - this.files.bytes - body.byteLength;
    const framesAfter = count - head.index - 1;
    if (missing < framesAfter || (framesAfter === 0 && missing > 0)) {
      return { fault: `its frames do not make the ${totalBytes} bytes that it declares` };
    }
    return 'next';
  }

  /** The next frame lies in the files. */
  took(offset: bigint, nowMs: number): void {
    this.#nextIndex += 1;
    this.lastOffset = offset;
    this.touchedAtMs = nowMs;
  }
}
