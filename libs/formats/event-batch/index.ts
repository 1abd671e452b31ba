/**
 * What a reader has to tell, collected until it is handed on as one batch: the events of its format, and the diary of
 * what it could not read. It stands beneath the formats, each of which adds its own kinds of events; it never keeps an
 * event that was handed over.
 */
import { type Damage, LossLog } from '../diary/index.ts';
import type { RecordingEvent } from '../recording/index.ts';

/** A batch is handed on when it holds this many events, however small the messages are. */
const EVENTS_MAX = 16_384;

export class EventBatch {
  protected out: RecordingEvent[] = [];
  protected readonly losses: LossLog;

  constructor(losses = new LossLog()) {
    this.losses = losses;
  }

  get isEmpty(): boolean {
    return this.out.length === 0;
  }

  get isFull(): boolean {
    return this.out.length >= EVENTS_MAX;
  }

  /** End of the last byte range reported lost. */
  get lostUpTo(): number {
    return this.losses.lostUpTo;
  }

  /** Hands over what was collected. */
  take(): readonly RecordingEvent[] {
    const batch = this.out;
    this.out = [];
    return batch;
  }

  lost(damage: Damage): void {
    this.losses.add(damage, this.out);
  }

  note(text: string): void {
    this.losses.note(text, this.out);
  }

  /** Says what is left to say. @param fileEnd where the file ends */
  finish(fileEnd: number): void {
    this.losses.finish(this.out, fileEnd);
  }
}
