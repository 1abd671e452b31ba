/**
 * From what was measured to the segments of the overlay: which source each stretch believes, the line through its
 * measurements, and for stretches without any what follows from the steps between them or from the docking.
 */
import { BELIEVED_AHEAD_NS, BELIEVED_FROM_NS, type ClockQuality, type ClockSource } from '@pitlane/contracts/clock';
import { fitLine } from './fit-line.ts';
import type { MeasuredSource, StretchEvidence } from './stretch-evidence.ts';
import { EVIDENCE_STEP_NS } from './evidence-steps.ts';

/** Fewer measurements are chance. */
const PAIRS_MIN = 3;
const GOOD_PAIRS_MIN = 10;
const GOOD_RESIDUAL_NS = 500e6;
/** Measurements that scatter more than this are of no clock. */
const RESIDUAL_MAX_NS = 5e9;
/** No clock that shows UTC is wrong by a tenth: the log was played back at another speed, or simulated. */
const DRIFT_MAX_PPB = 100_000_000;
/** GPS counts weeks with ten bits: a receiver that took one round for another is wrong by 1024 weeks. */
const ROLLOVER_NS = 1024n * 7n * 86_400_000_000_000n;

export interface Known {
  /** To add to `stretch.minNs`. */
  readonly offsetNs: bigint;
  readonly driftPpb: number;
  readonly residualNs: number;
  readonly pairs: number;
  readonly source: ClockSource;
  readonly quality: ClockQuality;
  /** Rounds of 1024 weeks that were added to what the receiver said. */
  readonly rollovers: number;
}

export interface Judged {
  readonly evidence: StretchEvidence;
  readonly known: Known | undefined;
  /** By how much log time jumped at its beginning. */
  readonly stepNs: bigint | undefined;
}

const TRUSTED: readonly MeasuredSource[] = ['gnss', 'reference', 'fix'];
/** Only where the log's clock is not believed: they mostly repeat it, or are clocks that nobody set. */
const LAST_RESORT: readonly MeasuredSource[] = ['header', 'publish'];

/** @param dockedAtNs undefined where it is not known */
export function judged(stretches: readonly StretchEvidence[], dockedAtNs: bigint | undefined): Judged[] {
  const joined = joinedPauses(joinedSettings(stretches, dockedAtNs), dockedAtNs);
  const known = joined.map((evidence) => measured(evidence, dockedAtNs));
  const steps = joined.map((evidence, i) => stepBefore(joined[i - 1], evidence, known[i - 1], known[i]));
  const chain = new Chain(joined, known, steps, dockedAtNs);
  chain.onwards();
  joined.forEach((evidence, i) => {
    if (isBelieved(evidence, dockedAtNs)) known[i] ??= AS_LOGGED;
  });
  chain.back(true);
  chain.onwards();
  const last = joined.at(-1);
  if (last && dockedAtNs !== undefined) known[joined.length - 1] ??= boundBy(last, dockedAtNs);
  chain.back(false);
  return joined.map((evidence, i) => ({ evidence, known: known[i], stepNs: steps[i] }));
}

export function isBelieved({ stretch }: StretchEvidence, dockedAtNs: bigint | undefined): boolean {
  return isPast(stretch.minNs) && (dockedAtNs === undefined || stretch.maxNs <= dockedAtNs + BELIEVED_AHEAD_NS);
}

const isPast = (timeNs: bigint): boolean => timeNs >= BELIEVED_FROM_NS;

const AS_LOGGED: Known = {
  offsetNs: 0n,
  driftPpb: 0,
  residualNs: 0,
  pairs: 0,
  source: 'log',
  quality: 'unchecked',
  rollovers: 0,
};

