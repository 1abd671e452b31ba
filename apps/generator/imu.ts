/** The inertial unit: body rates and specific force at 200 Hz, with bias, road vibration, noise and the sensor's own steps. */
import type { VehicleState } from './motion.ts';
import type { Random } from './random.ts';
import type { ImuReading } from './ros-messages.ts';

const GRAVITY_MPS2 = 9.80665;
const RATE_STEP_RADPS = 1 / 7509.87;
const FORCE_STEP_MPS2 = GRAVITY_MPS2 / 4096;

const stepped = (value: number, step: number): number => Math.round(value / step) * step;

/** Where the unit points, as its own filter believes: slowly wandering off the true heading. */
export class Imu {
  readonly #random: Random;
  readonly #rateBias: readonly [number, number, number];
  readonly #forceBias: readonly [number, number, number];
  #headingErrorRad = 0;

  constructor(random: Random) {
    this.#random = random;
    const bias = (sigma: number) => [random.gaussian(sigma), random.gaussian(sigma), random.gaussian(sigma)] as const;
    this.#rateBias = bias(0.0012);
    this.#forceBias = bias(0.02);
  }

  read(state: VehicleState): ImuReading {
    const shake = 0.02 + state.speedMps * 0.012;
    const rate = (truth: number, axis: 0 | 1 | 2): number =>
      stepped(truth + this.#rateBias[axis] + this.#random.gaussian(0.002 + shake * 0.02), RATE_STEP_RADPS);
    const force = (truth: number, axis: 0 | 1 | 2): number =>
      stepped(truth + this.#forceBias[axis] + this.#random.gaussian(shake), FORCE_STEP_MPS2);
    this.#headingErrorRad += this.#random.gaussian(2e-5);
    return {
      yawRad: state.headingRad + this.#headingErrorRad,
      angularVelocity: [rate(0, 0), rate(0, 1), rate(state.yawRateRadps, 2)],
      linearAcceleration: [
        force(state.accelerationMps2 + GRAVITY_MPS2 * state.slope, 0),
        force(state.speedMps * state.yawRateRadps, 1),
        force(GRAVITY_MPS2, 2),
      ],
    };
  }
}
