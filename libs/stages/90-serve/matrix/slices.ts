/** Which slices a run takes: what the selection gave, cut into windows, and of these as many as are drawn by the seed. */
import { PitlaneError } from '@pitlane/base/errors';
import { NS_PER_S } from '@pitlane/base/time';
import { canonicalJson, sha256Of } from '@pitlane/contracts/identity';
import type { Scenario } from './scenario.ts';

export interface Slice {
  readonly tenant: string;
  readonly driveId: string;
  readonly vehicleId: string;
  readonly group: string;
  /** Log times [start, end), decimal nanoseconds; null where it is open. */
  readonly startTime: string | null;
  readonly endTime: string | null;
}

/** Many more would not fit a run's object, nor anybody's patience. */
export const SLICES_MAX = 1_000_000;

/** In the order of their text, so that the order of the selection's rows decides nothing. */
export function slicesFrom(selected: readonly Slice[], windows: Scenario['windows']): Slice[] {
  const slices = new Map<string, Slice>();
  for (const slice of selected) {
    for (const cut of windows ? cutIntoWindows(slice, windows) : [slice]) {
      slices.set(keyOf(cut), cut);
      if (slices.size > SLICES_MAX)
        throw new PitlaneError('limit-exceeded', `the selection gives over ${SLICES_MAX} slices: narrow it`);
    }
  }
  return [...slices].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, slice]) => slice);
}

/** So many of the slices: those whose hash with the seed is lowest, so that each is as likely as another, on every machine. */
export function drawn(slices: readonly Slice[], sample: number | null, seed: string): Slice[] {
  if (sample === null || sample >= slices.length) return [...slices];
  const lots = slices.map((slice, at) => ({ slice, at, lot: sha256Of(`${seed}\n${keyOf(slice)}`) }));
  lots.sort((a, b) => (a.lot < b.lot ? -1 : 1));
  return lots
    .slice(0, sample)
    .sort((a, b) => a.at - b.at)
    .map(({ slice }) => slice);
}

const keyOf = ({ tenant, driveId, startTime, endTime, group }: Slice): string =>
  canonicalJson([tenant, driveId, startTime?.padStart(20, '0') ?? null, endTime?.padStart(20, '0') ?? null, group]);

/** Windows that fit whole; a slice that is shorter than one gives none. */
function* cutIntoWindows(slice: Slice, { seconds, strideSeconds }: NonNullable<Scenario['windows']>): Generator<Slice> {
  if (slice.startTime === null || slice.endTime === null) {
    const text = `${slice.driveId} was selected without start_ns and end_ns, which windows are cut from`;
    throw new PitlaneError('bad-usage', `${text}: select both, or leave windows`);
  }
  const endNs = BigInt(slice.endTime);
  const [windowNs, strideNs] = [BigInt(seconds) * NS_PER_S, BigInt(strideSeconds) * NS_PER_S];
  for (let startNs = BigInt(slice.startTime); startNs + windowNs <= endNs; startNs += strideNs) {
    yield { ...slice, startTime: String(startNs), endTime: String(startNs + windowNs) };
  }
}
