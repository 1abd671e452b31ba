/**
 * A dataset that is said to be frozen or built: its snapshot, lists and shards are looked at in the store and become rows.
 * Everything is named by its content, so doing it twice changes nothing, and the bucket alone gives the same rows again.
 */
import { isPitlaneError, PitlaneError } from '@pitlane/base/errors';
import { batches, mapOrdered } from '@pitlane/base/flow';
import { type CatalogEvent, ofNoDrive } from '@pitlane/contracts/catalog';
import {
  CREATED_AT,
  DATASETS_PREFIX,
  listObjectName,
  shardIndexName,
  shardObjectName,
  snapshotFromName,
  snapshotObjectName,
  type SnapshotShard,
} from '@pitlane/contracts/dataset';
import { canonicalJson, type Sha256Hex } from '@pitlane/contracts/identity';
import { ObjectMetadata } from '@pitlane/contracts/object-layout';
import type { DatasetRecord } from '@pitlane/contracts/records';
import type { ObjectStore } from '@pitlane/ports/object-store';
import { readList, readSnapshot, type Snapshot } from '@pitlane/stages/90-serve';
import type { IndexTools } from './index-manifest.ts';

const LOOKS_AT_ONCE = 8;
const EVENTS_AT_ONCE = 2000;

type Tools = Pick<IndexTools, 'store' | 'catalog'>;

/** Throws `not-found`, `corrupt-input` or `checksum-mismatch` where the snapshot is not what was said. */
export async function indexDataset(record: DatasetRecord, tools: Tools): Promise<void> {
  const { tenant, snapshotId } = record;
  const snapshot = await readSnapshot(tools.store, tenant, snapshotId);
  const named = new Set(record.type === 'built' ? record.shards.map(({ split, shard }) => `${split} ${shard}`) : []);
  const events =
    record.type === 'frozen'
      ? frozenEvents(snapshot, tools.store)
      : builtEvents(
          snapshot,
          snapshot.shards.filter(({ split, shard }) => named.has(`${split} ${shard}`)),
          tools.store,
        );
  await appendAll(events, tools);
}

export interface RebuiltDatasets {
  readonly datasets: number;
  readonly refused: readonly { readonly manifest: string; readonly reason: string }[];
}

/** All datasets of the bucket. Those that are damaged are named, and nothing of them is indexed. */
export async function rebuildDatasets(tools: Tools): Promise<RebuiltDatasets> {
  const refused: { manifest: string; reason: string }[] = [];
  let datasets = 0;
  for await (const { name } of tools.store.list(DATASETS_PREFIX)) {
    const found = snapshotFromName(name);
    if (!found) continue;
    try {
      const snapshot = await readSnapshot(tools.store, found.tenant, found.snapshotId);
      await appendAll(frozenEvents(snapshot, tools.store), tools);
      await appendAll(builtEvents(snapshot, snapshot.shards, tools.store), tools);
      datasets += 1;
    } catch (error) {
      if (!isPitlaneError(error, 'corrupt-input', 'checksum-mismatch', 'not-found', 'refused')) throw error;
      refused.push({ manifest: name, reason: error.message });
    }
  }
  return { datasets, refused };
}

async function appendAll(events: AsyncIterable<CatalogEvent>, { catalog }: Tools): Promise<void> {
  for await (const batch of batches(events, { maxItems: EVENTS_AT_ONCE })) await catalog.append(batch);
}

/** Of the dataset last: where it is shown, its shards and runs are as well. */
async function* frozenEvents(snapshot: Snapshot, store: ObjectStore): AsyncGenerator<CatalogEvent> {
  const { head, snapshotId, shards, drives, samples } = snapshot;
  const { tenant } = head;
  const drive = ofNoDrive(tenant);
  const lists = mapOrdered(shards, LOOKS_AT_ONCE, async (line) => ({
    line,
    list: await readList(store, tenant, line, { withSamples: false }),
  }));
  for await (const { line, list } of lists) {
    const { split, shard } = line;
    const listObject = listObjectName(tenant, line.list);
    yield { type: 'shard', drive, shard: { snapshotId, split, shard, samples: line.samples, listObject } };
    for (const { type: _, object: number, ...run } of list.runs) {
      const object = list.objects[number];
      if (!object) throw new PitlaneError('corrupt-input', `${listObject} names object ${number}, and has none`);
      const { driveId, vehicleId, chunkId, generation } = object;
      const place = { snapshotId, split, shard, chunkId, object: object.object, generation };
      yield { type: 'sample-run', drive: { tenant, driveId, vehicleId }, run: { ...run, ...place } };
    }
  }
  const object = snapshotObjectName(tenant, snapshotId);
  const createdAt = (await store.stat(object))?.metadata[CREATED_AT] ?? new Date(0).toISOString();
  const { name, sql, extractorVersion } = head;
  const texts = { plan: canonicalJson(head.plan), splitRule: canonicalJson(head.split) };
  const counts = { drives: drives.length, samples, shards: shards.length };
  const dataset = { snapshotId, name, createdAt, object, sql, ...texts, extractorVersion, ...counts };
  yield { type: 'dataset', drive, dataset };
}

/** Shards that are finished: those with an index. What is not there any more is not told of. */
async function* builtEvents(
  { head, snapshotId }: Snapshot,
  shards: readonly SnapshotShard[],
  store: ObjectStore,
): AsyncGenerator<CatalogEvent> {
  const { tenant } = head;
  const looked = mapOrdered(shards, LOOKS_AT_ONCE, async ({ split, shard }) => {
    const object = shardObjectName(tenant, snapshotId, split, shard);
    const [index, info] = [
      await store.stat(shardIndexName(tenant, snapshotId, split, shard)),
      await store.stat(object),
    ];
    return index && info ? { split, shard, object, info } : undefined;
  });
  for await (const found of looked) {
    if (!found) continue;
    const { split, shard, object, info } = found;
    const { generation, bytes: bytesStored, crc32c } = info;
    const sha256 = (info.metadata[ObjectMetadata.sha256] ?? '') as Sha256Hex;
    const built = { snapshotId, split, shard, object, generation, bytesStored, crc32c, sha256 };
    yield { type: 'shard-built', drive: ofNoDrive(tenant), built };
  }
}
