/**
 * Which split each moment of a drive belongs to, where a dataset is split by place. A region is in one split as a whole. A cell
 * beside a region of another split is in none, because a camera sees over the border: whatever is in two splits lies more
 * than a cell apart, some 200 m. All topics that say where the vehicle was are asked, and have to agree.
 */
import { splitOfRegion, type SplitRule } from '@pitlane/contracts/dataset';
import { REGION_RESOLUTION } from '@pitlane/contracts/trajectory';
import { cellToParent, gridDisk } from 'h3-js';
import type { Span } from './spans.ts';

export interface CellVisit {
  /** H3 index. */
  readonly cell: string;
  /** Both inclusive. */
  readonly startNs: bigint;
  readonly endNs: bigint;
}

export interface PlaceRun extends Span {
  /** Null where it is too near to a place of another split. */
  readonly split: string | null;
}

/** A silence that is longer has no place: meanwhile the vehicle may have passed a cell unseen. */
const SILENCE_MAX_NS = 5_000_000_000n;

export class PlaceSplits {
  readonly #rule: SplitRule;
  readonly #tenant: string;
  readonly #ofRegion = new Map<string, string>();
  readonly #ofCell = new Map<string, string | null>();

  constructor(rule: SplitRule, tenant: string) {
    this.#rule = rule;
    this.#tenant = tenant;
  }

  ofCell(cell: string): string | null {
    let split = this.#ofCell.get(cell);
    if (split === undefined) {
      const around = new Set(gridDisk(cell, 1).map((near) => this.#split(cellToParent(near, REGION_RESOLUTION))));
      const [one] = around;
      split = around.size === 1 && one !== undefined ? one : null;
      this.#ofCell.set(cell, split);
    }
    return split;
  }

  #split(region: string): string {
    let split = this.#ofRegion.get(region);
    if (split === undefined) {
      split = splitOfRegion(this.#rule, this.#tenant, region);
      this.#ofRegion.set(region, split);
    }
    return split;
  }
}

/** Disjoint and in order of time; what is in none has no place. */
export function placeRuns(visits: readonly CellVisit[], splits: PlaceSplits): PlaceRun[] {
  const changes = visits
    .flatMap(({ cell, startNs, endNs }) => {
      const split = splits.ofCell(cell);
      return [
        { atNs: startNs, split, by: 1 },
        { atNs: endNs + 1n, split, by: -1 },
      ];
    })
    .sort((a, b) => (a.atNs < b.atNs ? -1 : a.atNs > b.atNs ? 1 : 0));
  const runs: Growing[] = [];
  const here = new Map<string | null, number>();
  let fromNs = 0n;
  for (const { atNs, split, by } of changes) {
    if (here.size > 0 && atNs > fromNs) append(runs, { startNs: fromNs, endNs: atNs, split: agreed(here) });
    fromNs = atNs;
    const count = (here.get(split) ?? 0) + by;
    if (count === 0) here.delete(split);
    else here.set(split, count);
  }
  return runs;
}

type Growing = { -readonly [Field in keyof PlaceRun]: PlaceRun[Field] };

/** Visits at once are of one split, or of none. */
function agreed(here: ReadonlyMap<string | null, number>): string | null {
  const [split = null] = here.keys();
  return here.size === 1 ? split : null;
}

function append(runs: Growing[], run: Growing): void {
  const last = runs.at(-1);
  if (last?.split === run.split && run.startNs - last.endNs <= SILENCE_MAX_NS) last.endNs = run.endNs;
  else runs.push(run);
}

/** Why a sample is in no split. */
export type Placeless = 'a place that is known' | 'a place away from another split';

/** The split of what happened from `firstNs` to `lastNs`: all of it lies in one run. */
export function splitAt(
  runs: readonly PlaceRun[],
  firstNs: bigint,
  lastNs: bigint,
): { readonly split: string } | { readonly missing: Placeless } {
  let low = 0;
  for (let high = runs.length; low < high; ) {
    const middle = (low + high) >>> 1;
    if ((runs[middle] as PlaceRun).endNs <= firstNs) low = middle + 1;
    else high = middle;
  }
  const [run, next] = runs.slice(low, low + 2);
  if (run === undefined || run.startNs > firstNs) return { missing: 'a place that is known' };
  if (run.split !== null && lastNs < run.endNs) return { split: run.split };
  const comesToAnother = run.split === null || (next !== undefined && next.startNs <= lastNs);
  return { missing: comesToAnother ? 'a place away from another split' : 'a place that is known' };
}
