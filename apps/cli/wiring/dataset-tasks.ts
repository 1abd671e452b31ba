/** The node's tasks that make datasets: planned here beside the catalog, carried out in a process of their own. */
import { mkdir, rm } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { setTimeout } from 'node:timers/promises';
import {
  type DatasetBuildAsked,
  type DatasetCreateAsked,
  datasetOf,
  type TaskEvent,
  tenantOfDrive,
} from '@pitlane/catalog-api';
import { builtObjectName, samplingPlanFromText, splitRuleFromText, WITHOUT_SPLIT } from '@pitlane/contracts/dataset';
import { type Sha256Hex } from '@pitlane/contracts/identity';
import { DATASET_SHARDS_MAX, type DatasetRecord, LogTopic } from '@pitlane/contracts/records';
import type { WebhookEvent } from '@pitlane/contracts/webhook';
import {
  type BuildJob,
  type BuiltResult,
  type DrivePlan,
  type Frozen,
  planDrive,
  selectDrives,
} from '@pitlane/stages/90-serve';
import { buildSideBySide } from './build-side-by-side.ts';
import { scratchFolder } from './open-parts.ts';
import { runTask } from './run-task.ts';
import type { TaskParts } from './tasks.ts';

const LOOK_EVERY_MS = 50;
const TAKEN_WITHIN_MS = 10_000;
/** Each holds up to 200 MiB of inner chunks. */
const BUILDING_PROCESSES_MAX = 4;

export async function* createDataset(
  asked: DatasetCreateAsked,
  parts: TaskParts,
  signal: AbortSignal,
): AsyncGenerator<TaskEvent> {
  const { stores, settings } = parts;
  const { catalog, store, storeSpec } = stores;
  const plan = samplingPlanFromText(asked.plan, asked.planName ?? 'the plan');
  const split = asked.split === undefined ? WITHOUT_SPLIT : splitRuleFromText(asked.split, asked.seed ?? 0);
  const selected = await selectDrives(catalog, asked.sql, signal);
  const [first] = selected.drives;
  const tenant =
    selected.tenant ??
    (await tenantOfDrive(stores, { driveId: first?.driveId ?? '', tenant: asked.tenant }, settings.tenant));
  const job = { tenant, name: asked.name, sql: asked.sql, plan, split };
  const drive = (at: number): Promise<DrivePlan> => {
    const { driveId, spans } = selected.drives[at] ?? { driveId: '', spans: [] };
    return planDrive(catalog, { tenant, driveId, spans }, plan, split);
  };
  yield* withScratch(parts, async function* (folder) {
    const task = { kind: 'freeze', job, drives: selected.drives.length, scratchFolder: folder } as const;
    for await (const event of runTask({ type: 'job', storeSpec, task }, { store, drive }, signal)) {
      if (event.type === 'result') {
        const { snapshotId } = event.result as Frozen;
        await tellIndexer([{ type: 'frozen', tenant, snapshotId }], parts);
        yield { ...event, result: { ...event.result, name: asked.name, tenant } };
      } else yield event;
    }
  });
}

export async function* buildDatasetTask(
  asked: DatasetBuildAsked,
  parts: TaskParts,
  signal: AbortSignal,
): AsyncGenerator<TaskEvent> {
  const { store, storeSpec, catalog } = parts.stores;
  const { tenant, snapshotId, name } = await datasetOf(catalog, asked.dataset, asked.tenant);
  const job = { tenant, snapshotId, worker: asked.worker ?? 0, workers: asked.workers ?? 1 };
  const [row] = await catalog.query('SELECT shards FROM datasets WHERE tenant = ? AND snapshot_id = ?', [
    tenant,
    snapshotId,
  ]);
  const own = Math.ceil(Number(row?.['shards'] ?? 1) / job.workers);
  const processes = Math.max(1, Math.min(BUILDING_PROCESSES_MAX, availableParallelism(), own));
  yield* withScratch(parts, async function* (folder) {
    const run = (mine: BuildJob, either: AbortSignal): AsyncGenerator<TaskEvent> => {
      const task = { kind: 'build', job: mine, scratchFolder: folder } as const;
      return runTask({ type: 'job', storeSpec, task }, { store }, either);
    };
    for await (const event of buildSideBySide(job, processes, run, signal)) {
      if (event.type === 'result') {
        const { mine, ...result } = event.result as BuiltResult;
        await tellIndexer(builtRecords(tenant, snapshotId, mine), parts);
        if (result.missing === 0) parts.tellWebhooks(builtEvent({ tenant, name, snapshotId }, result));
        yield { ...event, result: { ...result, name, tenant } };
      } else yield event;
    }
  });
}

/** Told by each worker that finds all shards there: it has the same id from all of them. */
function builtEvent(
  dataset: { readonly tenant: string; readonly name: string; readonly snapshotId: Sha256Hex },
  { shards }: Pick<BuiltResult, 'shards'>,
): WebhookEvent {
  const object = builtObjectName(dataset.tenant, dataset.snapshotId);
  return { type: 'dataset.built', drive: null, data: { ...dataset, shards, object } };
}

/** What stood before is told of as well: a worker that was killed may not have come so far. */
function builtRecords(tenant: string, snapshotId: Sha256Hex, shards: BuiltResult['mine']): DatasetRecord[] {
  const records: DatasetRecord[] = [];
  for (let at = 0; at < shards.length; at += DATASET_SHARDS_MAX) {
    records.push({ type: 'built', tenant, snapshotId, shards: shards.slice(at, at + DATASET_SHARDS_MAX) });
  }
  return records;
}

/** Waits a moment for the rows, so that who asks next is shown them. */
async function tellIndexer(records: readonly DatasetRecord[], { stores: { log } }: TaskParts): Promise<void> {
  if (records.length === 0) return;
  const told = records.map((record) => ({ key: record.snapshotId, value: JSON.stringify(record) }));
  await log.publish(LogTopic.datasets, told);
  for (let waitedMs = 0; waitedMs < TAKEN_WITHIN_MS; waitedMs += LOOK_EVERY_MS) {
    if ((await log.lag(LogTopic.datasets, 'indexer')) === 0) return;
    await setTimeout(LOOK_EVERY_MS);
  }
}

async function* withScratch(
  { layout }: TaskParts,
  work: (folder: string) => AsyncGenerator<TaskEvent>,
): AsyncGenerator<TaskEvent> {
  await mkdir(layout.temporary, { recursive: true });
  const folder = await scratchFolder(layout, 'dataset');
  let result: TaskEvent | undefined;
  try {
    for await (const event of work(folder)) {
      if (event.type === 'result') result = event;
      else yield event;
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  // Last of all: who has the result lets go, and nothing should be under way then.
  if (result) yield result;
}
