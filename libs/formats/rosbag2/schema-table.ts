/** The table of tables, which begins on page 1: where each table and index has its root, and the columns of each. */
import type { TableRows } from './table-rows.ts';
import { columnsFrom, encodingOf, type TextEncoding, textFrom } from './table-text.ts';

/** A bag has about six; what is past this many is left to be found page by page. */
const TREES_MAX = 10_000;

export interface TreeEntry {
  readonly kind: 'table' | 'index';
  readonly name: string;
  readonly root: number;
  readonly columns: readonly string[];
}

export interface SchemaTable {
  readonly trees: readonly TreeEntry[];
  readonly encoding: TextEncoding;
}

const COLUMN = { type: 0, name: 1, root: 3, sql: 4 } as const;
const SQL_BYTES_MAX = 65_536;

export async function readSchemaTable(rows: TableRows): Promise<SchemaTable> {
  const trees: TreeEntry[] = [];
  let encoding: TextEncoding | undefined;
  for await (const row of rows.rows(1)) {
    encoding ??= encodingOf(row.bytes(COLUMN.type));
    const kind = row.text(COLUMN.type, encoding);
    const root = row.integer(COLUMN.root);
    if ((kind !== 'table' && kind !== 'index') || root < 2 || trees.length >= TREES_MAX) continue;
    const sql = textFrom(row.bytes(COLUMN.sql).subarray(0, SQL_BYTES_MAX), encoding);
    const columns = kind === 'table' ? columnsFrom(sql) : [];
    trees.push({ kind, name: row.text(COLUMN.name, encoding).toLowerCase(), root, columns });
  }
  return { trees, encoding: encoding ?? 'utf-8' };
}

export const tableNamed = ({ trees }: SchemaTable, name: string): TreeEntry | undefined =>
  trees.find((tree) => tree.kind === 'table' && tree.name === name);

/** Where a column stands in its table: by its name, or where rosbag2 puts it if the table's text does not have it. */
export function columnOf(table: TreeEntry | undefined, name: string, usual: number): number {
  const found = table?.columns.indexOf(name) ?? -1;
  return found < 0 ? usual : found;
}
