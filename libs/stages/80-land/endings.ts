/**
 * The three ways in which an attempt ends, all outside the handlers: it lands, it is given up, or it is dropped because its
 * partition went to somebody else. Its offsets are let go only after the store has the object, or after garage and operator
 * were told; its bytes are let go as soon as its files are removed.
 */
import type { Clock } from '@pitlane/base/time';
import { claimFromBytes, frameTopic, type Lane } from '@pitlane/contracts/frame';
import { isPitlaneError } from '@pitlane/base/errors';
import type { ChunkId, DriveId } from '@pitlane/contracts/identity';
import type { DeadLetter, Landing } from '@pitlane/contracts/records';
import type { DeliveredFrame } from '@pitlane/ports/frame-log';
import type { AssemblyCounters } from './assembly-counters.ts';
import type { AssignedPartition } from './assigned-partition.ts';
import type { Attempt } from './attempt.ts';
import { type LandingTools, landAttempt, type Refusal } from './land-attempt.ts';
import { setAside } from './set-aside.ts';
import { Slots } from './slots.ts';
import type { UnderWay } from './under-way.ts';

export interface EndingTools extends LandingTools {
  readonly lane: Lane;
  readonly clock: Clock;
  readonly landingsAtOnce: number;
  readonly counters: AssemblyCounters;
  readonly underWay: UnderWay;
  readonly onLanded?: (landing: Landing) => void;
}

/** What is known of a chunk whose attempt ends. */
interface Whose {
  readonly object: string | null;
  readonly driveId: DriveId | '';
}

const NOBODY: Whose = { object: null, driveId: '' };

export class Endings {
  readonly #tools: EndingTools;
  readonly #slots: Slots;

  constructor(tools: EndingTools) {
    this.#tools = tools;
    this.#slots = new Slots(tools.landingsAtOnce);
  }

  land(partition: AssignedPartition, attempt: Attempt): void {
    this.#leaveOpen(attempt, 'landing');
    this.#tools.underWay.start(() =>
      this.#slots.run(async () => {
        // What waited for a place while we were stopped, or the partition went away, comes again.
        if (partition.isRevoked || this.#tools.patience.signal.aborted) return this.#discard(attempt);
        const { firstOffset, lastOffset } = attempt;
        const place = { topic: frameTopic(this.#tools.lane), partition: partition.partition, firstOffset, lastOffset };
        const outcome = await landAttempt(attempt, place, this.#tools);
        if ('reason' in outcome) await this.#setAside(partition, attempt, outcome);
        else await this.#landed(partition, attempt, outcome);
      }),
    );
  }

  giveUp(partition: AssignedPartition, attempt: Attempt, refusal: Refusal): void {
    this.#leaveOpen(attempt, 'giving-up');
    this.#tools.underWay.start(() => this.#setAside(partition, attempt, refusal));
  }

  drop(attempt: Attempt): void {
    this.#leaveOpen(attempt, 'dropped');
    this.#tools.underWay.start(() => this.#discard(attempt));
  }

  /**
   * A frame that opens no attempt is set aside by itself.
   * @param key under which further frames of the same kind are known
   */
  refuse(partition: AssignedPartition, key: string, frame: DeliveredFrame, reason: string): void {
    const { underWay, counters } = this.#tools;
    partition.tracker.begin(key, frame.offset);
    partition.remember(key, 'given-up');
    counters.givenUp += 1;
    const chunkId = /^[0-9a-f]{64}$/.test(frame.key) ? (frame.key as ChunkId) : null;
    const letter = this.#letter(partition, frame.offset, frame.offset, { chunkId, attempt: null, object: null });
    underWay.start(async () => {
      await setAside({ ...letter, reason, isResent: false }, '', this.#tools);
      partition.end(key);
    });
  }

  async #landed(partition: AssignedPartition, attempt: Attempt, landing: Landing): Promise<void> {
    const { counters, onLanded } = this.#tools;
    counters.landed += 1;
    onLanded?.(landing);
    partition.remember(attempt.key, 'landed');
    partition.remember(attempt.head.chunkId, 'landed');
    partition.end(attempt.key);
    await this.#discard(attempt);
  }

  async #setAside(partition: AssignedPartition, attempt: Attempt, { reason, isResent }: Refusal): Promise<void> {
    const { counters, patience } = this.#tools;
    const { key, head, firstOffset, lastOffset } = attempt;
    partition.remember(key, 'given-up');
    counters.givenUp += 1;
    await attempt.writing.catch(() => {});
    const whose = await whoseIs(attempt);
    await this.#discard(attempt);
    // Another attempt brought the same chunk: nothing is missing, and nobody has to do anything.
    if (partition.endingOf(head.chunkId) !== 'landed') {
      const named = { chunkId: head.chunkId, attempt: head.attempt, object: whose.object };
      const letter = { ...this.#letter(partition, firstOffset, lastOffset, named), reason, isResent };
      if (isResent) counters.resent += 1;
      patience.telemetry.warn('attempt.abandoned', { chunkId: head.chunkId, attempt: head.attempt, reason, isResent });
      await setAside(letter, whose.driveId, this.#tools);
    }
    partition.end(key);
  }

  #letter(
    { partition }: AssignedPartition,
    first: bigint,
    last: bigint,
    named: Pick<DeadLetter, 'chunkId' | 'attempt' | 'object'>,
  ): Omit<DeadLetter, 'reason' | 'isResent'> {
    const { lane, clock } = this.#tools;
    const offsets = { firstOffset: String(first), lastOffset: String(last) };
    return { lane, partition, ...offsets, ...named, setAsideAtMs: clock.nowMs() };
  }

  #leaveOpen(attempt: Attempt, state: Attempt['state']): void {
    if (attempt.state === 'open') this.#tools.counters.attemptsOpen -= 1;
    attempt.state = state;
  }

  /** Removes the files once nothing is being written to them, and lets go of their room. */
  async #discard(attempt: Attempt): Promise<void> {
    const { counters, underWay } = this.#tools;
    await attempt.writing.catch(() => {});
    await attempt.files.remove();
    counters.bytesHeld -= attempt.bytesHeld;
    attempt.bytesHeld = 0;
    underWay.wake();
  }
}

/** From the claim, if all of it has come and it can be read. */
async function whoseIs({ files, head }: Attempt): Promise<Whose> {
  const bytes = await files.claim();
  if (!bytes) return NOBODY;
  try {
    const { chunk, drive } = claimFromBytes(bytes, 'an attempt that is given up');
    return chunk.chunkId === head.chunkId ? { object: chunk.object, driveId: drive.driveId } : NOBODY;
  } catch (error) {
    if (isPitlaneError(error, 'corrupt-input')) return NOBODY;
    throw error;
  }
}
