/**
 * Loads rows into one table exactly once, whatever is lost on the way. The id of the job follows from the table, the batch and the
 * rows, and BigQuery runs a job id only once: asked again, it answers 409, and then the first job is looked at. So an
 * answer that was lost is cured by asking again with the same id. Only when BigQuery itself says that the job failed,
 * with a reason that may pass, the suffix of the id changes and the rows are loaded anew; until then nobody knows, and a
 * new id could double them.
 */
import { createHash } from 'node:crypto';
import { isPitlaneError, PitlaneError } from '@pitlane/base/errors';
import type { ApiJob, BigQueryApi, LoadTarget } from './api.ts';
import { jobErrorFrom } from './bigquery-errors.ts';
import type { Timers } from './timers.ts';

/** Jobs that BigQuery may fail with a passing reason, before the batch is given back. */
const FAILURES_MAX = 4;
/** Requests without an answer in a row, before the batch is given back. */
const SILENCES_MAX = 6;
const PAUSE_FIRST_MS = 500;
const PAUSE_MAX_MS = 20_000;
/** A load runs for seconds; at most an hour is waited for it. */
const POLLS_MAX = 240;

export interface Load {
  readonly target: LoadTarget;
  /** Names the batch in the job's id. */
  readonly batch: bigint;
  /** One JSON object a line. */
  readonly ndjson: string;
}

export function loadJobId({ target, batch, ndjson }: Load, failures: number): string {
  const digest = createHash('sha256').update(ndjson).digest('hex').slice(0, 16);
  return `pitlane_${target.datasetId}_${target.table}_${batch}_${digest}_${failures}`;
}

/** @returns the job that loaded the rows. */
export async function loadRows(api: BigQueryApi, load: Load, timers: Timers): Promise<ApiJob> {
  for (let failures = 0; ; failures += 1) {
    const job = await finishedJob(api, load, loadJobId(load, failures), timers);
    const { errorResult } = job.status ?? {};
    if (errorResult === undefined) return job;
    const error = jobErrorFrom(errorResult);
    if (!error.retryable || failures + 1 >= FAILURES_MAX) throw error;
    await timers.pause(pauseMs(failures));
  }
}

const pauseMs = (round: number): number => Math.min(PAUSE_MAX_MS, PAUSE_FIRST_MS * 2 ** round);

async function finishedJob(api: BigQueryApi, load: Load, jobId: string, timers: Timers): Promise<ApiJob> {
  let job = await answered(timers, () => submittedJob(api, load, jobId));
  for (let polls = 0; job.status?.state !== 'DONE'; polls += 1) {
    if (polls >= POLLS_MAX) {
      throw new PitlaneError('unavailable', `the load job ${jobId} has not ended yet: append again later`, {
        retryable: true,
      });
    }
    await timers.pause(pauseMs(Math.min(polls, 5)));
    const { jobId: made } = job.jobReference;
    job = await answered(timers, () => api.jobOf(made));
  }
  return job;
}

async function submittedJob(api: BigQueryApi, { target, ndjson }: Load, jobId: string): Promise<ApiJob> {
  try {
    return await api.upload(jobId, target, ndjson);
  } catch (error) {
    // It was made before, by a request whose answer was lost.
    if (isPitlaneError(error, 'already-exists')) return api.jobOf(jobId);
    throw error;
  }
}

/** Asks again as long as there is no answer; the id makes that harmless. */
export async function answered(timers: Timers, ask: () => Promise<ApiJob>): Promise<ApiJob> {
  for (let silences = 0; ; silences += 1) {
    try {
      return await ask();
    } catch (error) {
      if (!isPitlaneError(error) || !error.retryable || silences + 1 >= SILENCES_MAX) throw error;
      await timers.pause(pauseMs(silences));
    }
  }
}
