/**
 * What the reader has to tell, collected into batches of about 1 MiB. Messages are copied here out of the pages, which
 * move while the reader goes on; the copies are valid until the next batch is pulled.
 */
import { MIB } from '@pitlane/base/bytes';
import { EventBatch } from '../event-batch/index.ts';
import type { Channel, MetadataRecord, RecordingEvent } from '../recording/index.ts';

/** A batch is also handed on when it holds this much data. */
const BATCH_BYTES = MIB;

export class BagEvents extends EventBatch {
  #block = new Uint8Array(0);
  #used = 0;
  #batchBytes = 0;

  override get isFull(): boolean {
    return this.#batchBytes >= BATCH_BYTES || super.isFull;
  }

  override take(): readonly RecordingEvent[] {
    if (this.#block.byteLength > BATCH_BYTES) this.#block = new Uint8Array(0);
    this.#used = 0;
    this.#batchBytes = 0;
    return super.take();
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
    this.out.push({ kind: 'message', message });
  }

  channel(channel: Channel): void {
    this.out.push({ kind: 'channel', channel });
  }

  metadata(metadata: MetadataRecord): void {
    this.out.push({ kind: 'metadata', metadata });
  }
}
