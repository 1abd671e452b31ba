import { CATALOG_SCHEMA_VERSION } from '@pitlane/contracts/catalog';
import { PitlaneError } from '@pitlane/base/errors';
import { describe, expect, it } from 'vitest';
import type { BigQueryApi } from './api.ts';
import { MemoryBigQuery } from './memory-bigquery.fixture.ts';
import { fullNames } from './names.ts';
import { type Migration, openDataset, STEPS_UP } from './open-dataset.ts';

const full = fullNames('p1', 'd1');
const TRAJECTORY = 'ALTER TABLE d1.dock_events ADD COLUMN IF NOT EXISTS trajectory GEOGRAPHY';
const NEXT: Migration = { version: CATALOG_SCHEMA_VERSION + 1, statements: () => [TRAJECTORY] };
const missing = (): Promise<never> => Promise.reject(new PitlaneError('not-found', 'it is not there'));

/** A dataset of which the list of migrations says `rows`, and that notes the SQL that changes something. */
async function opened(rows: readonly (readonly string[])[] | 'none', stepsUp = STEPS_UP): Promise<string[]> {
  const changes: string[] = [];
  const memory = new MemoryBigQuery(() => 0).connect();
  const api: BigQueryApi = {
    ...memory,
    tableOf: rows === 'none' ? missing : memory.tableOf,
    insertJob(jobId, configuration) {
      const { query } = configuration['query'] as { query: string };
      if (!query.startsWith('SELECT')) changes.push(query);
      return memory.insertJob(jobId, configuration);
    },
    resultsOf: async () => ({
      schema: {
        fields: [
          { name: 'version', type: 'INTEGER' },
          { name: 'views_sha256', type: 'STRING' },
        ],
      },
      rows: rows === 'none' ? [] : rows.map((row) => ({ f: row.map((v) => ({ v })) })),
    }),
  };
  await openDataset(api, 'd1', full, stepsUp);
  return changes;
}

/** What stands behind the last note of a migration. */
const viewsOf = (changes: readonly string[]): string => /'([0-9a-f]{64})'/.exec(changes.at(-1) ?? '')?.[1] ?? '';
const firstWords = (changes: readonly string[]): string[] => [
  ...new Set(
    changes.map((sql) =>
      sql
        .replace(/`.*/s, '')
        .replace(/^(ALTER TABLE) .* (ADD COLUMN IF NOT EXISTS) .*/, '$1 $2')
        .trim(),
    ),
  ),
];

describe('a dataset', () => {
  it('that is new is made in steps that may all be repeated', async () => {
    const changes = await opened('none');
    expect(firstWords(changes)).toEqual(['CREATE TABLE IF NOT EXISTS', 'CREATE OR REPLACE VIEW', 'INSERT INTO']);
    expect(changes.at(-1)).toContain(`VALUES (${CATALOG_SCHEMA_VERSION}, '`);
  });

  it('of this version is left alone', async () => {
    const views = viewsOf(await opened('none'));
    expect(await opened([[String(CATALOG_SCHEMA_VERSION), views]])).toEqual([]);
  });

  it('of this version with other views gets these, and its tables are not touched', async () => {
    const changes = await opened([[String(CATALOG_SCHEMA_VERSION), 'of yesterday']]);
    expect(firstWords(changes)).toEqual(['CREATE OR REPLACE VIEW', 'INSERT INTO']);
  });

  it('of an older version is led up by the steps that it lacks, which only add', async () => {
    const changes = await opened([[String(CATALOG_SCHEMA_VERSION), 'of yesterday']], [...STEPS_UP, NEXT]);
    expect(changes[0]).toBe(TRAJECTORY);
    expect(firstWords(changes)).toEqual([
      'ALTER TABLE ADD COLUMN IF NOT EXISTS',
      'CREATE OR REPLACE VIEW',
      'INSERT INTO',
    ]);
    expect(changes.at(-1)).toContain(`VALUES (${NEXT.version}, '`);
  });

  it('of a newer version is refused, and not touched', async () => {
    await expect(opened([[String(CATALOG_SCHEMA_VERSION + 1), 'x']])).rejects.toMatchObject({ code: 'bad-settings' });
  });

  it('has the version that the contract names', () => {
    expect(Math.max(...STEPS_UP.map(({ version }) => version))).toBe(CATALOG_SCHEMA_VERSION);
    for (const { statements } of STEPS_UP)
      expect(statements(full).filter((sql) => /\b(DROP|TRUNCATE|RENAME)\b/.test(sql))).toEqual([]);
  });
});
