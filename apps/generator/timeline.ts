/**
 * The drive as one stream of messages in the order in which the recorder gets them: the car moves tick by tick, each
 * sensor speaks when it is due, and its message arrives after that sensor's latency. Nothing here waits or writes.
 */
import { textFromTimeNs } from '@pitlane/base/time';
import { canFramesAt } from './can.ts';
import type { ChannelName } from './channels.ts';
import { diagnosticsAt, journalLines } from './diagnostics.ts';
import { foxgloveCalibrationMessage, locationFixMessage } from './foxglove-messages.ts';
import { Gnss } from './gnss.ts';
import { Imu } from './imu.ts';
import { Motion, TICKS_PER_S, type VehicleState } from './motion.ts';
import { sceneUpdateText } from './objects.ts';
import { hash32, Random } from './random.ts';
import * as ros from './ros-messages.ts';
import { Scene, type Surroundings } from './scene.ts';
import type { SensorJob } from './sensor-job.ts';
import { PERIOD_TICKS, type SizePlan } from './sizes.ts';
import { weatherAt } from './weather.ts';

export interface Emission {
  readonly channel: ChannelName;
  readonly stampNs: bigint;
  readonly logTimeNs: bigint;
  /** A finished payload, or the work that makes one. */
  readonly content: Uint8Array | SensorJob;
  /** How much of the drive lies behind, in [0, 1]. */
  readonly fraction: number;
}

export interface TimelineOptions {
  readonly seed: number;
  readonly startTimeNs: bigint;
  readonly durationS: number;
  readonly plan: SizePlan;
  /** Gets lines for the recorder's journal. */
  readonly onJournal: (lines: string) => void;
}

const US = 1000n;
const MS = 1000n * US;
const NS_PER_TICK = 1_000_000_000n / BigInt(TICKS_PER_S);
const FULL_BRAKE_BAR = 60;
const CAN_SPACING_NS = 130n * US;
/** The renderer is a plain pinhole, and the calibration says so. */
const DISTORTION = [0, 0, 0, 0, 0];

/** Camera frames are optical: z ahead, x to the right, y down. */
export const STATIC_TRANSFORMS: readonly ros.Transform[] = [
  { parent: 'base_link', child: 'camera_front', translation: [1.6, 0, 1.5], rotation: [-0.5, 0.5, -0.5, 0.5] },
  { parent: 'base_link', child: 'camera_rear', translation: [-0.9, 0, 1.2], rotation: [-0.5, -0.5, 0.5, 0.5] },
  { parent: 'base_link', child: 'lidar_top', translation: [0, 0, 1.84], rotation: [0, 0, 0, 1] },
  { parent: 'base_link', child: 'imu', translation: [0.1, 0, 0.6], rotation: [0, 0, 0, 1] },
  { parent: 'base_link', child: 'gnss', translation: [-0.6, 0, 1.7], rotation: [0, 0, 0, 1] },
];

class Timeline {
  readonly #options: TimelineOptions;
  readonly #motion: Motion;
  readonly #scene: Scene;
  readonly #imu: Imu;
  readonly #gnss: Gnss;
  readonly #random: Random;
  readonly #latency: Random;
  readonly #ticks: number;
  #pending: Emission[] = [];
  #tick = 0;

  constructor(options: TimelineOptions) {
    const { seed } = options;
    this.#options = options;
    this.#motion = new Motion(seed);
    this.#scene = new Scene(seed, this.#motion);
    this.#imu = new Imu(new Random(seed, 101));
    this.#gnss = new Gnss(new Random(seed, 102));
    this.#random = new Random(seed, 103);
    this.#latency = new Random(seed, 104);
    this.#ticks = Math.max(1, Math.round(options.durationS * TICKS_PER_S));
  }

  *run(): Generator<Emission> {
    this.#latch();
    for (; this.#tick < this.#ticks; this.#tick += 1) {
      const nowNs = this.#nowNs();
      yield* this.#arrivedBy(nowNs);
      this.#speak(this.#motion.state(), nowNs);
      this.#motion.advance();
    }
    yield* this.#arrivedBy(undefined);
  }

