/** The customer's BigQuery tried: the catalog in a dataset of its own beside theirs, which is removed at the end. */
import type { BigQueryCatalog } from '@pitlane/catalog-bigquery';
import { catalogContract } from '@pitlane/ports/catalog/contract';
import type { bigQueryPlaceOf } from '../open-catalog.ts';
import { type Check, checked, cleared, tryCases } from './check.ts';

type Place = ReturnType<typeof bigQueryPlaceOf>;

/** @param datasetId of the trial's own dataset, beginning with `pitlane_doctor_` */
export async function* tryDataset(place: Place, datasetId: string, signal: AbortSignal): AsyncGenerator<Check> {
  const { answersQueries, openBigQueryCatalog, removeTrialDataset } = await import('@pitlane/catalog-bigquery');
  let catalog: BigQueryCatalog | undefined;
  try {
    const open = async (): Promise<void> => {
      catalog = await openBigQueryCatalog({ ...place, datasetId, batches: { everyMs: 0, gatherMs: 0 } });
    };
    const made = await checked('catalog lets a dataset be made', open, 'bigquery.datasets.create on the project');
    yield made;
    if (catalog) yield* tryCases('catalog', catalogContract, catalog, signal);
    else yield await checked('catalog answers queries', () => answersQueries(place), 'bigquery.jobs.create');
  } finally {
    const remove = async (): Promise<void> => {
      await Promise.allSettled([catalog?.close()]);
      await removeTrialDataset(place, datasetId);
    };
    const name = 'catalog lets the dataset be removed';
    yield await cleared(name, remove, `the dataset ${datasetId}`, 'bigquery.datasets.delete on the project');
  }
}
