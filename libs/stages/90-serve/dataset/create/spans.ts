/** The stretches of a drive that were selected: disjoint, in order of time, each [start, end). */

export interface Span {
  readonly startNs: bigint;
  readonly endNs: bigint;
}

/** Overlapping and touching spans become one, so that no sample comes twice. */
export function disjoint(spans: readonly Span[]): Span[] {
  const sorted = [...spans].sort((a, b) => (a.startNs < b.startNs ? -1 : a.startNs > b.startNs ? 1 : 0));
  const merged: { startNs: bigint; endNs: bigint }[] = [];
  for (const { startNs, endNs } of sorted) {
    const last = merged.at(-1);
    if (last && startNs <= last.endNs) last.endNs = endNs > last.endNs ? endNs : last.endNs;
    else merged.push({ startNs, endNs });
  }
  return merged;
}

export class Spans {
  readonly all: readonly Span[];

  /** @param all disjoint and in order; none for all times. */
  constructor(all: readonly Span[]) {
    this.all = all;
  }

  has(timeNs: bigint): boolean {
    return this.touches(timeNs, timeNs, 0n);
  }

  /** Whether any time in [first, last] lies within `marginNs` of a span. */
  touches(firstNs: bigint, lastNs: bigint, marginNs: bigint): boolean {
    if (this.all.length === 0) return true;
    let low = 0;
    for (let high = this.all.length; low < high; ) {
      const middle = (low + high) >>> 1;
      if ((this.all[middle] as Span).endNs + marginNs <= firstNs) low = middle + 1;
      else high = middle;
    }
    const span = this.all[low];
    return span !== undefined && span.startNs - marginNs <= lastNs;
  }
}
