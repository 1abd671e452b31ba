import { describe, expect, it } from 'vitest';
import { fitLine, medianOf } from './fit-line.ts';
import { PAIRS_MAX, SampledPairs } from './sampled-pairs.ts';

const S = 1_000_000_000n;
const pairsOf = (count: number, offsetNs: (second: number) => bigint) =>
  Array.from({ length: count }, (_, i) => ({ logNs: BigInt(i) * S, offsetNs: offsetNs(i) }));

describe('the line through measurements', () => {
  it('holds the nanosecond beside offsets of decades', () => {
    const line = fitLine(pairsOf(100, (second) => 1_782_937_283_123_456_789n + BigInt(second) * 20_001n));
    expect(line).toMatchObject({ offsetNs: 1_782_937_283_123_456_789n, driftPpb: 20_001, residualNs: 0 });
  });

  it('does not follow a quarter of wrong measurements', () => {
    const line = fitLine(pairsOf(120, (second) => (second % 4 === 1 ? 900n * S : BigInt(second) * 50_000n)));
    expect(line).toMatchObject({ offsetNs: 0n, driftPpb: 50_000 });
  });

  it('says no drift where scatter is larger, or where the span is short', () => {
    const scattered = fitLine(pairsOf(100, (second) => BigInt((second * 37) % 100) * 1_000_000n));
    expect(scattered.driftPpb).toBe(0);
    expect(fitLine(pairsOf(30, (second) => BigInt(second) * 50_000n)).driftPpb).toBe(0);
    expect(fitLine(pairsOf(1, () => 5n))).toMatchObject({ offsetNs: 5n, driftPpb: 0, residualNs: 0 });
  });

  it('takes the middle of its values', () => {
    expect([[], [3], [1, 9], [5, 1, 9]].map(medianOf)).toEqual([0, 3, 5, 5]);
  });
});

describe('a sample of measurements', () => {
  it('stays within its size and spread over all of them', () => {
    const sample = new SampledPairs();
    for (const pair of pairsOf(100_000, () => 0n)) sample.add(pair);
    expect(sample.seen).toBe(100_000);
    expect(sample.pairs.length).toBeLessThanOrEqual(PAIRS_MAX);
    expect(sample.pairs.length).toBeGreaterThan(PAIRS_MAX / 3);
    const gaps = sample.pairs.slice(1).map(({ logNs }, i) => logNs - (sample.pairs[i]?.logNs ?? 0n));
    expect(new Set(gaps).size).toBe(1);
  });
});
