import { mkdtemp } from 'node:fs/promises';
import { openDuckDbCatalog } from '@pitlane/catalog-duckdb';
import { EXAMPLES } from './apps/console/web/pages/sql/examples.ts';
import { filtersFrom, sqlFrom } from './apps/console/web/pages/drives/drive-filters.ts';
import { lineageSql, splitSql } from './apps/console/web/pages/datasets/dataset-rows.ts';
