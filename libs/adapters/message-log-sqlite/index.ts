/**
 * The message log in one SQLite file, for garage and cloud in one process. It stands where Kafka stands in production:
 * manifests, claim checks and receipts go through it. It never loses a record that `publish` resolved for, never skips
 * one, and never hands a record to a group again once its offset moved.
 *
 * Writes are durable (write-ahead log, fsynced at each commit) and committed in groups. SQLite works on the caller's
 * thread: a commit holds the event loop for one fsync, which is why writes of one turn share it.
 */
import { resolve } from 'node:path';
import { PitlaneError } from '@pitlane/base/errors';
import { type Clock, systemClock } from '@pitlane/base/time';
import type { ConsumeOptions, DeliveredRecord, LogRecord, MessageLog } from '@pitlane/ports/message-log';
import { GroupCommit } from './group-commit.ts';
import { LogFile } from './log-file.ts';
import { withFile } from './sqlite-errors.ts';

const VALUE_MAX_BYTES = 8 * 1024 * 1024;
const NAME_MAX_BYTES = 1024;
const IDLE_POLL_MS = 500;
const TRIM_STEP_RECORDS = 1000;

export interface SqliteLogOptions {
  readonly file: string;
  readonly clock?: Clock;
  /** How often an idle consumer looks for records that another process wrote; those of this process wake it at once. */
  readonly idlePollMs?: number;
}

type Handler = (batch: readonly DeliveredRecord[]) => Promise<void>;

/** File, topic and group of every consumer in this process: two of them would hand each record out twice. */
const consuming = new Set<string>();

export function openSqliteLog(options: SqliteLogOptions): MessageLog {
  const file = resolve(options.file);
  const logFile = withFile(file, () => new LogFile(file));
  return new SqliteLog(file, logFile, options.clock ?? systemClock, options.idlePollMs ?? IDLE_POLL_MS);
}

class SqliteLog implements MessageLog {
  readonly #path: string;
  readonly #file: LogFile;
  readonly #clock: Clock;
  readonly #idlePollMs: number;
  readonly #writes: GroupCommit;
  readonly #idle = new Map<string, Set<() => void>>();
  readonly #consumers = new Set<Promise<void>>();
  readonly #closing = new AbortController();
  #closed: Promise<void> | undefined;
  #isShut = false;

  constructor(path: string, file: LogFile, clock: Clock, idlePollMs: number) {
    this.#path = path;
    this.#file = file;
    this.#clock = clock;
    this.#idlePollMs = idlePollMs;
    this.#writes = new GroupCommit((work) => withFile(path, () => file.transact(work)));
  }

