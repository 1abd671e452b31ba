/**
 * What the reader has to tell, collected into batches of about 1 MiB. Messages are copied here out of the pages, which
 * move while the reader goes on; the copies are valid until the next batch is pulled.
 */
import { MIB } from '@pitlane/base/bytes';
import type { Channel, MetadataRecord, RecordingEvent } from '../recording/index.ts';
import { type Damage, LossLog } from '../diary/index.ts';

/** A batch is handed on when it holds this much data or this many events. */
const BATCH_BYTES = MIB;
const EVENTS_MAX = 16_384;

export class BagEvents {
  readonly #losses = new LossLog();
  #out: RecordingEvent[] = [];
  #block = new Uint8Array(0);
  #used = 0;
  #batchBytes = 0;

  get isEmpty(): boolean {
    return this.#out.length === 0;
  }

  get isFull(): boolean {
    return this.#batchBytes >= BATCH_BYTES || this.#out.length >= EVENTS_MAX;
  }

  /** Hands over what was collected. */
  take(): readonly RecordingEvent[] {
    const batch = this.#out;
    this.#out = [];
    if (this.#block.byteLength > BATCH_BYTES) this.#block = new Uint8Array(0);
    this.#used = 0;
    this.#batchBytes = 0;
    return batch;
  }

  /** Room for a payload that goes out with this batch. */
  reserve(bytes: number): Uint8Array {
    if (this.#used + bytes > this.#block.byteLength) {
      this.#block = new Uint8Array(Math.max(BATCH_BYTES, bytes));
      this.#used = 0;
    }
    this.#used += bytes;
    this.#batchBytes += bytes;
    return this.#block.subarray(this.#used - bytes, this.#used);
  }

  /** Gives back what was reserved last, because nothing came of it. */
  release(bytes: number): void {
    this.#used -= bytes;
    this.#batchBytes -= bytes;
  }

  message(channel: Channel, sequence: number, timeNs: bigint, data: Uint8Array, sourceOffset: number): void {
    const message = { channel, sequence, logTimeNs: timeNs, publishTimeNs: timeNs, data, sourceOffset };
    this.#out.push({ kind: 'message', message });
  }

  channel(channel: Channel): void {
    this.#out.push({ kind: 'channel', channel });
  }

  metadata(metadata: MetadataRecord): void {
    this.#out.push({ kind: 'metadata', metadata });
  }

  lost(damage: Damage): void {
    this.#losses.add(damage, this.#out);
  }

  note(text: string): void {
    this.#losses.note(text, this.#out);
  }

  finish(): void {
    this.#losses.finish(this.#out);
  }
}
