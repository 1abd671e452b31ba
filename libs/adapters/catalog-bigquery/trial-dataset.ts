/** What a trial needs beside the catalog: to take its dataset away again, and to ask without making anything. */
import { assert, isPitlaneError } from '@pitlane/base/errors';
import { type ConnectOptions, connect } from './connect.ts';
import { runQuery } from './run-query.ts';

/** So begins the name of every dataset that may be removed with all that is in it. */
export const TRIAL_DATASET = 'pitlane_doctor_';

/** Removes a trial's dataset and its tables; one that is not there is fine. */
export async function removeTrialDataset(options: ConnectOptions, datasetId: string): Promise<void> {
  assert(datasetId.startsWith(TRIAL_DATASET), 'only datasets of a trial are removed');
  try {
    await connect(options).deleteDataset(datasetId);
  } catch (error) {
    if (!isPitlaneError(error, 'not-found')) throw error;
  }
}

/** Resolves when the account may run queries in the project; reads no table. */
export async function answersQueries(options: ConnectOptions & { readonly datasetId: string }): Promise<void> {
  await runQuery(connect(options), { sql: 'SELECT 1 AS one', datasetId: options.datasetId });
}
