/**
 * How the car moves: a speed profile with starts, cruising and stops, integrated at 200 Hz along the road. Every sensor
 * reads the same state, so wheel speeds, odometry, yaw rate, GNSS and IMU agree with one another.
 */
import { unitOf } from './random.ts';
import { Road } from './road.ts';

export const TICKS_PER_S = 200;
export const TICK_S = 1 / TICKS_PER_S;

export interface VehicleState {
  readonly tick: number;
  readonly timeS: number;
  readonly sM: number;
  readonly xM: number;
  readonly yM: number;
  readonly zM: number;
  readonly headingRad: number;
  readonly slope: number;
  readonly speedMps: number;
  readonly accelerationMps2: number;
  readonly curvaturePerM: number;
  readonly yawRateRadps: number;
  readonly steeringWheelRad: number;
  readonly brakeBar: number;
}

const LEG_S = 17;
const STANDSTILL_S = 1;
const STOP_PAUSE_S = 5;
const ACCELERATION_MAX_MPS2 = 2.2;
const BRAKING_MAX_MPS2 = 3;
const JERK_MPS3 = 2.5;
const LATERAL_MAX_MPS2 = 2.2;
const WHEELBASE_M = 2.9;
const STEERING_RATIO = 15.2;

export class Motion {
  readonly road: Road;
  readonly #seed: number;
  #tick = 0;
  #sM = 0;
  #speed = 0;
  #acceleration = 0;

  constructor(seed: number) {
    this.#seed = seed;
    this.road = new Road(seed);
  }

  /** The speed the driver wants at this moment; every third leg or so begins with a stop. */
  #wantedMps(timeS: number): number {
    if (timeS < STANDSTILL_S) return 0;
    const leg = Math.floor(timeS / LEG_S);
    const intoLegS = timeS - leg * LEG_S;
    const stops = leg > 0 && (leg === 1 || unitOf(this.#seed, 21, leg) < 0.35);
    if (stops && intoLegS < STOP_PAUSE_S + 4) return 0;
    const cruise = 8 + 7 * unitOf(this.#seed, 22, leg);
    const bend = Math.abs(this.road.curvatureAt(this.#sM + 2 * this.#speed));
    return Math.min(cruise, Math.sqrt(LATERAL_MAX_MPS2 / Math.max(bend, 1e-3)));
  }

  state(): VehicleState {
    const point = this.road.at(this.#sM);
    return {
      tick: this.#tick,
      timeS: this.#tick * TICK_S,
      sM: this.#sM,
      xM: point.xM,
      yM: point.yM,
      zM: point.zM,
      headingRad: point.headingRad,
      slope: point.slope,
      speedMps: this.#speed,
      accelerationMps2: this.#acceleration,
      curvaturePerM: point.curvaturePerM,
      yawRateRadps: this.#speed * point.curvaturePerM,
      steeringWheelRad: WHEELBASE_M * point.curvaturePerM * STEERING_RATIO,
      brakeBar: this.#acceleration < -0.3 ? -this.#acceleration * 12 : this.#speed < 0.05 ? 8 : 0,
    };
  }

  advance(): void {
    const gap = this.#wantedMps(this.#tick * TICK_S) - this.#speed;
    const wanted = Math.min(ACCELERATION_MAX_MPS2, Math.max(-BRAKING_MAX_MPS2, gap * 1.1));
    const change = Math.min(JERK_MPS3 * TICK_S, Math.max(-JERK_MPS3 * TICK_S, wanted - this.#acceleration));
    this.#acceleration += change;
    const before = this.#speed;
    this.#speed = Math.max(0, before + this.#acceleration * TICK_S);
    if (this.#speed === 0 || (this.#speed < 0.02 && gap <= 0)) {
      this.#speed = 0;
      this.#acceleration = Math.max(0, this.#acceleration);
    }
    this.#sM += ((before + this.#speed) / 2) * TICK_S;
    this.#tick += 1;
    if (this.#tick % (10 * TICKS_PER_S) === 0) this.road.forgetBehind(this.#sM);
  }
}
