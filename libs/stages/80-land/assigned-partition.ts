/**
 * One partition from its assignment to its revocation. After a revocation the same partition is begun anew with nothing
 * known, because its frames come again: what the old assignment still has under way can then neither settle nor hide them.
 */
import type { Settle } from '@pitlane/ports/frame-log';
import type { Attempt } from './attempt.ts';
import { OffsetTracker } from './offset-tracker.ts';

/** How many ended attempts are remembered, so that their late frames are known as such. */
const ENDED_MAX = 1024;

export class AssignedPartition {
  readonly partition: number;
  readonly tracker = new OffsetTracker();
  /** Attempts that have not ended, oldest first. */
  readonly attempts = new Map<string, Attempt>();
  isRevoked = false;
  settle: Settle;
  readonly #ended = new Map<string, 'landed' | 'given-up'>();

  constructor(partition: number, settle: Settle) {
    this.partition = partition;
    this.settle = settle;
  }

  endingOf(key: string): 'landed' | 'given-up' | undefined {
    return this.#ended.get(key);
  }

  remember(key: string, ending: 'landed' | 'given-up'): void {
    this.#ended.delete(key);
    this.#ended.set(key, ending);
    if (this.#ended.size <= ENDED_MAX) return;
    for (const oldest of this.#ended.keys()) {
      this.#ended.delete(oldest);
      return;
    }
  }

  /** The attempt is landed or given up, and everybody was told. */
  end(key: string): void {
    this.attempts.delete(key);
    this.tracker.end(key);
    this.settleSeen();
  }

  settleSeen(): void {
    const nextOffset = this.tracker.advance();
    if (nextOffset !== undefined && !this.isRevoked) this.settle(this.partition, nextOffset);
  }
}
