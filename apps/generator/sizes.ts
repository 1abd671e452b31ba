/** The three sizes of a drive: how long it is by default, what its cameras and lidar resolve, and how it is written. */
import type { CameraSpec } from './camera.ts';
import type { LidarSpec } from './lidar.ts';

export type DriveSize = 'small' | 'medium' | 'large';

export interface SizePlan {
  readonly durationS: number;
  readonly cameras: readonly CameraSpec[];
  readonly lidar: LidarSpec;
  /** Whether the vehicle recording has zstd chunks; loggers in cars seldom compress. */
  readonly compressVehicle: boolean;
  /** Whether rendering is worth starting worker threads for. */
  readonly worthThreads: boolean;
}

function cameras(width: number, height: number, quality: number): CameraSpec[] {
  const shared = { width, height, quality, noiseSigma: 6 };
  return [
    { name: 'front', ...shared, focalPx: width * 0.7, heightM: 1.5, forwardM: 1.6, backwards: false },
    { name: 'rear', ...shared, focalPx: width * 0.62, heightM: 1.2, forwardM: -0.9, backwards: true },
  ];
}

const lidar = (beams: number, columns: number): LidarSpec => ({
  beams,
  columns,
  heightM: 1.84,
  lowestRad: -0.4363,
  highestRad: 0.1745,
  rangeMaxM: 100,
  rangeSigmaM: 0.02,
});

const FULL = { cameras: cameras(960, 600, 92), lidar: lidar(32, 640), compressVehicle: false, worthThreads: true };

export const SIZES: Readonly<Record<DriveSize, SizePlan>> = {
  small: {
    durationS: 2,
    cameras: cameras(480, 272, 84),
    lidar: lidar(16, 240),
    compressVehicle: true,
    worthThreads: false,
  },
  medium: { durationS: 30, ...FULL },
  large: { durationS: 480, ...FULL },
};

/** Sensors tick at whole fractions of 200 Hz; these are their periods in ticks. */
export const PERIOD_TICKS = {
  imu: 1,
  odometry: 4,
  transform: 4,
  camera: 20,
  lidar: 20,
  gnss: 20,
  objects: 20,
  diagnostics: 200,
} as const;
