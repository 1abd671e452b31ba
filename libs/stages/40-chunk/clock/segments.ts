/** The judged stretches as the overlay's segments: whole numbers as text, and whether queries apply them. */
import { CATALOG_TIME_END_NS } from '@pitlane/base/time';
import type { ClockSegment } from '@pitlane/contracts/clock';
import { segmentText } from './clock-text.ts';
import { driftNs, type Judged, type Known } from './judge.ts';

/**
 * A clock that another one confirms within this is believed as it is: receivers say the time late by some tenths of a
 * second, and adding that to a good clock would make it worse.
 */
const APPLIED_FROM_NS = 1_000_000_000n;

export function segmentsFrom(all: readonly Judged[], dockedAtNs: bigint | undefined): ClockSegment[] {
  return all.map(({ evidence, known, stepNs }) => {
    const { stretch } = evidence;
    const facts = {
      startTime: String(stretch.minNs),
      endTime: String(stretch.maxNs),
      sourceStart: stretch.sourceStart,
      // A source chunk has one offset for all its messages, so that two stretches may meet in one.
      sourceEnd: stretch.lastSource + 1,
      stepNs: stepNs === undefined ? null : String(stepNs),
      offsetNs: known ? String(known.offsetNs) : null,
      driftPpb: known?.driftPpb ?? 0,
      residualNs: String(known?.residualNs ?? 0),
      pairs: known?.pairs ?? 0,
      source: known?.source ?? 'none',
      quality: known?.quality ?? 'unknown',
      applied: known !== undefined && isApplied(stretch, known),
    } as const;
    const isJump = evidence.beginning === 'order';
    const text = segmentText({ ...facts, rollovers: known?.rollovers ?? 0, isJump }, dockedAtNs);
    return { ...facts, text };
  });
}

function isApplied({ minNs, maxNs }: Judged['evidence']['stretch'], known: Known): boolean {
  const endOffsetNs = known.offsetNs + driftNs(maxNs - minNs, known.driftPpb);
  const fits = [minNs + known.offsetNs, maxNs + endOffsetNs].every((ns) => ns >= 0n && ns < CATALOG_TIME_END_NS);
  return fits && maxNs < CATALOG_TIME_END_NS && [known.offsetNs, endOffsetNs].some(isFar);
}

const isFar = (offsetNs: bigint): boolean => offsetNs >= APPLIED_FROM_NS || offsetNs <= -APPLIED_FROM_NS;
