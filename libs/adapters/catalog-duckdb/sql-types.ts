/** The cells of event tables as DuckDB's types. */
import type { CellType } from '@pitlane/contracts/catalog';

export const SQL_TYPE: Readonly<Record<CellType, string>> = {
  text: 'VARCHAR',
  int: 'BIGINT',
  real: 'DOUBLE',
  time: 'UBIGINT',
  id: 'UHUGEINT',
  'text[]': 'VARCHAR[]',
  'int[]': 'BIGINT[]',
  'real[]': 'DOUBLE[]',
};
