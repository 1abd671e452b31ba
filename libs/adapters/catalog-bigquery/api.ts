/** What the catalog asks of BigQuery, as its REST API names it. Every call rejects with a PitlaneError. */

export interface ApiError {
  readonly reason?: string;
  readonly message?: string;
}

export interface ApiTable {
  readonly projectId: string;
  readonly datasetId: string;
  readonly tableId: string;
}

export interface ApiJob {
  readonly jobReference: { readonly jobId: string };
  readonly configuration?: { readonly labels?: Readonly<Record<string, string>> };
  readonly status?: { readonly state?: string; readonly errorResult?: ApiError };
  readonly statistics?: {
    /** Milliseconds since 1970 by BigQuery's clock, as decimal text. */
    readonly creationTime?: string;
    readonly totalBytesProcessed?: string;
    readonly query?: {
      readonly statementType?: string;
      readonly totalBytesProcessed?: string;
      readonly referencedTables?: readonly ApiTable[];
      readonly referencedRoutines?: readonly object[];
    };
  };
}

export interface ApiField {
  readonly name: string;
  readonly type: string;
  readonly mode?: string;
  readonly fields?: readonly ApiField[];
}

export type ApiCell =
  | string
  | null
  | { readonly f: readonly { readonly v: ApiCell }[] }
  | readonly { readonly v: ApiCell }[];

export interface ResultsPage {
  readonly jobComplete?: boolean;
  readonly errors?: readonly ApiError[];
  readonly schema?: { readonly fields?: readonly ApiField[] };
  readonly rows?: readonly { readonly f: readonly { readonly v: ApiCell }[] }[];
  readonly pageToken?: string;
}

export interface LoadTarget {
  readonly datasetId: string;
  readonly table: string;
}

export type JobBody = Readonly<Record<string, unknown>>;

export interface BigQueryApi {
  readonly projectId: string;
  /** `not-found` when the table, or the whole dataset, is missing. */
  tableOf(datasetId: string, table: string): Promise<unknown>;
  /** `already-exists` when it is there. */
  insertDataset(datasetId: string): Promise<unknown>;
  /** `already-exists` when a job of this id was ever made: BigQuery then runs nothing. */
  insertJob(jobId: string, configuration: JobBody): Promise<ApiJob>;
  /** `not-found` when there is no such job. */
  jobOf(jobId: string): Promise<ApiJob>;
  cancelJob(jobId: string): Promise<unknown>;
  resultsOf(
    jobId: string,
    options: { readonly pageToken?: string | undefined; readonly maxResults: number; readonly timeoutMs: number },
  ): Promise<ResultsPage>;
  /** A load job of rows, appended to a table; ids as with `insertJob`. */
  upload(jobId: string, target: LoadTarget, ndjson: string): Promise<ApiJob>;
}
