/**
 * The catalog's contract: which events are appended, and which views with which columns everybody may rely on, in both
 * engines. SQL is snake_case; `*_ns` columns are INT64 nanoseconds beside a TIMESTAMP of microseconds. Times of 2^63 ns
 * and later do not fit: they are NULL, and `time_quality` says so.
 */
export * from './event-rows/index.ts';
export * from './event-tables.ts';
export * from './events.ts';
export * from './views/index.ts';

/** Raised with every change of a view's meaning or columns; kept in the catalog beside the data. */
export const CATALOG_SCHEMA_VERSION = 7;
