/**
 * What the reader has to tell, collected into batches: channels on their first appearance, messages as slices, losses
 * and notes. It holds what is known of the connections, whether their records came by or only the index has them.
 */
import type { Damage } from '../diary/index.ts';
import { EventBatch } from '../event-batch/index.ts';
import type { Channel, ReadLimits } from '../recording/index.ts';
import { ConnectionTable } from './connection-table.ts';
import type { BagIndex } from './index-section.ts';
import type { RecordView } from './record.ts';

const NS_PER_S = 1_000_000_000n;

/** Whether the record's content made sense. */
export type Taken = 'taken' | 'corrupt' | 'unknown-channel';

export class BagEvents extends EventBatch {
  readonly #connections: ConnectionTable;
  readonly #index: BagIndex;
  #secs = -1;
  #secsNs = 0n;
  #saidOddTime = false;

  constructor(index: BagIndex, limits: ReadLimits) {
    super();
    this.#index = index;
    this.#connections = new ConnectionTable(limits);
  }

  message(view: RecordView, bytes: Uint8Array, sourceOffset: number): Taken {
    const channel = this.#connections.channelOf(view.conn) ?? this.#fromIndex(view.conn);
    if (channel === undefined) return 'unknown-channel';
    if (view.secs !== this.#secs) {
      this.#secs = view.secs;
      this.#secsNs = BigInt(view.secs) * NS_PER_S;
    }
    if (view.nsecs >= 1e9 && !this.#saidOddTime) {
      this.#saidOddTime = true;
      this.note(
        `a message at ${sourceOffset} has ${view.nsecs} nanoseconds in its second; they are added all the same`,
      );
    }
    const timeNs = this.#secsNs + BigInt(view.nsecs);
    const data = bytes.subarray(view.dataStart, view.dataEnd);
    // A bag numbers no messages: the sequence is 0, and order follows from time and offset.
    const message = { channel, sequence: 0, logTimeNs: timeNs, publishTimeNs: timeNs, data, sourceOffset };
    this.out.push({ kind: 'message', message });
    return 'taken';
  }

  connection(view: RecordView, bytes: Uint8Array): Taken {
    const header = bytes.subarray(view.dataStart, view.dataEnd);
    const before = this.#connections.channelOf(view.conn);
    const channel = this.#connections.define(view.conn, view.text(bytes), header);
    if (channel === 'corrupt') return 'corrupt';
    if (before !== undefined && channel !== undefined) {
      this.note(`connection ${view.conn} (${before.topic}) is declared again with other content, as ${channel.topic}`);
    }
    if (channel !== undefined) this.out.push({ kind: 'channel', channel });
    return 'taken';
  }

  /** A chunk of which nothing was read: the index may know what was in it. */
  lostChunk(damage: Damage): void {
    const indexed = this.#index.chunks.get(damage.offset);
    if (indexed === undefined) return this.lost(damage);
    const topics = new Set<string>();
    for (const [conn] of indexed.messages) {
      const channel = this.#connections.channelOf(conn) ?? this.#fromIndex(conn);
      if (channel) topics.add(channel.topic);
    }
    const { startTimeNs, endTimeNs } = indexed;
    this.lost({ ...damage, topics: [...topics], startTimeNs, endTimeNs });
  }

  /** A channel whose own record did not come by, or not yet, but which the index section lists. */
  #fromIndex(conn: number): Channel | undefined {
    const indexed = this.#index.connections.get(conn);
    if (indexed === undefined) return undefined;
    const channel = this.#connections.define(conn, indexed.topic, indexed.header);
    if (channel === 'corrupt') return undefined;
    if (channel === undefined) return this.#connections.channelOf(conn);
    this.out.push({ kind: 'channel', channel });
    return channel;
  }
}
