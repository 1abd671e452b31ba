/**
 * Pitlane over HTTP for programs in TypeScript and JavaScript: drives, topics, chunks, coverage, SQL and slices. It stands
 * outside of everything else, needs nothing but `fetch`, and runs in Node 20 and in browsers. It never reads a file, and
 * never calls a slice whole that is not.
 */
export { PitlaneApiError } from './api-error.ts';
export { PitlaneClient, type ClientOptions, type Filters, type SqlAnswer } from './client.ts';
export type * from './rows.ts';
export type { components, paths } from './generated/api-types.ts';
export type { Slice, SliceRequest } from './slice.ts';
