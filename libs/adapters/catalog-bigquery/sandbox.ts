/**
 * Runs one SELECT of a person. BigQuery is asked first what it would do (a dry run, for nothing), and only a single SELECT
 * over this dataset goes on; then it runs under caps of time, rows, answer bytes and billed bytes.
 */
import { isPitlaneError, PitlaneError } from '@pitlane/base/errors';
import { nearestText } from '@pitlane/base/nearest';
import type { SqlCaps, SqlResult, SqlRow } from '@pitlane/ports/catalog';
import type { ApiField, ApiJob, BigQueryApi } from './api.ts';
import { type QueryRequest, dryRun, queryPages } from './run-query.ts';
import { checkText } from './sandbox-gate.ts';
import { typeNameOf } from './sql-values.ts';

export interface Sandbox {
  readonly api: BigQueryApi;
  readonly datasetId: string;
  /** Names in the dataset that are none of the views. */
  readonly belowTheViews: readonly string[];
  readonly viewNames: ReadonlySet<string>;
  /** What one query may cost. */
  readonly bytesBilledMax: number;
}

/** `Not found: Table project:dataset.drivs was not found in location EU` */
const TABLE_NOT_FOUND = /\bTable "?(?:[\w:.-]*[.:])?(\w+)"?/i;

const ROWS_A_PAGE_MAX = 5000;

/** @returns the dry run of a statement that may run; throws `refused` or `bad-usage` otherwise. */
export async function checkedDryRun(sandbox: Sandbox, sql: string): Promise<ApiJob> {
  const { api, datasetId, belowTheViews, viewNames } = sandbox;
  checkText(sql, belowTheViews);
  let job: ApiJob;
  try {
    job = await dryRun(api, { sql, datasetId });
  } catch (error) {
    if (!isPitlaneError(error, 'not-found')) throw error;
    const name = TABLE_NOT_FOUND.exec(error.message)?.[1];
    const nearest = name === undefined ? '' : nearestText(name, viewNames, 1);
    throw new PitlaneError('refused', `a name in the SQL is none of the views: ${error.message}${nearest}`);
  }
  const { statementType, referencedTables = [], referencedRoutines = [] } = job.statistics?.query ?? {};
  if (statementType !== 'SELECT') {
    throw new PitlaneError('refused', `this is ${statementType ?? 'no statement'}: only one single SELECT is run here`);
  }
  if (referencedRoutines.length > 0) throw new PitlaneError('refused', 'stored routines are not run here');
  const known = new Set([...viewNames, ...belowTheViews]);
  const foreign = referencedTables.find(
    (table) => table.projectId !== api.projectId || table.datasetId !== datasetId || !known.has(table.tableId),
  );
  if (foreign) {
    throw new PitlaneError('refused', `"${foreign.datasetId}.${foreign.tableId}" is none of the views of the catalog`);
  }
  return job;
}

/** What BigQuery would read, and bill for where queries are paid by bytes. */
export async function estimatedBytes(sandbox: Sandbox, sql: string): Promise<number> {
  const { statistics } = await checkedDryRun(sandbox, sql);
  const bytes = statistics?.query?.totalBytesProcessed ?? statistics?.totalBytesProcessed;
  if (bytes !== undefined) return Number(bytes);
  throw new PitlaneError('unavailable', 'BigQuery does not say what it would read: a stand-in may not know', {
    retryable: false,
  });
}

export async function runSandboxed(
  sandbox: Sandbox,
  sql: string,
  caps: SqlCaps,
  signal?: AbortSignal,
): Promise<SqlResult> {
  if (signal?.aborted) throw new PitlaneError('interrupted', 'the query was stopped by its caller');
  const stop = new AbortController();
  const onAbort = (): void => stop.abort('signal');
  signal?.addEventListener('abort', onAbort, { once: true });
  const timer = setTimeout(() => stop.abort('time'), caps.timeoutMs);
  try {
    await checkedDryRun(sandbox, sql);
    return await cappedRows(sandbox, sql, caps, stop.signal);
  } catch (error) {
    // What BigQuery made of the SQL is worth more than that it took its time.
    if (stop.signal.reason === 'time' && isPitlaneError(error, 'interrupted')) {
      throw new PitlaneError('limit-exceeded', `the query ran longer than ${caps.timeoutMs} ms: narrow it down`, {
        details: { timeoutMs: caps.timeoutMs },
      });
    }
    throw error;
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', onAbort);
  }
}

async function cappedRows(
  { api, datasetId, bytesBilledMax }: Sandbox,
  sql: string,
  caps: SqlCaps,
  signal: AbortSignal,
): Promise<SqlResult> {
  const request: QueryRequest = { sql, datasetId, timeoutMs: caps.timeoutMs, bytesBilledMax, signal };
  const rows: SqlRow[] = [];
  let bytes = 0;
  let fields: readonly ApiField[] = [];
  const result = (truncated: boolean): SqlResult => ({
    columns: fields.map((field) => ({ name: field.name, type: typeNameOf(field) })),
    rows,
    truncated,
  });
  for await (const page of queryPages(api, request, Math.min(ROWS_A_PAGE_MAX, caps.rowsMax + 1))) {
    fields = page.fields;
    for (const row of page.rows) {
      bytes += JSON.stringify(row).length;
      if (rows.length >= caps.rowsMax || bytes > caps.bytesMax) return result(true);
      rows.push(row);
    }
  }
  return result(false);
}