function measured(evidence: StretchEvidence, dockedAtNs: bigint | undefined): Known | undefined {
  const believed = isBelieved(evidence, dockedAtNs);
  for (const source of believed ? TRUSTED : [...TRUSTED, ...LAST_RESORT]) {
    const known = evidence.has(source) ? measuredBy(source, evidence, believed) : undefined;
    const endNs = known && evidence.stretch.maxNs + known.offsetNs;
    if (endNs === undefined || (dockedAtNs !== undefined && endNs > dockedAtNs + BELIEVED_AHEAD_NS)) continue;
    return known;
  }
  return undefined;
}

function measuredBy(source: MeasuredSource, evidence: StretchEvidence, believed: boolean): Known | undefined {
  const { pairs, seen } = evidence.sampleOf(source);
  if (pairs.length < PAIRS_MIN) return undefined;
  const line = fitLine(pairs);
  if (Math.abs(line.driftPpb) > DRIFT_MAX_PPB || line.residualNs > RESIDUAL_MAX_NS) return undefined;
  const atStartNs = line.offsetNs + driftNs(evidence.stretch.minNs - line.atLogNs, line.driftPpb);
  const rollovers = believed ? rolloversIn(atStartNs) : 0;
  const isGood = (source === 'gnss' || source === 'reference') && seen >= GOOD_PAIRS_MIN;
  return {
    offsetNs: atStartNs + BigInt(rollovers) * ROLLOVER_NS,
    driftPpb: line.driftPpb,
    residualNs: line.residualNs,
    pairs: seen,
    source,
    quality: isGood && line.residualNs <= GOOD_RESIDUAL_NS ? 'good' : 'rough',
    rollovers,
  };
}

/** How often 1024 weeks have to be added so that the receiver comes within a day of a clock that is believed. */
function rolloversIn(offsetNs: bigint): number {
  const rounds = Math.round(Number(offsetNs) / Number(ROLLOVER_NS));
  const restNs = offsetNs - BigInt(rounds) * ROLLOVER_NS;
  const isRollover = rounds < 0 && restNs < BELIEVED_AHEAD_NS && restNs > -BELIEVED_AHEAD_NS;
  return isRollover ? -rounds : 0;
}

const PPB = 1_000_000_000n;
export const driftNs = (spanNs: bigint, driftPpb: number): bigint => (spanNs * BigInt(driftPpb)) / PPB;

/** The offset at a log time of the stretch. */
const offsetAt = ({ stretch }: StretchEvidence, { offsetNs, driftPpb }: Known, logNs: bigint): bigint =>
  offsetNs + driftNs(logNs - stretch.minNs, driftPpb);

/**
 * A log that counts from its start on is not set while it runs, unless its order shows it: where a clock that is no receiver's
 * moves against it, that clock was set, and is believed from then on.
 */
function joinedSettings(stretches: readonly StretchEvidence[], dockedAtNs: bigint | undefined): StretchEvidence[] {
  const joined: StretchEvidence[] = [];
  for (const evidence of stretches) {
    const before = joined.at(-1);
    const isSetting =
      before !== undefined &&
      evidence.beginning === 'evidence' &&
      !isPast(before.stretch.minNs) &&
      !before.has('gnss') &&
      measured(evidence, dockedAtNs) !== undefined;
    if (isSetting) joined[joined.length - 1] = before.joinedWith(evidence, [evidence]);
    else joined.push(evidence);
  }
  return joined;
}

/** Log time leapt ahead, and both sides say the same offset: the recording paused, and its clock ran on. */
function joinedPauses(stretches: readonly StretchEvidence[], dockedAtNs: bigint | undefined): StretchEvidence[] {
  const joined: StretchEvidence[] = [];
  for (const evidence of stretches) {
    const before = joined.at(-1);
    if (before && isPause(before, evidence, dockedAtNs)) joined[joined.length - 1] = before.joinedWith(evidence);
    else joined.push(evidence);
  }
  return joined;
}

