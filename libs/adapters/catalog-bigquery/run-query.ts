/**
 * Runs one query job and reads its rows page by page. A failure always throws: the job's own state is asked, never a
 * list of rows that happens to be empty.
 */
import { randomUUID } from 'node:crypto';
import { isPitlaneError, PitlaneError } from '@pitlane/base/errors';
import type { SqlParameter, SqlRow } from '@pitlane/ports/catalog';
import type { ApiField, ApiJob, BigQueryApi } from './api.ts';
import { jobErrorFrom } from './bigquery-errors.ts';
import { parametersFrom, rowFrom } from './sql-values.ts';

const ROWS_A_PAGE = 5000;
/** How long BigQuery may hold one request open before it says that the job still runs. */
const HOLD_MS = 10_000;

export interface QueryRequest {
  readonly sql: string;
  readonly datasetId: string;
  readonly parameters?: readonly SqlParameter[];
  readonly timeoutMs?: number;
  readonly bytesBilledMax?: number;
  readonly signal?: AbortSignal | undefined;
}

export interface QueryPage {
  readonly fields: readonly ApiField[];
  readonly rows: readonly SqlRow[];
}

function queryConfiguration(api: BigQueryApi, request: QueryRequest, isDry: boolean): Record<string, unknown> {
  const { sql, datasetId, parameters = [], timeoutMs, bytesBilledMax } = request;
  return {
    ...(isDry ? { dryRun: true } : {}),
    ...(timeoutMs === undefined ? {} : { jobTimeoutMs: String(timeoutMs) }),
    query: {
      query: sql,
      useLegacySql: false,
      defaultDataset: { projectId: api.projectId, datasetId },
      ...(bytesBilledMax === undefined ? {} : { maximumBytesBilled: String(bytesBilledMax) }),
      ...(parameters.length === 0 ? {} : { parameterMode: 'POSITIONAL', queryParameters: parametersFrom(parameters) }),
    },
  };
}

/** What BigQuery would do, for nothing: the job that it answers with never runs. */
export function dryRun(api: BigQueryApi, request: QueryRequest): Promise<ApiJob> {
  return api.insertJob(`pitlane_dry_${randomUUID()}`, queryConfiguration(api, request, true));
}

export async function* queryPages(
  api: BigQueryApi,
  request: QueryRequest,
  rowsAPage = ROWS_A_PAGE,
): AsyncGenerator<QueryPage> {
  const { signal } = request;
  throwIfStopped(signal);
  const jobId = await startedJob(api, request);
  const cancel = (): void => void api.cancelJob(jobId).catch(() => {}); // it ends by its own timeout then
  signal?.addEventListener('abort', cancel, { once: true });
  try {
    let pageToken: string | undefined;
    for (;;) {
      throwIfStopped(signal);
      const page = await api.resultsOf(jobId, { pageToken, maxResults: rowsAPage, timeoutMs: HOLD_MS });
      if (page.errors?.[0]) throw jobErrorFrom(page.errors[0]);
      if (page.jobComplete === false) continue;
      const fields = page.schema?.fields ?? [];
      yield { fields, rows: (page.rows ?? []).map((row) => rowFrom(fields, row.f)) };
      pageToken = page.pageToken;
      if (pageToken === undefined || pageToken === '') return;
    }
  } finally {
    signal?.removeEventListener('abort', cancel);
  }
}

async function startedJob(api: BigQueryApi, request: QueryRequest): Promise<string> {
  const jobId = `pitlane_query_${randomUUID()}`;
  try {
    const job = await api.insertJob(jobId, queryConfiguration(api, request, false));
    if (job.status?.errorResult) throw jobErrorFrom(job.status.errorResult);
    return job.jobReference.jobId;
  } catch (error) {
    // The client asked again after an answer was lost: the job is there, and its results say the rest.
    if (isPitlaneError(error, 'already-exists') && error.details['status'] === 409) return jobId;
    throw error;
  }
}

function throwIfStopped(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new PitlaneError('interrupted', 'the query was stopped by its caller');
}

export async function runQuery(api: BigQueryApi, request: QueryRequest): Promise<readonly SqlRow[]> {
  const rows: SqlRow[] = [];
  for await (const page of queryPages(api, request)) rows.push(...page.rows);
  return rows;
}
