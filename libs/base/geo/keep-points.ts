/**
 * Thins a line of places with times, as Douglas and Peucker do, with time counted: what is left out lies within the tolerance
 * of where the thinned line is **at that time**. So a halt stays a halt, and times read off the line are as good as its
 * places; a thinning of the shape alone would drop every halt on a straight road. The line is straight in degrees, as everybody
 * reads it afterwards: near a pole that is a way round.
 */
import { type Place, placeAt, vectorOf } from './sphere.ts';

/** Which points stay; the first and the last do. Times grow from point to point. */
export function keptPoints(
  places: readonly Place[],
  timesMs: readonly number[],
  toleranceM: number,
): readonly number[] {
  const vectors = places.map(vectorOf);
  const kept = new Uint8Array(places.length);
  const open: [first: number, last: number][] = [[0, places.length - 1]];
  for (let span = open.pop(); span !== undefined; span = open.pop()) {
    const [first, last] = span;
    if (last < first) continue;
    kept[first] = 1;
    kept[last] = 1;
    const worst = farthest(places, vectors, timesMs, span);
    if (worst.offM <= toleranceM) continue;
    open.push([first, worst.at], [worst.at, last]);
  }
  return Array.from(kept.keys()).filter((at) => kept[at] === 1);
}

type Vector = readonly [x: number, y: number, z: number];

function farthest(
  places: readonly Place[],
  vectors: readonly Vector[],
  timesMs: readonly number[],
  [first, last]: readonly [number, number],
) {
  const [a, b] = [places[first] as Place, places[last] as Place];
  const [fromMs, toMs] = [timesMs[first] as number, timesMs[last] as number];
  let worst = { at: first, offM: 0 };
  for (let at = first + 1; at < last; at += 1) {
    const [x, y, z] = vectors[at] as Vector;
    const part = toMs > fromMs ? ((timesMs[at] as number) - fromMs) / (toMs - fromMs) : 0;
    const there = vectorOf(placeAt(a, b, part));
    const offM = Math.hypot(x - there[0], y - there[1], z - there[2]);
    if (offM > worst.offM) worst = { at, offM };
  }
  return worst;
}
