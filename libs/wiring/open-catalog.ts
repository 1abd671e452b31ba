/** The catalog that the settings name. */
import { join } from 'node:path';
import { openDuckDbCatalog } from '@pitlane/catalog-duckdb';
import type { Catalog } from '@pitlane/ports/catalog';
import type { HomeLayout } from './home-layout.ts';
import type { StoreSettings } from './store-settings.ts';

export async function openCatalog(settings: StoreSettings, layout: HomeLayout): Promise<Catalog> {
  const { catalog, catalogMemoryBytes, bigqueryEndpoint, bigqueryLocation, bigqueryLoadSeconds, bigqueryUsdPerTib } =
    settings;
  if (catalog === 'embedded') {
    return openDuckDbCatalog({
      file: layout.catalog,
      tempDir: join(layout.temporary, 'catalog'),
      memoryMaxBytes: catalogMemoryBytes,
    });
  }
  const { openBigQueryCatalog } = await import('@pitlane/catalog-bigquery');
  const name = catalog.slice('bigquery://'.length);
  const dot = name.lastIndexOf('.');
  return openBigQueryCatalog({
    projectId: name.slice(0, dot),
    datasetId: name.slice(dot + 1),
    location: bigqueryLocation,
    usdPerTiB: Number(bigqueryUsdPerTib),
    batches: { everyMs: bigqueryLoadSeconds * 1000 },
    ...(bigqueryEndpoint && { endpoint: bigqueryEndpoint }),
  });
}