function isPause(before: StretchEvidence, after: StretchEvidence, dockedAtNs: bigint | undefined): boolean {
  if (after.beginning !== 'order' || after.stretch.firstLogNs < before.stretch.maxNs) return false;
  const [a, b] = [measured(before, dockedAtNs), measured(after, dockedAtNs)];
  if (!a || !b || a.source !== b.source || a.rollovers !== b.rollovers) return false;
  const atNs = after.stretch.firstLogNs;
  return Math.abs(Number(offsetAt(after, b, atNs) - offsetAt(before, a, atNs))) <= EVIDENCE_STEP_NS;
}

function stepBefore(
  before: StretchEvidence | undefined,
  evidence: StretchEvidence,
  knownBefore: Known | undefined,
  known: Known | undefined,
): bigint | undefined {
  if (!before) return undefined;
  const { firstLogNs } = evidence.stretch;
  if (evidence.beginning === 'order' || !knownBefore || !known) return firstLogNs - before.stretch.lastLogNs;
  return offsetAt(before, knownBefore, firstLogNs) - offsetAt(evidence, known, firstLogNs);
}

/** Carries what is known over the steps to the stretches beside. */
class Chain {
  readonly #all: readonly StretchEvidence[];
  readonly #known: (Known | undefined)[];
  readonly #steps: readonly (bigint | undefined)[];
  readonly #dockedAtNs: bigint | undefined;

  constructor(
    all: readonly StretchEvidence[],
    known: (Known | undefined)[],
    steps: readonly (bigint | undefined)[],
    dockedAtNs: bigint | undefined,
  ) {
    this.#all = all;
    this.#known = known;
    this.#steps = steps;
    this.#dockedAtNs = dockedAtNs;
  }

  /** What log time gained at the step, the offset lost. */
  onwards(): void {
    for (let i = 1; i < this.#all.length; i += 1) {
      const before = this.#known[i - 1];
      if (this.#known[i] || !before || !this.#isStep(i)) continue;
      const { stretch } = this.#all[i - 1] as StretchEvidence;
      const offsetNs = offsetAt(this.#all[i - 1] as StretchEvidence, before, stretch.lastLogNs);
      this.#known[i] = asStep(offsetNs - (this.#steps[i] ?? 0n), before);
    }
  }

  /**
   * A clock is set because it was wrong: times before the step follow those behind it, unless they were measured.
   * @param overrules also times that are believed only because nothing speaks against them
   */
  back(overrules: boolean): void {
    for (let i = this.#all.length - 2; i >= 0; i -= 1) {
      const behind = this.#known[i + 1];
      const isOpen = !this.#known[i] || (overrules && this.#known[i]?.source === 'log');
      if (!isOpen || !behind || !this.#isStep(i + 1)) continue;
      const later = this.#all[i + 1] as StretchEvidence;
      const offsetNs = offsetAt(later, behind, later.stretch.firstLogNs);
      this.#known[i] = asStep(offsetNs + (this.#steps[i + 1] ?? 0n), behind);
    }
  }

  /** Whether the clock was set at the beginning of stretch `i`: a leap ahead between believed times may be a pause. */
  #isStep(i: number): boolean {
    const [before, after] = [this.#all[i - 1] as StretchEvidence, this.#all[i] as StretchEvidence];
    if (after.stretch.firstLogNs < before.stretch.lastLogNs) return true;
    return !isBelieved(before, this.#dockedAtNs) || !isBelieved(after, this.#dockedAtNs);
  }
}

const asStep = (offsetNs: bigint, { residualNs, quality }: Known): Known => ({
  ...AS_LOGGED,
  offsetNs,
  residualNs,
  source: 'step',
  quality: quality === 'bound' ? 'bound' : 'rough',
});

/** The log ended before it was docked: its times are no later than this offset says. */
const boundBy = ({ stretch }: StretchEvidence, dockedAtNs: bigint): Known => ({
  ...AS_LOGGED,
  offsetNs: dockedAtNs - stretch.maxNs,
  source: 'docking',
  quality: 'bound',
});
