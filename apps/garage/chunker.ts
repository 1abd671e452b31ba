/**
 * The garage's side of its chunker processes: a few are kept warm, each takes one recording at a time. One that goes
 * silent or grows past its memory is killed, and the recording lands opaque; the node and other bays never notice.
 */
import type { ChildProcess } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { PitlaneError } from '@pitlane/base/errors';
import { moduleBeside, startChild } from '@pitlane/base/spawn';
import type { ChunkEvent } from '@pitlane/stages/40-chunk';
import type { ChunkerAnswer, ChunkerJob } from './chunker-protocol.ts';

export interface ChunkerLimits {
  /** A process that says nothing for so long is taken to hang. */
  readonly silentMsMax: number;
  /** A process that holds more memory than this is killed. */
  readonly residentBytesMax: number;
}

export const DEFAULT_CHUNKER_LIMITS: ChunkerLimits = { silentMsMax: 20_000, residentBytesMax: 800 * 1024 * 1024 };

const CHUNKER = moduleBeside(import.meta.url, './chunker.child');

export class Chunkers {
  readonly #max: number;
  readonly #limits: ChunkerLimits;
  readonly #module: URL;
  readonly #idle: ChildProcess[] = [];
  readonly #all = new Set<ChildProcess>();
  readonly #waiting: (() => void)[] = [];

  constructor(max: number, limits: ChunkerLimits = DEFAULT_CHUNKER_LIMITS, module: URL = CHUNKER) {
    this.#max = max;
    this.#limits = limits;
    this.#module = module;
  }

