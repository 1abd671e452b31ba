/** The node's tasks: planned here beside the catalog, carried out in a process of their own. */
import { PitlaneError } from '@pitlane/base/errors';
import { systemClock, timeNsFromText } from '@pitlane/base/time';
import { counted } from '@pitlane/base/units';
import {
  allTenants,
  type ExportAsked,
  type ReplayAsked,
  type RestoreAsked,
  type TaskEvent,
  type TaskService,
  tenantOfDrive,
  type VerifyAsked,
} from '@pitlane/catalog-api';
import type { WebhookEvent } from '@pitlane/contracts/webhook';
import type { JournalFault } from '@pitlane/garage';
import {
  type ExportRequest,
  planPreviewExport,
  planReplay,
  planRestore,
  planSlice,
  planVerify,
  type VerifyPlan,
} from '@pitlane/stages/90-serve';
import type { OutboxCount } from '@pitlane/ports/journal';
import type { Settings } from '../settings.ts';
import { buildDatasetTask, createDataset } from './dataset-tasks.ts';
import { examine } from './doctor.ts';
import { isInCloud } from './doctor-cloud.ts';
import type { HomeLayout } from '@pitlane/wiring';
import type { Stores } from './open-parts.ts';
import { derive } from './derive.ts';
import type { Deriving } from './open-cloud.ts';
import { keepResults, readResults } from './matrix-results.ts';
import { planReplayTask } from './plan-replay-task.ts';
import type { Rebuild } from './reindex.ts';
import { runTask } from './run-task.ts';
import { telling } from './telling.ts';

export interface TaskParts {
  readonly layout: HomeLayout;
  readonly settings: Settings;
  readonly stores: Stores;
  readonly receiptKeyPem: string;
  readonly reindex: Rebuild;
  readonly deriving: Deriving;
  readonly faults: () => AsyncIterable<JournalFault>;
  readonly webhookCounts: () => readonly OutboxCount[];
  /** Durable when it returns. */
  readonly tellWebhooks: (event: WebhookEvent) => void;
}

const DAY_MS = 86_400_000;

export function tasksOf(parts: TaskParts): TaskService {
  const { settings, stores, receiptKeyPem } = parts;
  const { catalog } = stores;
  const { storeSpec } = stores;
  const tenantOf = (asked: ReplayAsked | RestoreAsked): Promise<string> =>
    tenantOfDrive(stores, asked, settings.tenant);
  return {
    async *export(asked: ExportAsked, signal) {
      const { topics = [], start, end, format = 'mcap', driveId, out } = asked;
      const tenant = await tenantOf(asked);
      if (asked.preview) {
        const plan = await planPreviewExport(catalog, stores.store, { tenant, driveId });
        const task = { kind: 'export', plan, format, note: null, out } as const;
        yield* adding({ driveState: plan.driveState }, runTask({ type: 'job', storeSpec, task }, stores, signal));
        return;
      }
      const { plan, note } = await planSlice(catalog, sliceFrom(asked, tenant), format);
      const isWhole = topics.length === 0 && start === undefined && end === undefined && format === 'mcap';
      const task = { kind: 'export', plan, format, note: isWhole ? null : note, out } as const;
      const facts = { driveState: plan.driveState, missing: note.missing.length + note.missingMore };
      yield* adding(facts, runTask({ type: 'job', storeSpec, task }, stores, signal));
    },
    async *restore(asked: RestoreAsked, signal) {
      const plan = await planRestore(catalog, { tenant: await tenantOf(asked), driveId: asked.driveId });
      const task = { kind: 'restore', plan, out: asked.out } as const;
      yield* adding({ driveState: plan.driveState }, runTask({ type: 'job', storeSpec, task }, stores, signal));
    },
    async *verify(asked: VerifyAsked, signal) {
      const plan = await verifyPlanOf(asked, parts);
      const job = { type: 'job', storeSpec, task: { kind: 'verify', plan, receiptKeyPem } } as const;
      const of = plan.drives.map(({ tenant, driveId, chunks, receipts }) => {
        return { tenant, driveId, chunks: chunks.length, receipts: receipts.length };
      });
      yield* adding({ of }, runTask(job, stores, signal));
    },
    createDataset: (asked, signal) => createDataset(asked, parts, signal),
    buildDataset: (asked, signal) => buildDatasetTask(asked, parts, signal),
    async *planReplay(asked: ReplayAsked, signal) {
      const request = { ...sliceFrom(asked, await tenantOf(asked)), seekPrimer: asked.seekPrimer };
      yield* planReplayTask(() => planReplay(catalog, request), storeSpec, asked.wait === true, signal);
    },
    async *keepResults({ path }) {
      yield { type: 'result', result: await keepResults(path, stores) };
    },
    async *readResults({ runId, tenant }) {
      yield { type: 'result', result: await readResults(runId, tenant ?? settings.tenant, stores) };
    },
    async *reindex() {
      yield progress('reading the store');
      yield* telling((tell) =>
        parts.reindex((done, total) => {
          tell({ text: `reading  ${done} of ${counted(total, 'manifest')}`, steps: { done, total, unit: 'manifest' } });
        }),
      );
    },
    derive: (asked, signal) => derive(asked, parts, signal),
    async *doctor(signal) {
      if (isInCloud(settings)) {
        const text = 'this node has a bucket, brokers or a dataset of yours, which are tried without it';
        throw new PitlaneError('refused', `${text}: run \`pitlane doctor\` on its machine`);
      }
      const checks: object[] = [];
      for await (const check of examine(parts, signal)) {
        checks.push(check);
        yield progress(check.name);
      }
      yield { type: 'result', result: { checks } };
    },
  };
}

const sliceFrom = (asked: ReplayAsked, tenant: string): ExportRequest => ({
  tenant,
  driveId: asked.driveId,
  topics: asked.topics,
  startNs: asked.start === undefined ? undefined : timeNsFromText(asked.start),
  endNs: asked.end === undefined ? undefined : timeNsFromText(asked.end),
  primer: asked.primer,
});

/** Without a drive all of the tenant's, or else of every tenant's. */
async function verifyPlanOf(asked: VerifyAsked, { stores, settings }: TaskParts): Promise<VerifyPlan> {
  const { driveId, tenant, subset } = asked;
  const known = driveId === undefined ? await allTenants(stores) : [];
  const tenants =
    driveId === undefined
      ? known.filter((one) => tenant === undefined || one === tenant)
      : [await tenantOfDrive(stores, { driveId, tenant }, settings.tenant)];
  const dayNumber = Math.floor(systemClock.nowMs() / DAY_MS);
  const drives: VerifyPlan['drives'][number][] = [];
  for (const one of tenants) {
    drives.push(...(await planVerify(stores.catalog, { tenant: one, driveId, subset, dayNumber })).drives);
  }
  return { version: 1, drives };
}

/** The result of a task with what was known when it was planned. */
async function* adding(facts: object, events: AsyncIterable<TaskEvent>): AsyncGenerator<TaskEvent> {
  for await (const event of events) {
    yield event.type === 'result' ? { ...event, result: { ...event.result, ...facts } } : event;
  }
}

const progress = (text: string): TaskEvent => ({ type: 'progress', text });
