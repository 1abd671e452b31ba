/** What one reading has gathered so far: the batch under way, the definitions, the diary, and a few counts. */
import { textFromBytes } from '@pitlane/base/units';
import { type Channel, LandOpaque, type ReadLimits, type RecordingEvent } from '../recording/index.ts';
import { Definitions } from './definitions.ts';
import { Diary } from './diary.ts';
import { MESSAGE_HEAD_BYTES } from './records.ts';

/** A batch is handed over at this many events, so that tiny messages in a huge chunk cannot fill the memory. */
export const BATCH_EVENTS_MAX = 16_384;

export class Gathering {
  batch: RecordingEvent[] = [];
  messages = 0;
  readonly limits: ReadLimits;
  readonly diary: Diary;
  readonly definitions: Definitions;

  constructor(limits: ReadLimits) {
    this.limits = limits;
    const emit = (event: RecordingEvent): void => {
      this.batch.push(event);
    };
    this.diary = new Diary(emit);
    this.definitions = new Definitions(limits, this.diary, emit);
  }

  handOver(): readonly RecordingEvent[] {
    const batch = this.batch;
    this.batch = [];
    return batch;
  }

  /** Takes the message whose content, `MESSAGE_HEAD_BYTES` or longer, is `[at, end)` of `bytes`. */
  takeMessage(
    channel: Channel,
    bytes: Uint8Array,
    view: DataView,
    at: number,
    end: number,
    sourceOffset: number,
  ): bigint {
    const dataBytes = end - at - MESSAGE_HEAD_BYTES;
    if (dataBytes > this.limits.messageBytesMax) {
      throw new LandOpaque(
        `a message of ${textFromBytes(dataBytes)} is larger than ${textFromBytes(this.limits.messageBytesMax)}`,
      );
    }
    const logTimeNs = view.getBigUint64(at + 6, true);
    this.batch.push({
      kind: 'message',
      message: {
        channel,
        sequence: view.getUint32(at + 2, true),
        logTimeNs,
        publishTimeNs: view.getBigUint64(at + 14, true),
        data: new Uint8Array(bytes.buffer, bytes.byteOffset + at + MESSAGE_HEAD_BYTES, dataBytes),
        sourceOffset,
      },
    });
    this.messages += 1;
    return logTimeNs;
  }
}
