import { VIEWS } from '@pitlane/contracts/catalog';
import { catalogContract } from '@pitlane/ports/catalog/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BigQueryCatalog, openBigQueryCatalog } from './index.ts';
import { AT_ONCE, bigQueryEndpoint, freshDataset, SLOW_MS } from './stand-in.fixture.ts';

const endpoint = bigQueryEndpoint();

/** The stand-in tells of places as BYTES; they are made by ST_GEOGFROMTEXT all the same. */
const toldType = (type: string): string => (type === 'GEOGRAPHY' ? 'BYTES' : type);

describe.skipIf(endpoint === undefined)('the BigQuery catalog', () => {
  let catalog: BigQueryCatalog;

  beforeAll(async () => {
    catalog = await openBigQueryCatalog({ ...freshDataset(endpoint), batches: AT_ONCE });
  }, SLOW_MS);

  afterAll(() => catalog?.close());

  for (const one of catalogContract) it(one.name, () => one.run(catalog), SLOW_MS);

  it(
    'has the views of the contract with their columns in order and type',
    async () => {
      const caps = { rowsMax: 1, timeoutMs: 60_000, bytesMax: 1_000_000 };
      for (const { name, columns } of VIEWS) {
        const { columns: found } = await catalog.sandboxed(`SELECT * FROM ${name}`, caps);
        expect(found, name).toEqual(columns.map((column) => ({ name: column.name, type: toldType(column.type) })));
      }
    },
    SLOW_MS,
  );
});
