/** What a build leaves: beside each shard an index of its members, and one object that names all shards when all are there. */
import type { Sha256Hex } from '../identity/index.ts';

/** `<shard>.json` beside `<shard>.tar`, created last: where it is, the shard is finished. */
export interface ShardIndex {
  readonly indexVersion: 1;
  readonly snapshot: Sha256Hex;
  readonly shard: string;
  readonly filesize: number;
  readonly sha256: Sha256Hex;
  readonly crc32c: string;
  readonly samples: number;
  /** By member, in the order of the tar: where its content lies. */
  readonly files: Readonly<Record<string, { readonly offset: number; readonly length: number }>>;
}

/** A line of `shards.ndjson`, in the order of the snapshot. */
export interface BuiltShard {
  readonly split: string;
  readonly shard: number;
  readonly samples: number;
  readonly bytes: number;
  readonly sha256: Sha256Hex;
  readonly crc32c: string;
}
