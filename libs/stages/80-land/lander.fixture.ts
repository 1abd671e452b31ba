/** A lander over things in memory, for tests: its frames, its clock and the ends of its lives are in the test's hand. */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { concatCopy } from '@pitlane/base/bytes';
import { memoryLog } from '@pitlane/base/telemetry';
import { claimBytesFrom, type Frame, type FrameHead, frameHeadText, type Lane } from '@pitlane/contracts/frame';
import { type Answer, type ChunkClaim, type DeadLetter, type Landing, LogTopic } from '@pitlane/contracts/records';
import type { FrameLog } from '@pitlane/ports/frame-log';
import type { MessageLog } from '@pitlane/ports/message-log';
import type { ObjectStore } from '@pitlane/ports/object-store';
import { claimOf } from '../../../test/support/claimed-chunk.ts';
import { ListedMessages } from '../../../test/support/listed-messages.ts';
import { MemoryFrameLog, type MemoryFrameLogOptions } from '../../../test/support/memory-frame-log.ts';
import { crc32cText, MemoryObjectStore } from '../../../test/support/memory-object-store.ts';
import { Assembler, type AssemblerOptions } from './assembler.ts';

export const LANE: Lane = 'normal';
export const GROUP = 'lander';
const PATIENCE_MS = 30_000;

export interface TravellingChunk {
  readonly claim: ChunkClaim;
  readonly content: Uint8Array;
  readonly frames: readonly Frame[];
}

/** The frames of one attempt, smaller than a garage makes them so that there are several. */
export function travelling(name: string, attempt: number, bytes = 1000, frameBytes = 400): TravellingChunk {
  const content = Uint8Array.from({ length: bytes }, (_, at) => (at * 7 + name.length + attempt) & 255);
  const claim = claimOf(content, name);
  return {
    claim,
    content,
    frames: framesFrom(claimBytesFrom(claim), content, claim.chunk.chunkId, attempt, frameBytes),
  };
}

export function framesFrom(
  claimBytes: Uint8Array,
  content: Uint8Array,
  chunkId: ChunkClaim['chunk']['chunkId'],
  attempt: number,
  frameBytes = 400,
): Frame[] {
  const stream = concatCopy([claimBytes, content]);
  const totalBytes = stream.byteLength;
  const count = Math.ceil(totalBytes / frameBytes);
  return Array.from({ length: count }, (_, index) => {
    const body = stream.slice(index * frameBytes, (index + 1) * frameBytes);
    const head: FrameHead = {
      version: 1,
      chunkId,
      attempt: attempt.toString(16).padStart(16, '0'),
      index,
      count,
      claimBytes: claimBytes.byteLength,
      totalBytes,
      crc32c: crc32cText(body),
    };
    return { key: chunkId, head: frameHeadText(head), body };
  });
}

/** The same frame with another head. */
export const withHead = (frame: Frame, change: Partial<FrameHead>): Frame => ({
  ...frame,
  head: frameHeadText({ ...(JSON.parse(frame.head) as FrameHead), ...change }),
});

/** One run of the program: after `kill` nothing that it began ever ends. */
export interface Life {
  readonly assembler: Assembler;
  readonly ended: Promise<void>;
  readonly stop: () => Promise<void>;
  readonly kill: () => void;
}

export class LanderRig implements AsyncDisposable {
  readonly frames: MemoryFrameLog;
  readonly store = new MemoryObjectStore();
  readonly log = new ListedMessages();
  readonly telemetry = memoryLog();
  /** `now` passes; the wall clock is set to anything. */
  readonly clock = {
    now: 1_000_000,
    aheadMs: 0,
    nowMs: () => this.clock.now + this.clock.aheadMs,
    monotonicMs: () => this.clock.now,
  };
  readonly base: string;
  readonly #stops: (() => void)[] = [];
  #lives = 0;

  private constructor(base: string, options: MemoryFrameLogOptions) {
    this.base = base;
    this.frames = new MemoryFrameLog(options);
  }

  static async open(options: MemoryFrameLogOptions = {}): Promise<LanderRig> {
    return new LanderRig(await mkdtemp(join(tmpdir(), 'pitlane-land-')), options);
  }

  async live(options: Partial<AssemblerOptions> = {}): Promise<Life> {
    const stop = new AbortController();
    let isAlive = true;
    const never = new Promise<never>(() => {});
    const whileAlive = <T extends object>(port: T): T =>
      new Proxy(port, {
        get: (target, name) => {
          const value = Reflect.get(target, name) as unknown;
          if (typeof value !== 'function') return value;
          return (...args: unknown[]) => (isAlive ? (value.apply(target, args) as unknown) : never);
        },
      });
    const folder = join(this.base, String(this.#lives++));
    await mkdir(folder, { recursive: true });
    const assembler = await Assembler.open(
      { lane: LANE, folder, ...options },
      {
        frames: this.frames as FrameLog,
        store: whileAlive<ObjectStore>(this.store),
        log: whileAlive<MessageLog>(this.log),
        clock: this.clock,
        wait: async () => (isAlive ? setImmediate() : never),
        random: () => 0.5,
        telemetry: this.telemetry,
      },
    );
    const ended = assembler.run(stop.signal);
    ended.catch(() => {});
    this.#stops.push(() => stop.abort());
    return {
      assembler,
      ended,
      stop: () => {
        stop.abort();
        return ended;
      },
      kill: () => {
        isAlive = false;
        this.frames.kill(LANE, GROUP);
      },
    };
  }

  send(...frames: readonly Frame[]): Promise<void> {
    return this.frames.publish(LANE, frames);
  }

  landings = (): Landing[] => this.log.on(LogTopic.landings) as Landing[];
  answers = (): Extract<Answer, { type: 'resend' }>[] => this.log.on(LogTopic.answers) as never;
  deadLetters = (): DeadLetter[] => this.log.on(LogTopic.deadletters) as DeadLetter[];

  /** Whether everything that was sent is settled. */
  isSettled(partitions = 4): boolean {
    return Array.from({ length: partitions }, (_, partition) => partition).every(
      (partition) =>
        this.frames.settledOffset(LANE, GROUP, partition) === BigInt(this.frames.framesOf(LANE, partition).length),
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const stop of this.#stops) stop();
    await rm(this.base, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** Lets everything else go on until it is so. */
export async function until(isSo: () => boolean, what: string): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS;
  while (!isSo()) {
    if (Date.now() > deadline) throw new Error(`${what} did not come true within ${PATIENCE_MS} ms`);
    await setImmediate();
  }
}
