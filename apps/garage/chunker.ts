/**
 * The garage's side of its chunker processes: a few are kept warm, each takes one job at a time, to cut a recording or to
 * inspect files. One that hangs or grows past its memory is killed, and the recording lands opaque; the node and other
 * bays never notice. Inspections have a place of their own beside those that cut, so that a drive is known within seconds
 * of docking while others are cut for an hour.
 */
import type { ChildProcess } from 'node:child_process';
import { errorFromPlain, PitlaneError } from '@pitlane/base/errors';
import { moduleBeside, startChild } from '@pitlane/base/spawn';
import { PREVIEW_PRIORITY } from '@pitlane/contracts/preview';
import type { MadePreview } from '@pitlane/stages/35-preview';
import type { ChunkEvent } from '@pitlane/stages/40-chunk';
import { type ChunkerLimits, Inbox, type JobAnswer } from './chunker-inbox.ts';
import { PauseLine } from './chunker-pause.ts';
import { Places } from './chunker-places.ts';
import type {
  ChunkerAnswer,
  ChunkerJob,
  ChunkerTask,
  InspectEvent,
  InspectJob,
  PreviewTask,
} from './chunker-protocol.ts';
import { readProcess } from './chunker-reading.ts';

export const DEFAULT_CHUNKER_LIMITS: ChunkerLimits = {
  // Twice, at inspection and at the cut, is within the two seconds that a hang may cost.
  silentCpuMsMax: 1000,
  silentMsMax: 20_000,
  stalledMsMax: 600_000,
  residentBytesMax: 800 * 1024 * 1024,
};

/** What grew past this gives little of it back: the next job has a fresh process. */
const KEPT_RESIDENT_BYTES_MAX = 192 * 1024 * 1024;

/** A process holds about 90 MiB when it starts. */
const RELEASED_RESIDENT_BYTES = 96 * 1024 * 1024;
/** Beside so much work the start of another is nothing. */
const RELEASED_CPU_MS = 30_000;

export interface ChunkersOptions {
  readonly limits?: ChunkerLimits;
  readonly module?: URL;
  readonly read?: typeof readProcess;
}

const CHUNKER = moduleBeside(import.meta.url, './chunker.child');

export class Chunkers {
  readonly #max: number;
  readonly #limits: ChunkerLimits;
  readonly #module: URL;
  readonly #read: typeof readProcess;
  readonly #idle: ChildProcess[] = [];
  readonly #all = new Set<ChildProcess>();
  readonly #cutting: Places;
  readonly #inspecting = new Places(1);

  constructor(max: number, { limits, module, read }: ChunkersOptions = {}) {
    this.#max = max;
    this.#limits = limits ?? DEFAULT_CHUNKER_LIMITS;
    this.#module = module ?? CHUNKER;
    this.#read = read ?? readProcess;
    this.#cutting = new Places(max);
  }

  /**
   * Cuts a recording. Whatever has a higher number pauses meanwhile, each at its next chunk boundary. Errors:
   * `decoder-failed` when the process hung, grew or died, with `killed` in its details if somebody else killed it;
   * `land-opaque` as a `decoder-failed` with the reason in its details; `unavailable` when the disk does not answer;
   * whatever the job itself failed with.
   */
  async *run(job: ChunkerJob, signal?: AbortSignal, priority?: number): AsyncGenerator<ChunkEvent> {
    const pausing = new PauseLine();
    const place = this.#cutting.take(priority, pausing);
    const answers = this.#answers({ kind: 'chunk', job }, { what: job.path, pausing }, place, signal);
    for await (const answer of answers) if (answer.type === 'event') yield answer.event;
  }

  /** Inspects files one after another. Errors as in `run`: the file that was next in turn is the one that failed. */
  async *inspect(job: InspectJob, signal?: AbortSignal): AsyncGenerator<InspectEvent> {
    const options = { what: job.root, pausing: new PauseLine() };
    const answers = this.#answers({ kind: 'inspect', job }, options, this.#inspecting.take(), signal);
    for await (const answer of answers) if (answer.type === 'inspect-event') yield answer.event;
  }

