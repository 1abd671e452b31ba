/** Minutes of driving on the streets of one town, drawn from a seed: straight on, round corners, and halts before lights. */
import { placeFrom, type Place } from '@pitlane/base/geo';

export const TOWN = { lngDeg: 9.18, latDeg: 48.77, sideM: 20_000, blockM: 150 } as const;

/** Numbers of [0, 1) that follow from the seed (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A crossing of the town. */
export function crossing(random: () => number): Place {
  const blocks = TOWN.sideM / TOWN.blockM;
  const east = Math.floor(random() * blocks) * TOWN.blockM;
  return placeFrom(placeFrom(TOWN, 90, east), 0, Math.floor(random() * blocks) * TOWN.blockM);
}

/** One place a second for a minute, with a metre of noise. */
export function minuteOf(random: () => number): readonly Place[] {
  let [place, heading, toCorner] = [crossing(random), Math.floor(random() * 4) * 90, TOWN.blockM as number];
  const cruiseMps = 5 + random() * 12;
  let halt = random() < 0.3 ? 5 + Math.floor(random() * 20) : 0;
  const haltAt = Math.floor(random() * 40);
  return Array.from({ length: 60 }, (_, second) => {
    const stands = second >= haltAt && halt > 0;
    if (stands) halt -= 1;
    const way = stands ? 0 : cruiseMps;
    place = placeFrom(place, heading, way);
    toCorner -= way;
    if (toCorner <= 0) {
      toCorner += TOWN.blockM;
      if (random() < 0.3) heading = (heading + (random() < 0.5 ? 90 : 270)) % 360;
    }
    return placeFrom(place, random() * 360, stands ? 0.2 : random());
  });
}
