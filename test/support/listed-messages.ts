/** A message log that only lists what was published, for tests of who publishes. */
import type { DeliveredRecord, LogRecord, MessageLog } from '@pitlane/ports/message-log';

export class ListedMessages implements MessageLog {
  readonly published: (LogRecord & { readonly topic: string })[] = [];

  async publish(topic: string, records: readonly LogRecord[]): Promise<void> {
    for (const record of records) this.published.push({ topic, ...record });
  }

  /** The values of a topic's records, parsed. */
  on(topic: string): unknown[] {
    return this.published.filter((record) => record.topic === topic).map(({ value }) => JSON.parse(value) as unknown);
  }

  async consume(): Promise<void> {
    throw new Error('nobody reads the listed messages');
  }

  async lag(): Promise<number> {
    return 0;
  }

  async newest(topic: string, max: number): Promise<DeliveredRecord[]> {
    const records = this.published.filter((record) => record.topic === topic);
    return records.map((record, at) => ({ ...record, offset: BigInt(at) })).slice(-max);
  }

  async trim(): Promise<void> {}
  async close(): Promise<void> {}
}
