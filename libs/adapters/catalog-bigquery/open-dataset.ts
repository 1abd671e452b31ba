/**
 * Makes the dataset fit this version: the dataset where it is missing, migrations that were not applied yet, the views
 * anew when their text changed. Every step can be repeated, so two programs that start at once do no harm, and a start
 * with nothing to do costs one small query.
 */
import { createHash } from 'node:crypto';
import { isPitlaneError, PitlaneError } from '@pitlane/base/errors';
import type { BigQueryApi } from './api.ts';
import type { FullName } from './names.ts';
import { MIGRATIONS } from './names.ts';
import { runQuery } from './run-query.ts';
import { migrationsTable, tableStatements } from './tables.ts';
import { viewStatements } from './views/index.ts';

export interface Migration {
  readonly version: number;
  readonly statements: (full: FullName) => readonly string[];
}

/** Only ever added to; each leads from the version before it, and its statements may run twice. */
export const STEPS_UP: readonly [Migration, ...Migration[]] = [
  { version: 1, statements: tableStatements },
  // The tables of the verdict; those that are there stay.
  { version: 2, statements: tableStatements },
  // That of clocks.
  { version: 3, statements: tableStatements },
  // Those of what consumers of the catalog add.
  { version: 4, statements: tableStatements },
  // That of previews.
  { version: 5, statements: tableStatements },
  // Those of datasets.
  { version: 6, statements: tableStatements },
  // That of the matrix.
  { version: 7, statements: tableStatements },
];

export async function openDataset(
  api: BigQueryApi,
  datasetId: string,
  full: FullName,
  stepsUp: readonly [Migration, ...Migration[]] = STEPS_UP,
): Promise<void> {
  const wanted = Math.max(...stepsUp.map(({ version }) => version));
  const views = viewStatements(full);
  const viewsSha256 = createHash('sha256').update(views.join(';\n')).digest('hex');
  const found = await appliedVersion(api, datasetId, full);
  if (found.version > wanted) {
    throw new PitlaneError(
      'bad-settings',
      `the dataset ${datasetId} has schema version ${found.version}, this Pitlane knows ${wanted}: run a newer Pitlane, or name another dataset`,
      { details: { schemaVersion: found.version } },
    );
  }
  if (found.version === wanted && found.viewsSha256 === viewsSha256) return;
  const run = (sql: string) => runQuery(api, { sql, datasetId });
  for (const { version, statements } of stepsUp) {
    if (version > found.version) for (const sql of statements(full)) await run(sql);
  }
  for (const sql of views) await run(sql);
  await run(
    `INSERT INTO ${full(MIGRATIONS)} (version, views_sha256, applied_at)
     VALUES (${wanted}, '${viewsSha256}', CURRENT_TIMESTAMP())`,
  );
}

async function appliedVersion(
  api: BigQueryApi,
  datasetId: string,
  full: FullName,
): Promise<{ version: number; viewsSha256: unknown }> {
  try {
    await api.tableOf(datasetId, MIGRATIONS);
    const sql = `SELECT version, views_sha256 FROM ${full(MIGRATIONS)} ORDER BY version DESC, applied_at DESC LIMIT 1`;
    const [row] = await runQuery(api, { sql, datasetId });
    return { version: Number(row?.['version'] ?? 0), viewsSha256: row?.['views_sha256'] ?? '' };
  } catch (error) {
    if (!isPitlaneError(error, 'not-found')) throw error;
  }
  try {
    await api.insertDataset(datasetId);
  } catch (error) {
    if (!isPitlaneError(error, 'already-exists')) throw error;
  }
  await runQuery(api, { sql: migrationsTable(full), datasetId });
  return { version: 0, viewsSha256: '' };
}
