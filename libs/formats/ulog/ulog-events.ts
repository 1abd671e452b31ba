/**
 * What the reader has to tell, collected into batches, and the clock of the log: records without a time of their own
 * take the last one seen.
 */
import { bytesFromUtf8 } from '@pitlane/base/bytes';
import { counted } from '@pitlane/base/units';
import { EventBatch } from '../event-batch/index.ts';
import { LandOpaque, type ReadLimits } from '../recording/index.ts';
import { ChannelTable, type OwnChannel, type Stream, type Subscription } from './channel-table.ts';
import { FormatTable, fits } from './format-table.ts';
import { MetadataLog, type Topic } from './metadata-log.ts';
import { timeNsAt } from './record.ts';

/** What was met and has no message of its own, or is worth a sum. */
export interface Counts {
  syncs: number;
  dropouts: number;
  dropoutsMs: number;
}

export class UlogEvents extends EventBatch {
  readonly limits: ReadLimits;
  readonly formats: FormatTable;
  readonly channels: ChannelTable;
  readonly counts: Counts = { syncs: 0, dropouts: 0, dropoutsMs: 0 };
  readonly #metadata = new MetadataLog();
  #lastTimeNs = 0n;
  #saidOddTime = false;

  constructor(limits: ReadLimits) {
    super();
    this.limits = limits;
    this.formats = new FormatTable(limits);
    this.channels = new ChannelTable(limits);
  }

  /**
   * Sets the clock by the microseconds at `at`, and gives the time. A time of 0 is none: uORB has it where nobody set
   * one, and next to times of a real clock it would stretch the drive to 1970. The message's own bytes keep it.
   */
  timeFrom(bytes: Uint8Array, at: number, sourceOffset: number): bigint {
    const timeNs = timeNsAt(bytes, at);
    if (timeNs !== undefined) {
      if (timeNs !== 0n) this.#lastTimeNs = timeNs;
    } else if (!this.#saidOddTime) {
      this.#saidOddTime = true;
      this.note(`a time at ${sourceOffset} is later than nanoseconds can say; the last time before it is taken`);
    }
    return this.#lastTimeNs;
  }

  subscribed({ channel }: Subscription): void {
    this.out.push({ kind: 'channel', channel });
  }

  /** A message of a subscription, `[start, end)` being its bytes behind the id. */
  data(subscription: Subscription, bytes: Uint8Array, start: number, end: number, sourceOffset: number): void {
    if (end - start > this.limits.messageBytesMax) {
      throw new LandOpaque(`a message of ${end - start} bytes is larger than ${this.limits.messageBytesMax}`);
    }
    if (!subscription.isConfirmed) this.#confirm(subscription, end - start);
    const { timeAt } = subscription;
    const hasTime = timeAt >= 0 && start + timeAt + 8 <= end;
    const timeNs = hasTime ? this.timeFrom(bytes, start + timeAt, sourceOffset) : this.#lastTimeNs;
    this.#message(subscription, timeNs, bytes.subarray(start, end), sourceOffset);
  }

  /** A message that the log has in another form, as JSON. */
  json(which: OwnChannel, json: string, sourceOffset: number): void {
    const isNew = !this.channels.hasOwn(which);
    const stream = this.channels.own(which);
    if (isNew) this.out.push({ kind: 'channel', channel: stream.channel });
    this.#message(stream, this.#lastTimeNs, bytesFromUtf8(json), sourceOffset);
  }

  metadata(topic: Topic, key: string, value: string, type: string | undefined, sourceOffset: number): void {
    this.#metadata.add(topic, key, value, type, sourceOffset, this.out);
  }

  /** A metadata record that stands for itself. */
  record(name: string, entries: ReadonlyMap<string, string>, sourceOffset: number): void {
    this.out.push({ kind: 'metadata', metadata: { name, entries, sourceOffset } });
  }

  flushMetadata(): void {
    this.#metadata.flush(this.out);
  }

  override finish(fileEnd: number): void {
    const { syncs, dropouts, dropoutsMs } = this.counts;
    this.flushMetadata();
    if (syncs > 0) this.record('ulog.counts', new Map([['sync_messages', `${syncs}`]]), fileEnd);
    if (dropouts > 0)
      this.note(`the vehicle lost messages: ${counted(dropouts, 'dropout')}, ${dropoutsMs} ms together`);
    super.finish(fileEnd);
  }

  /** A first message of another size than its format says speaks against the format: later ones are taken as they come. */
  #confirm(subscription: Subscription, dataBytes: number): void {
    const { layout, channel } = subscription;
    if (layout === undefined) return;
    subscription.isConfirmed = fits(layout, dataBytes);
    if (subscription.isConfirmed) return;
    subscription.layout = undefined;
    this.note(`a message of ${channel.topic} has ${dataBytes} bytes, and its format ${layout.most}`);
  }

  #message(stream: Stream, timeNs: bigint, data: Uint8Array, sourceOffset: number): void {
    const { channel, sequence } = stream;
    stream.sequence = (sequence + 1) >>> 0;
    this.out.push({
      kind: 'message',
      message: { channel, sequence, logTimeNs: timeNs, publishTimeNs: timeNs, data, sourceOffset },
    });
  }
}
