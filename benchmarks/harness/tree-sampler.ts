/** Follows a process tree while it runs: the most memory that it held at one time, and the CPU time that it took. */
import { cpuMs, membersOf, proportionalBytes, residentBytes } from './process-tree.ts';

const SAMPLE_EVERY_MS = 50;
/** Proportional memory costs a walk through the page tables, so it is looked up only near a new peak and now and then. */
const GROWN_BY = 1.01;
const PROPORTIONAL_EVERY_SAMPLES = 40;

export interface TreeUse {
  /** Sum over the tree, shared pages counted in every process. */
  readonly residentBytesMax: number;
  /** Sum over the tree, shared pages counted once. */
  readonly proportionalBytesMax: number;
  readonly cpuMs: number;
}

export class TreeSampler {
  readonly #pid: number;
  readonly #timer: NodeJS.Timeout;
  readonly #cpuMs = new Map<number, number>();
  #residentBytesMax = 0;
  #residentBytesLooked = 0;
  #proportionalBytesMax = 0;
  #samples = 0;

  constructor(pid: number) {
    this.#pid = pid;
    this.#sample();
    this.#timer = setInterval(() => this.#sample(), SAMPLE_EVERY_MS);
  }

  stop(): TreeUse {
    clearInterval(this.#timer);
    return this.#use();
  }

  /** So far. */
  use(): TreeUse {
    this.#sample();
    return this.#use();
  }

  #use(): TreeUse {
    return {
      residentBytesMax: this.#residentBytesMax,
      proportionalBytesMax: this.#proportionalBytesMax,
      cpuMs: [...this.#cpuMs.values()].reduce((sum, ms) => sum + ms, 0),
    };
  }

  #sample(): void {
    const members = membersOf(this.#pid);
    let resident = 0;
    for (const pid of members) {
      resident += residentBytes(pid);
      this.#cpuMs.set(pid, Math.max(cpuMs(pid), this.#cpuMs.get(pid) ?? 0));
    }
    this.#residentBytesMax = Math.max(this.#residentBytesMax, resident);
    const grown = resident > this.#residentBytesLooked * GROWN_BY;
    if (grown || this.#samples % PROPORTIONAL_EVERY_SAMPLES === 0) {
      if (grown) this.#residentBytesLooked = resident;
      const proportional = members.reduce((sum, pid) => sum + proportionalBytes(pid), 0);
      this.#proportionalBytesMax = Math.max(this.#proportionalBytesMax, proportional);
    }
    this.#samples += 1;
  }
}
