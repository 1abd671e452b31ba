/** The satellite receiver: the car's place as latitude and longitude, 10 times a second, with slowly wandering error. */
import type { VehicleState } from './motion.ts';
import type { Random } from './random.ts';
import type { Fix } from './ros-messages.ts';

/** Where a drive may begin: open streets of towns in which cars are tested. */
const ORIGINS = [
  { latitude: 48.7758, longitude: 9.1829, altitudeM: 247 },
  { latitude: 37.3861, longitude: -122.0839, altitudeM: 32 },
  { latitude: 48.1374, longitude: 11.5755, altitudeM: 519 },
  { latitude: 42.2808, longitude: -83.743, altitudeM: 256 },
  { latitude: 57.7089, longitude: 11.9746, altitudeM: 12 },
] as const;

const M_PER_DEGREE = 111_319.49;
/** Receivers report about a centimetre. */
const DEGREE_STEP = 1e-7;

export class Gnss {
  readonly #random: Random;
  readonly #origin: (typeof ORIGINS)[number];
  readonly #mPerDegreeEast: number;
  readonly #errorM: [number, number, number] = [0, 0, 0];

  constructor(random: Random) {
    this.#random = random;
    this.#origin = ORIGINS[random.uint32() % ORIGINS.length] as (typeof ORIGINS)[number];
    this.#mPerDegreeEast = M_PER_DEGREE * Math.cos((this.#origin.latitude * Math.PI) / 180);
  }

  read(state: VehicleState): Fix {
    const error = this.#errorM;
    for (const axis of [0, 1, 2] as const) error[axis] = error[axis] * 0.995 + this.#random.gaussian(0.03);
    const degrees = (value: number): number => Math.round(value / DEGREE_STEP) / 1e7;
    return {
      latitude: degrees(this.#origin.latitude + (state.yM + error[0]) / M_PER_DEGREE),
      longitude: degrees(this.#origin.longitude + (state.xM + error[1]) / this.#mPerDegreeEast),
      altitudeM: Math.round((this.#origin.altitudeM + state.zM + 2 * error[2]) * 1000) / 1000,
      varianceM2: [0.09, 0.09, 0.36],
    };
  }
}
