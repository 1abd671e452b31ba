/**
 * A spinning lidar over the same scene: per azimuth the boxes in the way, per beam the nearest of box and ground, with
 * range noise, dropped returns and intensities by material. Points are laid out as Velodyne drivers do, 22 bytes each.
 */
import { NOISE_MASK, NOISE_SIGMA, noiseTable, Random } from './random.ts';
import {
  AHEAD_M,
  BEHIND_M,
  BOX_BUILDING,
  BOX_CAR,
  BOX_GLASS,
  BOX_PERSON,
  BOX_TREE,
  BOX_TRUNK,
  FLOATS_PER_BOX,
  type Surroundings,
} from './scene.ts';

export interface LidarSpec {
  readonly beams: number;
  readonly columns: number;
  readonly heightM: number;
  readonly lowestRad: number;
  readonly highestRad: number;
  readonly rangeMaxM: number;
  readonly rangeSigmaM: number;
}

export const POINT_STEP_BYTES = 22;
const RANGE_STEP_M = 0.002;
/**
 * Coordinates are whole multiples of this, as those of sensors that compute in fixed point; far finer than the noise, and
 * coarse enough to hide the last bits in which sines may differ between releases of the engine.
 */
const COORDINATE_STEPS_PER_M = 2 ** 14;

const REVOLUTION_S = 0.1;
const TURN = 6.283185307179586;

const REFLECTANCE: Record<number, number> = {
  [BOX_BUILDING]: 34,
  [BOX_TREE]: 16,
  [BOX_TRUNK]: 22,
  [BOX_CAR]: 48,
  [BOX_GLASS]: 8,
  [BOX_PERSON]: 27,
};

interface Hit {
  rangeM: number;
  bottomM: number;
  topM: number;
  kind: number;
}

/** For each azimuth the offsets of the boxes that may stand in its way. */
function boxesByColumn(boxes: Float64Array, columns: number): number[][] {
  const found: number[][] = Array.from({ length: columns }, () => []);
  for (let at = 0; at < boxes.length; at += FLOATS_PER_BOX) {
    const x = boxes[at] as number;
    const y = boxes[at + 1] as number;
    const reach = (boxes[at + 4] as number) + (boxes[at + 5] as number);
    const distance = Math.sqrt(x * x + y * y);
    const spread = distance <= reach ? TURN / 2 : Math.atan2(reach, Math.sqrt(distance * distance - reach * reach));
    const centre = Math.atan2(y, x);
    const first = Math.floor(((centre - spread) / TURN) * columns);
    const last = Math.min(first + columns - 1, Math.ceil(((centre + spread) / TURN) * columns));
    for (let column = first; column <= last; column += 1) found[((column % columns) + columns) % columns]?.push(at);
  }
  return found;
}

/** Where a level ray from the sensor enters a box, or undefined. */
function hitOf(boxes: Float64Array, at: number, dirX: number, dirY: number): Hit | undefined {
  const x = boxes[at] as number;
  const y = boxes[at + 1] as number;
  const cos = boxes[at + 2] as number;
  const sin = boxes[at + 3] as number;
  const originX = -x * cos - y * sin;
  const originY = x * sin - y * cos;
  const stepX = dirX * cos + dirY * sin;
  const stepY = dirY * cos - dirX * sin;
  const halfLength = boxes[at + 4] as number;
  const halfWidth = boxes[at + 5] as number;
  const x1 = (-halfLength - originX) / stepX;
  const x2 = (halfLength - originX) / stepX;
  const y1 = (-halfWidth - originY) / stepY;
  const y2 = (halfWidth - originY) / stepY;
  const enter = Math.max(Math.min(x1, x2), Math.min(y1, y2));
  const leave = Math.min(Math.max(x1, x2), Math.max(y1, y2));
  if (!(enter > 0.8) || enter > leave) return undefined;
  return {
    rangeM: enter,
    bottomM: boxes[at + 6] as number,
    topM: boxes[at + 7] as number,
    kind: boxes[at + 8] as number,
  };
}

export class LidarScanner {
  readonly #spec: LidarSpec;
  readonly #slopes: Float64Array;
  readonly #levels: Float64Array;
  readonly #noise = noiseTable();
  readonly #scratch: DataView;

