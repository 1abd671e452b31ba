/**
 * Assembles the frames of one lane on a local folder and lands each chunk that is whole, as often as this has to be begun
 * anew. Invariants: frames of two attempts never lie in one file; the folder never holds more than the cap; memory holds the
 * frames of the handlers and nothing else; an offset is settled only past attempts that are landed or given up. The folder
 * is this assembler's own and worth nothing after a stop: what was not settled comes again.
 */
import { runTogether } from '@pitlane/base/flow';
import { assert, isPitlaneError, messageOf } from '@pitlane/base/errors';
import { GIB, MIB } from '@pitlane/base/bytes';
import { backoffMs, type Wait } from '@pitlane/base/retry';
import type { Log } from '@pitlane/base/telemetry';
import type { Clock } from '@pitlane/base/time';
import { type FrameHead, headOfFrame, type Lane } from '@pitlane/contracts/frame';
import type { Landing } from '@pitlane/contracts/records';
import type { DeliveredFrame, FrameLog, Settle } from '@pitlane/ports/frame-log';
import type { MessageLog } from '@pitlane/ports/message-log';
import type { ObjectStore } from '@pitlane/ports/object-store';
import { type AssemblyCounters, newCounters } from './assembly-counters.ts';
import { AssignedPartition } from './assigned-partition.ts';
import { Attempt, attemptKey } from './attempt.ts';
import { AttemptFiles, emptyFolder } from './attempt-files.ts';
import { Endings } from './endings.ts';
import { UnderWay } from './under-way.ts';

export interface AssemblerOptions {
  readonly lane: Lane;
  /** Of this assembler alone. */
  readonly folder: string;
  readonly capBytes?: number;
  /** Attempts that have not ended, whatever their size. */
  readonly attemptsMax?: number;
  readonly landingsAtOnce?: number;
  /** How long an attempt may go without a new frame while we are reading. */
  readonly incompleteMs?: number;
  readonly group?: string;
  readonly batchBytesMax?: number;
}

export interface AssemblerTools {
  readonly frames: FrameLog;
  readonly store: ObjectStore;
  readonly log: MessageLog;
  readonly clock: Clock;
  readonly wait: Wait;
  /** From 0 up to 1. */
  readonly random: () => number;
  readonly telemetry: Log;
  readonly onLanded?: (landing: Landing) => void;
}

const DEFAULTS = {
  capBytes: 4 * GIB,
  attemptsMax: 1024,
  landingsAtOnce: 4,
  incompleteMs: 600_000,
  group: 'lander',
  batchBytesMax: 4 * MIB,
};
/** How often it is looked whether an attempt is overdue, at least ten times in its time. */
const SWEEPS_PER_DEADLINE = 10;
const DISK_WAIT_MS_MAX = 10_000;

export class Assembler {
  readonly counters: AssemblyCounters = newCounters();
  readonly #options: AssemblerOptions & typeof DEFAULTS;
  readonly #tools: AssemblerTools;
  readonly #stop = new AbortController();
  readonly #underWay = new UnderWay((error) => this.#fail(error));
  readonly #partitions = new Map<number, AssignedPartition>();
  readonly #endings: Endings;
  #failure: { readonly error: unknown } | undefined;
  #begun = 0;

  private constructor(options: AssemblerOptions, tools: AssemblerTools) {
    this.#options = { ...DEFAULTS, ...options };
    this.#tools = tools;
    this.#endings = this.#newEndings();
  }

  /** Makes the folder, and empties it of what an earlier run left. */
  static async open(options: AssemblerOptions, tools: AssemblerTools): Promise<Assembler> {
    await emptyFolder(options.folder);
    return new Assembler(options, tools);
  }

