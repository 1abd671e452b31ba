/** Speeds as a few classes, each a word, a colour, and a width or a pattern: no class is told by its colour alone. */

export interface SpeedClass {
  readonly words: string;
  /** Of `map.css`. */
  readonly colour: string;
  readonly widthPx: number;
  /** Dashes of the line, in px; none where it is whole. */
  readonly dashPx: readonly number[];
  /** Below this, m/s. */
  readonly belowMps: number;
}

const KMH = 1 / 3.6;

/** Slowest first: the faster, the wider; what stands still is dotted. */
export const SPEED_CLASSES: readonly SpeedClass[] = [
  { words: 'standing', colour: '--speed-0', widthPx: 6, dashPx: [1, 9], belowMps: 1 * KMH },
  { words: 'to 15 km/h', colour: '--speed-1', widthPx: 2.5, dashPx: [], belowMps: 15 * KMH },
  { words: '15 to 50 km/h', colour: '--speed-2', widthPx: 4, dashPx: [], belowMps: 50 * KMH },
  { words: '50 to 90 km/h', colour: '--speed-3', widthPx: 5.5, dashPx: [], belowMps: 90 * KMH },
  { words: 'over 90 km/h', colour: '--speed-4', widthPx: 7.5, dashPx: [], belowMps: Number.POSITIVE_INFINITY },
];
export const SPEED_UNKNOWN: SpeedClass = {
  words: 'speed not known',
  colour: '--speed-unknown',
  widthPx: 3,
  dashPx: [7, 5],
  belowMps: Number.NaN,
};

export const speedClassOf = (speedMps: number): SpeedClass =>
  SPEED_CLASSES.find(({ belowMps }) => Math.abs(speedMps) < belowMps) ?? SPEED_UNKNOWN;

/** `43 km/h`; below ten with a decimal. */
export function speedText(speedMps: number): string {
  if (Number.isNaN(speedMps)) return SPEED_UNKNOWN.words;
  const kmh = Math.abs(speedMps) / KMH;
  return `${kmh < 10 ? kmh.toFixed(1) : Math.round(kmh)} km/h`;
}
