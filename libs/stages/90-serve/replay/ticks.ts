/** Ticks of the replay's clock at whole multiples of a period of log time, so that they are the same in every run. */
export class Ticks {
  readonly #everyNs: bigint | undefined;
  /** When the next tick is due; undefined where none is wanted, or none was begun. */
  nextNs: bigint | undefined;

  constructor(everyNs: bigint | undefined) {
    this.#everyNs = everyNs;
  }

  forget(): void {
    this.nextNs = undefined;
  }

  /** The first one is at `fromNs` or behind it. */
  begin(fromNs: bigint): void {
    const everyNs = this.#everyNs;
    if (everyNs !== undefined) this.nextNs ??= ((fromNs + everyNs - 1n) / everyNs) * everyNs;
  }

  /** The next tick, if it comes no later than `timeNs`. */
  dueBefore(timeNs: bigint): bigint | undefined {
    return this.nextNs !== undefined && this.nextNs <= timeNs ? this.nextNs : undefined;
  }

  advance(): void {
    if (this.nextNs !== undefined && this.#everyNs !== undefined) this.nextNs += this.#everyNs;
  }
}
