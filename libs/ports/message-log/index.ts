/**
 * The message log: durable, ordered records between garage and cloud. Records of one key keep their order; each may be
 * delivered more than once; an offset moves only when the reader says so. It never drops a record unread.
 */

export interface LogRecord {
  readonly key: string;
  /** JSON text. Large things are not sent through here: they lie in the store and the record points at them. */
  readonly value: string;
}

export interface DeliveredRecord extends LogRecord {
  readonly topic: string;
  /** Rises from record to record of one key. It says nothing of records with other keys, which may share it. */
  readonly offset: bigint;
}

export interface ConsumeOptions {
  /** At most so many records are handed over at once. */
  readonly batchMax: number;
  /** How long a batch that is not full may wait for more; 0 or nothing hands over at once. */
  readonly lingerMs?: number;
  readonly signal: AbortSignal;
}

export interface MessageLog {
  /** Resolves when all records are durable, in their order. */
  publish(topic: string, records: readonly LogRecord[]): Promise<void>;
  /**
   * Hands the records of `topic` to `handler`, batch by batch and in order of each key, from the group's offset on, until
   * the signal aborts; then resolves. The group's offset moves past a batch when the handler resolves; when it throws,
   * consuming ends with that error and the same batch comes again next time. A group that is new starts at the first
   * record. Programs that consume as one group at the same time are refused or share the keys.
   */
  consume(
    topic: string,
    group: string,
    options: ConsumeOptions,
    handler: (batch: readonly DeliveredRecord[]) => Promise<void>,
  ): Promise<void>;
  /** How many records of `topic` the group has not finished yet. */
  lag(topic: string, group: string): Promise<number>;
  /** The newest records of `topic`, at most `max`, for people to look at: no group moves. Those of one key are in order. */
  newest(topic: string, max: number): Promise<readonly DeliveredRecord[]>;
  /**
   * Forgets records that every group which ever read `topic` has finished and that are beyond the newest `keep`. A log
   * that forgets by a rule of its own, such as their age, may leave it at that; it then says what a group has missed.
   */
  trim(topic: string, keep: number): Promise<void>;
  close(): Promise<void>;
}
