/** What a caller may ask of a drive, checked once, and what follows from it: times, labels and the seed of the scene. */
import { PitlaneError } from '@pitlane/base/errors';
import { hash32, hashText } from './random.ts';
import { type DriveSize, SIZES, type SizePlan } from './sizes.ts';

export interface GenerateOptions {
  /** The drive's folder; made if it is missing, and never overwritten in. */
  readonly outDir: string;
  readonly seed: number;
  /** Without it, the size's own. */
  readonly durationS?: number;
  readonly vehicleId: string;
  readonly size: DriveSize;
  /** Without it, a time that follows from seed and vehicle. */
  readonly startTimeNs?: bigint;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: { writtenBytes: number; fraction: number }) => void;
  /** Worker threads for rendering; the bytes are the same for any number. Without it, what the machine and size suit. */
  readonly threads?: number;
}

export interface DriveFacts {
  readonly plan: SizePlan;
  readonly durationS: number;
  readonly startTimeNs: bigint;
  readonly sceneSeed: number;
  readonly labels: Readonly<Record<'software' | 'map' | 'calibration', string>>;
}

const DURATION_MAX_S = 24 * 3600;
const FIRST_START_S = 1_772_524_800; // 2026-03-03T08:00:00Z
const START_DAYS = 90;
const TIME_END_NS = 2n ** 62n;

const wrong = (text: string): PitlaneError => new PitlaneError('bad-usage', text);

export function factsOf(options: GenerateOptions): DriveFacts {
  const { seed, vehicleId, size } = options;
  const plan = SIZES[size];
  if (!plan) throw wrong(`size is "${size}": choose small, medium or large`);
  if (!Number.isSafeInteger(seed) || seed < 0) throw wrong(`seed is ${seed}: give a whole number from 0 on`);
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(vehicleId)) {
    throw wrong(`vehicle is "${vehicleId}": use up to 64 letters, digits, dots, dashes and underscores`);
  }
  const durationS = options.durationS ?? plan.durationS;
  if (!(durationS > 0 && durationS <= DURATION_MAX_S)) {
    throw wrong(`duration is ${durationS} s: give more than 0 and at most ${DURATION_MAX_S} seconds`);
  }
  const startTimeNs = options.startTimeNs;
  if (startTimeNs !== undefined && (startTimeNs < 0n || startTimeNs >= TIME_END_NS)) {
    throw wrong(`start time is ${startTimeNs} ns: give nanoseconds since 1970, before 2^62`);
  }
  const sceneSeed = hash32(seed, hashText(vehicleId));
  const startS = FIRST_START_S + (sceneSeed % START_DAYS) * 86_400 + ((sceneSeed >>> 8) % 28_800);
  return {
    plan,
    durationS,
    startTimeNs: startTimeNs ?? BigInt(startS) * 1_000_000_000n,
    sceneSeed,
    labels: {
      software: `2026.${1 + (sceneSeed % 5)}.${(sceneSeed >>> 4) % 10}`,
      map: `city-2026-0${1 + ((sceneSeed >>> 6) % 6)}`,
      calibration: `${vehicleId}-cal-${1 + ((sceneSeed >>> 10) % 12)}`,
    },
  };
}
