/**
 * The catalog in BigQuery: event tables in one dataset, and the contract's views over them. Indexers append here, in batches;
 * the APIs, the command and the console read. It never looks up what it already has before it appends, and it touches
 * nothing outside its dataset.
 *
 * Invariants of the dataset: event rows are only ever added (`wipe` and compaction apart); a row counts when its batch stands in
 * `committed_batches`; `seq` grows as `seq-clock.ts` says; a job id is run at most once, as `load-rows.ts` says.
 */
import { PitlaneError } from '@pitlane/base/errors';
import type { CatalogEvent } from '@pitlane/contracts/catalog';
import { TABLE_NAMES } from '@pitlane/contracts/catalog';
import type { Catalog, SqlCaps, SqlEstimate, SqlParameter, SqlResult, SqlRow } from '@pitlane/ports/catalog';
import type { BigQueryApi } from './api.ts';
import { BATCHES, BatchLeader, type BatchSettings } from './batch-leader.ts';
import type { NumberedEvent } from './batch-rows.ts';
import { compactDay, compactQuietDays, type CompactTools } from './compact.ts';
import { connect } from './connect.ts';
import { DriveDays } from './drive-days.ts';
import { loadBatch } from './load-batch.ts';
import {
  BELOW_THE_VIEWS,
  COMMITTED,
  type FullName,
  fullNames,
  isDatasetName,
  isProjectName,
  VIEW_NAMES,
} from './names.ts';
import { openDataset } from './open-dataset.ts';
import { runQuery } from './run-query.ts';
import { estimatedBytes, runSandboxed, type Sandbox } from './sandbox.ts';
import { SeqClock } from './seq-clock.ts';
import { ANY_DAY } from './tables.ts';
import { systemTimers, type Timers } from './timers.ts';
import { LoadTurns } from './turns.ts';

export { answersQueries, removeTrialDataset, TRIAL_DATASET } from './trial-dataset.ts';

export interface BigQueryCatalogOptions {
  readonly projectId: string;
  readonly datasetId: string;
  /** Where the dataset lies, such as `EU`; default `US`. */
  readonly location?: string;
  /** A stand-in on this machine; no credentials are looked for then. */
  readonly endpoint?: string;
  readonly batches?: Partial<BatchSettings>;
  /** What one query of a person may cost; default 100 GiB. */
  readonly sandboxBytesBilledMax?: number;
  /** What a TiB that queries read costs here; default the list price in the US. */
  readonly usdPerTiB?: number;
  readonly timers?: Timers;
}

/**
 * What BigQuery takes for a TiB that queries read, on demand, in its multi-region US: the list price since 5 July 2023
 * (https://cloud.google.com/bigquery/pricing). Other regions take more, reservations are paid by the hour.
 */
const USD_PER_TIB = 6.25;

export interface BigQueryCatalog extends Catalog {
  compact(signal: AbortSignal): Promise<readonly string[]>;
  /** Leaves only the newest event of each key in one day, such as `2026-03-18`. */
  compactDay(day: string): Promise<void>;
}

export async function openBigQueryCatalog(options: BigQueryCatalogOptions): Promise<BigQueryCatalog> {
  const { projectId, datasetId, location = 'US', endpoint, timers = systemTimers } = options;
  if (!isProjectName(projectId) || !isDatasetName(datasetId)) {
    throw new PitlaneError(
      'bad-settings',
      `"${projectId}.${datasetId}" names no dataset: write project.dataset, such as fleet-data.pitlane`,
    );
  }
  const api = connect({ projectId, location, endpoint });
  const full = fullNames(projectId, datasetId);
  await openDataset(api, datasetId, full);
  const seqs = new SeqClock(timers);
  const sentMs = timers.monotonicMs();
  const [now] = await runQuery(api, { sql: 'SELECT UNIX_MILLIS(CURRENT_TIMESTAMP()) AS now_ms', datasetId });
  seqs.observe(Number(now?.['now_ms']), sentMs, timers.monotonicMs());
  return new OpenCatalog(api, full, seqs, options);
}

class OpenCatalog implements BigQueryCatalog {
  readonly hasGeography = true;
  readonly dialect = 'bigquery';
  readonly #api: BigQueryApi;
  readonly #datasetId: string;
  readonly #full: FullName;
  readonly #tools: CompactTools;
  readonly #days: DriveDays;
  readonly #leader: BatchLeader;
  readonly #sandbox: Sandbox;
  readonly #usdPerTiB: number;

  constructor(api: BigQueryApi, full: FullName, seqs: SeqClock, options: BigQueryCatalogOptions) {
    const { datasetId, batches, sandboxBytesBilledMax = 100 * 2 ** 30, timers = systemTimers } = options;
    this.#api = api;
    this.#datasetId = datasetId;
    this.#full = full;
    this.#tools = { api, datasetId, full, seqs, timers };
    this.#usdPerTiB = options.usdPerTiB ?? USD_PER_TIB;
    this.#days = new DriveDays(api, datasetId, full);
    const target = { api, datasetId, days: this.#days, seqs, timers };
    const settings = { ...BATCHES, ...batches };
    const turns = new LoadTurns(target, settings.everyMs);
    const load = (events: readonly NumberedEvent[]): Promise<void> => loadBatch(target, events);
    this.#leader = new BatchLeader(settings, timers, seqs, load, (hurry) => turns.take(hurry));
    this.#sandbox = {
      api,
      datasetId,
      belowTheViews: BELOW_THE_VIEWS,
      viewNames: VIEW_NAMES,
      bytesBilledMax: sandboxBytesBilledMax,
    };
  }

  async append(events: readonly CatalogEvent[]): Promise<void> {
    await this.#leader.append(events);
  }

  query(sql: string, parameters: readonly SqlParameter[] = []): Promise<readonly SqlRow[]> {
    return runQuery(this.#api, { sql, datasetId: this.#datasetId, parameters });
  }

  sandboxed(sql: string, caps: SqlCaps, signal?: AbortSignal): Promise<SqlResult> {
    return runSandboxed(this.#sandbox, sql, caps, signal);
  }

  async estimate(sql: string): Promise<SqlEstimate> {
    return { bytesProcessed: await estimatedBytes(this.#sandbox, sql), usdPerTiB: this.#usdPerTiB };
  }

  compact(signal: AbortSignal): Promise<readonly string[]> {
    return compactQuietDays(this.#tools, signal);
  }

  compactDay(day: string): Promise<void> {
    return compactDay(this.#tools, day);
  }

  /** The list of committed batches goes first: from then on nothing is visible, whatever happens to the rest. */
  async wipe(): Promise<void> {
    await this.#leader.flush();
    await this.query(`DELETE FROM ${this.#full(COMMITTED)} WHERE TRUE`);
    for (const table of TABLE_NAMES) await this.query(`DELETE FROM ${this.#full(table)} WHERE ${ANY_DAY}`);
    this.#days.forget();
  }

  async close(): Promise<void> {
    await this.#leader.close();
  }
}
