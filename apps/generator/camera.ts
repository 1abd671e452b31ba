/**
 * A pinhole camera over the scene: sky, ground with its markings, and boxes through a depth buffer, drawn at half
 * resolution and given sensor noise at full resolution, so that no two frames are alike and JPEG has real work to do.
 */
import { hash32, NOISE_MASK, NOISE_SIGMA, noiseTable } from './random.ts';
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

export interface CameraSpec {
  readonly name: string;
  readonly width: number;
  readonly height: number;
  readonly focalPx: number;
  readonly heightM: number;
  /** Ahead of the car's reference point; the camera looks ahead, or backwards if `backwards`. */
  readonly forwardM: number;
  readonly backwards: boolean;
  readonly quality: number;
  /** Standard deviation of the noise of one pixel, in grey levels. */
  readonly noiseSigma: number;
}

type Rgb = readonly [number, number, number];

const ASPHALT: Rgb = [96, 97, 101];
const PAINT: Rgb = [214, 213, 205];
const KERB: Rgb = [150, 148, 142];
const PAVEMENT: Rgb = [136, 131, 124];
const GRASS: Rgb = [92, 112, 62];
const HAZE: Rgb = [186, 196, 206];
const HAZE_M = 170;
/** The depth of a pixel that no box covers. */
const FAR = 1e9;

const PALETTE: Record<number, readonly Rgb[]> = {
  [BOX_BUILDING]: [
    [168, 146, 128],
    [150, 120, 102],
    [190, 182, 168],
    [132, 128, 126],
    [176, 158, 120],
    [144, 92, 78],
  ],
  [BOX_TREE]: [
    [64, 92, 44],
    [78, 104, 50],
    [54, 84, 46],
  ],
  [BOX_TRUNK]: [[84, 68, 54]],
  [BOX_CAR]: [
    [190, 192, 196],
    [38, 40, 44],
    [150, 28, 30],
    [34, 62, 118],
    [222, 222, 220],
    [92, 98, 102],
  ],
  [BOX_GLASS]: [[46, 54, 62]],
  [BOX_PERSON]: [
    [60, 66, 96],
    [132, 60, 56],
    [70, 70, 70],
    [160, 150, 90],
  ],
};

/** What the ground is made of at this place across and along the road. */
function groundAt(lateralM: number, sM: number): Rgb {
  if (lateralM > -4.3 && lateralM < 8.1) {
    if (lateralM > 1.67 && lateralM < 1.83) return sM - 12 * Math.floor(sM / 12) < 4.5 ? PAINT : ASPHALT;
    if ((lateralM > -1.83 && lateralM < -1.68) || (lateralM > 5.2 && lateralM < 5.35)) return PAINT;
    return ASPHALT;
  }
  if (lateralM > -4.5 && lateralM < 8.3) return KERB;
  return lateralM > -9.5 && lateralM < 13.5 ? PAVEMENT : GRASS;
}

function packed([red, green, blue]: Rgb, light: number, haze: number): number {
  const own = light * (1 - haze);
  const r = Math.min(255, red * own + HAZE[0] * haze) | 0;
  const g = Math.min(255, green * own + HAZE[1] * haze) | 0;
  const b = Math.min(255, blue * own + HAZE[2] * haze) | 0;
  return (r << 16) | (g << 8) | b;
}

function nearestFirst(boxes: Float64Array): number[] {
  const offsets = Array.from({ length: boxes.length / FLOATS_PER_BOX }, (_, index) => index * FLOATS_PER_BOX);
  const distance = (at: number): number => (boxes[at] as number) ** 2 + (boxes[at + 1] as number) ** 2;
  return offsets.sort((a, b) => distance(a) - distance(b));
}

/** Keeps its buffers between frames; one renderer belongs to one thread. */
export class CameraRenderer {
  readonly #spec: CameraSpec;
  readonly #columns: number;
  readonly #rows: number;
  readonly #focal: number;
  readonly #colours: Int32Array;
  readonly #depths: Float32Array;
  readonly #noise = noiseTable();

