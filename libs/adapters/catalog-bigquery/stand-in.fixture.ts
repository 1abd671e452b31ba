/** A dataset of its own for each test file, in the stand-in for BigQuery. */
import { randomUUID } from 'node:crypto';
import { serviceAt } from '../../../test/support/services.ts';
import type { BatchSettings } from './batch-leader.ts';

/** Nothing waits for company: every append is a batch. */
export const AT_ONCE: Partial<BatchSettings> = { everyMs: 0, gatherMs: 0 };

/** The stand-in takes seconds of processor time for the wider views, whatever they hold. */
export const SLOW_MS = 600_000;

/** The address of the stand-in, or undefined: skip, it is said. */
export const bigQueryEndpoint = (): string | undefined => serviceAt('PITLANE_TEST_BIGQUERY');

export const freshDataset = (endpoint: string | undefined) => ({
  projectId: 'p1',
  datasetId: `t_${randomUUID().replaceAll('-', '')}`,
  endpoint: endpoint ?? '',
});
