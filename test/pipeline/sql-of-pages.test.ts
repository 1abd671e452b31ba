/** The SQL that the console's pages ask, and give to people to copy, runs where people's SQL runs. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDuckDbCatalog } from '@pitlane/catalog-duckdb';
import type { Catalog } from '@pitlane/ports/catalog';
import { DriveBuilder } from '@pitlane/ports/catalog/contract-facts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lineageSql, splitSql } from '../../apps/console/web/pages/datasets/dataset-rows.ts';
import { filtersFrom, sqlFrom } from '../../apps/console/web/pages/drives/drive-filters.ts';
import { LOSSES_BY_REASON, WORST_DRIVES } from '../../apps/console/web/pages/fleet/loss-sql.ts';
import { EXAMPLES } from '../../apps/console/web/pages/sql/examples.ts';

const CAPS = { rowsMax: 100, timeoutMs: 20_000, bytesMax: 1_000_000 };
let folder: string;
let catalog: Catalog;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pitlane-pages-sql-'));
  catalog = await openDuckDbCatalog({ file: join(folder, 'catalog.duckdb'), tempDir: join(folder, 'spill') });
  const drive = new DriveBuilder('drive-s');
  await catalog.append([
    drive.docked(),
    drive.preview('r1'),
    drive.recording('r1'),
    drive.channel('r1', 0, '/imu'),
    drive.chunk('r1', 0),
  ]);
});
afterAll(async () => {
  await catalog.close();
  await rm(folder, { recursive: true, force: true });
});

const rowsOf = async (sql: string) => (await catalog.sandboxed(sql, CAPS)).rows;

describe('the SQL of the pages', () => {
  it.each(EXAMPLES.flatMap(({ examples }) => examples))('answers the example: $title', async ({ sql }) => {
    expect(Array.isArray(await rowsOf(sql))).toBe(true);
  });

  it('finds the drive that the filters mean, and none where they mean another', async () => {
    const found = async (query: string) => {
      const rows = await rowsOf(sqlFrom(filtersFrom(new URLSearchParams(query)), 'duckdb'));
      return rows.map((row) => row['drive_id']);
    };
    for (const query of [
      '',
      'q=RIVE-S',
      'q=r1.mc',
      'hasLoss=false',
      'start=1',
      'vehicle=car-7&garage=north',
      'label.software=1.2',
    ]) {
      expect(await found(query), query).toEqual(['drive-s']);
    }
    const others = [
      'q=nosuch',
      "vehicle=it's",
      'hasLoss=true',
      'topic=/nosuch',
      'garage=nosuch',
      'state=retired',
      'label.a=b',
      'end=1',
    ];
    for (const query of others) expect(await found(query), query).toEqual([]);
  });

  it('asks for splits, lineage and losses', async () => {
    const lineage = lineageSql({ drive: "it's", topic: '/imu', day: '2026-03-12' }) ?? '';
    for (const sql of [splitSql('ab'.repeat(32)), lineage, LOSSES_BY_REASON, WORST_DRIVES]) {
      expect(await rowsOf(sql), sql).toEqual([]);
    }
  });
});
