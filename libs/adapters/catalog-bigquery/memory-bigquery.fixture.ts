/**
 * BigQuery's jobs in memory, for tests of who loads what and when: a job id is made once and is `already-exists` afterwards, a load
 * brings its lines at once, queries find nothing. Each program of a test gets a connection of its own, which can be cut.
 */
import { PitlaneError } from '@pitlane/base/errors';
import type { ApiJob, BigQueryApi } from './api.ts';
import { COMMITTED } from './names.ts';

interface StoredRow {
  readonly batch: string;
  readonly [column: string]: unknown;
}

export class MemoryBigQuery {
  /** Of every load that was run, in order. */
  readonly loads: { readonly table: string; readonly jobId: string; readonly atMs: number }[] = [];
  readonly #jobs = new Map<string, ApiJob>();
  readonly #rows = new Map<string, StoredRow[]>();
  readonly #nowMs: () => number;

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  /**
   * @param uploadsMax after so many uploads the program is dead: nothing that it asks is carried out or answered any more.
   * @param answersMax the uploads after this one are carried out, and not answered.
   */
  connect(uploadsMax = Number.POSITIVE_INFINITY, answersMax = uploadsMax): BigQueryApi {
    let uploads = 0;
    const answer = <Answer>(value: () => Answer): Promise<Answer> =>
      uploads > uploadsMax ? new Promise(() => {}) : Promise.resolve().then(value);
    return {
      projectId: 'p1',
      tableOf: () => answer(() => ({})),
      insertDataset: () => answer(() => ({})),
      insertJob: (jobId, { labels }) => answer(() => this.#made(jobId, { labels: labels as Record<string, string> })),
      jobOf: (jobId) => answer(() => this.#found(jobId)),
      cancelJob: () => answer(() => ({})),
      resultsOf: () => answer(() => ({ jobComplete: true, rows: [] })),
      upload: (jobId, { table }, ndjson) => {
        uploads += 1;
        const done = answer(() => {
          const job = this.#made(jobId, {});
          this.loads.push({ table, jobId, atMs: this.#nowMs() });
          const rows = ndjson
            .split('\n')
            .filter((line) => line !== '')
            .map((line) => JSON.parse(line) as StoredRow);
          this.#rows.set(table, [...(this.#rows.get(table) ?? []), ...rows]);
          return job;
        });
        return uploads > answersMax ? done.then(() => new Promise(() => {})) : done;
      },
    };
  }

  /** Rows of committed batches, as the views see them before they choose the newest. */
  visible(table: string): readonly StoredRow[] {
    const committed = new Set((this.#rows.get(COMMITTED) ?? []).map(({ batch }) => batch));
    return (this.#rows.get(table) ?? []).filter(({ batch }) => committed.has(batch));
  }

  #made(jobId: string, configuration: NonNullable<ApiJob['configuration']>): ApiJob {
    if (this.#jobs.has(jobId)) throw new PitlaneError('already-exists', `the job ${jobId} was made before`);
    const job = { jobReference: { jobId }, configuration, status: { state: 'DONE' }, statistics: {} };
    this.#jobs.set(jobId, job);
    return job;
  }

  #found(jobId: string): ApiJob {
    const job = this.#jobs.get(jobId);
    if (!job) throw new PitlaneError('not-found', `there is no job ${jobId}`);
    return job;
  }
}
