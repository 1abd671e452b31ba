/**
 * Keeps the repair diary while a file is read: losses in order, never overlapping, neighbours joined, bounded in number;
 * notes once each. A loss stays open until the next one begins, since message indexes behind it may name its topics.
 */
import type { Loss, LossReason, RecordingEvent } from '../recording/index.ts';

/** From this many losses on, the rest of the damage is one line. */
export const LOSSES_MAX = 10_000;
const NOTES_MAX = 100;
const TOPICS_MAX = 1_000;

export interface Damage {
  readonly reason: LossReason;
  readonly text: string;
  readonly offset: number;
  /** Where the unread range ends, exclusive. */
  readonly end: number;
  readonly topics?: Iterable<string>;
  readonly startTimeNs?: bigint | undefined;
  readonly endTimeNs?: bigint | undefined;
}

interface OpenLoss {
  reason: LossReason;
  text: string;
  offset: number;
  end: number;
  readonly topics: Set<string>;
  startTimeNs: bigint | undefined;
  endTimeNs: bigint | undefined;
  /** How many messages of channels nobody declared it stands for. */
  messages: number;
}

export class Diary {
  lossCount = 0;
  #open: OpenLoss | undefined;
  readonly #notes = new Set<string>();
  readonly #emit: (event: RecordingEvent) => void;

  constructor(emit: (event: RecordingEvent) => void) {
    this.#emit = emit;
  }

  /** Says something once; `key` tells what counts as the same. */
  note(key: string, text: string): void {
    if (this.#notes.has(key) || this.#notes.size > NOTES_MAX) return;
    this.#notes.add(key);
    const last = this.#notes.size > NOTES_MAX;
    this.#emit({ kind: 'note', text: last ? 'more could be said of this file; further notes are left out' : text });
  }

  lose(damage: Damage): void {
    if (damage.end <= damage.offset) return;
    const open = this.#open;
    if (open && this.#joins(open, damage)) {
      open.end = Math.max(open.end, damage.end);
      this.#widen(open, damage);
      return;
    }
    this.flush();
    this.#open = {
      reason: damage.reason,
      text: damage.text,
      offset: damage.offset,
      end: damage.end,
      topics: new Set(),
      startTimeNs: undefined,
      endTimeNs: undefined,
      messages: 0,
    };
    this.#widen(this.#open, damage);
    this.lossCount += 1;
    if (this.lossCount === LOSSES_MAX) {
      this.#open.text = `damage at many places from byte ${damage.offset} on; what could be read in between was read`;
    }
  }

  /** A message, `[offset, end)` in the file, of a channel that nothing declares. */
  loseMessage(channelId: number, offset: number, end: number, logTimeNs: bigint): void {
    const text = `messages of channel ${channelId}, which nothing in the file declares, at byte ${offset}`;
    this.lose({ reason: 'unknown-channel', text, offset, end, startTimeNs: logTimeNs, endTimeNs: logTimeNs });
    if (this.#open) this.#open.messages += 1;
  }

  /** Names a topic that the loss under way has touched. */
  touch(topic: string): void {
    if (this.#open && this.#open.topics.size < TOPICS_MAX) this.#open.topics.add(topic);
  }

  /** Gives out the loss under way: the file is at its end. */
  flush(): void {
    const open = this.#open;
    if (!open) return;
    this.#open = undefined;
    const loss: Loss = {
      reason: open.reason,
      text: open.messages > 1 ? `${open.messages} ${open.text}` : open.text,
      offset: open.offset,
      bytes: open.end - open.offset,
      topics: [...open.topics],
      startTimeNs: open.startTimeNs,
      endTimeNs: open.endTimeNs,
    };
    this.#emit({ kind: 'loss', loss });
  }

  #joins(open: OpenLoss, damage: Damage): boolean {
    if (this.lossCount >= LOSSES_MAX) return true;
    if (damage.offset < open.end) return true;
    return damage.offset === open.end && damage.reason === open.reason;
  }

  #widen(open: OpenLoss, damage: Damage): void {
    for (const topic of damage.topics ?? []) {
      if (open.topics.size < TOPICS_MAX) open.topics.add(topic);
    }
    const { startTimeNs, endTimeNs } = damage;
    if (startTimeNs !== undefined && (open.startTimeNs === undefined || startTimeNs < open.startTimeNs)) {
      open.startTimeNs = startTimeNs;
    }
    if (endTimeNs !== undefined && (open.endTimeNs === undefined || endTimeNs > open.endTimeNs)) {
      open.endTimeNs = endTimeNs;
    }
  }
}
