/** How far each stage of a docking is, as lines for people: share, bytes, rate and time left. */
import { textFromBytes, textFromSeconds } from '@pitlane/base/units';

export interface StageProgress {
  readonly doneBytes: number;
  readonly totalBytes: number;
  readonly totalKnown: boolean;
}

export type Stages = Readonly<Record<string, StageProgress>>;

export interface StageLine {
  readonly stage: string;
  /** 0 to 1; undefined while nothing is known of it. */
  readonly share: number | undefined;
  readonly shareText: string;
  /** Bytes, rate and time left; empty before anything is done. */
  readonly facts: readonly string[];
}

/** A rate over a shorter time says nothing. */
const RATE_AFTER_MS = 500;

interface Pace {
  readonly begunMs: number;
  movedMs: number;
  doneBytes: number;
}

export class StageLines {
  /** By stage, from its first byte to its newest: a stage that waits for another does not slow down by it. */
  readonly #paces = new Map<string, Pace>();
  readonly #begunMs = new Map<string, number>();

  of(stages: Stages, nowMs: number): StageLine[] {
    // No chunk is sent before it is cut: what comes behind takes at least as long still.
    let leftS = 0;
    return Object.entries(stages).map(([stage, progress]) => {
      if (stage === 'index') return this.#indexLine(stages, progress, nowMs);
      const own = this.#line(stage, stages, progress, nowMs, stage === 'stage' ? 0 : leftS);
      leftS = own.leftS;
      return own.line;
    });
  }

  #line(
    stage: string,
    stages: Stages,
    progress: StageProgress,
    nowMs: number,
    leftBeforeS: number,
  ): { line: StageLine; leftS: number } {
    const { doneBytes } = progress;
    const totalBytes = expectedBytes(stages, progress);
    const rate = this.#rate(stage, doneBytes, nowMs);
    const share = totalBytes === undefined ? undefined : totalBytes > 0 ? Math.min(1, doneBytes / totalBytes) : 1;
    const facts: string[] = [];
    if (doneBytes > 0) facts.push(textFromBytes(doneBytes));
    if (rate > 0) facts.push(`${textFromBytes(Math.round(rate))}/s`);
    const ownLeftS = rate > 0 && totalBytes !== undefined ? Math.max(0, totalBytes - doneBytes) / rate : 0;
    const leftS = rate > 0 ? Math.max(ownLeftS, leftBeforeS) : leftBeforeS;
    const about = progress.totalKnown ? '' : 'about ';
    // What cannot be seen any more, as the last small file of a drive, is not counted down.
    if (rate > 0 && leftS >= 0.05) facts.push(`${about}${textFromSeconds(leftS)} left`);
    return { line: { stage, share, shareText: shareText(share, progress), facts }, leftS };
  }

  /** The catalog answers once for the whole drive: what there is to tell is how much it looks at and how long it takes. */
  #indexLine({ land }: Stages, { doneBytes, totalBytes }: StageProgress, nowMs: number): StageLine {
    if (totalBytes === 0) return { stage: 'index', share: undefined, shareText: '–', facts: [] };
    const begunMs = this.#begunMs.get('index') ?? nowMs;
    this.#begunMs.set('index', begunMs);
    const seconds = (nowMs - begunMs) / 1000;
    const isDone = doneBytes >= totalBytes;
    const bytes = land === undefined ? [] : [textFromBytes(land.totalBytes)];
    if (isDone) return { stage: 'index', share: 1, shareText: '100 %', facts: bytes };
    const facts = [...bytes, 'every object is looked at', `${textFromSeconds(seconds)} so far`];
    return { stage: 'index', share: 0, shareText: '0 %', facts };
  }

  /** Bytes a second. */
  #rate(stage: string, doneBytes: number, nowMs: number): number {
    const pace = this.#paces.get(stage);
    if (!pace) {
      if (doneBytes > 0) this.#paces.set(stage, { begunMs: nowMs, movedMs: nowMs, doneBytes });
      return 0;
    }
    if (doneBytes > pace.doneBytes) {
      pace.movedMs = nowMs;
      pace.doneBytes = doneBytes;
    }
    const spanMs = pace.movedMs - pace.begunMs;
    return spanMs >= RATE_AFTER_MS ? (pace.doneBytes * 1000) / spanMs : 0;
  }
}

/** What it will come to. Chunks not cut yet are expected to be as much smaller than their part of the drive as those before. */
function expectedBytes({ chunk }: Stages, { doneBytes, totalBytes, totalKnown }: StageProgress): number | undefined {
  if (totalKnown) return totalBytes;
  if (totalBytes === 0) return undefined;
  if (!chunk?.totalKnown || chunk.doneBytes === 0) return totalBytes;
  return Math.max(doneBytes, totalBytes, (totalBytes * chunk.totalBytes) / chunk.doneBytes);
}

/** Nothing is whole before it is: but a few bytes of gigabytes are nothing that a bar could wait for. */
function shareText(share: number | undefined, { doneBytes, totalKnown }: StageProgress): string {
  if (share === undefined || (doneBytes === 0 && !totalKnown)) return '–';
  if (share === 1 && !totalKnown) return '99 %';
  return `${Math.floor(share * 100 + 0.01)} %`;
}
