/**
 * The few REST methods of BigQuery that the catalog needs, over Google's own client, which brings credentials, their
 * renewal and the retry of requests that are safe to repeat. Jobs are made and read one by one: the client's `query()`
 * would hide their ids, and with them what became of a job whose answer was lost.
 */
import { BigQuery } from '@google-cloud/bigquery';
import { PassThroughClient } from 'google-auth-library';
import type { ApiJob, BigQueryApi, JobBody, LoadTarget, ResultsPage } from './api.ts';
import { bigQueryErrorFrom } from './bigquery-errors.ts';

export interface ConnectOptions {
  readonly projectId: string;
  /** Where the dataset lies, such as `EU`; default `US`. */
  readonly location: string;
  /** A stand-in on this machine, such as `http://127.0.0.1:9050`. No credentials are looked for then. */
  readonly endpoint?: string | undefined;
  /** How often the client asks again where that is harmless; default 3. */
  readonly requestRetriesMax?: number | undefined;
}

interface Request {
  readonly method?: 'GET' | 'POST' | 'DELETE';
  readonly uri: string;
  readonly qs?: Readonly<Record<string, string | number | boolean>>;
  readonly json?: object;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export function connect({ projectId, location, endpoint, requestRetriesMax = 3 }: ConnectOptions): BigQueryApi {
  const client = new BigQuery({
    projectId,
    location,
    retryOptions: { autoRetry: requestRetriesMax > 0, maxRetries: requestRetriesMax },
    ...(endpoint === undefined ? {} : { apiEndpoint: endpoint, authClient: new PassThroughClient() }),
  });
  const ask = <Answer>(request: Request): Promise<Answer> =>
    new Promise((resolve, reject) => {
      client.request({ ...request }, (error: Error | null, answer: unknown) => {
        if (error) reject(bigQueryErrorFrom(error));
        else resolve(answer as Answer);
      });
    });
  const reference = (jobId: string) => ({ projectId, jobId, location });
  return {
    projectId,
    tableOf: (datasetId, table) => ask({ uri: `/datasets/${datasetId}/tables/${table}` }),
    insertDataset: (datasetId) =>
      ask({ method: 'POST', uri: '/datasets', json: { datasetReference: { projectId, datasetId }, location } }),
    deleteDataset: (datasetId) =>
      ask({ method: 'DELETE', uri: `/datasets/${datasetId}`, qs: { deleteContents: true } }),
    insertJob: (jobId, configuration) =>
      ask<ApiJob>({ method: 'POST', uri: '/jobs', json: { jobReference: reference(jobId), configuration } }),
    jobOf: (jobId) => ask<ApiJob>({ uri: `/jobs/${jobId}`, qs: { location } }),
    cancelJob: (jobId) => ask({ method: 'POST', uri: `/jobs/${jobId}/cancel`, qs: { location } }),
    resultsOf: (jobId, { pageToken, maxResults, timeoutMs }) =>
      ask<ResultsPage>({
        uri: `/queries/${jobId}`,
        qs: {
          location,
          maxResults,
          timeoutMs,
          'formatOptions.useInt64Timestamp': true,
          ...(pageToken === undefined ? {} : { pageToken }),
        },
      }),
    upload: (jobId, target, ndjson) => {
      const configuration: JobBody = { load: loadConfiguration(projectId, target) };
      const boundary = `pitlane-${jobId}`;
      return ask<ApiJob>({
        method: 'POST',
        uri: `${client.apiEndpoint}/upload/bigquery/v2/projects/${projectId}/jobs`,
        qs: { uploadType: 'multipart' },
        headers: { 'Content-Type': `multipart/related; boundary=${boundary}` },
        body: multipart(boundary, { jobReference: reference(jobId), configuration }, ndjson),
      });
    },
  };
}

function loadConfiguration(projectId: string, { datasetId, table }: LoadTarget): object {
  return {
    destinationTable: { projectId, datasetId, tableId: table },
    sourceFormat: 'NEWLINE_DELIMITED_JSON',
    createDisposition: 'CREATE_NEVER',
    writeDisposition: 'WRITE_APPEND',
    maxBadRecords: 0,
  };
}

/** As text, not as a stream: a body that was read once could not be sent again by the client's own retry. */
function multipart(boundary: string, job: object, ndjson: string): string {
  const parts = [
    `--${boundary}\r\nContent-Type: application/json; charset=UTF-8\r\n\r\n${JSON.stringify(job)}\r\n`,
    `--${boundary}\r\nContent-Type: application/octet-stream\r\n\r\n${ndjson}\r\n`,
  ];
  return `${parts.join('')}--${boundary}--\r\n`;
}
