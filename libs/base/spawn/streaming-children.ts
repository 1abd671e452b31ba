/**
 * Work that gives a stream of bytes, in child processes: a few at most, each with one job at a time, kept for the next
 * one for a while because starting one takes longer than most jobs. What is not read is not made: the pipe fills and the
 * child waits. A stream that is let go of ends its child, and with it all that it was doing.
 */
import type { ChildProcess } from 'node:child_process';
import type { Readable } from 'node:stream';
import { errorFromPlain, messageOf, type PlainError, PitlaneError } from '../errors/index.ts';
import { type Frame, FrameCutter, FrameKind } from './pipe-frames.ts';
import { startChild } from './start.ts';

const IDLE_MS = 30_000;

export interface StreamingOptions {
  /** It calls `serveStreams`. */
  readonly module: URL;
  readonly processesMax: number;
  /** What is said to who comes when all are at work. */
  readonly busyText: string;
  /** What is said when a child has died of its job. */
  readonly diedText: string;
  readonly nodeArguments?: readonly string[];
}

interface Child {
  readonly process: ChildProcess;
  readonly frames: AsyncIterator<Frame>;
  idle: NodeJS.Timeout | undefined;
}

export class StreamingChildren<Job extends object> {
  readonly #options: StreamingOptions;
  readonly #idle: Child[] = [];
  #atWork = 0;

  constructor(options: StreamingOptions) {
    this.#options = options;
  }

  /**
   * The bytes of one job; the return value is its result. Throws `unavailable` at once when all children are at work, and
   * `interrupted` when the signal ends it.
   */
  async *run(job: Job, signal?: AbortSignal): AsyncGenerator<Uint8Array, object, undefined> {
    signal?.throwIfAborted();
    const child = this.#take();
    const stop = (): void => void child.process.kill('SIGKILL');
    signal?.addEventListener('abort', stop, { once: true });
    let isWhole = false;
    try {
      child.process.send(job);
      for (;;) {
        const next = await child.frames.next();
        if (next.done) throw this.#died(signal);
        const { kind, content } = next.value;
        if (kind === FrameKind.data) {
          yield content;
          continue;
        }
        isWhole = true;
        const word = JSON.parse(Buffer.from(content).toString()) as object;
        if (kind === FrameKind.result) return word;
        throw errorFromPlain(word as PlainError);
      }
    } finally {
      signal?.removeEventListener('abort', stop);
      this.#atWork -= 1;
      if (isWhole && !signal?.aborted) this.#keep(child);
      else stop();
    }
  }

  /** Ends the children that wait; those at work end with their streams. */
  close(): void {
    for (const child of this.#idle.splice(0)) end(child);
  }

  #take(): Child {
    const { module, processesMax, nodeArguments, busyText } = this.#options;
    if (this.#atWork >= processesMax) {
      throw new PitlaneError('unavailable', busyText, { retryable: true });
    }
    this.#atWork += 1;
    const idle = this.#idle.pop();
    clearTimeout(idle?.idle);
    if (idle) return idle;
    const started = startChild(module, [], nodeArguments, 1);
    const frames = framesFrom(started.stdio[4] as Readable);
    const child: Child = { process: started, frames, idle: undefined };
    started.on('error', () => {}); // its pipe ends, too
    started.once('exit', () => this.#forget(child));
    return child;
  }

  #keep(child: Child): void {
    child.idle = setTimeout(() => end(child), IDLE_MS).unref();
    this.#idle.push(child);
  }

  #forget(child: Child): void {
    const at = this.#idle.indexOf(child);
    if (at >= 0) this.#idle.splice(at, 1);
    clearTimeout(child.idle);
  }

  #died(signal: AbortSignal | undefined): PitlaneError {
    return signal?.aborted
      ? new PitlaneError('interrupted', 'it was stopped: ask again to go on')
      : new PitlaneError('decoder-failed', this.#options.diedText);
  }
}

function end(child: Child): void {
  clearTimeout(child.idle);
  child.process.kill('SIGKILL');
}

async function* framesFrom(pipe: Readable): AsyncGenerator<Frame, void, undefined> {
  const cutter = new FrameCutter();
  try {
    for await (const bytes of pipe) {
      cutter.append(bytes as Uint8Array);
      for (let frame = cutter.next(); frame; frame = cutter.next()) yield frame;
    }
  } catch (cause) {
    throw new PitlaneError('decoder-failed', `the process of a stream sent no sense: ${messageOf(cause)}`, { cause });
  }
}