  /**
   * Runs one job. Errors: `decoder-failed` when the process hung, grew or died, with `killed` in its details if somebody
   * else killed it; `land-opaque` as a `decoder-failed` with the reason in its details; whatever the job itself failed with.
   */
  async *run(job: ChunkerJob, signal?: AbortSignal): AsyncGenerator<ChunkEvent> {
    const child = await this.#take();
    const inbox = new Inbox(child, this.#limits);
    let finished = false;
    const stop = (): void => void child.kill('SIGKILL');
    signal?.addEventListener('abort', stop, { once: true });
    try {
      // While it waited for its turn the abort went by unheard.
      finished = signal?.aborted ?? false;
      signal?.throwIfAborted();
      child.send(job);
      for (;;) {
        const answer = await inbox.next();
        if (answer.type === 'event') {
          if (answer.event.type === 'chunk' && child.connected) child.send('taken');
          yield answer.event;
        } else if (answer.type === 'done') break;
        else if (answer.type !== 'ready') {
          finished = true;
          throw errorFrom(answer, job.path);
        }
      }
      finished = true;
    } catch (error) {
      if (signal?.aborted)
        throw new PitlaneError('interrupted', `chunking ${job.path} was stopped: run again to go on`);
      throw error;
    } finally {
      signal?.removeEventListener('abort', stop);
      inbox.close();
      this.#giveBack(child, finished);
    }
  }

  /** Starts a process ahead of its first job, so that a dock does not wait for it. */
  warm(): void {
    if (this.#all.size === 0) this.#idle.push(this.#start());
  }

  async close(): Promise<void> {
    for (const child of this.#all) child.kill('SIGKILL');
    this.#all.clear();
  }

  async #take(): Promise<ChildProcess> {
    for (;;) {
      const idle = this.#idle.pop();
      if (idle?.connected) return idle;
      if (!idle && this.#all.size < this.#max) return this.#start();
      if (!idle) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  #start(): ChildProcess {
    const child = startChild(this.#module, [], ['--max-old-space-size=256', '--max-semi-space-size=8']);
    this.#all.add(child);
    // A word to a process that has just died comes back as an error, after its job was given up too.
    child.on('error', () => {});
    child.on('exit', () => {
      this.#all.delete(child);
      this.#waiting.shift()?.();
    });
    child.unref();
    child.channel?.unref();
    return child;
  }

  #giveBack(child: ChildProcess, finished: boolean): void {
    if (finished && child.connected) this.#idle.push(child);
    else child.kill('SIGKILL');
    this.#waiting.shift()?.();
  }
}

function errorFrom(answer: ChunkerAnswer & { type: 'land-opaque' | 'failed' }, path: string): PitlaneError {
  if (answer.type === 'failed') return new PitlaneError(answer.code, answer.message, { retryable: answer.retryable });
  return new PitlaneError('decoder-failed', `${path} lands byte for byte: ${answer.reason}`, {
    details: { reason: answer.reason },
  });
}

type JobAnswer = Exclude<ChunkerAnswer, { type: 'alive' }>;

/** Messages of one job, in order, with an eye on the process's clock and memory. */
class Inbox {
  readonly #child: ChildProcess;
  readonly #limits: ChunkerLimits;
  readonly #queue: JobAnswer[] = [];
  readonly #watch: NodeJS.Timeout;
  #failure: PitlaneError | undefined;
  #wake = (): void => {};
  #silentMs = 0;
  #closed = false;

  constructor(child: ChildProcess, limits: ChunkerLimits) {
    this.#child = child;
    this.#limits = limits;
    child.on('message', this.#onMessage);
    child.on('exit', this.#onExit);
    child.on('error', this.#onError);
    child.channel?.ref();
    this.#watch = setInterval(() => void this.#look(), WATCH_MS);
  }

  async next(): Promise<JobAnswer> {
    for (;;) {
      const answer = this.#queue.shift();
      if (answer) return answer;
      if (this.#failure) throw this.#failure;
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }

  close(): void {
    this.#closed = true;
    clearInterval(this.#watch);
    this.#child.off('message', this.#onMessage);
    this.#child.off('exit', this.#onExit);
    this.#child.off('error', this.#onError);
    this.#child.channel?.unref();
  }

  readonly #onMessage = (message: unknown): void => {
    this.#silentMs = 0;
    const answer = message as ChunkerAnswer;
    if (answer.type === 'alive') return;
    this.#queue.push(answer);
    this.#wake();
  };

  /** It could not be started or told anything, which says nothing of the file. */
  readonly #onError = (): void => this.#fail('its decoder died', true);

  /** A crash is the file's doing; a kill from outside (by hand, or for want of memory) need not be. */
  readonly #onExit = (_code: number | null, signal: NodeJS.Signals | null): void =>
    this.#fail('its decoder died', signal === 'SIGKILL' || signal === 'SIGTERM');

  async #look(): Promise<void> {
    // What it said and nobody took yet may be what it waits for: a slow store is not a hanging decoder.
    this.#silentMs = this.#queue.length > 0 ? 0 : this.#silentMs + WATCH_MS;
    if (this.#silentMs > this.#limits.silentMsMax)
      this.#kill(`its decoder said nothing for ${this.#limits.silentMsMax / 1000} s`);
    const resident = await residentBytes(this.#child.pid);
    if (this.#closed) return; // the process works for another job by now
    if (resident > this.#limits.residentBytesMax)
      this.#kill(`its decoder took more than ${this.#limits.residentBytesMax >> 20} MiB`);
  }

  #kill(reason: string): void {
    this.#fail(reason);
    this.#child.kill('SIGKILL');
  }

  #fail(reason: string, killed = false): void {
    const details = { reason, killed };
    this.#failure ??= new PitlaneError('decoder-failed', `decoding was given up: ${reason}`, { details });
    this.#wake();
  }
}

const WATCH_MS = 250;

/** Resident memory of a process as Linux tells it; 0 where it is not told. */
async function residentBytes(pid: number | undefined): Promise<number> {
  const statm = await readFile(`/proc/${pid}/statm`, 'utf8').catch(() => '');
  return Number(statm.split(' ')[1] ?? 0) * 4096;
}
