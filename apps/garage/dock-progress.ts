/** Counts what a dock has done and tells it, at most ten times a second. */
import type { Clock } from '@pitlane/base/time';
import { DOCK_STAGES, type DockEvent, type DockStage, type StageProgress } from './dock-result.ts';
import type { IntakeTally } from './intake-tally.ts';

const TELL_EVERY_MS = 100;

interface Counter {
  doneBytes: number;
  totalBytes: number;
  totalKnown: boolean;
  startedMs: number | undefined;
  endedMs: number;
}

export class DockProgress {
  readonly #counters = new Map<DockStage, Counter>();
  readonly #tell: (event: DockEvent) => void;
  readonly #clock: Pick<Clock, 'monotonicMs'>;
  readonly #dockId: string;
  readonly #path: string;
  readonly #tally: Pick<IntakeTally, 'status'>;
  #toldMs = Number.NEGATIVE_INFINITY;

  constructor(
    dockId: string,
    path: string,
    clock: Pick<Clock, 'monotonicMs'>,
    tally: Pick<IntakeTally, 'status'>,
    tell: (event: DockEvent) => void,
  ) {
    this.#tally = tally;
    this.#dockId = dockId;
    this.#path = path;
    this.#clock = clock;
    this.#tell = tell;
    for (const stage of DOCK_STAGES) {
      this.#counters.set(stage, { doneBytes: 0, totalBytes: 0, totalKnown: false, startedMs: undefined, endedMs: 0 });
    }
  }

  /** More of it is to come: until the total is said to be known again, it is not. */
  expect(stage: DockStage, bytes: number): void {
    const counter = this.#of(stage);
    counter.totalBytes += bytes;
    counter.totalKnown = false;
  }

  /** What is staged is what is cut: the one total tells the other. */
  totalKnown(...stages: DockStage[]): void {
    for (const stage of stages) this.#of(stage).totalKnown = true;
    if (stages.includes('stage')) this.#of('chunk').totalKnown = true;
    this.#say(true);
  }

  began(stage: DockStage): void {
    this.#of(stage).startedMs ??= this.#clock.monotonicMs();
  }

  did(stage: DockStage, bytes: number): void {
    const counter = this.#of(stage);
    counter.startedMs ??= this.#clock.monotonicMs();
    counter.doneBytes += bytes;
    counter.endedMs = this.#clock.monotonicMs();
    this.#say(false);
  }

  /** All that was expected is done: what was known before was not done again. */
  finish(): void {
    for (const counter of this.#counters.values()) {
      counter.doneBytes = counter.totalBytes;
      counter.totalKnown = true;
    }
    this.#say(true);
  }

  /** Time from a stage's first work to its last; stages overlap. */
  spanMs(stage: DockStage): number {
    const { startedMs, endedMs } = this.#of(stage);
    return startedMs === undefined ? 0 : Math.max(0, endedMs - startedMs);
  }

  #of(stage: DockStage): Counter {
    return this.#counters.get(stage) as Counter;
  }

  #say(now: boolean): void {
    const nowMs = this.#clock.monotonicMs();
    if (!now && nowMs - this.#toldMs < TELL_EVERY_MS) return;
    this.#toldMs = nowMs;
    const stages = {} as Record<DockStage, StageProgress>;
    for (const [stage, { doneBytes, totalBytes, totalKnown }] of this.#counters)
      stages[stage] = { doneBytes, totalBytes, totalKnown };
    const { copiedBytes: verifiedBytes, leavesAfter } = this.#tally.status();
    this.#tell({ type: 'progress', dockId: this.#dockId, path: this.#path, stages, verifiedBytes, leavesAfter });
  }
}
