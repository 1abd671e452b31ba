import fc from 'fast-check';
import type { Sha256Hex } from '@pitlane/contracts/identity';
import { describe, expect, it } from 'vitest';
import { EpochOrder } from './epoch-order.ts';
import { type Phase, Rest, shareOf } from './worlds.ts';

/** What each rank takes of a sequence, by the definition: every `world`-th, as far as it came. */
function takenBy(sequence: readonly number[], { world, taken }: Phase): { taken: number[]; left: number[] } {
  const all: number[] = [];
  const left: number[] = [];
  for (const [i, position] of sequence.entries()) {
    if (Math.floor(i / world) < (taken[i % world] as number)) all.push(position);
    else left.push(position);
  }
  return { taken: all, left };
}

const phaseArb = fc.integer({ min: 1, max: 9 }).chain((world) =>
  fc.record({
    world: fc.constant(world),
    shares: fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: world, maxLength: world }),
  }),
);

describe('the rest of an epoch', () => {
  it('has each sample that no rank took once, whatever the worlds were and wherever each rank stopped', () => {
    fc.assert(
      fc.property(
        fc.nat(400),
        fc.array(phaseArb, { maxLength: 5 }),
        fc.integer({ min: 1, max: 12 }),
        (total, drawn, last) => {
          let sequence = Array.from({ length: total }, (_, i) => i);
          const seen: number[] = [];
          const phases: Phase[] = [];
          for (const { world, shares } of drawn) {
            const taken = shares.map((share, rank) => Math.round(share * shareOf(sequence.length, rank, world)));
            phases.push({ world, taken });
            const came = takenBy(sequence, { world, taken });
            seen.push(...came.taken);
            sequence = came.left;
            const rest = new Rest(total, phases);
            expect(rest.length).toBe(sequence.length);
            expect(sequence.map((_, i) => rest.positionOf(i))).toEqual(sequence);
          }
          const rest = new Rest(total, phases);
          for (let rank = 0; rank < last; rank += 1)
            for (let nth = 0; nth < shareOf(rest.length, rank, last); nth += 1)
              seen.push(rest.positionOf(rank + nth * last));
          expect(seen.sort((a, b) => a - b)).toEqual(Array.from({ length: total }, (_, i) => i));
        },
      ),
      { numRuns: 300, seed: 11 },
    );
  });
});

const of = (more: object = {}) => ({
  snapshotId: 'ab'.repeat(32) as Sha256Hex,
  split: 'train',
  seed: 1,
  epoch: 0,
  streams: 4,
  ...more,
});

const sequenceOf = (order: EpochOrder): string[] =>
  Array.from({ length: order.total }, (_, position) => {
    const { shard, sample } = order.at(position);
    return `${shard} ${sample}`;
  });

describe('the order of an epoch', () => {
  it('has every sample of every shard once, for any shards and streams', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 40 }), { maxLength: 12 }),
        fc.integer({ min: 1, max: 16 }),
        fc.nat(),
        (samples, streams, seed) => {
          const all = samples.flatMap((count, shard) =>
            Array.from({ length: count }, (_, sample) => `${shard} ${sample}`),
          );
          expect(sequenceOf(new EpochOrder(of({ streams, seed }), samples)).sort()).toEqual(all.sort());
        },
      ),
      { numRuns: 200, seed: 3 },
    );
  });

  it('is the same for the same seed and epoch, another for another, and for ever what it is', () => {
    const samples = [5, 3, 7, 2];
    const first = sequenceOf(new EpochOrder(of(), samples));
    expect(sequenceOf(new EpochOrder(of(), samples))).toEqual(first);
    for (const other of [{ seed: 2 }, { epoch: 1 }, { streams: 2 }, { split: 'val' }])
      expect(sequenceOf(new EpochOrder(of(other), samples))).not.toEqual(first);
    expect(first.slice(0, 8)).toMatchInlineSnapshot(`
      [
        "0 0",
        "3 0",
        "1 1",
        "2 3",
        "0 1",
        "3 1",
        "2 0",
        "2 4",
      ]
    `);
  });

  it('has rank r of a world that divides the streams read its own part of the shards', () => {
    const samples = Array.from({ length: 16 }, () => 10);
    const order = new EpochOrder(of(), samples);
    const shardsOf = (rank: number): Set<number> => {
      const shards = new Set<number>();
      for (let position = rank; position < order.total; position += 4) shards.add(order.at(position).shard);
      return shards;
    };
    const [first, second] = [shardsOf(0), shardsOf(1)];
    expect([first.size, second.size]).toEqual([4, 4]);
    expect([...first].filter((shard) => second.has(shard))).toEqual([]);
  });
});
