/**
 * Three CAN buses of a car: frames with fixed identifiers and periods, little-endian signals that follow the motion, an
 * alive counter and a checksum. The DBC text of the chassis bus is made here too, and travels as an attachment.
 */
import { TICKS_PER_S, type VehicleState } from './motion.ts';
import type { Random } from './random.ts';

export type CanBus = 'chassis' | 'powertrain' | 'radar';

export interface CanFrame {
  readonly bus: CanBus;
  readonly id: number;
  readonly data: Uint8Array;
}

interface FramePlan {
  readonly bus: CanBus;
  readonly id: number;
  readonly periodTicks: number;
  /** Up to three 16-bit signals; counter and checksum take the last two bytes, unless there are four signals. */
  readonly signals: (state: VehicleState, random: Random) => readonly number[];
}

const TRACK_M = 1.58;
const KMH = 3.6;
const DEGREES = 57.29577951308232;
const WHEEL_REVOLUTION_M = 2.02;
const GEAR_RATIO = 9.7;

function wheelSpeeds(state: VehicleState, random: Random): number[] {
  const spread = (state.yawRateRadps * TRACK_M) / 2;
  return [-1, 1, -1, 1].map((side) => {
    const mps = state.speedMps + side * spread;
    return state.speedMps === 0 ? 0 : (mps * KMH + random.gaussian(0.03)) * 100;
  });
}

const CHASSIS: readonly FramePlan[] = [
  { bus: 'chassis', id: 0x0b0, periodTicks: 2, signals: wheelSpeeds },
  {
    bus: 'chassis',
    id: 0x0c4,
    periodTicks: 2,
    signals: (state, random) => [
      (state.steeringWheelRad * DEGREES + random.gaussian(0.08)) * 10,
      random.gaussian(6),
      random.gaussian(22) + state.yawRateRadps * 400,
    ],
  },
  {
    bus: 'chassis',
    id: 0x1a0,
    periodTicks: 4,
    signals: (state, random) => [
      state.brakeBar === 0 ? 0 : (state.brakeBar + random.gaussian(0.15)) * 10,
      state.brakeBar > 0 ? 1 : 0,
      0,
    ],
  },
  {
    bus: 'chassis',
    id: 0x1b2,
    periodTicks: 2,
    signals: (state, random) => [
      (state.yawRateRadps * DEGREES + random.gaussian(0.05)) * 100,
      (state.accelerationMps2 + random.gaussian(0.03)) * 1000,
      (state.speedMps * state.yawRateRadps + random.gaussian(0.03)) * 1000,
    ],
  },
  {
    bus: 'chassis',
    id: 0x260,
    periodTicks: 2,
    signals: (state, random) => [
      Math.max(0, state.accelerationMps2 * 30 + state.speedMps * 1.4 + random.gaussian(0.2)) * 10,
      (state.accelerationMps2 * 620 + random.gaussian(4)) * 2,
      0,
    ],
  },
  { bus: 'chassis', id: 0x316, periodTicks: 4, signals: (state) => [state.speedMps * KMH * 100, state.sM % 65536, 0] },
  { bus: 'chassis', id: 0x3d0, periodTicks: 20, signals: (state) => [state.speedMps > 0 ? 4 : 1, 0, 0] },
  {
    bus: 'chassis',
    id: 0x5f0,
    periodTicks: 100,
    signals: (state, random) => [213 + state.timeS / 60, 1390 + random.gaussian(3), 540],
  },
];

const motorRpm = (state: VehicleState): number => (state.speedMps / WHEEL_REVOLUTION_M) * 60 * GEAR_RATIO;

const MOTORS: readonly FramePlan[] = Array.from({ length: 8 }, (_, unit) => ({
  bus: 'powertrain' as const,
  id: 0x181 + unit,
  periodTicks: 1,
  signals: (state: VehicleState, random: Random) => [
    motorRpm(state) + random.gaussian(4),
    state.accelerationMps2 * 900 + state.speedMps * 40 + random.gaussian(18),
    (412 - state.accelerationMps2 * 2.2 + random.gaussian(0.4)) * 20,
  ],
}));

