import { type BuiltShard, builtObjectName, shardObjectName } from '@pitlane/contracts/dataset';
import { type Sha256Hex, sha256Of } from '@pitlane/contracts/identity';
import { expect, it } from 'vitest';
import { MemoryObjectStore } from '../../../../../test/support/memory-object-store.ts';
import { sampleDigests } from '../sample-digest.ts';
import { TAR_END, tarHead, tarPadding } from '../build/tar-bytes.ts';
import { HashThreads } from './hash-threads.ts';
import { hashesHere, type PartHashes } from './part-hash.ts';
import { type PullJob, pullSamples, type SampleSink } from './run-pull.ts';

const ID = 'cd'.repeat(32) as Sha256Hex;
const SAMPLES = 40;
const JOB: PullJob = {
  tenant: 'default',
  snapshotId: ID,
  split: 'train',
  seed: 3,
  epoch: 1,
  streams: 4,
  rank: 0,
  world: 1,
};

/** Many shards, none of which fits beside all others. */
function storeOf(shards: number): MemoryObjectStore {
  const store = new MemoryObjectStore();
  const lines: string[] = [];
  for (let shard = 0; shard < shards; shard += 1) {
    const parts: Uint8Array[] = [];
    for (let sample = 0; sample < SAMPLES; sample += 1) {
      const data = Buffer.alloc(300 + sample, shard);
      parts.push(tarHead(`s-train-${shard}-${sample}.bin`, data.byteLength), data, tarPadding(data.byteLength));
    }
    const tar = Buffer.concat([...parts, TAR_END]);
    store.replace(shardObjectName('default', ID, 'train', shard), tar, {});
    const facts = { split: 'train', shard, samples: SAMPLES, bytes: tar.byteLength };
    lines.push(`${JSON.stringify({ ...facts, sha256: sha256Of(tar), crc32c: '' } satisfies BuiltShard)}\n`);
  }
  store.replace(builtObjectName('default', ID), Buffer.from(lines.join('')), {});
  return store;
}

async function pulled(store: MemoryObjectStore, hashes: PartHashes, more: Partial<PullJob> = {}) {
  const keys: string[] = [];
  const sink: SampleSink = {
    safe: 0,
    begin: async () => {},
    add: async (sample) => void keys.push(...sampleDigests(Buffer.concat(sample)).keys()),
    finish: async () => {},
  };
  const { shardsRead } = await pullSamples({ ...JOB, ...more }, sink, { store, hashes });
  return { keys, shardsRead };
}

it('reads each shard once, however many there are and however many are hashed at once', async () => {
  const store = storeOf(25);
  for (const atOnce of [1, 2, 4]) {
    const { keys, shardsRead } = await pulled(store, { ...hashesHere, atOnce });
    expect(new Set(keys).size).toBe(25 * SAMPLES);
    // Where one stream ends and the next begins, a shard may be in both.
    expect(shardsRead).toBeLessThanOrEqual(25 + JOB.streams - 1);
  }
  const reads = await Promise.all([0, 1].map((rank) => pulled(store, hashesHere, { rank, world: 2 })));
  expect(reads[0]?.shardsRead).toBeLessThan(25 / 2 + JOB.streams);
});

it('gives the same samples when threads hash them, and none of a shard that is damaged', async () => {
  const store = storeOf(6);
  const threads = new HashThreads(2);
  try {
    expect((await pulled(store, threads)).keys).toEqual((await pulled(store, hashesHere)).keys);
    const name = shardObjectName('default', ID, 'train', 2);
    const tar = Uint8Array.from(store.objects.get(name)?.bytes ?? []);
    tar[600] = (tar[600] as number) ^ 1;
    store.replace(name, tar, {});
    await expect(pulled(store, threads)).rejects.toMatchObject({ code: 'checksum-mismatch' });
  } finally {
    await threads.close();
  }
});
