/**
 * The road: the centre line of the car's own lane as a smooth curve, known by the metre along it. It grows ahead on
 * demand and is forgotten behind, so that a drive of any length needs a few hundred points.
 */
import { unitOf } from './random.ts';

export interface RoadPoint {
  /** East and north of the origin, and up. */
  readonly xM: number;
  readonly yM: number;
  readonly zM: number;
  readonly headingRad: number;
  /** Left bends are positive. */
  readonly curvaturePerM: number;
  readonly slope: number;
}

const BEND_M = 110;
const HILL_M = 260;
const SHARPEST_BEND_PER_M = 0.014;
const KEPT_BEHIND_M = 200;

/** A value per slot, blended smoothly into the next slot's. */
function blended(at: number, slotM: number, valueOf: (slot: number) => number): number {
  const slot = Math.floor(at / slotM);
  const part = at / slotM - slot;
  const weight = part * part * (3 - 2 * part);
  return valueOf(slot) * (1 - weight) + valueOf(slot + 1) * weight;
}

interface Mark {
  x: number;
  y: number;
  heading: number;
  curvature: number;
}

export class Road {
  readonly #seed: number;
  #marks: Mark[] = [];
  /** The metre of the first kept mark. */
  #firstM: number;

  constructor(seed: number) {
    this.#seed = seed;
    this.#firstM = -KEPT_BEHIND_M;
    this.#marks.push({ x: 0, y: 0, heading: unitOf(seed, 11) * 6.283185307179586, curvature: 0 });
    // The drive begins at the origin, though the road reaches back behind it.
    while (this.#marks.length <= KEPT_BEHIND_M) this.#grow();
    const { x, y } = this.#marks[KEPT_BEHIND_M] as Mark;
    this.#marks = this.#marks.map((mark) => ({ ...mark, x: mark.x - x, y: mark.y - y }));
  }

  curvatureAt(sM: number): number {
    return blended(sM, BEND_M, (slot) => {
      const draw = unitOf(this.#seed, 12, slot);
      return draw < 0.4 ? 0 : (draw - 0.7) * (SHARPEST_BEND_PER_M / 0.3);
    });
  }

  heightAt(sM: number): number {
    return blended(sM, HILL_M, (slot) => unitOf(this.#seed, 13, slot) * 5);
  }

  at(sM: number): RoadPoint {
    const index = Math.max(0, Math.floor(sM) - this.#firstM);
    while (this.#marks.length <= index + 1) this.#grow();
    const mark = this.#marks[index] as Mark;
    const beyond = sM - (this.#firstM + index);
    const middle = mark.heading + (mark.curvature * beyond) / 2;
    return {
      xM: mark.x + beyond * Math.cos(middle),
      yM: mark.y + beyond * Math.sin(middle),
      zM: this.heightAt(sM),
      headingRad: mark.heading + mark.curvature * beyond,
      curvaturePerM: this.curvatureAt(sM),
      slope: this.heightAt(sM + 0.5) - this.heightAt(sM - 0.5),
    };
  }

  /** Lets go of what lies far behind `sM`; called now and then. */
  forgetBehind(sM: number): void {
    const surplus = Math.floor(sM) - KEPT_BEHIND_M - this.#firstM;
    if (surplus < KEPT_BEHIND_M) return;
    this.#marks = this.#marks.slice(surplus);
    this.#firstM += surplus;
  }

  #grow(): void {
    const last = this.#marks[this.#marks.length - 1] as Mark;
    const middle = last.heading + last.curvature / 2;
    const nextM = this.#firstM + this.#marks.length;
    this.#marks.push({
      x: last.x + Math.cos(middle),
      y: last.y + Math.sin(middle),
      heading: last.heading + last.curvature,
      curvature: this.curvatureAt(nextM + 0.5),
    });
  }
}
