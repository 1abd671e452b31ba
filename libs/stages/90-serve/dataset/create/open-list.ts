/** The list of a shard as it fills: objects, samples, and runs of samples that hold something of an object. */
import { createHash } from 'node:crypto';
import { bytesFromUtf8 } from '@pitlane/base/bytes';
import {
  fieldsOf,
  type ListObject,
  type ListRun,
  type ListSample,
  type PlanField,
  type SamplingPlan,
  SHARD_BYTES,
  SHARD_SAMPLES_MAX,
  SNAPSHOT_VERSION,
} from '@pitlane/contracts/dataset';
import { canonicalJson, type Sha256Hex } from '@pitlane/contracts/identity';
import type { DrivePlan, TopicObject } from './plan-drive.ts';
import type { Sample } from './samples.ts';

/** A member's head, its padding, and what the sample's own JSON says of it, roughly. */
const MEMBER_OVERHEAD_BYTES = 1024 + 768;
/** Messages of a window are mostly lines of one member, and somewhat longer as text. */
const LINE_OVERHEAD_BYTES = 128;
const SAMPLE_OVERHEAD_BYTES = 2048;

type Growing = { -readonly [Field in keyof ListRun]: ListRun[Field] };

export interface ClosedList {
  readonly split: string;
  readonly shard: number;
  readonly samples: number;
  readonly sha256: Sha256Hex;
  readonly blocks: readonly Uint8Array[];
}

export class OpenList {
  readonly #tenant: string;
  readonly #split: string;
  readonly #shard: number;
  readonly #fields: readonly PlanField[];
  readonly #overheadBytes: number;
  readonly #objects = new Map<string, number>();
  readonly #objectLines: ListObject[] = [];
  /** By field and object: the run that the last sample may go on. */
  readonly #growing = new Map<string, Growing>();
  readonly #runs: Growing[] = [];
  readonly #samples: Uint8Array[] = [];
  #bytes = 0;

  constructor(tenant: string, split: string, shard: number, plan: SamplingPlan) {
    this.#tenant = tenant;
    this.#split = split;
    this.#shard = shard;
    this.#fields = fieldsOf(plan);
    this.#overheadBytes = plan.kind === 'frames' ? MEMBER_OVERHEAD_BYTES : LINE_OVERHEAD_BYTES;
  }

  get isFull(): boolean {
    return this.#bytes >= SHARD_BYTES || this.#samples.length >= SHARD_SAMPLES_MAX;
  }

  add(drive: DrivePlan, { timeNs, messages }: Sample): void {
    const number = this.#samples.length;
    this.#bytes += SAMPLE_OVERHEAD_BYTES;
    const places = messages.map(({ field, place }): ListSample['messages'][number] => {
      const object = this.#objectOf(drive, place.row);
      this.#extend(field, object, place.row, number, place.timeNs);
      this.#bytes += place.bytes + this.#overheadBytes;
      return [field, object, place.inner, place.offset, String(place.timeNs)];
    });
    const line: ListSample = { type: 'sample', time: String(timeNs), messages: places };
    this.#samples.push(bytesFromUtf8(`${canonicalJson(line)}\n`));
  }

  close(): ClosedList {
    const head = {
      type: 'list',
      snapshotVersion: SNAPSHOT_VERSION,
      tenant: this.#tenant,
      split: this.#split,
      shard: this.#shard,
      samples: this.#samples.length,
    };
    const runs = [...this.#runs].sort(
      (a, b) => a.firstSample - b.firstSample || a.field - b.field || a.object - b.object,
    );
    const lines = [head, ...this.#objectLines, ...runs].map((line) => bytesFromUtf8(`${canonicalJson(line)}\n`));
    const blocks = [...lines, ...this.#samples];
    const hash = createHash('sha256');
    for (const block of blocks) hash.update(block);
    const sha256 = hash.digest('hex') as Sha256Hex;
    return { split: this.#split, shard: this.#shard, samples: this.#samples.length, sha256, blocks };
  }

  #objectOf({ objects, driveId, vehicleId }: DrivePlan, row: TopicObject): number {
    const facts = objects[row.object] as DrivePlan['objects'][number];
    const known = this.#objects.get(facts.object);
    if (known !== undefined) return known;
    const number = this.#objectLines.push({ type: 'object', ...facts, driveId, vehicleId }) - 1;
    this.#objects.set(facts.object, number);
    return number;
  }

  #extend(field: number, object: number, row: TopicObject, sample: number, timeNs: bigint): void {
    const key = `${field} ${object}`;
    const time = String(timeNs);
    const growing = this.#growing.get(key);
    if (growing && growing.lastSample >= sample - 1) {
      growing.lastSample = sample;
      growing.messages += 1;
      if (timeNs < BigInt(growing.startTime)) growing.startTime = time;
      if (timeNs > BigInt(growing.endTime)) growing.endTime = time;
      return;
    }
    const { recordingId, path, sourceStart, sourceEnd } = row;
    const run: Growing = {
      type: 'run',
      field,
      topic: this.#fields[field]?.topic ?? '',
      object,
      recordingId,
      path,
      sourceStart,
      sourceEnd,
      firstSample: sample,
      lastSample: sample,
      messages: 1,
      startTime: time,
      endTime: time,
    };
    this.#growing.set(key, run);
    this.#runs.push(run);
  }
}
