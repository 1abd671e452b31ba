import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { VIEWS } from '@pitlane/contracts/catalog';
import type { Catalog } from '@pitlane/ports/catalog';
import { catalogContract } from '@pitlane/ports/catalog/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDuckDbCatalog } from './index.ts';
import { SQL_TYPE_OF } from './views/index.ts';

let folder: string;
let catalog: Catalog;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pitlane-catalog-'));
  catalog = await openDuckDbCatalog({ file: join(folder, 'catalog.duckdb'), tempDir: join(folder, 'spill') });
});

afterAll(async () => {
  await catalog.close();
  await rm(folder, { recursive: true, force: true });
});

describe('the DuckDB catalog', () => {
  for (const one of catalogContract) it(one.name, () => one.run(catalog));

  it('has the views of the contract with their columns in order and type', async () => {
    for (const { name, columns } of VIEWS) {
      const described = await catalog.query(`SELECT column_name, column_type FROM (DESCRIBE ${name})`);
      expect(described, name).toEqual(
        columns.map((column) => ({ column_name: column.name, column_type: SQL_TYPE_OF[column.type] })),
      );
    }
  });
});
