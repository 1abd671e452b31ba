/**
 * The order of an epoch: one sequence of all samples, whoever pulls it. The shards are shuffled, and the samples within
 * each; the whole is cut into a few streams of equal length, and the sequence goes round the streams, a sample from each in
 * turn. So neighbours come from several shards, and a world whose size divides the number of streams reads each shard once.
 */
import type { Sha256Hex } from '@pitlane/contracts/identity';
import { Seeded } from './seeded.ts';

export interface EpochOf {
  readonly snapshotId: Sha256Hex;
  readonly split: string;
  readonly seed: number;
  readonly epoch: number;
  readonly streams: number;
}

export interface SamplePlace {
  /** Number in the list of shards that was given. */
  readonly shard: number;
  readonly sample: number;
}

const ORDERS_HELD_MAX = 256;

export class EpochOrder {
  readonly #of: EpochOf;
  readonly #samples: readonly number[];
  /** Shards as they follow one another, and the place of the first sample of each; one more is the total. */
  readonly #shards: Uint32Array;
  readonly #starts: Float64Array;
  readonly #within = new Map<number, Uint32Array>();
  readonly total: number;

  /** @param samples how many each shard of the split has. */
  constructor(of: EpochOf, samples: readonly number[]) {
    this.#of = of;
    this.#samples = samples;
    this.#shards = this.#seeded('shards').shuffled(samples.length);
    this.#starts = new Float64Array(samples.length + 1);
    let total = 0;
    for (const [at, shard] of this.#shards.entries()) {
      this.#starts[at] = total;
      total += samples[shard] as number;
    }
    this.#starts[samples.length] = total;
    this.total = total;
  }

  /** Which sample stands at a position of the sequence, from 0 to below the total. */
  at(position: number): SamplePlace {
    const { streams } = this.#of;
    const stream = position % streams;
    const longer = this.total % streams;
    const begin = stream * Math.floor(this.total / streams) + Math.min(stream, longer);
    const place = begin + Math.floor(position / streams);
    let low = 0;
    for (let high = this.#samples.length; high - low > 1; ) {
      const middle = (low + high) >>> 1;
      if ((this.#starts[middle] as number) <= place) low = middle;
      else high = middle;
    }
    const shard = this.#shards[low] as number;
    return { shard, sample: this.#orderWithin(shard)[place - (this.#starts[low] as number)] as number };
  }

  #orderWithin(shard: number): Uint32Array {
    let order = this.#within.get(shard);
    if (!order) {
      order = this.#seeded(`shard ${shard}`).shuffled(this.#samples[shard] as number);
      for (const oldest of this.#within.keys()) {
        if (this.#within.size < ORDERS_HELD_MAX) break;
        this.#within.delete(oldest);
      }
      this.#within.set(shard, order);
    }
    return order;
  }

  #seeded(what: string): Seeded {
    const { snapshotId, split, seed, epoch } = this.#of;
    return new Seeded([snapshotId, split, seed, epoch, what].join('\n'));
  }
}
