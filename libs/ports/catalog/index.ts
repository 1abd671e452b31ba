/**
 * The catalog: append-only events in, views out. The indexer alone appends; everybody else reads the views that
 * `@pitlane/contracts/catalog` names. Appending one event twice changes no view; a batch is visible whole or not at all.
 */
import type { CatalogEvent } from '@pitlane/contracts/catalog';

/** Values as they come out: BIGINT columns as decimal text, timestamps as RFC 3339 text, lists as arrays. */
export type SqlValue = string | number | boolean | null | readonly SqlValue[] | { readonly [field: string]: SqlValue };
export type SqlRow = Readonly<Record<string, SqlValue>>;
export type SqlParameter = string | number | bigint | boolean | null;

export interface SqlResult {
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  readonly rows: readonly SqlRow[];
  /** More rows existed than the cap let through. */
  readonly truncated: boolean;
}

export interface SqlCaps {
  readonly rowsMax: number;
  readonly timeoutMs: number;
  readonly bytesMax: number;
}

export interface SqlEstimate {
  /** Bytes that the engine would read and bill; 0 where queries cost nothing. */
  readonly bytesProcessed: number;
  /** What 2^40 of them cost in US dollars; null where queries cost nothing. */
  readonly usdPerTiB: number | null;
}

export interface Catalog {
  /** Whether columns of type GEOGRAPHY are such, and `ST_INTERSECTS` asks where; elsewhere they are text, and cells tell where. */
  readonly hasGeography?: boolean;
  /** The SQL that people write for it: DuckDB's where nothing is said. */
  readonly dialect?: 'duckdb' | 'bigquery';
  /** Appends all events durably, in order; later events of one key win. */
  append(events: readonly CatalogEvent[]): Promise<void>;
  /** A trusted, parameterised query (`?` placeholders) over the views; BIGINT counts come as numbers where they are safe. */
  query(sql: string, parameters?: readonly SqlParameter[]): Promise<readonly SqlRow[]>;
  /**
   * One SELECT by a person: only the views and pure functions; no files, no attach, no copy, no settings, no writes, no
   * extensions, no other database. `refused` for what is not allowed, `bad-usage` for SQL that does not parse or bind,
   * `limit-exceeded` past time or memory. Rows over the cap are cut off and said so.
   */
  sandboxed(sql: string, caps: SqlCaps, signal?: AbortSignal): Promise<SqlResult>;
  /** What a person's SELECT would cost. It is judged as `sandboxed` judges it, and not run. */
  estimate(sql: string): Promise<SqlEstimate>;
  /**
   * Takes out events that newer ones of their key have replaced, where an engine is dearer for keeping them; absent
   * elsewhere. Views stay as they are, and events that come meanwhile are kept. Any program may call it at any time: it
   * looks once a day, at days that have gone quiet.
   * @returns the days that were looked at.
   */
  compact?(signal: AbortSignal): Promise<readonly string[]>;
  /** Empties the catalog, for a rebuild from the bucket. */
  wipe(): Promise<void>;
  close(): Promise<void>;
}
