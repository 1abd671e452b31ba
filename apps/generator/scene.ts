/**
 * What stands and moves around the car: houses, trees, parked and moving cars, walkers, each an upright box. Families
 * are endless rows along the road whose members follow from the seed, so any place at any time can be asked for.
 */
import type { Motion, VehicleState } from './motion.ts';
import { unitOf } from './random.ts';

export const BOX_BUILDING = 0;
export const BOX_TREE = 1;
export const BOX_TRUNK = 2;
export const BOX_CAR = 3;
export const BOX_GLASS = 4;
export const BOX_PERSON = 5;

/** Boxes travel to the workers as plain floats: this many each, in the order of `pushBox`. */
export const FLOATS_PER_BOX = 10;

export const BEHIND_M = 90;
export const AHEAD_M = 150;

/** The neighbourhood of the car in its own frame (x ahead, y left, z up from the ground). */
export interface Surroundings {
  readonly sM: number;
  /** [centre x, centre y, cos, sin, half length, half width, bottom, top, kind, variant] for each box. */
  readonly boxes: Float64Array;
  /** Where the lane's centre lies to the left, for each metre from -BEHIND_M to AHEAD_M ahead. */
  readonly centreLineM: Float32Array;
}

export interface Agent {
  readonly id: string;
  readonly kind: number;
  readonly xM: number;
  readonly yM: number;
  readonly headingRad: number;
  readonly lengthM: number;
  readonly widthM: number;
  readonly heightM: number;
}

interface Family {
  readonly name: string;
  readonly kind: number;
  readonly spacingM: number;
  readonly speedMps: number;
  /** Left of the own lane's centre is positive. */
  readonly lateralM: readonly [number, number];
  readonly chance: number;
  readonly lengthM: readonly [number, number];
  readonly widthM: readonly [number, number];
  readonly heightM: readonly [number, number];
}

const CAR = { lengthM: [4.1, 4.9], widthM: [1.75, 1.9], heightM: [1.42, 1.7] } as const;
const PERSON = { lengthM: [0.4, 0.6], widthM: [0.45, 0.6], heightM: [1.5, 1.95] } as const;
const HOUSE = { lengthM: [11, 23], widthM: [9, 12], heightM: [4.5, 22] } as const;
const TREE = { lengthM: [2.4, 4], widthM: [2.4, 4], heightM: [5, 9] } as const;

const FAMILIES: readonly Family[] = [
  { name: 'house-r', kind: BOX_BUILDING, spacingM: 25, speedMps: 0, lateralM: [-18, -15], chance: 0.85, ...HOUSE },
  { name: 'house-l', kind: BOX_BUILDING, spacingM: 26, speedMps: 0, lateralM: [19, 22], chance: 0.85, ...HOUSE },
  { name: 'tree-r', kind: BOX_TREE, spacingM: 14, speedMps: 0, lateralM: [-7.6, -7], chance: 0.6, ...TREE },
  { name: 'tree-l', kind: BOX_TREE, spacingM: 15, speedMps: 0, lateralM: [11, 11.6], chance: 0.6, ...TREE },
  { name: 'parked-r', kind: BOX_CAR, spacingM: 7.4, speedMps: 0, lateralM: [-3.3, -3.1], chance: 0.45, ...CAR },
  { name: 'parked-l', kind: BOX_CAR, spacingM: 7.6, speedMps: 0, lateralM: [6.9, 7.1], chance: 0.45, ...CAR },
  { name: 'oncoming', kind: BOX_CAR, spacingM: 48, speedMps: -10.5, lateralM: [3.3, 3.7], chance: 0.75, ...CAR },
  { name: 'walker-r', kind: BOX_PERSON, spacingM: 12, speedMps: 1.3, lateralM: [-6.4, -5.2], chance: 0.5, ...PERSON },
  { name: 'walker-l', kind: BOX_PERSON, spacingM: 13, speedMps: -1.2, lateralM: [9, 10.2], chance: 0.5, ...PERSON },
];

const within = ([low, high]: readonly [number, number], unit: number): number => low + (high - low) * unit;

interface Member {
  readonly family: Family;
  readonly index: number;
  readonly sM: number;
}

