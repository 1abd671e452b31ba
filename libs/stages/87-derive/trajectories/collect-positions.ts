/**
 * Positions of one topic in one chunk, as stretches without a long silence or a jump. What cannot be true is left out and
 * counted: no fix, the place of 0° 0′, degrees that there are not, and a jump that is no drive. Several positions in a row at
 * a new place are believed: then it was the earlier ones that were wrong, or the vehicle was carried.
 */
import { distanceM } from '@pitlane/base/geo';
import type { LeftOut } from '@pitlane/contracts/trajectory';
import { TRACK_GAP } from '@pitlane/contracts/trajectory';
import type { Position } from './position.ts';

export interface TimedPosition extends Position {
  readonly timeNs: bigint;
}

/** Nothing on wheels is faster; receivers that lose their way are. */
const SPEED_MAX_MPS = 100;
/** What a receiver may be off by without having jumped. */
const SLACK_M = 30;
/** So many positions in a row that agree are no outliers. */
const AGREEING_MIN = 5;
/** 11 m around the place that receivers without a fix write. */
const NULL_ISLAND_DEG = 1e-4;
/** A window holds 600 of ten a second; times may jump about in what is hostile. */
const POSITIONS_MAX = 20_000;

export class PositionCollector {
  readonly left: Record<LeftOut, number> = { 'no-fix': 0, 'null-island': 0, 'out-of-range': 0, jump: 0, time: 0 };
  #stretches: TimedPosition[][] = [];
  /** At another place than the stretch, and not believed yet. */
  #strays: TimedPosition[] = [];
  #count = 0;

  take(position: TimedPosition): void {
    const fault = faultOf(position);
    if (fault !== undefined) {
      this.left[fault] += 1;
      return;
    }
    const last = this.#stretches.at(-1)?.at(-1);
    if (last && position.timeNs <= last.timeNs) this.left.time += 1;
    else if (this.#count >= POSITIONS_MAX) this.left.time += 1;
    else this.#place(position, last);
  }

  /** In order of time; a stretch that is left by a jump and has few positions was none. */
  stretches(): readonly (readonly TimedPosition[])[] {
    this.left.jump += this.#strays.length;
    this.#strays = [];
    return this.#stretches;
  }

  #place(position: TimedPosition, last: TimedPosition | undefined): void {
    if (last && isReached(last, position)) {
      this.left.jump += this.#strays.length;
      this.#strays = [];
      this.#add(position, isSilence(last, position));
      return;
    }
    const stray = this.#strays.at(-1);
    if (stray && !(position.timeNs > stray.timeNs && isReached(stray, position))) {
      this.left.jump += this.#strays.length;
      this.#strays = [];
    }
    this.#strays.push(position);
    if (last && this.#strays.length < AGREEING_MIN) return;
    const believed = this.#strays;
    this.#strays = [];
    const before = this.#stretches.at(-1);
    if (before && before.length < AGREEING_MIN) {
      this.#stretches.pop();
      this.#count -= before.length;
      this.left.jump += before.length;
    }
    believed.forEach((each, at) => this.#add(each, at === 0 || isSilence(believed[at - 1] as TimedPosition, each)));
  }

  #add(position: TimedPosition, isNew: boolean): void {
    this.#count += 1;
    const stretch = this.#stretches.at(-1);
    if (isNew || !stretch) this.#stretches.push([position]);
    else stretch.push(position);
  }
}

function faultOf({ latDeg, lngDeg, fixQuality }: Position): LeftOut | undefined {
  if (fixQuality === 'none') return 'no-fix';
  if (!(Math.abs(latDeg) <= 90) || !(Math.abs(lngDeg) <= 180)) return 'out-of-range';
  return Math.abs(latDeg) < NULL_ISLAND_DEG && Math.abs(lngDeg) < NULL_ISLAND_DEG ? 'null-island' : undefined;
}

const secondsBetween = (a: TimedPosition, b: TimedPosition): number => Number(b.timeNs - a.timeNs) / 1e9;

const isReached = (a: TimedPosition, b: TimedPosition): boolean =>
  distanceM(a, b) <= SLACK_M + SPEED_MAX_MPS * secondsBetween(a, b);

const isSilence = (a: TimedPosition, b: TimedPosition): boolean => secondsBetween(a, b) * 1000 > TRACK_GAP.msMax;
