/** The views: names, columns and what they mean. The data dictionary is made from these tables and tests compare it. */
import { CHUNK_VIEWS } from './chunks.ts';
import { CLOCK_VIEWS } from './clocks.ts';
import type { ViewDefinition } from './columns.ts';
import { COVERAGE_VIEWS } from './coverage.ts';
import { DATASET_VIEWS } from './datasets.ts';
import { DRIVE_VIEWS } from './drives.ts';
import { NOTE_VIEWS } from './notes.ts';
import { PREVIEW_VIEWS } from './previews.ts';
import { SIGNAL_VIEWS } from './signals.ts';
import { MATRIX_VIEWS } from './matrix.ts';
import { RECEIPT_VIEWS } from './receipts.ts';
import { TRACK_VIEWS } from './tracks.ts';
import { VERDICT_VIEWS } from './verdicts.ts';

export { STATE_SIGNALS } from './signals.ts';
export { type ColumnType, DUCKDB_TYPE, type ViewColumn, type ViewDefinition } from './columns.ts';

export const VIEWS: readonly ViewDefinition[] = [
  ...DRIVE_VIEWS,
  ...CHUNK_VIEWS,
  ...CLOCK_VIEWS,
  ...COVERAGE_VIEWS,
  ...PREVIEW_VIEWS,
  ...SIGNAL_VIEWS,
  ...TRACK_VIEWS,
  ...VERDICT_VIEWS,
  ...RECEIPT_VIEWS,
  ...NOTE_VIEWS,
  ...DATASET_VIEWS,
  ...MATRIX_VIEWS,
];