  #nowNs(): bigint {
    return this.#options.startTimeNs + BigInt(this.#tick) * NS_PER_TICK;
  }

  *#arrivedBy(nowNs: bigint | undefined): Generator<Emission> {
    let arrived = this.#pending.length;
    if (nowNs !== undefined) {
      arrived = this.#pending.findIndex((emission) => emission.logTimeNs > nowNs);
      if (arrived < 0) arrived = this.#pending.length;
    }
    yield* this.#pending.splice(0, arrived);
  }

  /** Puts a message where it belongs in the order of arrival. */
  #emit(channel: ChannelName, stampNs: bigint, latencyNs: bigint, content: Uint8Array | SensorJob): void {
    const logTimeNs = stampNs + latencyNs + BigInt(this.#latency.uint32() % 90_000);
    let place = this.#pending.length;
    while (place > 0 && (this.#pending[place - 1] as Emission).logTimeNs > logTimeNs) place -= 1;
    this.#pending.splice(place, 0, { channel, stampNs, logTimeNs, content, fraction: this.#tick / this.#ticks });
  }

  /** What is said once, at the start, and holds for the whole drive. */
  #latch(): void {
    const startNs = this.#options.startTimeNs;
    const [front, rear] = this.#options.plan.cameras;
    this.#emit('tfStatic', startNs, 1n * MS, ros.transformsMessage(startNs, STATIC_TRANSFORMS));
    if (front) {
      const message = ros.cameraInfoMessage(startNs, 'camera_front', { ...front, distortion: DISTORTION });
      this.#emit('frontInfo', startNs, 1n * MS, message);
    }
    if (rear) {
      const message = foxgloveCalibrationMessage(startNs, 'camera_rear', { ...rear, distortion: DISTORTION });
      this.#emit('rearCalibration', startNs, 1n * MS, message);
    }
  }

  #speak(state: VehicleState, nowNs: bigint): void {
    const due = (period: number): boolean => this.#tick % period === 0;
    this.#emit('imu', nowNs, 400n * US, ros.imuMessage(nowNs, this.#imu.read(state)));
    this.#speakCan(state, nowNs);
    if (due(PERIOD_TICKS.odometry)) this.#speakOdometry(state, nowNs);
    if (due(PERIOD_TICKS.gnss)) this.#speakGnss(state, nowNs);
    if (due(PERIOD_TICKS.camera)) this.#look(state, nowNs);
    if (due(PERIOD_TICKS.objects)) this.#speakOfOthers(state, nowNs);
    if (due(PERIOD_TICKS.diagnostics)) this.#diagnose(state, nowNs);
  }

  #speakCan(state: VehicleState, nowNs: bigint): void {
    const buses = { chassis: 'canChassis', powertrain: 'canPowertrain', radar: 'canRadar' } as const;
    const used = { chassis: 0n, powertrain: 0n, radar: 0n };
    for (const { bus, id, data } of canFramesAt(state, this.#random)) {
      const stampNs = nowNs + used[bus] * CAN_SPACING_NS;
      used[bus] += 1n;
      this.#emit(buses[bus], stampNs, 60n * US, ros.canFrameMessage(stampNs, bus, id, data));
    }
  }

  #speakOdometry(state: VehicleState, nowNs: bigint): void {
    const position = [state.xM, state.yM, state.zM] as const;
    const rotation = ros.rotationFromYaw(state.headingRad);
    const reading = {
      position,
      yawRad: state.headingRad,
      speedMps: state.speedMps + (state.speedMps > 0 ? this.#random.gaussian(0.01) : 0),
      yawRateRadps: state.yawRateRadps,
    };
    this.#emit('odometry', nowNs, 2n * MS, ros.odometryMessage(nowNs, reading));
    const transform = { parent: 'odom', child: 'base_link', translation: position, rotation };
    this.#emit('tf', nowNs, 2n * MS, ros.transformsMessage(nowNs, [transform]));
  }

  #speakGnss(state: VehicleState, nowNs: bigint): void {
    const fix = this.#gnss.read(state);
    this.#emit('fix', nowNs, 64n * MS, ros.navSatFixMessage(nowNs, fix));
    this.#emit('location', nowNs, 65n * MS, locationFixMessage(nowNs, fix));
  }

  #look(state: VehicleState, nowNs: bigint): void {
    const around: Surroundings = this.#scene.surroundings(state);
    const { seed, plan } = this.#options;
    const shared = { stampNs: nowNs, around };
    const [front, rear] = plan.cameras;
    const seedOf = (sensor: number): number => hash32(seed, sensor, this.#tick);
    if (front) {
      const job = { sensor: 'camera', spec: front, encoding: 'cdr', frameId: 'camera_front', ...shared } as const;
      this.#emit('frontImage', nowNs, 31n * MS, { ...job, seed: seedOf(201) });
    }
    if (rear) {
      const job = { sensor: 'camera', spec: rear, encoding: 'protobuf', frameId: 'camera_rear', ...shared } as const;
      this.#emit('rearImage', nowNs, 33n * MS, { ...job, seed: seedOf(202) });
    }
    const job = { sensor: 'lidar', spec: plan.lidar, frameId: 'lidar_top', ...shared, seed: seedOf(203) } as const;
    this.#emit('points', nowNs, 102n * MS, job);
  }

  #speakOfOthers(state: VehicleState, nowNs: bigint): void {
    const text = sceneUpdateText(nowNs, this.#scene.agents(state, 60, 90), this.#random);
    this.#emit('objects', nowNs, 88n * MS, Buffer.from(text, 'utf8'));
    const { rain, lightLux } = weatherAt(this.#options.seed, state.timeS, nowNs);
    const status = {
      timestamp: { sec: Number(nowNs / 1_000_000_000n), nsec: Number(nowNs % 1_000_000_000n) },
      speed_mps: Math.round(state.speedMps * 1000) / 1000,
      odometer_m: Math.round(state.sM * 100) / 100,
      acceleration_mps2: Math.round(state.accelerationMps2 * 1000) / 1000,
      steering_rad: Math.round(state.steeringWheelRad * 1e4) / 1e4,
      brake: Math.round(Math.min(1, state.brakeBar / FULL_BRAKE_BAR) * 100) / 100,
      rain,
      light_lux: lightLux,
      gear: state.speedMps > 0 ? 'D' : 'P',
      mode: state.timeS < 4 ? 'manual' : 'autonomous',
    };
    this.#emit('vehicleState', nowNs, 5n * MS, Buffer.from(JSON.stringify(status), 'utf8'));
  }

  #diagnose(state: VehicleState, nowNs: bigint): void {
    const statuses = diagnosticsAt(state, this.#random);
    this.#emit('diagnostics', nowNs, 11n * MS, ros.diagnosticsMessage(nowNs, statuses));
    this.#options.onJournal(journalLines(textFromTimeNs(nowNs), statuses, state));
  }
}

/** All messages of a drive, in order of arrival. */
export const timelineOf = (options: TimelineOptions): Generator<Emission> => new Timeline(options).run();
