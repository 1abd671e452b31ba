/**
 * Points with times as short text: Google's polyline algorithm over three numbers a point, each as its difference from
 * the point before: latitude and longitude in units of 10^-7 degree, then milliseconds since the start of the track. A
 * number is zigzag, five bits a character from the lowest on, each plus 63, 32 added to all but the last.
 */
import { PitlaneError } from '@pitlane/base/errors';

export interface TrackPoint {
  readonly lngDeg: number;
  readonly latDeg: number;
  /** Since the start of the track. */
  readonly timeMs: number;
}

const UNITS_A_DEGREE = 1e7;

export function encodedTrack(points: readonly TrackPoint[]): string {
  let text = '';
  let before = [0, 0, 0];
  for (const { latDeg, lngDeg, timeMs } of points) {
    const units = [Math.round(latDeg * UNITS_A_DEGREE), Math.round(lngDeg * UNITS_A_DEGREE), Math.round(timeMs)];
    for (const [at, value] of units.entries()) text += encodedNumber(value - (before[at] as number));
    before = units;
  }
  return text;
}

/** Throws `corrupt-input` where it is not such a text. */
export function decodedTrack(text: string): readonly TrackPoint[] {
  const points: TrackPoint[] = [];
  let [lat, lng, timeMs] = [0, 0, 0];
  let at = 0;
  const next = (): number => {
    let [value, scale] = [0, 1];
    for (;;) {
      const bits = text.charCodeAt(at) - 63;
      at += 1;
      if (!(bits >= 0 && bits < 64) || scale > 2 ** 45)
        throw new PitlaneError('corrupt-input', 'a track is no encoded track');
      value += (bits & 31) * scale;
      if (bits < 32) return value % 2 === 1 ? -(value + 1) / 2 : value / 2;
      scale *= 32;
    }
  };
  while (at < text.length) {
    lat += next();
    lng += next();
    timeMs += next();
    points.push({ latDeg: lat / UNITS_A_DEGREE, lngDeg: lng / UNITS_A_DEGREE, timeMs });
  }
  return points;
}

/** By arithmetic: longitudes in such units do not fit the 32 bits of shifts. */
function encodedNumber(value: number): string {
  let rest = value < 0 ? -value * 2 - 1 : value * 2;
  let text = '';
  while (rest >= 32) {
    text += String.fromCharCode((rest % 32) + 32 + 63);
    rest = Math.floor(rest / 32);
  }
  return text + String.fromCharCode(rest + 63);
}