  constructor(spec: CameraSpec) {
    this.#spec = spec;
    this.#columns = spec.width >> 1;
    this.#rows = spec.height >> 1;
    this.#focal = spec.focalPx / 2;
    this.#colours = new Int32Array(this.#columns * this.#rows);
    this.#depths = new Float32Array(this.#columns * this.#rows);
  }

  /** Draws one frame as RGB into `into`; `seed` stands for everything that changes from frame to frame. */
  render(around: Surroundings, seed: number, into: Uint8ClampedArray): void {
    this.#depths.fill(FAR);
    // Near boxes first: what they hide, farther boxes and the background, is then never worked out.
    for (const at of nearestFirst(around.boxes)) this.#drawBox(around.boxes, at);
    this.#drawSky(around.sM);
    this.#drawGround(around);
    this.#develop(seed, into);
  }

  #drawSky(sM: number): void {
    const horizon = this.#rows >> 1;
    const drift = Math.floor(sM * 3);
    for (let row = 0; row < horizon; row += 1) {
      const height = 1 - row / horizon;
      for (let column = 0; column < this.#columns; column += 1) {
        if (this.#depths[row * this.#columns + column] !== FAR) continue;
        const cloud = this.#noise[((row >> 2) * 977 + ((column + drift) >> 3)) & NOISE_MASK] as number;
        const light = 216 - 60 * height + cloud * 0.12;
        this.#colours[row * this.#columns + column] =
          ((light * 0.86) << 16) | ((light * 0.95) << 8) | Math.min(255, light * 1.1 + 12);
      }
    }
  }

