/**
 * Freezes a dataset: goes over the drives in order, samples each by the plan, and writes a list for each shard and at last
 * the snapshot that names them. It reads summaries and message indexes, no message. Everything is named by its content, so
 * one that was interrupted is simply run again, and the same selection of the same catalog gives the same snapshot.
 */
import { createHash } from 'node:crypto';
import { bytesFromUtf8, MIB } from '@pitlane/base/bytes';
import { assert, PitlaneError } from '@pitlane/base/errors';
import {
  CREATED_AT,
  EXTRACTOR_VERSION,
  fieldsOf,
  listObjectName,
  type SamplingPlan,
  SNAPSHOT_VERSION,
  type SnapshotDrive,
  type SnapshotLine,
  type SnapshotShard,
  snapshotObjectName,
  splitOfDrive,
  type SplitRule,
} from '@pitlane/contracts/dataset';
import { canonicalJson, type Sha256Hex } from '@pitlane/contracts/identity';
import type { ObjectStore } from '@pitlane/ports/object-store';
import { ObjectBytes } from '../../objects/object-bytes.ts';
import { NDJSON, putOnce } from '../put-once.ts';
import { OpenList } from './open-list.ts';
import { splitAt } from './place-runs.ts';
import type { DrivePlan } from './plan-drive.ts';
import { type Dropped, type Sample, samplesOf } from './samples.ts';

const BLOCKS_BYTES = 64 * MIB;

export interface FreezeJob {
  readonly tenant: string;
  readonly name: string;
  readonly sql: string;
  readonly plan: SamplingPlan;
  readonly split: SplitRule;
}

export interface FreezeDeps {
  readonly store: ObjectStore;
  /** RFC 3339 of now. */
  readonly now: () => string;
  readonly signal?: AbortSignal | undefined;
  readonly onDrive?: ((driveId: string, samples: number) => void) | undefined;
}

export interface Frozen {
  readonly snapshotId: Sha256Hex;
  readonly object: string;
  /** It stood in the store before. */
  readonly known: boolean;
  readonly drives: number;
  readonly samples: number;
  readonly shards: number;
  readonly splits: Readonly<
    Record<string, { readonly drives: number; readonly samples: number; readonly shards: number }>
  >;
  /** By topic, or by what else was missing: frames or windows that are no samples for want of it. */
  readonly dropped: Readonly<Record<string, number>>;
}

/** @param drives in order of id. */
export async function freezeDataset(
  job: FreezeJob,
  drives: AsyncIterable<DrivePlan>,
  deps: FreezeDeps,
): Promise<Frozen> {
  const freezing = new Freezing(job, deps);
  for await (const drive of drives) await freezing.add(drive);
  return freezing.finish();
}

class Freezing {
  readonly #job: FreezeJob;
  readonly #deps: FreezeDeps;
  readonly #drives: SnapshotDrive[] = [];
  readonly #shards: SnapshotShard[] = [];
  readonly #open = new Map<string, OpenList>();
  /** Lists begun, by split. */
  readonly #counts = new Map<string, number>();
  readonly #dropped: Record<string, number> = {};
  /** Drives and samples by split; a drive that is parted by place is in several. */
  readonly #told = new Map<string, { drives: number; samples: number }>();

  constructor(job: FreezeJob, deps: FreezeDeps) {
    this.#job = job;
    this.#deps = deps;
  }

