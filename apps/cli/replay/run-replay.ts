/** Runs a planned replay into a sink, and tells at the end how it went. */
import { PitlaneError } from '@pitlane/base/errors';
import { systemWait } from '@pitlane/base/retry';
import { systemClock } from '@pitlane/base/time';
import {
  clockMessages,
  type Jump,
  type MergedMessage,
  Replay,
  ReplayDigest,
  type ReplayStats,
} from '@pitlane/stages/90-serve';
import type { PlannedReplay } from '../wiring/plan-replay-task.ts';
import { MergeThread } from '../wiring/replay/merge-thread.ts';
import type { Sink } from './sinks.ts';

export interface ReplayRun {
  readonly planned: PlannedReplay;
  /** `Infinity` for as fast as possible. */
  readonly speed: number;
  readonly loop: boolean;
  readonly paused?: boolean;
  readonly gapMaxMs: number | undefined;
  /** A message on `/clock` at every multiple of this in log time. */
  readonly clockEveryNs: bigint | undefined;
  readonly digest: boolean;
  readonly sink: Sink;
  readonly signal: AbortSignal;
  /** Whoever is to read has gone. */
  readonly isOver?: () => boolean;
  /** Is given the controls before anything is played. */
  readonly onOpen?: (replay: Replay) => void;
  readonly onJump?: (jump: Jump) => void;
}

export interface ReplayReport extends ReplayStats {
  /** Of all messages from the first to the last; null where it was not asked for, or the replay jumped about. */
  readonly digest: string | null;
  /** From opening the first object to the end. */
  readonly elapsedMs: number;
  /** Rounds that were played to the end. */
  readonly rounds: number;
}

/** While time is kept, what is held back goes out after so long. */
const FLUSH_MS = 500;

export async function runReplay(run: ReplayRun): Promise<ReplayReport> {
  const { planned, sink } = run;
  const startedMs = systemClock.monotonicMs();
  const thread = new MergeThread({ plan: planned.plan.messages, storeSpec: planned.storeSpec });
  try {
    const { speed, loop, gapMaxMs, signal, paused, clockEveryNs: tickEveryNs } = run;
    const startNs = startOf(planned);
    const pace = { speed, loop, gapMaxMs, signal, paused, tickEveryNs, startNs };
    const replay = new Replay({ source: thread.source, clock: systemClock, wait: systemWait, ...pace });
    run.onOpen?.(replay);
    const digests = new RoundDigests(run.digest);
    await play(run, replay, digests);
    if (run.isOver?.() !== true) await sink.end();
    const elapsedMs = systemClock.monotonicMs() - startedMs;
    return { ...replay.stats(), elapsedMs, digest: digests.result, rounds: digests.rounds };
  } finally {
    await thread.close();
  }
}

/** Where the selection begins; undefined where it does with the drive. */
export const startOf = ({ plan }: PlannedReplay): bigint | undefined =>
  plan.messages.startNs === null ? undefined : BigInt(plan.messages.startNs);

async function play(run: ReplayRun, replay: Replay, digests: RoundDigests): Promise<void> {
  const { sink } = run;
  const clockMessage = clockMessages(run.planned.plan.messages.channels.length);
  let flushedMs = systemClock.monotonicMs();
  for await (const event of replay.events()) {
    if (event.type === 'jump') {
      digests.jump(event);
      run.onJump?.(event);
    } else if (event.type === 'tick') {
      await sink.take([clockMessage(event.timeNs)]);
    } else if (event.type === 'messages') {
      digests.add(event.messages);
      await sink.take(event.messages);
      const nowMs = systemClock.monotonicMs();
      if (replay.speed !== Number.POSITIVE_INFINITY && nowMs - flushedMs > FLUSH_MS) {
        flushedMs = nowMs;
        await sink.flush();
      }
    }
    if (run.isOver?.()) return;
  }
  digests.end();
}

/** The digest of each round; rounds that differ would be our fault, and are not passed over. */
class RoundDigests {
  readonly #wanted: boolean;
  #digest: ReplayDigest | undefined;
  #known: string | null = null;
  rounds = 0;

  constructor(wanted: boolean) {
    this.#wanted = wanted;
    this.#begin();
  }

  get result(): string | null {
    return this.#known;
  }

  add(messages: readonly MergedMessage[]): void {
    if (this.#digest) for (const message of messages) this.#digest.add(message);
  }

  jump({ reason }: Jump): void {
    if (reason === 'seek') this.#digest = undefined;
    if (reason !== 'loop') return;
    this.end();
    this.#begin();
  }

  end(): void {
    this.rounds += 1;
    const digest = this.#digest?.hex();
    if (digest === undefined) return;
    if (this.#known !== null && this.#known !== digest) {
      const text = `round ${this.rounds} of the replay has the digest ${digest}, and the one before ${this.#known}`;
      throw new PitlaneError('checksum-mismatch', `${text}: "pitlane verify" tells whether an object has changed`);
    }
    this.#known = digest;
  }

  #begin(): void {
    this.#digest = this.#wanted ? new ReplayDigest() : undefined;
  }
}