  async publish(topic: string, records: readonly LogRecord[]): Promise<void> {
    this.#refuseShut();
    checkName('topic', topic);
    let bytes = 0;
    for (const record of records) bytes += checkedBytes(topic, record);
    if (records.length === 0) return;
    // A copy of the list: the caller may go on with its own before the commit.
    const taken = [...records];
    await this.#writes.run(() => this.#file.append(topic, taken, this.#clock.nowMs()), bytes);
    for (const wake of this.#idle.get(topic) ?? []) wake();
  }

  async consume(topic: string, group: string, options: ConsumeOptions, handler: Handler): Promise<void> {
    this.#refuseShut();
    checkName('topic', topic);
    checkName('group', group);
    if (!Number.isSafeInteger(options.batchMax) || options.batchMax < 1) {
      throw new PitlaneError('bad-usage', `batchMax is ${options.batchMax}: give a whole number from 1 on`);
    }
    const slot = JSON.stringify([this.#path, topic, group]);
    if (consuming.has(slot)) {
      throw new PitlaneError('busy', `group ${group} is consuming topic ${topic} already: stop that consumer first`);
    }
    consuming.add(slot);
    const consumer = this.#consumeUntilStopped(topic, group, options, handler);
    this.#consumers.add(consumer);
    try {
      await consumer;
    } finally {
      consuming.delete(slot);
      this.#consumers.delete(consumer);
    }
  }

  async lag(topic: string, group: string): Promise<number> {
    this.#refuseShut();
    return withFile(this.#path, () => this.#file.lag(topic, group));
  }

  async newest(topic: string, max: number): Promise<readonly DeliveredRecord[]> {
    this.#refuseShut();
    return withFile(this.#path, () => this.#file.newest(topic, max));
  }

  async trim(topic: string, keep: number): Promise<void> {
    this.#refuseShut();
    if (!Number.isSafeInteger(keep) || keep < 0) {
      throw new PitlaneError('bad-usage', `cannot keep ${keep} records: give a whole number from 0 on`);
    }
    const { start, end } = withFile(this.#path, () => this.#file.trimmable(topic, keep));
    if (start === end) return;
    // In steps, so that publishers and the event loop get their turns.
    for (let at = start; at < end && !this.#isShut; ) {
      at = Math.min(at + TRIM_STEP_RECORDS, end);
      const upTo = at;
      await this.#writes.run(() => this.#file.forget(topic, upTo));
    }
    if (!this.#isShut) withFile(this.#path, () => this.#file.shrink());
  }

  /** Ends all consumers after the batch they are at, and waits for them. Not to be awaited inside a handler. */
  close(): Promise<void> {
    this.#closed ??= this.#shut();
    return this.#closed;
  }

  async #shut(): Promise<void> {
    this.#closing.abort();
    await Promise.allSettled(this.#consumers);
    this.#isShut = true;
    // What was asked for before is committed before it; each writer hears of its own failure.
    await this.#writes.run(() => {}).catch(() => {});
    withFile(this.#path, () => this.#file.close());
  }

  async #consumeUntilStopped(topic: string, group: string, options: ConsumeOptions, handler: Handler): Promise<void> {
    const stop = AbortSignal.any([options.signal, this.#closing.signal]);
    if (stop.aborted) return;
    const known = withFile(this.#path, () => this.#file.groupNext(topic, group));
    if (known === undefined) await this.#writes.run(() => this.#file.moveGroup(topic, group, 0));
    for (let next = known ?? 0; !stop.aborted; ) {
      const from = next;
      const batch = withFile(this.#path, () => this.#file.read(topic, from, options.batchMax));
      if (batch.length === 0) {
        await this.#arrival(topic, stop);
        continue;
      }
      const full = await this.#fuller(batch, topic, from, options, stop);
      await handler(full);
      next = Number((full.at(-1) as DeliveredRecord).offset) + 1;
      const finished = next;
      await this.#writes.run(() => this.#file.moveGroup(topic, group, finished));
    }
  }

  /** The same batch with what came while it lingered. */
  async #fuller(
    batch: readonly DeliveredRecord[],
    topic: string,
    from: number,
    { batchMax, lingerMs = 0 }: ConsumeOptions,
    stop: AbortSignal,
  ): Promise<readonly DeliveredRecord[]> {
    if (lingerMs === 0 || batch.length >= batchMax) return batch;
    await linger(lingerMs, stop);
    return withFile(this.#path, () => this.#file.read(topic, from, batchMax));
  }

  /** Resolves when `topic` may have new records, or at `stop`. */
  #arrival(topic: string, stop: AbortSignal): Promise<void> {
    return new Promise((done) => {
      const sleepers = this.#idle.get(topic) ?? new Set();
      this.#idle.set(topic, sleepers);
      const wake = (): void => {
        clearTimeout(poll);
        stop.removeEventListener('abort', wake);
        sleepers.delete(wake);
        done();
      };
      const poll = setTimeout(wake, this.#idlePollMs);
      stop.addEventListener('abort', wake);
      sleepers.add(wake);
    });
  }

  #refuseShut(): void {
    if (this.#isShut) throw new PitlaneError('unavailable', `message log ${this.#path} was closed: open it again`);
  }
}

/** Waits so long, or until `stop`. */
function linger(lingerMs: number, stop: AbortSignal): Promise<void> {
  return new Promise((done) => {
    const end = (): void => {
      clearTimeout(timer);
      stop.removeEventListener('abort', end);
      done();
    };
    const timer = setTimeout(end, lingerMs);
    stop.addEventListener('abort', end);
  });
}

function checkName(what: 'topic' | 'group', name: string): void {
  if (name === '' || Buffer.byteLength(name) > NAME_MAX_BYTES) {
    throw new PitlaneError('bad-usage', `a ${what} has a name of 1 to ${NAME_MAX_BYTES} bytes: "${name.slice(0, 80)}"`);
  }
}

/** The bytes of a record that may be published. */
function checkedBytes(topic: string, { key, value }: LogRecord): number {
  const bytes = Buffer.byteLength(value) + Buffer.byteLength(key);
  if (bytes > VALUE_MAX_BYTES) {
    const told = `a record for ${topic} has ${bytes} bytes of ${VALUE_MAX_BYTES}`;
    throw new PitlaneError('limit-exceeded', `${told}: keep large things in the store and point at them`);
  }
  // Half of a surrogate pair has no UTF-8: it would come out as another character than it went in.
  if (/\p{Surrogate}/u.test(key) || /\p{Surrogate}/u.test(value)) {
    throw new PitlaneError('bad-usage', `a record for ${topic} is not well-formed Unicode: escape lone surrogates`);
  }
  return bytes;
}
