/** Parquet, a row group at a time: the event loop is let go between two of them, and what is written is given away. */
import { setImmediate } from 'node:timers/promises';
import type { SqlResult, SqlRow } from '@pitlane/ports/catalog';
import { ByteWriter, ParquetWriter } from 'hyparquet-writer';
import { type ParquetColumn, parquetColumns } from './column-kinds.ts';

const ROWS_A_GROUP = 1000;

export async function* parquetBlocks(result: Pick<SqlResult, 'columns' | 'rows'>): AsyncGenerator<Uint8Array> {
  const { rows } = result;
  const columns = parquetColumns(result);
  const bytes = new ByteWriter();
  const writer = new ParquetWriter({
    writer: bytes,
    schema: [{ name: 'root', num_children: columns.length }, ...columns.flatMap(({ schema }) => schema)],
    createdBy: 'pitlane',
  });
  for (let start = 0; start < rows.length; start += ROWS_A_GROUP) {
    void writer.write({
      columnData: dataOf(rows.slice(start, start + ROWS_A_GROUP), columns),
      rowGroupSize: ROWS_A_GROUP,
    });
    yield taken(bytes);
    await setImmediate();
  }
  void writer.finish();
  yield taken(bytes);
}

const dataOf = (rows: readonly SqlRow[], columns: readonly ParquetColumn[]) =>
  columns.map((column) => ({ name: column.name, data: rows.map((row) => column.of(row[column.name] ?? null)) }));

/** A copy of what was written since; the writer goes on behind it. */
function taken(bytes: ByteWriter): Uint8Array {
  const written = bytes.getBytes().slice();
  bytes.index = 0;
  return written;
}