  /** A preview of a recording; whatever has a higher number pauses meanwhile. Errors as in `run`. */
  async preview(job: PreviewTask, signal?: AbortSignal): Promise<MadePreview | undefined> {
    const options = { what: job.path, pausing: new PauseLine() };
    let made: MadePreview | undefined;
    const answers = this.#answers({ kind: 'preview', job }, options, this.#cutting.take(PREVIEW_PRIORITY), signal);
    for await (const answer of answers) if (answer.type === 'preview') made = answer.made;
    return made;
  }

  /** Starts a process ahead of its first job, so that a dock does not wait for it. */
  warm(): void {
    if (this.#all.size === 0) this.#idle.push(this.#start());
  }

  /** Lets go of idle processes that grew, or worked for long: what comes after cutting needs the memory itself. */
  release(residentBytesMax = RELEASED_RESIDENT_BYTES): void {
    const spent = this.#idle.filter((child) => {
      const { residentBytes, cpuMs } = this.#read(child.pid) ?? { residentBytes: 0, cpuMs: 0 };
      return residentBytes > residentBytesMax || cpuMs > RELEASED_CPU_MS;
    });
    for (const child of spent) {
      this.#idle.splice(this.#idle.indexOf(child), 1);
      child.kill('SIGKILL');
    }
  }

  async close(): Promise<void> {
    for (const child of this.#all) child.kill('SIGKILL');
    this.#all.clear();
  }

  async *#answers(
    task: ChunkerTask,
    { what, pausing }: { readonly what: string; readonly pausing: PauseLine },
    taken: ReturnType<Places['take']>,
    signal?: AbortSignal,
  ): AsyncGenerator<JobAnswer> {
    const place = await taken;
    const child = this.#take();
    const onWaiting = (): void => place.leave();
    const inbox = new Inbox(child, { limits: this.#limits, read: this.#read, what, onWaiting, pausing });
    let finished = false;
    const stop = (): void => void child.kill('SIGKILL');
    signal?.addEventListener('abort', stop, { once: true });
    try {
      // While it waited for its turn the abort went by unheard.
      finished = signal?.aborted ?? false;
      signal?.throwIfAborted();
      child.send(task);
      pausing.attach((word) => child.connected && child.send(word));
      for (;;) {
        const answer = await inbox.next();
        if (answer.type === 'done') break;
        if (answer.type === 'land-opaque' || answer.type === 'failed') {
          finished = true;
          throw errorFrom(answer, what);
        }
        if (answer.type === 'event' && answer.event.type === 'chunk' && child.connected) child.send('taken');
        yield answer;
      }
      finished = true;
    } catch (error) {
      if (signal?.aborted) throw new PitlaneError('interrupted', `reading ${what} was stopped: run again to go on`);
      throw error;
    } finally {
      signal?.removeEventListener('abort', stop);
      inbox.close();
      this.#giveBack(child, finished);
      place.leave();
    }
  }

  #take(): ChildProcess {
    for (;;) {
      const idle = this.#idle.pop();
      if (!idle) return this.#start();
      if (idle.connected) return idle;
    }
  }

  #start(): ChildProcess {
    const child = startChild(this.#module, [], ['--max-old-space-size=256', '--max-semi-space-size=2']);
    this.#all.add(child);
    // A word to a process that has just died comes back as an error, after its job was given up too.
    child.on('error', () => {});
    child.on('exit', () => this.#all.delete(child));
    child.unref();
    child.channel?.unref();
    return child;
  }

  /** Beyond those that may cut, one is kept for the inspections: they come in rows, and a start is dear. */
  #giveBack(child: ChildProcess, finished: boolean): void {
    const isOneTooMany = this.#all.size > this.#max && this.#idle.length > 0;
    const isGrown = (this.#read(child.pid)?.residentBytes ?? 0) > KEPT_RESIDENT_BYTES_MAX;
    if (finished && child.connected && !isOneTooMany && !isGrown) this.#idle.push(child);
    else child.kill('SIGKILL');
  }
}

function errorFrom(answer: ChunkerAnswer & { type: 'land-opaque' | 'failed' }, path: string): PitlaneError {
  if (answer.type === 'failed') return errorFromPlain(answer);
  return new PitlaneError('decoder-failed', `${path} lands byte for byte: ${answer.reason}`, {
    details: { reason: answer.reason },
  });
}
