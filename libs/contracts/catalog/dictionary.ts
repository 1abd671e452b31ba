/** The data dictionary: the views as Markdown, made from the same table that makes them. `README.md` beside it is its output. */
import { CATALOG_SCHEMA_VERSION } from './index.ts';
import type { ViewDefinition } from './views/index.ts';
import { DUCKDB_TYPE, VIEWS } from './views/index.ts';

const HEAD = `# The catalog's data dictionary

These are the views that everybody may rely on, in both engines: \`pitlane sql\` reads them, and so do the APIs and the
console. Names and columns are made from [views](./views/index.ts); a test compares this page with it.

This is schema version ${CATALOG_SCHEMA_VERSION}: it is raised with every change of a view's meaning or columns, stands in the catalog beside the
data, and \`/v1/node\` and \`pitlane doctor\` name it.

- Times come twice: \`*_ns\` is INT64 nanoseconds since 1970, \`*_time\` a TIMESTAMP of microseconds in UTC. A log time of
  2^63 ns or later fits neither: it is NULL, and \`drives.time_quality\` says so.
- They are log times, as the car's own clock said them, wrong clocks too. \`clocks\` says what is known of each clock, and
  \`chunks_on_utc\` gives chunks with their UTC.
- \`tenant\` and \`drive_id\` belong together: a drive id alone may exist in two tenants. Filter by both where you can; every
  view is quick for one drive.
- Signals are log times with values, thinned; \`vehicle_states\` has them side by side. Hard braking in rain by night:
  \`SELECT drive_id, time, speed_mps FROM vehicle_states WHERE acceleration_mps2 < -2.5 AND rain > 0.2 AND light_lux < 50\`
- A message is counted once: copies of a recording that another one holds whole are superseded and not shown in
  \`topics\`, \`chunks\`, \`chunk_topics\`, \`coverage\` and \`losses\`.
- Places are the views \`trajectories\` and \`trajectory_cells\`. Their times are log times too. A path is GEOGRAPHY in BigQuery and its
  text (WKT) in DuckDB; cells are the same numbers in both, and any H3 library makes them of a polygon.
`;

/** A bar would end a cell. */
const cell = (text: string): string => text.replaceAll('|', '\\|');

function section({ name, meaning, columns }: ViewDefinition): string {
  const rows = columns.map(
    (column) =>
      `| \`${column.name}\` | \`${column.type}\` | \`${DUCKDB_TYPE[column.type]}\` | ${cell(column.meaning)} |`,
  );
  return [
    `## ${name}`,
    '',
    `${meaning.charAt(0).toUpperCase()}${meaning.slice(1)}.`,
    '',
    '| column | type | in DuckDB | meaning |',
    '| --- | --- | --- | --- |',
    ...rows,
    '',
  ].join('\n');
}

export function dataDictionaryMarkdown(views: readonly ViewDefinition[] = VIEWS): string {
  return [HEAD, ...views.map(section)].join('\n');
}