/** Which members of a family are on `[lowM, highM)` of the road at this moment. */
function* membersOn(seed: number, salt: number, family: Family, timeS: number, lowM: number, highM: number) {
  const shiftM = family.speedMps * timeS;
  const last = Math.ceil((highM - shiftM) / family.spacingM);
  for (let index = Math.floor((lowM - shiftM) / family.spacingM) - 1; index <= last; index += 1) {
    if (unitOf(seed, salt, index, 0) >= family.chance) continue;
    const sM = (index + unitOf(seed, salt, index, 1) * 0.35) * family.spacingM + shiftM;
    if (sM >= lowM && sM < highM) yield { family, index, sM } satisfies Member;
  }
}

export class Scene {
  readonly #seed: number;
  readonly #motion: Motion;

  constructor(seed: number, motion: Motion) {
    this.#seed = seed;
    this.#motion = motion;
  }

  /** Everything within reach of the sensors as agents in the car's frame, nearest rows first. */
  agents(state: VehicleState, behindM = BEHIND_M, aheadM = AHEAD_M): Agent[] {
    const found: Agent[] = [this.#leadCar(state)];
    FAMILIES.forEach((family, place) => {
      const salt = 31 + place;
      for (const { index, sM } of membersOn(
        this.#seed,
        salt,
        family,
        state.timeS,
        state.sM - behindM,
        state.sM + aheadM,
      )) {
        const size = (axis: number): number => unitOf(this.#seed, salt, index, axis);
        found.push({
          id: `${family.name}-${index}`,
          kind: family.kind,
          ...this.#placed(state, sM, within(family.lateralM, size(2))),
          lengthM: within(family.lengthM, size(3)),
          widthM: within(family.widthM, size(4)),
          heightM: within(family.heightM, size(5)),
        });
      }
    });
    return found;
  }

  surroundings(state: VehicleState): Surroundings {
    const floats: number[] = [];
    for (const agent of this.agents(state)) pushBoxes(floats, agent);
    const centreLineM = new Float32Array(BEHIND_M + AHEAD_M + 1);
    for (let at = 0; at < centreLineM.length; at += 1) {
      centreLineM[at] = this.#placed(state, state.sM + at - BEHIND_M, 0).yM;
    }
    return { sM: state.sM, boxes: Float64Array.from(floats), centreLineM };
  }

  /** The car ahead keeps a headway of about two seconds. */
  #leadCar(state: VehicleState): Agent {
    const sM = state.sM + 9 + 1.8 * state.speedMps + 1.5 * Math.sin(state.timeS * 0.3);
    const place = this.#placed(state, sM, 0.1);
    return { id: 'lead-0', kind: BOX_CAR, ...place, lengthM: 4.6, widthM: 1.85, heightM: 1.55 };
  }

  #placed(state: VehicleState, sM: number, lateralM: number): { xM: number; yM: number; headingRad: number } {
    const point = this.#motion.road.at(sM);
    const eastM = point.xM - lateralM * Math.sin(point.headingRad) - state.xM;
    const northM = point.yM + lateralM * Math.cos(point.headingRad) - state.yM;
    const cos = Math.cos(state.headingRad);
    const sin = Math.sin(state.headingRad);
    return {
      xM: eastM * cos + northM * sin,
      yM: northM * cos - eastM * sin,
      headingRad: point.headingRad - state.headingRad,
    };
  }
}

function pushBoxes(floats: number[], agent: Agent): void {
  const cos = Math.cos(agent.headingRad);
  const sin = Math.sin(agent.headingRad);
  const variant = Math.floor(agent.lengthM * 1000) % 6;
  const pushBox = (length: number, width: number, bottom: number, top: number, kind: number): void => {
    floats.push(agent.xM, agent.yM, cos, sin, length / 2, width / 2, bottom, top, kind, variant);
  };
  const { lengthM, widthM, heightM, kind } = agent;
  if (kind === BOX_TREE) {
    pushBox(0.4, 0.4, 0, 2.4, BOX_TRUNK);
    pushBox(lengthM, widthM, 2.2, heightM, BOX_TREE);
  } else if (kind === BOX_CAR) {
    pushBox(lengthM, widthM, 0.2, heightM * 0.6, BOX_CAR);
    pushBox(lengthM * 0.55, widthM * 0.9, heightM * 0.6, heightM, BOX_GLASS);
  } else {
    pushBox(lengthM, widthM, 0, heightM, kind);
  }
}
