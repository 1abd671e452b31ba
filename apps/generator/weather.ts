/** Rain and daylight, as the sensor behind the windscreen sees them: showers by the seed, the sun by the time of day. */
import { unitOf } from './random.ts';

const SHOWER_S = 240;
/** So many drives see rain at all. */
const WET_SHARE = 0.35;
const NOON_LUX = 60_000;
/** Street lamps. */
const NIGHT_LUX = 8;
const NS_PER_DAY = 86_400_000_000_000n;
const SUNRISE_H = 6;

export interface Weather {
  /** 0 to 1. */
  readonly rain: number;
  readonly lightLux: number;
}

export function weatherAt(seed: number, timeS: number, nowNs: bigint): Weather {
  const showers = unitOf(seed, 71) < WET_SHARE ? 0.5 + 0.5 * Math.cos((2 * Math.PI * timeS) / SHOWER_S) : 0;
  const hours = (Number(nowNs % NS_PER_DAY) / Number(NS_PER_DAY)) * 24;
  const sun = Math.max(0, Math.sin(((hours - SUNRISE_H) / 12) * Math.PI));
  const clouds = 1 - 0.8 * showers;
  return {
    rain: Math.round(showers * 100) / 100,
    lightLux: Math.round(NIGHT_LUX + NOON_LUX * sun * clouds),
  };
}
