/** Passes: from where a way comes into an area to where it leaves it, with its time, its length, its heading and its speed. */
import { type Area, bearingDeg, distanceM, meanHeading, placeAt, stretchesInside } from '@pitlane/base/geo';
import type { Segment, Way } from './ways.ts';

export interface Pass {
  readonly tenant: string;
  readonly driveId: string;
  readonly vehicleId: string;
  readonly topic: string;
  readonly preference: number;
  readonly enterNs: bigint;
  readonly exitNs: bigint;
  readonly lengthM: number;
  /** Null where it stood, or came back the same way. */
  readonly headingDeg: number | null;
  /** Length over time; null where there is no time. */
  readonly speedMps: number | null;
  /** Whether it came in over the edge; else the track begins inside. */
  readonly entered: boolean;
  readonly left: boolean;
  /** Chunks of the topic. */
  readonly chunkIds: readonly string[];
}

/** Below it a heading is noise. */
const HEADING_FROM_M = 2;

export function passesOf(way: Way, area: Area): readonly Pass[] {
  const passes: Pass[] = [];
  let open: OpenPass | undefined;
  const end = (left: boolean): void => {
    if (open) passes.push(open.finish(way.of, left));
    open = undefined;
  };
  for (const segment of way.segments) {
    if (!segment.goesOn) end(false);
    for (const [from, to] of stretchesInside(area, segment.from, segment.to)) {
      if (from > 0) end(true);
      open ??= new OpenPass(timeAt(segment, from), from > 0);
      open.add(segment, from, to);
      if (to < 1) end(true);
    }
    // Outside at its end, though the loop saw nothing of it: the edge was crossed at the very point between two segments.
    if (open && !open.reaches(segment)) end(true);
  }
  end(false);
  return passes;
}

const timeAt = ({ from, to }: Segment, fraction: number): bigint =>
  from.timeNs + BigInt(Math.round(Number(to.timeNs - from.timeNs) * fraction));

class OpenPass {
  readonly #enterNs: bigint;
  readonly #entered: boolean;
  readonly #headings: { headingDeg: number; lengthM: number }[] = [];
  readonly #chunkIds = new Set<string>();
  #exitNs: bigint;
  #last: Segment | undefined;
  #lengthM = 0;

  constructor(enterNs: bigint, entered: boolean) {
    this.#enterNs = enterNs;
    this.#exitNs = enterNs;
    this.#entered = entered;
  }

  add(segment: Segment, from: number, to: number): void {
    const [a, b] = [placeAt(segment.from, segment.to, from), placeAt(segment.from, segment.to, to)];
    const lengthM = distanceM(a, b);
    if (lengthM > 0) this.#headings.push({ headingDeg: bearingDeg(a, b), lengthM });
    this.#lengthM += lengthM;
    this.#exitNs = timeAt(segment, to);
    this.#chunkIds.add(segment.chunkId);
    this.#last = segment;
  }

  reaches(segment: Segment): boolean {
    return this.#last === segment;
  }

  finish(of: Way['of'], left: boolean): Pass {
    const seconds = Number(this.#exitNs - this.#enterNs) / 1e9;
    const heading = this.#lengthM < HEADING_FROM_M ? undefined : meanHeading(this.#headings);
    return {
      ...of,
      enterNs: this.#enterNs,
      exitNs: this.#exitNs,
      lengthM: this.#lengthM,
      headingDeg: heading?.meanDeg ?? null,
      speedMps: seconds > 0 ? this.#lengthM / seconds : null,
      entered: this.#entered,
      left,
      chunkIds: [...this.#chunkIds],
    };
  }
}
