/** Reads a snapshot, and the list of a shard, and believes them only when their bytes have the digest they are named by. */
import { PitlaneError } from '@pitlane/base/errors';
import {
  type ListHead,
  type ListLine,
  type ListObject,
  type ListRun,
  type ListSample,
  listObjectName,
  SNAPSHOT_VERSION,
  type SnapshotDrive,
  type SnapshotHead,
  type SnapshotLine,
  type SnapshotShard,
  snapshotObjectName,
} from '@pitlane/contracts/dataset';
import type { Sha256Hex } from '@pitlane/contracts/identity';
import type { ObjectStore } from '@pitlane/ports/object-store';
import { ObjectLines } from '../objects/object-lines.ts';

export interface Snapshot {
  readonly snapshotId: Sha256Hex;
  readonly head: SnapshotHead;
  readonly drives: readonly SnapshotDrive[];
  readonly shards: readonly SnapshotShard[];
  readonly samples: number;
}

type Reading = Pick<ObjectStore, 'stat' | 'read'>;

/** `not-found` where there is none, `corrupt-input` where it is another one than its name says. */
export async function readSnapshot(store: Reading, tenant: string, snapshotId: Sha256Hex): Promise<Snapshot> {
  const name = snapshotObjectName(tenant, snapshotId);
  const drives: SnapshotDrive[] = [];
  const shards: SnapshotShard[] = [];
  let head: SnapshotHead | undefined;
  let samples = 0;
  for await (const line of linesOf<SnapshotLine>(store, name, snapshotId)) {
    if (line.type === 'snapshot') head = line;
    else if (line.type === 'drive') drives.push(line);
    else if (line.type === 'shard') shards.push(line);
    else samples = line.samples;
  }
  if (!head) throw new PitlaneError('corrupt-input', `${name} does not begin as a snapshot`);
  refuseOtherVersion(head.snapshotVersion, name);
  return { snapshotId, head, drives, shards, samples };
}

export interface ShardList {
  readonly head: ListHead;
  readonly objects: readonly ListObject[];
  readonly runs: readonly ListRun[];
  readonly samples: readonly ListSample[];
}

/** How the line of a sample begins, as its fields are in order: what passes it over need not parse it. */
const SAMPLE_BEGINS = '{"messages":';

/** @param withSamples whether the samples are wanted, or the rest alone. */
export async function readList(
  store: Reading,
  tenant: string,
  { list, split, shard, samples: count }: SnapshotShard,
  { withSamples = true } = {},
): Promise<ShardList> {
  const name = listObjectName(tenant, list);
  const objects: ListObject[] = [];
  const runs: ListRun[] = [];
  const samples: ListSample[] = [];
  let head: ListHead | undefined;
  for await (const line of linesOf<ListLine>(store, name, list, withSamples ? undefined : SAMPLE_BEGINS)) {
    if (line.type === 'list') head = line;
    else if (line.type === 'object') objects.push(line);
    else if (line.type === 'run') runs.push(line);
    else samples.push(line);
  }
  if (
    head?.split !== split ||
    head.shard !== shard ||
    head.samples !== count ||
    (withSamples && samples.length !== count)
  ) {
    throw new PitlaneError('corrupt-input', `${name} is not the list of shard ${shard} of ${split}`);
  }
  return { head, objects, runs, samples };
}

/** @param passOver how lines begin that are hashed and not parsed. */
async function* linesOf<Line>(
  store: Reading,
  name: string,
  sha256: Sha256Hex,
  passOver?: string,
): AsyncGenerator<Line> {
  const lines = new ObjectLines(store, name);
  for await (const line of lines.lines()) {
    if (passOver !== undefined && line.startsWith(passOver)) continue;
    let parsed: Line;
    try {
      parsed = JSON.parse(line) as Line;
    } catch (cause) {
      throw new PitlaneError('corrupt-input', `${name} has a line that is no JSON`, { cause });
    }
    yield parsed;
  }
  if (lines.sha256 !== sha256) {
    throw new PitlaneError('checksum-mismatch', `${name} has SHA-256 ${lines.sha256}: it is not what was frozen`);
  }
}

function refuseOtherVersion(version: number, name: string): void {
  if (version === SNAPSHOT_VERSION) return;
  const text = `${name} is of version ${version}, and this program knows ${SNAPSHOT_VERSION}`;
  throw new PitlaneError('refused', `${text}: use the program that made it`);
}