const CELLS: readonly FramePlan[] = Array.from({ length: 24 }, (_, group) => ({
  bus: 'powertrain' as const,
  id: 0x18ff1000 + group,
  periodTicks: 20,
  signals: (state: VehicleState, random: Random) =>
    [0, 1, 2].map((cell) => 38_200 + group * 7 + cell * 3 - state.accelerationMps2 * 60 + random.gaussian(4)),
}));

const TRACKS: readonly FramePlan[] = Array.from({ length: 20 }, (_, track) => ({
  bus: 'radar' as const,
  id: 0x60b + track,
  periodTicks: 10,
  signals: (state: VehicleState, random: Random) => [
    (12 + track * 6 - (state.sM % 6) + random.gaussian(0.12)) * 100,
    ((track % 5) * 2.2 - 4 + random.gaussian(0.1)) * 100,
    ((track % 4 === 0 ? 1.5 : -state.speedMps) + random.gaussian(0.08)) * 100,
  ],
}));

const PLANS: readonly FramePlan[] = [...CHASSIS, ...MOTORS, ...CELLS, ...TRACKS];

/** Frames a second on a bus, as the plan promises them. */
export function framesPerSecond(bus: CanBus): number {
  return PLANS.filter((plan) => plan.bus === bus).reduce((sum, plan) => sum + TICKS_PER_S / plan.periodTicks, 0);
}

function frameBytes(id: number, signals: readonly number[], counter: number): Uint8Array {
  const data = new Uint8Array(8);
  const view = new DataView(data.buffer);
  signals.forEach((value, place) => {
    view.setInt16(place * 2, Math.round(value), true);
  });
  if (signals.length < 4) {
    data[6] = counter & 15;
    let sum = id & 255;
    for (let at = 0; at < 7; at += 1) sum += data[at] as number;
    data[7] = sum & 255;
  }
  return data;
}

/** The frames that fall into one tick; identifiers of equal period are spread over it. */
export function canFramesAt(state: VehicleState, random: Random): CanFrame[] {
  const due: CanFrame[] = [];
  PLANS.forEach((plan, place) => {
    if ((state.tick + place * 7) % plan.periodTicks !== 0) return;
    const counter = Math.floor(state.tick / plan.periodTicks);
    due.push({ bus: plan.bus, id: plan.id, data: frameBytes(plan.id, plan.signals(state, random), counter) });
  });
  return due;
}

export const CHASSIS_DBC = `VERSION "pitlane chassis 1"

BU_: ESP EPS VCU

BO_ 176 WheelSpeeds: 8 ESP
 SG_ FrontLeft : 0|16@1- (0.01,0) [0|320] "km/h" VCU
 SG_ FrontRight : 16|16@1- (0.01,0) [0|320] "km/h" VCU
 SG_ RearLeft : 32|16@1- (0.01,0) [0|320] "km/h" VCU
 SG_ RearRight : 48|16@1- (0.01,0) [0|320] "km/h" VCU

BO_ 196 Steering: 8 EPS
 SG_ Angle : 0|16@1- (0.1,0) [-900|900] "deg" VCU
 SG_ Counter : 48|4@1+ (1,0) [0|15] "" VCU

BO_ 416 Brake: 8 ESP
 SG_ Pressure : 0|16@1- (0.1,0) [0|250] "bar" VCU
 SG_ Pedal : 16|1@1+ (1,0) [0|1] "" VCU

BO_ 434 Inertial: 8 ESP
 SG_ YawRate : 0|16@1- (0.01,0) [-300|300] "deg/s" VCU
 SG_ LongitudinalAcceleration : 16|16@1- (0.001,0) [-30|30] "m/s2" VCU
 SG_ LateralAcceleration : 32|16@1- (0.001,0) [-30|30] "m/s2" VCU
`;
