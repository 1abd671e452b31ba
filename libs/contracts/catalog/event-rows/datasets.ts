/** Datasets, their shards, and which samples hold what of a chunk. */
import type { EventRow } from '../event-tables.ts';
import { type EventOf, ofDrive, type RowSink, timeFromText } from './cells.ts';

const keyOf = (of: { snapshotId: string; split: string; shard: number }): EventRow => [
  of.snapshotId,
  of.split,
  of.shard,
];

export function writeDataset(event: EventOf<'dataset'>, seq: number | bigint, sink: RowSink): void {
  const { dataset } = event;
  sink('dataset_events', [
    ...ofDrive(event, seq),
    dataset.snapshotId,
    dataset.name,
    dataset.createdAt,
    dataset.object,
    dataset.sql,
    dataset.plan,
    dataset.splitRule,
    dataset.extractorVersion,
    dataset.drives,
    dataset.samples,
    dataset.shards,
  ]);
}

export function writeShard(event: EventOf<'shard'>, seq: number | bigint, sink: RowSink): void {
  const { shard } = event;
  sink('shard_events', [...ofDrive(event, seq), ...keyOf(shard), shard.samples, shard.listObject]);
}

export function writeShardBuilt(event: EventOf<'shard-built'>, seq: number | bigint, sink: RowSink): void {
  const { object, generation, bytesStored, crc32c, sha256 } = event.built;
  const stored = [object, generation, bytesStored, crc32c, sha256];
  sink('shard_built_events', [...ofDrive(event, seq), ...keyOf(event.built), ...stored]);
}

export function writeSampleRun(event: EventOf<'sample-run'>, seq: number | bigint, sink: RowSink): void {
  const { run } = event;
  sink('sample_run_events', [
    ...ofDrive(event, seq),
    ...keyOf(run),
    run.field,
    run.topic,
    run.chunkId,
    run.object,
    run.generation,
    run.recordingId,
    run.path,
    run.sourceStart,
    run.sourceEnd,
    run.firstSample,
    run.lastSample,
    run.messages,
    timeFromText(run.startTime),
    timeFromText(run.endTime),
  ]);
}
