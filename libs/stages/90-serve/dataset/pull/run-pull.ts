/**
 * Pulls one rank's share of an epoch: sample after sample in the order of the epoch, into a sink that tells when it has them.
 * It reads the store alone, no catalog and no node. It goes on where the state says, and never gives a sample of a shard
 * whose digest is not the one that it was built with.
 */
import { PitlaneError } from '@pitlane/base/errors';
import { type BuiltShard, builtObjectName } from '@pitlane/contracts/dataset';
import type { Sha256Hex } from '@pitlane/contracts/identity';
import type { ObjectStore } from '@pitlane/ports/object-store';
import { EpochOrder } from './epoch-order.ts';
import { hashesHere, type PartHashes } from './part-hash.ts';
import { openPullState, type PullState, unkept } from './pull-state.ts';
import { ShardCache } from './shard-cache.ts';
import { Rest, shareOf } from './worlds.ts';

/** So far ahead it is looked which shard comes next. */
const LOOK_AHEAD_SAMPLES = 512;

export interface PullJob {
  readonly tenant: string;
  readonly snapshotId: Sha256Hex;
  readonly split: string;
  readonly seed: number;
  readonly epoch: number;
  readonly streams: number;
  readonly rank: number;
  readonly world: number;
  /** Where the state is kept; without one it is not. */
  readonly resume?: string | undefined;
  /** How many samples this rank has really used, where its reader knows it better than the state. */
  readonly taken?: number | undefined;
  /** Stops after so many. */
  readonly samplesMax?: number | undefined;
}

export interface SampleSink {
  /** How many samples the rank had taken when the first one comes, and its generation. */
  begin(taken: number, generation: number): Promise<void>;
  /** Takes one sample's bytes, members of a tar, in one piece or more. Nobody changes them. */
  add(sample: readonly Uint8Array[]): Promise<void>;
  /** How many of the samples that were added are safe: the state may say so. */
  readonly safe: number;
  /** Ends the tar; then all are safe. */
  finish(): Promise<void>;
}

export interface PullDeps {
  readonly store: Pick<ObjectStore, 'read'>;
  /** On the spot, unless told otherwise. */
  readonly hashes?: PartHashes | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((samples: number, bytes: number, samplesTotal: number) => void) | undefined;
}

export interface Pulled {
  readonly samples: number;
  readonly bytes: number;
  /** Of this rank in this generation, now. */
  readonly taken: number;
  /** What is left to this rank. */
  readonly left: number;
  readonly generation: number;
  /** Shards read, again where two streams meet. */
  readonly shardsRead: number;
}

export async function pullSamples(job: PullJob, sink: SampleSink, deps: PullDeps): Promise<Pulled> {
  const shards = (await builtShards(job, deps.store)).filter(({ split }) => split === job.split);
  const order = new EpochOrder(
    job,
    shards.map(({ samples }) => samples),
  );
  const state = job.resume === undefined ? unkept : await openPullState(job.resume, epochOf(job), job);
  const rest = new Rest(order.total, state.phases);
  const share = shareOf(rest.length, job.rank, job.world);
  const from = takenFrom(job, state, share);
  const cache = new ShardCache(deps.store, job, shards, streamsOf(job, state), deps.hashes ?? hashesHere);
  const placeOf = (nth: number) => order.at(rest.positionOf(job.rank + nth * job.world));
  const until = Math.min(share, from + (job.samplesMax ?? Number.POSITIVE_INFINITY));
  let [bytes, nth, looked, saved] = [0, from, from, from];
  await sink.begin(from, state.phases.length);
  try {
    for (; nth < until && deps.signal?.aborted !== true; nth += 1) {
      const { shard, sample } = placeOf(nth);
      const tarComes = cache.get(shard);
      looked = Math.max(looked, nth + 1);
      while (looked < Math.min(until, nth + LOOK_AHEAD_SAMPLES) && cache.ahead(placeOf(looked).shard)) looked += 1;
      const { bytes: tar, ends } = await tarComes;
      const [start, end] = [sample === 0 ? 0 : (ends[sample - 1] as number), ends[sample] as number];
      await sink.add(tar.slices(start, end));
      bytes += end - start;
      if (from + sink.safe > saved) await state.save((saved = from + sink.safe));
      deps.onProgress?.(nth + 1 - from, bytes, until - from);
    }
    await sink.finish();
  } finally {
    await cache.settle();
    if (from + sink.safe > saved || job.taken !== undefined) await state.save(from + sink.safe);
  }
  const generation = state.phases.length;
  return { samples: nth - from, bytes, taken: nth, left: share - nth, generation, shardsRead: cache.reads };
}

/** All shards of a dataset, once all are built. */
export async function builtShards(
  { tenant, snapshotId }: Pick<PullJob, 'tenant' | 'snapshotId'>,
  store: Pick<ObjectStore, 'read'>,
): Promise<BuiltShard[]> {
  const name = builtObjectName(tenant, snapshotId);
  const bytes = await store.read(name).catch((cause: unknown) => {
    if (!(cause instanceof PitlaneError) || cause.code !== 'not-found') throw cause;
    const text = `the shards of ${snapshotId.slice(0, 12)} are not all built, or there is no such dataset`;
    throw new PitlaneError('not-found', `${text}: run "pitlane dataset build" first`, { cause });
  });
  const lines = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8').split('\n');
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as BuiltShard);
}

const epochOf = ({ snapshotId, split, seed, epoch, streams }: PullJob) => ({ snapshotId, split, seed, epoch, streams });

function takenFrom({ taken }: PullJob, state: PullState, share: number): number {
  const from = taken ?? state.taken;
  if (from <= share) return from;
  throw new PitlaneError('bad-usage', `this rank cannot have taken ${from} samples: its share is ${share}`);
}

/** How many streams a rank goes round: all of them, unless its world divides their number. */
function streamsOf({ streams, world }: PullJob, { phases }: PullState): number {
  return phases.length === 0 ? streams / greatestDivisor(streams, world) : streams;
}

const greatestDivisor = (a: number, b: number): number => (b === 0 ? a : greatestDivisor(b, a % b));