  async add(drive: DrivePlan): Promise<void> {
    const { plan, tenant, split: rule } = this.#job;
    const { driveId, vehicleId, spans } = drive;
    assert(driveId > (this.#drives.at(-1)?.driveId ?? ''), 'drives come in order of id');
    const ofDrive = rule.by === 'drive' ? splitOfDrive(rule, tenant, driveId) : null;
    const bytes = new ObjectBytes(this.#deps.store, BLOCKS_BYTES, this.#deps.signal);
    const counts = new Map<string, number>(ofDrive === null ? [] : [[ofDrive, 0]]);
    let samples = 0;
    let dropped = 0;
    for await (const sample of samplesOf(plan, drive, bytes)) {
      this.#deps.signal?.throwIfAborted();
      const placed = placedIn(sample, drive, ofDrive);
      if ('missing' in placed) {
        this.#dropped[placed.missing] = (this.#dropped[placed.missing] ?? 0) + 1;
        dropped += 1;
        continue;
      }
      const { split } = placed;
      const list = this.#listOf(split);
      list.add(drive, placed.sample);
      samples += 1;
      counts.set(split, (counts.get(split) ?? 0) + 1);
      if (list.isFull) await this.#close(split);
    }
    for (const [split, count] of counts) {
      const told = this.#told.get(split) ?? { drives: 0, samples: 0 };
      this.#told.set(split, { drives: told.drives + 1, samples: told.samples + count });
    }
    const texts = spans.map(({ startNs, endNs }) => [String(startNs), String(endNs)] as const);
    this.#drives.push({ type: 'drive', driveId, vehicleId, split: ofDrive, spans: texts, samples, dropped });
    this.#deps.onDrive?.(driveId, samples);
  }

  async finish(): Promise<Frozen> {
    for (const split of this.#open.keys()) await this.#close(split);
    const samples = this.#drives.reduce((sum, drive) => sum + drive.samples, 0);
    if (samples === 0) throw new PitlaneError('not-found', this.#whyEmpty());
    const { tenant, name, sql, plan, split } = this.#job;
    const order = split.shares.map((share) => share.split);
    this.#shards.sort((a, b) => order.indexOf(a.split) - order.indexOf(b.split) || a.shard - b.shard);
    const versions = { snapshotVersion: SNAPSHOT_VERSION, extractorVersion: EXTRACTOR_VERSION } as const;
    const counts = { drives: this.#drives.length, shards: this.#shards.length, samples };
    const lines: SnapshotLine[] = [
      { type: 'snapshot', ...versions, tenant, name, sql, plan, split },
      ...this.#drives,
      ...this.#shards,
      { type: 'end', ...counts },
    ];
    const blocks = lines.map((line) => bytesFromUtf8(`${canonicalJson(line)}\n`));
    const hash = createHash('sha256');
    for (const block of blocks) hash.update(block);
    const snapshotId = hash.digest('hex') as Sha256Hex;
    const object = snapshotObjectName(tenant, snapshotId);
    const options = { contentType: NDJSON, metadata: { [CREATED_AT]: this.#deps.now() } };
    const isNew = await putOnce(this.#deps.store, object, blocks, options);
    return { snapshotId, object, known: !isNew, ...counts, splits: this.#bySplit(), dropped: this.#dropped };
  }

  #listOf(split: string): OpenList {
    let list = this.#open.get(split);
    if (!list) {
      const shard = this.#counts.get(split) ?? 0;
      this.#counts.set(split, shard + 1);
      list = new OpenList(this.#job.tenant, split, shard, this.#job.plan);
      this.#open.set(split, list);
    }
    return list;
  }

  async #close(split: string): Promise<void> {
    const closed = this.#open.get(split)?.close();
    this.#open.delete(split);
    if (!closed) return;
    const { shard, samples, sha256, blocks } = closed;
    await putOnce(this.#deps.store, listObjectName(this.#job.tenant, sha256), blocks, { contentType: NDJSON });
    this.#shards.push({ type: 'shard', split, shard, samples, list: sha256 });
  }

  #bySplit(): Frozen['splits'] {
    return Object.fromEntries(
      this.#job.split.shares.map(({ split }) => {
        const { drives, samples } = this.#told.get(split) ?? { drives: 0, samples: 0 };
        return [split, { drives, samples, shards: this.#shards.filter((shard) => shard.split === split).length }];
      }),
    );
  }

  #whyEmpty(): string {
    const missing = Object.entries(this.#dropped).map(([topic, times]) => `${times} for want of ${topic}`);
    const why = missing.length > 0 ? `: dropped were ${missing.join(', ')}` : '';
    const first = fieldsOf(this.#job.plan)[0]?.topic ?? '';
    const places = this.#job.split.by === 'place' ? ', and tracks ("pitlane map export", "pitlane derive")' : '';
    return `the plan finds no sample in ${this.#drives.length} drives${why}; look whether they have ${first} ("pitlane topics")${places}`;
  }
}

/** @param ofDrive the split of all of its samples; without one, each lies in one place from its first message to its last. */
function placedIn(
  sample: Sample | Dropped,
  { places = [] }: DrivePlan,
  ofDrive: string | null,
): { readonly sample: Sample; readonly split: string } | Dropped {
  if ('missing' in sample) return sample;
  if (ofDrive !== null) return { sample, split: ofDrive };
  let [firstNs, lastNs] = [sample.timeNs, sample.timeNs];
  for (const { place } of sample.messages) {
    if (place.timeNs < firstNs) firstNs = place.timeNs;
    if (place.timeNs > lastNs) lastNs = place.timeNs;
  }
  const found = splitAt(places, firstNs, lastNs);
  return 'missing' in found ? found : { sample, ...found };
}
