/**
 * Where datasets lie in the bucket: a tenant is one prefix. They are not below a drive's prefix, because a shard is of many
 * drives: erasing a drive means erasing the shards that the view `sample_runs` names for it as well.
 */
import type { Sha256Hex } from '../identity/index.ts';
import { shardName } from './snapshot.ts';

export const DATASETS_PREFIX = 'datasets/';

export const datasetPrefix = (tenant: string): string => `${DATASETS_PREFIX}${tenant}/`;

const snapshotPrefix = (tenant: string, snapshotId: Sha256Hex): string => `${datasetPrefix(tenant)}${snapshotId}/`;

export const snapshotObjectName = (tenant: string, snapshotId: Sha256Hex): string =>
  `${snapshotPrefix(tenant, snapshotId)}snapshot.ndjson`;

/** Lists are named by their own digest: a snapshot that was interrupted finds those that it wrote. */
export const listObjectName = (tenant: string, sha256: Sha256Hex): string =>
  `${datasetPrefix(tenant)}lists/${sha256.slice(0, 2)}/${sha256}.ndjson`;

export const shardObjectName = (tenant: string, snapshotId: Sha256Hex, split: string, shard: number): string =>
  `${snapshotPrefix(tenant, snapshotId)}shards/${shardName(split, shard)}.tar`;

export const shardIndexName = (tenant: string, snapshotId: Sha256Hex, split: string, shard: number): string =>
  `${snapshotPrefix(tenant, snapshotId)}shards/${shardName(split, shard)}.json`;

export const builtObjectName = (tenant: string, snapshotId: Sha256Hex): string =>
  `${snapshotPrefix(tenant, snapshotId)}shards.ndjson`;

/** Key of a snapshot object's custom metadata: when it was first created, RFC 3339. It is no part of the content. */
export const CREATED_AT = 'pitlane-created-at';

/** Tenant and id of a snapshot's object, or undefined for another one. */
export function snapshotFromName(name: string): { tenant: string; snapshotId: Sha256Hex } | undefined {
  const [, tenant, snapshotId] = /^datasets\/([^/]+)\/([0-9a-f]{64})\/snapshot\.ndjson$/.exec(name) ?? [];
  if (tenant === undefined || snapshotId === undefined) return undefined;
  return { tenant, snapshotId: snapshotId as Sha256Hex };
}