  constructor(spec: LidarSpec) {
    this.#spec = spec;
    this.#slopes = new Float64Array(spec.beams);
    this.#levels = new Float64Array(spec.beams);
    for (let beam = 0; beam < spec.beams; beam += 1) {
      const elevation = spec.lowestRad + ((spec.highestRad - spec.lowestRad) * beam) / (spec.beams - 1);
      this.#slopes[beam] = Math.sin(elevation) / Math.cos(elevation);
      this.#levels[beam] = Math.cos(elevation);
    }
    this.#scratch = new DataView(new ArrayBuffer(spec.beams * spec.columns * POINT_STEP_BYTES));
  }

  /** One revolution; the bytes are a view into the scanner's buffer, valid until the next scan. */
  scan(around: Surroundings, seed: number): Uint8Array {
    const { columns } = this.#spec;
    const random = new Random(seed);
    const inTheWay = boxesByColumn(around.boxes, columns);
    // The head's phase drifts against the clock, so that azimuths differ from turn to turn as they do on a car.
    const phase = random.unit();
    let end = 0;
    for (let column = 0; column < columns; column += 1) {
      const azimuth = ((column + phase) / columns) * TURN;
      const dirX = Math.cos(azimuth);
      const dirY = Math.sin(azimuth);
      const hits: Hit[] = [];
      for (const at of inTheWay[column] as number[]) {
        const hit = hitOf(around.boxes, at, dirX, dirY);
        if (hit) hits.push(hit);
      }
      hits.sort((a, b) => a.rangeM - b.rangeM);
      const timeS = Math.fround(((column + phase) / columns) * REVOLUTION_S);
      end = this.#fire(around, hits, dirX, dirY, timeS, random, end);
    }
    return new Uint8Array(this.#scratch.buffer, 0, end);
  }

  #fire(
    around: Surroundings,
    hits: readonly Hit[],
    dirX: number,
    dirY: number,
    timeS: number,
    random: Random,
    start: number,
  ): number {
    const { beams, heightM, rangeMaxM, rangeSigmaM } = this.#spec;
    const out = this.#scratch;
    let end = start;
    let grain = random.uint32() & NOISE_MASK;
    for (let beam = 0; beam < beams; beam += 1) {
      const slope = this.#slopes[beam] as number;
      grain += 2;
      let levelM = slope < 0 ? -heightM / slope : Infinity;
      let reflectance = -1;
      for (const hit of hits) {
        if (hit.rangeM >= levelM) break;
        const atM = heightM + slope * hit.rangeM;
        if (atM < hit.bottomM || atM > hit.topM) continue;
        levelM = hit.rangeM;
        reflectance = REFLECTANCE[hit.kind] as number;
        break;
      }
      const rangeM = levelM / (this.#levels[beam] as number);
      if (!(rangeM < rangeMaxM)) continue;
      const drop = (this.#noise[(grain + 7) & NOISE_MASK] as number) + 70;
      if (drop < (rangeM / rangeMaxM) * 60 + 8) continue;
      if (reflectance < 0) reflectance = groundReflectance(around, dirX * levelM, dirY * levelM);
      const wobble = ((this.#noise[grain & NOISE_MASK] as number) / NOISE_SIGMA) * rangeSigmaM;
      const measuredM = Math.round((rangeM + wobble) / RANGE_STEP_M) * RANGE_STEP_M;
      const flatM = measuredM * (this.#levels[beam] as number);
      const brightness = reflectance + ((this.#noise[(grain + 1) & NOISE_MASK] as number) >> 2);
      out.setFloat32(end, onGrid(flatM * dirX), true);
      out.setFloat32(end + 4, onGrid(flatM * dirY), true);
      out.setFloat32(end + 8, onGrid(flatM * slope), true);
      out.setFloat32(end + 12, Math.max(0, Math.min(255, brightness)), true);
      out.setUint16(end + 16, beam, true);
      out.setFloat32(end + 18, timeS, true);
      end += POINT_STEP_BYTES;
    }
    return end;
  }
}

const onGrid = (valueM: number): number => Math.round(valueM * COORDINATE_STEPS_PER_M) / COORDINATE_STEPS_PER_M;

function groundReflectance({ centreLineM, sM }: Surroundings, xM: number, yM: number): number {
  const index = Math.min(BEHIND_M + AHEAD_M, Math.max(0, Math.round(xM) + BEHIND_M));
  const lateralM = yM - (centreLineM[index] as number);
  const alongM = sM + xM;
  if (lateralM > 1.67 && lateralM < 1.83) return alongM - 12 * Math.floor(alongM / 12) < 4.5 ? 90 : 11;
  if ((lateralM > -1.83 && lateralM < -1.68) || (lateralM > 5.2 && lateralM < 5.35)) return 90;
  return lateralM > -4.3 && lateralM < 8.1 ? 11 : 24;
}
