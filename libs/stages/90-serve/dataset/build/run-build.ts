/**
 * Builds the shards of a snapshot, or every N-th of them for one worker of N. A shard follows from its list alone, so all
 * workers give the same bytes, and one that stands is passed over. The tar is created first and its index behind it: where
 * the index is, the shard is finished. Whoever finds all of them finished creates the object that names them.
 */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { bytesFromUtf8 } from '@pitlane/base/bytes';
import { isPitlaneError, PitlaneError } from '@pitlane/base/errors';
import { mapOrdered } from '@pitlane/base/flow';
import {
  type BuiltShard,
  builtObjectName,
  EXTRACTOR_VERSION,
  type ShardIndex,
  shardIndexName,
  shardName,
  shardObjectName,
  type SnapshotShard,
} from '@pitlane/contracts/dataset';
import { canonicalJson, type Sha256Hex } from '@pitlane/contracts/identity';
import { ObjectMetadata } from '@pitlane/contracts/object-layout';
import type { ObjectStore } from '@pitlane/ports/object-store';
import { NDJSON, putOnce } from '../put-once.ts';
import { readList, readSnapshot, type Snapshot } from '../read-snapshot.ts';
import { writeShard, type WriteShardDeps } from './write-shard.ts';

const LOOKS_AT_ONCE = 8;

export interface BuildJob {
  readonly tenant: string;
  readonly snapshotId: Sha256Hex;
  /** This worker is the `worker`-th, from 0, of `workers`. */
  readonly worker: number;
  readonly workers: number;
}

export interface BuildDeps extends WriteShardDeps {
  /** For the shard at hand, on the store's disk if it has one. */
  readonly scratchFolder: string;
  readonly onShard?: ((done: number, all: number) => void) | undefined;
}

export interface BuiltResult {
  readonly snapshotId: Sha256Hex;
  /** The shards of this worker, all finished. */
  readonly mine: readonly { readonly split: string; readonly shard: number }[];
  /** How many of them were built now, and how many stood before. */
  readonly built: number;
  readonly known: number;
  readonly bytes: number;
  /** Shards of all workers. */
  readonly shards: number;
  /** Shards that no worker has finished yet. */
  readonly missing: number;
}

export async function buildShards(job: BuildJob, deps: BuildDeps): Promise<BuiltResult> {
  const { store } = deps;
  const snapshot = await readSnapshot(store, job.tenant, job.snapshotId);
  const { extractorVersion } = snapshot.head;
  if (extractorVersion !== EXTRACTOR_VERSION) {
    const text = `the snapshot wants extractor ${extractorVersion}, and this program has ${EXTRACTOR_VERSION}`;
    throw new PitlaneError('refused', `${text}: build it with the program that made it, or make it anew`);
  }
  const mine = snapshot.shards.filter((_, at) => at % job.workers === job.worker);
  let [built, bytes] = [0, 0];
  for (const [at, shard] of mine.entries()) {
    deps.onShard?.(at, mine.length);
    if (await finished(store, snapshot, shard)) continue;
    bytes += (await buildShard(snapshot, shard, deps)).filesize;
    built += 1;
  }
  const missing = await nameAll(store, snapshot);
  return {
    snapshotId: job.snapshotId,
    mine: mine.map(({ split, shard }) => ({ split, shard })),
    built,
    known: mine.length - built,
    bytes,
    shards: snapshot.shards.length,
    missing,
  };
}

/** What the store says of a finished shard. Throws `checksum-mismatch` where the tar is not the one of its index. */
export async function finished(
  store: Pick<ObjectStore, 'stat' | 'read'>,
  { head, snapshotId }: Pick<Snapshot, 'head' | 'snapshotId'>,
  { split, shard, samples }: SnapshotShard,
): Promise<BuiltShard | undefined> {
  const indexName = shardIndexName(head.tenant, snapshotId, split, shard);
  const index = await store.stat(indexName);
  if (!index) return undefined;
  const name = shardObjectName(head.tenant, snapshotId, split, shard);
  const tar = await store.stat(name);
  const [sha256 = '', crc32c] = [index.metadata[ObjectMetadata.sha256], index.metadata[TAR_CRC]];
  if (tar && tar.crc32c === crc32c && tar.metadata[ObjectMetadata.sha256] === sha256) {
    return { split, shard, samples, bytes: tar.bytes, sha256: sha256 as Sha256Hex, crc32c };
  }
  const fault = tar ? 'is damaged or another one' : 'is gone, and was there when its index was made';
  throw new PitlaneError(
    tar ? 'checksum-mismatch' : 'not-found',
    `shard ${name} ${fault}: remove it and ${indexName}, then build again`,
  );
}

/** Key of an index object's metadata: the CRC-32C of its tar, beside the tar's SHA-256. */
const TAR_CRC = 'pitlane-tar-crc32c';

async function buildShard(snapshot: Snapshot, line: SnapshotShard, deps: BuildDeps): Promise<ShardIndex> {
  const { store, scratchFolder, signal } = deps;
  const { snapshotId, head } = snapshot;
  const { tenant, plan } = head;
  const { split, shard } = line;
  const file = join(scratchFolder, `${shardName(split, shard)}.tar`);
  try {
    const list = await readList(store, tenant, line);
    const index = await writeShard({ snapshotId, tenant, plan, split, shard }, list, file, deps);
    const name = shardObjectName(tenant, snapshotId, split, shard);
    const metadata = { [ObjectMetadata.sha256]: index.sha256 };
    const options = { crc32c: index.crc32c, metadata, contentType: 'application/x-tar', ...(signal && { signal }) };
    await store.put(name, { file }, options).catch(async (error: unknown) => {
      if (!isPitlaneError(error, 'already-exists')) throw error;
      const found = await store.stat(name);
      if (found?.crc32c === index.crc32c && found.bytes === index.filesize) return;
      const text = `shard ${name} holds other bytes than the snapshot gives: it is damaged, or of another program`;
      throw new PitlaneError('checksum-mismatch', `${text}; remove it, then build again`, { cause: error });
    });
    const indexName = shardIndexName(tenant, snapshotId, split, shard);
    await putOnce(store, indexName, [bytesFromUtf8(`${JSON.stringify(index)}\n`)], {
      contentType: 'application/json',
      metadata: { ...metadata, [TAR_CRC]: index.crc32c },
    });
    return index;
  } finally {
    await rm(file, { force: true });
  }
}

/** Creates the object that names all shards, if all are finished. @returns how many are not. */
async function nameAll(store: ObjectStore, snapshot: Snapshot): Promise<number> {
  const lines: string[] = [];
  let missing = 0;
  for await (const shard of mapOrdered(snapshot.shards, LOOKS_AT_ONCE, (line) => finished(store, snapshot, line))) {
    if (shard) lines.push(`${canonicalJson(shard)}\n`);
    else missing += 1;
  }
  if (missing > 0) return missing;
  const name = builtObjectName(snapshot.head.tenant, snapshot.snapshotId);
  await putOnce(store, name, [bytesFromUtf8(lines.join(''))], { contentType: NDJSON });
  return 0;
}
