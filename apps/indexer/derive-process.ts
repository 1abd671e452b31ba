/**
 * The indexer's side of the process that derives. It is started when there is something to derive, kept while there is more,
 * and killed when it is silent for too long or dies of a chunk: that chunk is told of, and the next has a fresh process.
 */
import type { ChildProcess } from 'node:child_process';
import { errorFromPlain, PitlaneError } from '@pitlane/base/errors';
import { moduleBeside, startChild } from '@pitlane/base/spawn';
import type { Derived, DerivedFrom } from '@pitlane/stages/87-derive';
import { ChunkObject } from '@pitlane/stages/87-derive';
import type { ObjectStore } from '@pitlane/ports/object-store';
import type { DeriveAnswer, DeriveWord } from './derive-protocol.ts';
import type { DerivePlans } from './derivers.ts';

const CHILD = moduleBeside(import.meta.url, './derive.child');
/** So long it is kept with nothing to do. */
const IDLE_MS_MAX = 20_000;
/** An inner chunk has 1 MiB, of which a message may be as hostile as it likes. */
const SILENT_MS_MAX = 60_000;
const NODE_ARGUMENTS = ['--max-old-space-size=512', '--max-semi-space-size=4'];

export interface DeriveJob {
  readonly chunk: DerivedFrom;
  readonly object: string;
  readonly bytesStored: number;
}

export interface DeriveProcessOptions {
  readonly module?: URL;
  readonly silentMsMax?: number;
}

export class DeriveProcess {
  readonly #store: ObjectStore;
  readonly #module: URL;
  readonly #silentMsMax: number;
  #child: ChildProcess | undefined;
  #idle: NodeJS.Timeout | undefined;

  constructor(store: ObjectStore, options: DeriveProcessOptions = {}) {
    this.#store = store;
    this.#module = options.module ?? CHILD;
    this.#silentMsMax = options.silentMsMax ?? SILENT_MS_MAX;
  }

  /** Nothing where no deriver wants anything of the chunk. One at a time. */
  async derive(
    { chunk, object, bytesStored }: DeriveJob,
    plans: DerivePlans,
    signal: AbortSignal,
  ): Promise<readonly Derived[]> {
    clearTimeout(this.#idle);
    const opened = await ChunkObject.open(this.#store, object, bytesStored, signal);
    try {
      const begin = { type: 'begin', object, chunk, channels: opened.channels, plans } as const;
      const wanted = await this.#ask(begin, 'wanted', signal);
      for await (const [place, record] of opened.inners(wanted.channelIds)) {
        await this.#ask({ type: 'inner', place, record }, 'taken', signal);
      }
      const { derived } = await this.#ask({ type: 'end' }, 'derived', signal);
      const isEmpty = derived.every(({ event: { derivation } }) => isIdle(derivation));
      return isEmpty ? [] : derived;
    } finally {
      await opened.close();
      this.#idle = setTimeout(() => this.close(), IDLE_MS_MAX).unref();
    }
  }

  close(): void {
    clearTimeout(this.#idle);
    this.#child?.kill('SIGKILL');
    this.#child = undefined;
  }

  #ask<Type extends DeriveAnswer['type']>(
    word: DeriveWord,
    wanted: Type,
    signal: AbortSignal,
  ): Promise<Extract<DeriveAnswer, { type: Type }>> {
    const child = (this.#child ??= this.#start());
    return new Promise((resolve, reject) => {
      const end = (error: PitlaneError, isLost: boolean): void => {
        clearTimeout(timer);
        child.off('message', onAnswer).off('exit', onExit);
        signal.removeEventListener('abort', onAbort);
        if (isLost) this.close();
        reject(error);
      };
      const onAnswer = (answer: DeriveAnswer): void => {
        if (answer.type === 'failed') return end(errorFromPlain(answer), false);
        clearTimeout(timer);
        child.off('exit', onExit);
        signal.removeEventListener('abort', onAbort);
        if (answer.type === wanted) resolve(answer as Extract<DeriveAnswer, { type: Type }>);
        else reject(new PitlaneError('internal', `the deriving process said ${answer.type} instead of ${wanted}`));
      };
      const onExit = (): void => end(new PitlaneError('decoder-failed', 'the process that derived it died'), true);
      const onAbort = (): void =>
        end(new PitlaneError('interrupted', 'deriving was stopped: it goes on next time'), true);
      const timer = setTimeout(() => {
        end(
          new PitlaneError('decoder-failed', `deriving it took longer than ${this.#silentMsMax} ms for one step`),
          true,
        );
      }, this.#silentMsMax);
      if (signal.aborted) return onAbort();
      child.once('message', onAnswer).once('exit', onExit);
      signal.addEventListener('abort', onAbort, { once: true });
      child.send(word, (error) => error && onExit());
    });
  }

  #start(): ChildProcess {
    const child = startChild(this.#module, [], NODE_ARGUMENTS);
    // A word to a process that has just died comes back as an error, after its chunk was given up too.
    child.on('error', () => {});
    child.on('exit', () => {
      if (this.#child === child) this.#child = undefined;
    });
    child.unref();
    child.channel?.unref();
    return child;
  }
}

const isIdle = ({ messages, undecoded, faults }: Derived['event']['derivation']): boolean =>
  messages === 0 && undecoded === 0 && faults.length === 0;
