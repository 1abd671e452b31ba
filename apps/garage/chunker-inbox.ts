/** What a chunker process says about one job, in order, with an eye on its CPU, its memory and its silence. */
import type { ChildProcess } from 'node:child_process';
import { PitlaneError } from '@pitlane/base/errors';
import { Patience, type PatienceLimits } from './chunker-patience.ts';
import type { PauseLine } from './chunker-pause.ts';
import type { ChunkerAnswer } from './chunker-protocol.ts';
import type { ProcessReading } from './chunker-reading.ts';

export interface ChunkerLimits extends PatienceLimits {
  /** A process that holds more memory than this is killed. */
  readonly residentBytesMax: number;
}

export interface InboxOptions {
  readonly limits: ChunkerLimits;
  readonly read: (pid: number | undefined) => ProcessReading | undefined;
  /** What the job reads, for people. */
  readonly what: string;
  /** Said again and again while the process waits for its disk, or is given up because of it. */
  readonly onWaiting: () => void;
  /** A process that pauses because it was told to is silent for as long as others go first. */
  readonly pausing: Pick<PauseLine, 'heardPaused' | 'isStill'>;
}

export type JobAnswer = Exclude<ChunkerAnswer, { type: 'alive' | 'paused' }>;

const WATCH_MS = 250;
/** CPU that a process may take to load its program, before its first word. */
const STARTS_MS = 10_000;

export class Inbox {
  readonly #child: ChildProcess;
  readonly #options: InboxOptions;
  readonly #patience: Patience;
  readonly #queue: JobAnswer[] = [];
  readonly #watch: NodeJS.Timeout;
  #failure: PitlaneError | undefined;
  #wake = (): void => {};

  constructor(child: ChildProcess, options: InboxOptions) {
    this.#child = child;
    this.#options = options;
    this.#patience = new Patience(options.limits);
    this.#patience.heard(STARTS_MS);
    child.on('message', this.#onMessage);
    child.on('exit', this.#onExit);
    child.on('error', this.#onError);
    child.channel?.ref();
    this.#watch = setInterval(() => this.#look(), WATCH_MS);
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
    clearInterval(this.#watch);
    this.#child.off('message', this.#onMessage);
    this.#child.off('exit', this.#onExit);
    this.#child.off('error', this.#onError);
    this.#child.channel?.unref();
  }

  readonly #onMessage = (message: unknown): void => {
    const answer = message as ChunkerAnswer;
    this.#patience.heard(answer.type === 'alive' ? answer.honestMs : 0);
    if (answer.type === 'paused') return this.#options.pausing.heardPaused();
    if (answer.type === 'alive') return;
    this.#queue.push(answer);
    this.#wake();
  };

  /** It could not be started or told anything, which says nothing of the file. */
  readonly #onError = (): void => this.#fail('its decoder died', true);

  /** A crash is the file's doing; a kill from outside (by hand, or for want of memory) need not be. */
  readonly #onExit = (_code: number | null, signal: NodeJS.Signals | null): void =>
    this.#fail('its decoder died', signal === 'SIGKILL' || signal === 'SIGTERM');

  /** Time is counted in looks, so that a machine that slept is no silence. */
  #look(): void {
    // What it said and nobody took yet may be what it waits for: a slow store is not a hanging decoder.
    const { limits, read, what, onWaiting, pausing } = this.#options;
    if (this.#queue.length > 0 || pausing.isStill) this.#patience.heard();
    const reading = read(this.#child.pid);
    const verdict = this.#patience.look(WATCH_MS, reading?.cpuMs);
    if (verdict === 'hangs') {
      const silentMs = reading ? limits.silentCpuMsMax : limits.silentMsMax;
      this.#kill(`its decoder said nothing for ${silentMs / 1000} s${reading ? ' of computing' : ''}`);
    } else if (verdict === 'stalled') {
      const minutes = limits.stalledMsMax / 60_000;
      const text = `the disk did not answer for ${minutes} min while ${what} was read: check it and dock again`;
      this.#failure ??= new PitlaneError('unavailable', text, { retryable: true });
      this.#kill('its disk did not answer');
    }
    // A kill does not end a process that the kernel keeps waiting, so that its place is free before it is.
    if (verdict === 'waits' || verdict === 'stalled') onWaiting();
    if (reading && reading.residentBytes > limits.residentBytesMax)
      this.#kill(`its decoder took more than ${limits.residentBytesMax >> 20} MiB`);
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
