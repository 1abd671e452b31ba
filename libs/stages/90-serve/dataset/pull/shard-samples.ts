/** A shard in memory, checked against its SHA-256, and where each of its samples lies: one stretch of the tar each. */
import { isPitlaneError, PitlaneError } from '@pitlane/base/errors';
import { type BuiltShard, shardObjectName } from '@pitlane/contracts/dataset';
import type { Sha256Hex } from '@pitlane/contracts/identity';
import type { ObjectStore } from '@pitlane/ports/object-store';
import { readInParts } from '@pitlane/ports/object-store/read-in-parts';
import { PART_BYTES, PartBytes } from './part-bytes.ts';
import type { PartHash } from './part-hash.ts';
import { tarMembers } from './tar-members.ts';

const PARTS_AT_ONCE = 4;

export interface ShardSamples {
  readonly bytes: PartBytes;
  /** The sample `i` is the bytes from `ends[i - 1]`, or 0, to `ends[i]`. */
  readonly ends: readonly number[];
}

export interface ShardsOf {
  readonly tenant: string;
  readonly snapshotId: Sha256Hex;
}

export async function readShard(
  store: Pick<ObjectStore, 'read'>,
  of: ShardsOf,
  shard: BuiltShard,
  hash: PartHash,
): Promise<ShardSamples> {
  const name = shardObjectName(of.tenant, of.snapshotId, shard.split, shard.shard);
  const parts: Promise<Uint8Array>[] = [];
  const reading = { partBytes: PART_BYTES, partsAtOnce: PARTS_AT_ONCE };
  try {
    for await (const part of readInParts(store, { name, bytes: shard.bytes }, reading)) {
      parts.push(hash.update(part));
    }
  } catch (error) {
    await Promise.allSettled(parts);
    if (isPitlaneError(error, 'not-found')) throw gone(name, error);
    if (isPitlaneError(error, 'changed-while-read')) throw damagedShard(name, `it is not ${shard.bytes} bytes long`);
    throw error;
  }
  const bytes = new PartBytes(await Promise.all(parts));
  if ((await hash.digest()) !== shard.sha256) throw damagedShard(name, 'it has another SHA-256 than it was built with');
  const ends = sampleEnds(bytes);
  if (ends.length !== shard.samples) throw damagedShard(name, `it has ${ends.length} samples of ${shard.samples}`);
  return { bytes, ends };
}

const gone = (name: string, cause: unknown): PitlaneError =>
  new PitlaneError(
    'not-found',
    `shard ${name} is gone: a drive in it was erased, or it was removed; make the dataset anew`,
    {
      cause,
    },
  );

const damagedShard = (name: string, fault: string): PitlaneError =>
  new PitlaneError('checksum-mismatch', `shard ${name} is damaged: ${fault}; remove it and its index, and build again`);

/** Members of one sample are adjacent, and share what stands before the first dot. */
function sampleEnds(bytes: PartBytes): number[] {
  const ends: number[] = [];
  let key: string | undefined;
  for (const { name, end } of tarMembers(bytes)) {
    const sample = name.slice(0, name.indexOf('.'));
    if (sample === key) ends[ends.length - 1] = end;
    else ends.push(end);
    key = sample;
  }
  return ends;
}