  /**
   * Consumes the lane until the signal aborts, and then finishes the landings that are under way. Runs once. Rejects when a
   * log, the store or the disk fails in a way that does not pass by itself; what was not settled comes again.
   */
  async run(signal: AbortSignal): Promise<void> {
    const { lane, group, batchBytesMax, incompleteMs } = this.#options;
    const { frames, wait } = this.#tools;
    signal.addEventListener('abort', this.#end);
    if (signal.aborted) this.#end();
    const onRevoked = (partitions: readonly number[]): Promise<void> => this.#revoke(partitions);
    try {
      await runTogether(this.#stop.signal, [
        (either) =>
          frames.consume(lane, group, { batchBytesMax, signal: either, onRevoked }, (batch, settle) =>
            this.#handle(batch, settle),
          ),
        async (either) => {
          while (!either.aborted) {
            await wait(incompleteMs / SWEEPS_PER_DEADLINE, either);
            this.#giveUpOverdue();
          }
        },
      ]);
    } catch (error) {
      this.#fail(error);
    }
    signal.removeEventListener('abort', this.#end);
    await this.#underWay.ended();
    if (this.#failure) throw this.#failure.error;
  }

  async #handle(frames: readonly DeliveredFrame[], settle: Settle): Promise<void> {
    const [first] = frames;
    if (!first) return;
    const partition = this.#partitions.get(first.partition) ?? new AssignedPartition(first.partition, settle);
    this.#partitions.set(first.partition, partition);
    partition.settle = settle;
    try {
      for (const frame of frames) {
        await this.#take(partition, frame);
        if (this.#isOver(partition)) return;
        partition.tracker.saw(frame.offset);
      }
    } catch (error) {
      // Handlers of other partitions may wait for room: they have to end too.
      this.#fail(error);
      throw error;
    }
    partition.settleSeen();
  }

  /** Afterwards the frame lies in a file or is of no use to anybody, unless the partition is over. */
  async #take(partition: AssignedPartition, frame: DeliveredFrame): Promise<void> {
    const where = `frame ${frame.offset} of partition ${frame.partition} of lane ${this.#options.lane}`;
    let head: FrameHead;
    try {
      head = headOfFrame(frame, where);
    } catch (error) {
      if (!isPitlaneError(error)) throw error;
      return this.#refuse(partition, `unreadable ${frame.key.slice(0, 64)}`, frame, messageOf(error));
    }
    const ending = partition.endingOf(attemptKey(head));
    if (ending) return this.#passOver(ending === 'landed');
    const attempt = partition.attempts.get(attemptKey(head)) ?? (await this.#begin(partition, frame, head));
    if (!attempt) return;
    if (attempt.state !== 'open') return this.#passOver(attempt.state === 'landing');
    const verdict = attempt.judge(head, frame);
    if (verdict === 'duplicate') return this.#passOver(true);
    if (verdict !== 'next') {
      return this.#endings.giveUp(partition, attempt, { reason: verdict.fault, isResent: true });
    }
    if (await this.#append(partition, attempt, frame)) {
      attempt.took(frame.offset, this.#tools.clock.monotonicMs());
      if (attempt.isWhole) this.#endings.land(partition, attempt);
    } else if (!this.#isOver(partition)) this.#passOver(false);
  }

  async #begin(partition: AssignedPartition, frame: DeliveredFrame, head: FrameHead): Promise<Attempt | undefined> {
    const { folder, capBytes, attemptsMax } = this.#options;
    if (head.index > 0) {
      // Its beginning was settled, by us or by who had the partition before: it is landed or given up. Only where the log
      // has forgotten frames unread is something missing, and then the garage misses the landing and sends it again.
      this.#passOver(false);
      return undefined;
    }
    if (head.totalBytes > capBytes) {
      const reason = `it has ${head.totalBytes} bytes, the lander's disk cap is ${capBytes}: raise the cap, then replay`;
      await this.#refuse(partition, attemptKey(head), frame, reason);
      return undefined;
    }
    let attempt: Attempt | undefined;
    const start = (): void => {
      const number = this.#begun++;
      const files = new AttemptFiles(folder, number, head.claimBytes);
      attempt = new Attempt(number, head, frame.offset, files, this.#tools.clock.monotonicMs());
      partition.attempts.set(attempt.key, attempt);
      partition.tracker.begin(attempt.key, frame.offset);
      this.counters.attemptsOpen += 1;
    };
    await this.#whenFree(() => this.#unended() < attemptsMax, start, partition);
    return attempt;
  }

  /** Whether the body lies in the attempt's files; else the attempt has ended meanwhile, or the partition is over. */
  async #append(partition: AssignedPartition, attempt: Attempt, { body }: DeliveredFrame): Promise<boolean> {
    const { counters } = this;
    const isFree = () => attempt.state !== 'open' || counters.bytesHeld + body.byteLength <= this.#options.capBytes;
    const reserve = (): void => {
      if (attempt.state !== 'open') return;
      counters.bytesHeld += body.byteLength;
      attempt.bytesHeld += body.byteLength;
    };
    if (!(await this.#whenFree(isFree, reserve, partition)) || attempt.state !== 'open') return false;
    const writing = this.#write(partition, attempt, body);
    attempt.writing = writing;
    if (!(await writing) || attempt.state !== 'open') return false;
    counters.bytesAssembled += body.byteLength;
    return true;
  }

  /** A full disk is waited for: whoever needs the room may free it, and the deadline of attempts goes on meanwhile. */
  async #write(partition: AssignedPartition, attempt: Attempt, body: Uint8Array): Promise<boolean> {
    const { wait, random, telemetry } = this.#tools;
    for (let tries = 0; attempt.state === 'open' && !this.#isOver(partition); tries += 1) {
      try {
        await attempt.files.append(body);
        return true;
      } catch (error) {
        if (!isPitlaneError(error, 'disk-full')) throw error;
        if (tries === 0) telemetry.warn('assembly.stalled', { error: messageOf(error) });
        await wait(backoffMs(tries, random, DISK_WAIT_MS_MAX), this.#stop.signal);
      }
    }
    return false;
  }

  /**
   * Waits until `isFree`. While landings are under way they will make room; else the oldest attempt that is not whole has to
   * make room, or nothing would move any more. False when the partition is over.
   * @param take what uses the room, before any other handler sees that there is some
   */
  async #whenFree(isFree: () => boolean, take: () => void, partition: AssignedPartition): Promise<boolean> {
    while (!isFree() && !this.#isOver(partition)) {
      if (this.#underWay.count === 0) this.#giveUpOldest();
      this.counters.partitionsPaused += 1;
      await this.#underWay.changed();
      this.counters.partitionsPaused -= 1;
      this.#restartDeadlines();
    }
    if (this.#isOver(partition)) return false;
    take();
    return true;
  }

  async #refuse(partition: AssignedPartition, key: string, frame: DeliveredFrame, reason: string): Promise<void> {
    if (partition.endingOf(key)) return this.#passOver(false);
    const { attemptsMax } = this.#options;
    const tell = () => this.#endings.refuse(partition, key, frame, reason);
    await this.#whenFree(() => this.#unended() < attemptsMax, tell, partition);
  }

  #giveUpOldest(): void {
    let oldest: { partition: AssignedPartition; attempt: Attempt } | undefined;
    for (const [partition, attempt] of this.#openAttempts()) {
      if (!oldest || attempt.number < oldest.attempt.number) oldest = { partition, attempt };
    }
    assert(oldest, 'an assembler at its cap has an attempt');
    const reason = 'the lander came to its disk cap with no chunk whole: raise the cap, or send fewer chunks at once';
    this.#endings.giveUp(oldest.partition, oldest.attempt, { reason, isResent: true });
  }

  #giveUpOverdue(): void {
    // While we do not read, no frame can come.
    if (this.counters.partitionsPaused > 0) return;
    const { incompleteMs } = this.#options;
    for (const [partition, attempt] of this.#openAttempts()) {
      if (this.#tools.clock.monotonicMs() - attempt.touchedAtMs < incompleteMs) continue;
      const reason = `its next frame did not come within ${incompleteMs} ms`;
      this.#endings.giveUp(partition, attempt, { reason, isResent: true });
    }
  }

  #restartDeadlines(): void {
    const nowMs = this.#tools.clock.monotonicMs();
    for (const [, attempt] of this.#openAttempts()) attempt.touchedAtMs = nowMs;
  }

  *#openAttempts(): Generator<[AssignedPartition, Attempt]> {
    for (const partition of this.#partitions.values()) {
      for (const attempt of partition.attempts.values()) if (attempt.state === 'open') yield [partition, attempt];
    }
  }

  /** When we are stopped, landings under way may still settle; in a rebalance the partitions are gone already. */
  async #revoke(partitions: readonly number[]): Promise<void> {
    const ours = partitions.flatMap((number) => this.#partitions.get(number) ?? []);
    for (const partition of ours) {
      this.#partitions.delete(partition.partition);
      partition.isRevoked = !this.#stop.signal.aborted;
      for (const attempt of partition.attempts.values()) if (attempt.state === 'open') this.#endings.drop(attempt);
    }
    this.#underWay.wake();
    if (this.#stop.signal.aborted) await this.#underWay.ended();
  }

  #passOver(isDuplicate: boolean): void {
    if (isDuplicate) this.counters.duplicates += 1;
    else this.counters.strays += 1;
  }

  #isOver(partition: AssignedPartition): boolean {
    return partition.isRevoked || this.#stop.signal.aborted;
  }

  #unended(): number {
    return this.counters.attemptsOpen + this.#underWay.count;
  }

  readonly #end = (): void => {
    this.#stop.abort();
    this.#underWay.wake();
  };

  #fail(error: unknown): void {
    if (!(this.#stop.signal.aborted && isPitlaneError(error, 'interrupted'))) this.#failure ??= { error };
    this.#end();
  }

  #newEndings(): Endings {
    const { store, log, clock, wait, random, telemetry, onLanded } = this.#tools;
    const { lane, landingsAtOnce } = this.#options;
    const patience = { wait, random, telemetry, signal: this.#stop.signal };
    const { counters } = this;
    const underWay = this.#underWay;
    const told = onLanded && { onLanded };
    return new Endings({ store, log, clock, lane, landingsAtOnce, patience, counters, underWay, ...told });
  }
}
