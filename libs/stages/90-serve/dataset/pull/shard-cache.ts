/**
 * The shards that a pull has in memory: those that its streams stand in, and the next ones on their way. One that nobody has
 * used yet is never let go of, or it would be read twice.
 */
import type { BuiltShard } from '@pitlane/contracts/dataset';
import type { ObjectStore } from '@pitlane/ports/object-store';
import type { PartHashes } from './part-hash.ts';
import { readShard, type ShardSamples, type ShardsOf } from './shard-samples.ts';

export class ShardCache {
  readonly #store: Pick<ObjectStore, 'read'>;
  readonly #of: ShardsOf;
  readonly #shards: readonly BuiltShard[];
  readonly #usedMax: number;
  readonly #hashes: PartHashes;
  /** Least recently used first. */
  readonly #used = new Map<number, Promise<ShardSamples>>();
  /** Asked for ahead, at most as many as are hashed at once. */
  readonly #next = new Map<number, Promise<ShardSamples>>();
  /** Shards read, for tests of what a pull costs. */
  reads = 0;

  /** @param usedMax shards that are gone round. */
  constructor(
    store: Pick<ObjectStore, 'read'>,
    of: ShardsOf,
    shards: readonly BuiltShard[],
    usedMax: number,
    hashes: PartHashes,
  ) {
    this.#store = store;
    this.#of = of;
    this.#shards = shards;
    this.#usedMax = usedMax;
    this.#hashes = hashes;
  }

  get(shard: number): Promise<ShardSamples> {
    const known = this.#used.get(shard) ?? this.#next.get(shard) ?? this.#read(shard);
    this.#next.delete(shard);
    this.#used.delete(shard);
    this.#used.set(shard, known);
    for (const oldest of this.#used.keys()) {
      if (this.#used.size <= this.#usedMax) break;
      this.#used.delete(oldest);
    }
    return known;
  }

  /** Asks for a shard that comes soon. @returns whether there was room for it, or it is here already. */
  ahead(shard: number): boolean {
    if (this.#used.has(shard) || this.#next.has(shard)) return true;
    if (this.#next.size >= this.#hashes.atOnce) return false;
    const reading = this.#read(shard);
    reading.catch(() => {}); // seen when its turn comes
    this.#next.set(shard, reading);
    return true;
  }

  async settle(): Promise<void> {
    await Promise.allSettled([...this.#used.values(), ...this.#next.values()]);
  }

  #read(shard: number): Promise<ShardSamples> {
    this.reads += 1;
    return readShard(this.#store, this.#of, this.#shards[shard] as BuiltShard, this.#hashes.begin());
  }
}
