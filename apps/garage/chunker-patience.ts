/**
 * When a silent process is given up. Time alone cannot tell: a disk that stalls and a decoder that goes round in circles
 * are silent alike. So the CPU that a process burned since its last word decides. Much of it is a decoder that hangs; none
 * of it is a disk that does not answer, which says nothing against the file. It reads no clock and no process itself.
 */

export interface PatienceLimits {
  /** A process that burned so much CPU since its last word hangs. */
  readonly silentCpuMsMax: number;
  /** Where nobody tells the CPU of a process, one that said nothing for so long is taken to hang. */
  readonly silentMsMax: number;
  /** A process that said nothing for so long, without burning CPU, is given up: its disk does not answer. */
  readonly stalledMsMax: number;
}

/** `waits`: for the disk, it seems; somebody else may have its place. */
export type Verdict = 'works' | 'waits' | 'hangs' | 'stalled';

const WAITS_AFTER_MS = 20_000;

export class Patience {
  readonly #limits: PatienceLimits;
  #silentMs = 0;
  /** Read at the first look after its last word: what it burned before that look is forgiven. */
  #cpuAtWordMs: number | undefined;
  #honestMs = 0;

  constructor(limits: PatienceLimits) {
    this.#limits = limits;
  }

  /** @param honestMs CPU that the process has announced to need before its next word */
  heard(honestMs = 0): void {
    this.#silentMs = 0;
    this.#cpuAtWordMs = undefined;
    this.#honestMs = honestMs;
  }

  /**
   * @param elapsedMs since the last look
   * @param cpuMs what the process has burned since it began; undefined where nobody tells
   */
  look(elapsedMs: number, cpuMs: number | undefined): Verdict {
    const { silentCpuMsMax, silentMsMax, stalledMsMax } = this.#limits;
    this.#silentMs += elapsedMs;
    if (cpuMs === undefined) return this.#silentMs > silentMsMax + this.#honestMs ? 'hangs' : 'works';
    this.#cpuAtWordMs ??= cpuMs;
    if (cpuMs - this.#cpuAtWordMs > silentCpuMsMax + this.#honestMs) return 'hangs';
    if (this.#silentMs > stalledMsMax + this.#honestMs) return 'stalled';
    // Whatever works burns more than a twentieth of its time, on the most crowded machine.
    const isIdle = cpuMs - this.#cpuAtWordMs < this.#silentMs / 20;
    return this.#silentMs > WAITS_AFTER_MS && isIdle ? 'waits' : 'works';
  }
}