  #drawGround({ sM, centreLineM }: Surroundings): void {
    const { heightM, forwardM, backwards } = this.#spec;
    const side = backwards ? -1 : 1;
    const middle = this.#columns / 2;
    for (let row = this.#rows >> 1; row < this.#rows; row += 1) {
      const depth = (this.#focal * heightM) / (row + 0.5 - this.#rows / 2);
      const aheadM = forwardM + side * depth;
      const index = Math.min(BEHIND_M + AHEAD_M, Math.max(0, Math.round(aheadM) + BEHIND_M));
      const centreM = centreLineM[index] as number;
      const haze = Math.min(1, depth / HAZE_M);
      const grain = Math.max(0, 1 - depth / 60) * 0.0045;
      const along = Math.floor((sM + aheadM) * 14) * 509;
      for (let column = 0; column < this.#columns; column += 1) {
        if (this.#depths[row * this.#columns + column] !== FAR) continue;
        const lateral = (side * (middle - column - 0.5) * depth) / this.#focal - centreM;
        const texture = this.#noise[(along + Math.floor(lateral * 14)) & NOISE_MASK] as number;
        const colour = groundAt(lateral, sM + aheadM);
        this.#colours[row * this.#columns + column] = packed(colour, 1 + texture * grain, haze);
      }
    }
  }

  #drawBox(boxes: Float64Array, at: number): void {
    const side = this.#spec.backwards ? -1 : 1;
    const x = side * ((boxes[at] as number) - this.#spec.forwardM);
    const y = side * (boxes[at + 1] as number);
    const cos = side * (boxes[at + 2] as number);
    const sin = side * (boxes[at + 3] as number);
    const halfLength = boxes[at + 4] as number;
    const halfWidth = boxes[at + 5] as number;
    const reach = halfLength + halfWidth;
    if (x + reach < 0.5 || x - reach > 150) return;
    const nearest = Math.max(0.6, x - reach);
    const middle = this.#columns / 2;
    // The column range comes from a circle around the box: generous, cheap, and safe next to the camera.
    const left = middle - (this.#focal * (y + reach)) / (y + reach > 0 ? nearest : x + reach);
    const right = middle - (this.#focal * (y - reach)) / (y - reach < 0 ? nearest : x + reach);
    const first = Math.max(0, Math.floor(left));
    const last = Math.min(this.#columns - 1, Math.ceil(right));
    const originX = -x * cos - y * sin;
    const originY = x * sin - y * cos;
    for (let column = first; column <= last; column += 1) {
      const slant = (middle - column - 0.5) / this.#focal;
      const stepX = cos + slant * sin;
      const stepY = slant * cos - sin;
      const x1 = (-halfLength - originX) / stepX;
      const x2 = (halfLength - originX) / stepX;
      const y1 = (-halfWidth - originY) / stepY;
      const y2 = (halfWidth - originY) / stepY;
      const enterX = Math.min(x1, x2);
      const enterY = Math.min(y1, y2);
      const depth = Math.max(enterX, enterY);
      if (depth < 0.5 || depth > Math.min(Math.max(x1, x2), Math.max(y1, y2))) continue;
      const onEnd = enterX > enterY;
      const across = onEnd ? originY + stepY * depth : originX + stepX * depth;
      this.#drawColumn(boxes, at, column, depth, across, onEnd);
    }
  }

  #drawColumn(boxes: Float64Array, at: number, column: number, depth: number, across: number, onEnd: boolean): void {
    const bottomM = boxes[at + 6] as number;
    const topM = boxes[at + 7] as number;
    const kind = boxes[at + 8] as number;
    const palette = PALETTE[kind] as readonly Rgb[];
    const colour = palette[(boxes[at + 9] as number) % palette.length] as Rgb;
    const { heightM } = this.#spec;
    const scale = this.#focal / depth;
    const firstRow = Math.max(0, Math.floor(this.#rows / 2 + (heightM - topM) * scale));
    const lastRow = Math.min(this.#rows - 1, Math.floor(this.#rows / 2 + (heightM - bottomM) * scale));
    const haze = Math.min(1, depth / HAZE_M);
    const light = onEnd ? 0.78 : 1;
    const rough = kind === BOX_TREE ? 0.011 : kind === BOX_BUILDING ? 0.0028 : 0.0007;
    const weave = Math.floor(across * 11) * 613;
    for (let row = firstRow; row <= lastRow; row += 1) {
      const place = row * this.#columns + column;
      if ((this.#depths[place] as number) <= depth) continue;
      this.#depths[place] = depth;
      const aboveM = heightM - (row + 0.5 - this.#rows / 2) / scale;
      const texture = this.#noise[(weave + Math.floor(aboveM * 11)) & NOISE_MASK] as number;
      const glazed = kind === BOX_BUILDING && across - 3 * Math.floor(across / 3) < 1.5 && aboveM % 3.1 > 1.3;
      this.#colours[place] = packed(glazed ? [74, 84, 98] : colour, light * (1 + texture * rough), haze);
    }
  }

  /** Doubles the drawing and adds noise to every pixel of the full frame, each row from its own place in the table. */
  #develop(seed: number, into: Uint8ClampedArray): void {
    const { width, height, noiseSigma } = this.#spec;
    const gain = Math.round((noiseSigma / NOISE_SIGMA) * 256);
    const noise = this.#noise;
    const colours = this.#colours;
    for (let row = 0; row < height; row += 1) {
      let from = (row >> 1) * this.#columns;
      let grain = hash32(seed, row) & NOISE_MASK;
      let to = row * width * 3;
      for (let column = 0; column < width; column += 2, from += 1) {
        const colour = colours[from] as number;
        const red = colour >> 16;
        const green = (colour >> 8) & 255;
        const blue = colour & 255;
        const one = ((noise[grain & NOISE_MASK] as number) * gain) >> 8;
        const two = ((noise[(grain + 1) & NOISE_MASK] as number) * gain) >> 8;
        grain += 2;
        into[to] = red + one;
        into[to + 1] = green + one;
        into[to + 2] = blue + one;
        into[to + 3] = red + two;
        into[to + 4] = green + two;
        into[to + 5] = blue + two;
        to += 6;
      }
    }
  }
}
