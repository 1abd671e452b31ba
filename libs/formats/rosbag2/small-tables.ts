/** Reads everything of a bag but its messages: who wrote it, its metadata, the definitions of types, and its topics. */
import type { BagEvents } from './bag-events.ts';
import { columnOf, type SchemaTable, tableNamed } from './schema-table.ts';
import type { TableRows } from './table-rows.ts';
import type { TopicTable } from './topic-table.ts';

export const SMALL_TABLES: ReadonlySet<string> = new Set(['schema', 'metadata', 'message_definitions', 'topics']);

/** The columns of the two tables that become metadata records, as rosbag2 orders them, and what they are called there. */
const RECORD_COLUMNS = {
  schema: [
    ['schema_version', 0, 'schema_version'],
    ['ros_distro', 1, 'ros_distro'],
  ],
  metadata: [
    ['metadata_version', 1, 'metadata_version'],
    ['metadata', 2, 'serialized_metadata'],
  ],
} as const;

export async function readSmallTables(
  schema: SchemaTable,
  rows: TableRows,
  topics: TopicTable,
  events: BagEvents,
): Promise<void> {
  await readRecords('schema', schema, rows, events);
  await readRecords('metadata', schema, rows, events);
  const definitions = tableNamed(schema, 'message_definitions');
  if (definitions) for await (const row of rows.rows(definitions.root)) topics.definition(row, definitions);
  const table = tableNamed(schema, 'topics');
  if (table) for await (const row of rows.rows(table.root)) events.channel(topics.topic(row, table));
}

/** Turns each row of a table into a metadata record. */
async function readRecords(
  name: keyof typeof RECORD_COLUMNS,
  schema: SchemaTable,
  rows: TableRows,
  events: BagEvents,
): Promise<void> {
  const table = tableNamed(schema, name);
  if (table === undefined) return;
  for await (const row of rows.rows(table.root)) {
    const entries = new Map<string, string>();
    for (const [column, usual, key] of RECORD_COLUMNS[name]) {
      const index = columnOf(table, column, usual);
      const isNumber = row.record.isInteger(index);
      const isRowid = row.record.isNull(index) && index === 0;
      const number = isRowid ? row.rowid : row.integer(index);
      entries.set(key, isNumber || isRowid ? String(number) : row.text(index, schema.encoding));
    }
    events.metadata({ name: 'rosbag2', entries, sourceOffset: row.offset });
  }
}
