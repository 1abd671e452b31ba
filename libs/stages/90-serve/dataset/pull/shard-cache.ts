/** The shards that a pull has in memory: those that its streams stand in, and the next one on its way. */
import type { BuiltShard } from '@pitlane/contracts/dataset';
import type { ObjectStore } from '@pitlane/ports/object-store';
import { readShard, type ShardSamples, type ShardsOf } from './shard-samples.ts';

export class ShardCache {
  readonly #store: Pick<ObjectStore, 'read'>;
  readonly #of: ShardsOf;
  readonly #shards: readonly BuiltShard[];
  readonly #shardsMax: number;
  /** Least recently used first. */
  readonly #held = new Map<number, Promise<ShardSamples>>();
  /** Shards read, for tests of what a pull costs. */
  reads = 0;

  constructor(store: Pick<ObjectStore, 'read'>, of: ShardsOf, shards: readonly BuiltShard[], shardsMax: number) {
    this.#store = store;
    this.#of = of;
    this.#shards = shards;
    this.#shardsMax = shardsMax;
  }

  get(shard: number): Promise<ShardSamples> {
    const known = this.#held.get(shard) ?? this.#read(shard);
    this.#held.delete(shard);
    this.#held.set(shard, known);
    for (const oldest of this.#held.keys()) {
      if (this.#held.size <= this.#shardsMax) break;
      this.#held.delete(oldest);
    }
    return known;
  }

  /** Asks for a shard that comes soon, unless another one is asked for already. */
  ahead(shard: number): void {
    if (this.#held.has(shard) || this.#reading > 0) return;
    this.get(shard).catch(() => {}); // seen when its turn comes
  }

  async settle(): Promise<void> {
    await Promise.allSettled(this.#held.values());
  }

  #reading = 0;

  #read(shard: number): Promise<ShardSamples> {
    this.reads += 1;
    this.#reading += 1;
    return readShard(this.#store, this.#of, this.#shards[shard] as BuiltShard).finally(() => (this.#reading -= 1));
  }
}
