import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isPitlaneError } from '@pitlane/base/errors';
import type { Catalog } from '@pitlane/ports/catalog';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DriveBuilder } from '@pitlane/ports/catalog/contract-facts';
import { openDuckDbCatalog } from './index.ts';

const CAPS = { rowsMax: 100, timeoutMs: 20_000, bytesMax: 1_000_000 };
let folder: string;
let catalog: Catalog;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pitlane-sandbox-'));
  await writeFile(join(folder, 'secret.csv'), 'a,b\n1,2\n');
  catalog = await openDuckDbCatalog({ file: join(folder, 'catalog.duckdb'), tempDir: join(folder, 'spill') });
  const drive = new DriveBuilder('drive-s');
  await catalog.append([drive.docked(), drive.preview('r1'), drive.chunk('r1', 0), drive.chunk('r1', 1)]);
});

afterAll(async () => {
  await catalog.close();
  await rm(folder, { recursive: true, force: true });
});

async function failureOf(sql: string, caps = CAPS, signal?: AbortSignal): Promise<{ code: string; message: string }> {
  try {
    await catalog.sandboxed(sql, caps, signal);
  } catch (error) {
    if (isPitlaneError(error)) return error;
    throw error;
  }
  return { code: 'ran', message: sql };
}

/** `$FILE` stands for a file beside the catalog, `$DB` for the catalog itself. */
const REFUSED = [
  "SELECT * FROM read_csv('$FILE')",
  "SELECT * FROM read_csv_auto('$FILE')",
  "FROM '$FILE'",
  "SELECT * FROM 'drives.parquet'",
  "SELECT * FROM 's3://bucket/key.parquet'",
  "SELECT * FROM read_parquet('$FILE')",
  "SELECT * FROM parquet_scan('$FILE')",
  "SELECT * FROM read_json('$FILE')",
  "SELECT * FROM read_text('/etc/passwd')",
  "SELECT * FROM read_blob('$DB')",
  "SELECT * FROM read_duckdb('$DB')",
  "SELECT * FROM sniff_csv('$FILE')",
  "SELECT * FROM glob('/*')",
  "SELECT (SELECT count(*) FROM glob('/*'))",
  "SELECT * FROM drives WHERE drive_id IN (SELECT file FROM glob('/*'))",
  'SELECT * FROM drives LIMIT (SELECT count(*) FROM duckdb_settings())',
  "WITH g AS (SELECT * FROM glob('/*')) SELECT * FROM g",
  "SELECT * FROM drives UNION ALL SELECT * FROM glob('/*')",
  "SELECT * FROM (VALUES ((SELECT content FROM read_text('/etc/passwd'))))",
  "SELECT list_transform([1], lambda x: (SELECT content FROM read_text('/etc/passwd')))",
  "SELECT count(*) FILTER (WHERE current_setting('threads') = '1') FROM drives",
  "SELECT row_number() OVER (ORDER BY current_setting('threads')) FROM drives",
  "SELECT first_value(current_setting('threads')) OVER () FROM drives",
  "DESCRIBE SELECT * FROM read_csv('$FILE')",
  "SUMMARIZE SELECT * FROM read_csv('$FILE')",
  "COPY drives TO '$FILE'",
  "COPY (SELECT * FROM drives) TO '/tmp/drives.parquet'",
  "COPY event.dock_events FROM '$FILE'",
  "EXPORT DATABASE '/tmp/x'",
  "IMPORT DATABASE '/tmp/x'",
  "ATTACH '$DB' AS other",
  "ATTACH ':memory:' AS other",
  'DETACH catalog',
  'USE event',
  'INSTALL httpfs',
  'LOAD httpfs',
  "LOAD '/tmp/evil.duckdb_extension'",
  'SET threads = 64',
  "SET temp_directory = '/tmp'",
  'SET lock_configuration = false',
  'RESET threads',
  'SET VARIABLE a = 1',
  'PRAGMA database_list',
  'PRAGMA enable_profiling',
  'PRAGMA show_tables',
  'CALL pragma_version()',
  'CALL force_checkpoint()',
  'CHECKPOINT',
  'FORCE CHECKPOINT',
  'VACUUM',
  'ANALYZE',
  'BEGIN TRANSACTION',
  'COMMIT',
  'ROLLBACK',
  'CREATE TABLE t (a INT)',
  'CREATE TEMP TABLE t AS SELECT 1',
  'CREATE OR REPLACE VIEW drives AS SELECT 1',
  'CREATE MACRO m(a) AS a',
  'CREATE SEQUENCE s',
  'CREATE SCHEMA other',
  "CREATE SECRET s (TYPE s3, KEY_ID 'a', SECRET 'b')",
  "CREATE TYPE mood AS ENUM ('a')",
  'INSERT INTO event.dock_events SELECT * FROM event.dock_events',
  "UPDATE event.dock_events SET tenant = 'x'",
  'DELETE FROM event.dock_events',
  'TRUNCATE event.dock_events',
  'MERGE INTO event.dock_events USING drives ON true WHEN MATCHED THEN DELETE',
  'WITH d AS (DELETE FROM event.dock_events RETURNING *) SELECT * FROM d',
  'DROP TABLE event.dock_events',
  'DROP VIEW drives',
  'ALTER TABLE event.dock_events ADD COLUMN a INT',
  "COMMENT ON VIEW drives IS 'x'",
  'PREPARE p AS SELECT 1',
  'EXECUTE p',
  'EXPLAIN SELECT * FROM drives',
  'EXPLAIN ANALYZE SELECT * FROM drives',
  'SHOW TABLES',
  'SHOW ALL TABLES',
  'SHOW DATABASES',
  'PIVOT drives ON state USING count(*)',
  'SELECT 1; SELECT 2',
  'SELECT 1; DROP VIEW drives',
  '',
  ';',
  '-- nothing',
  'SELECT * FROM chunk_events',
  'SELECT * FROM event.chunk_events',
  'SELECT * FROM event.recordings',
  'SELECT * FROM catalog.event.chunk_events',
  'SELECT * FROM temp.main.drives',
  'WITH chunk_events AS (SELECT 1) SELECT * FROM chunk_events',
  'WITH duckdb_tables AS (SELECT 1) SELECT * FROM duckdb_tables',
  'WITH "x.csv" AS (SELECT 1) SELECT * FROM "x.csv"',
  'SELECT * FROM (WITH a AS (SELECT 1) SELECT * FROM a), b',
  'SELECT * FROM information_schema.tables',
  'SELECT * FROM pg_catalog.pg_class',
  'SELECT * FROM sqlite_master',
  'SELECT * FROM duckdb_tables',
  'SELECT * FROM duckdb_tables()',
  'SELECT * FROM duckdb_settings()',
  'SELECT * FROM duckdb_secrets()',
  'SELECT * FROM duckdb_extensions()',
  'SELECT * FROM duckdb_databases()',
  'SELECT * FROM duckdb_memory()',
  'SELECT * FROM duckdb_temporary_files()',
  'SELECT * FROM duckdb_logs()',
  'SELECT * FROM pragma_version()',
  'SELECT * FROM pragma_platform()',
  'SELECT * FROM pragma_database_size()',
  "SELECT * FROM pragma_storage_info('event.chunk_events')",
  "SELECT * FROM query('SELECT * FROM event.chunk_events')",
  "SELECT * FROM query_table('event.chunk_events')",
  "SELECT * FROM json_execute_serialized_sql('{}')",
  "SELECT * FROM seq_scan('event.chunk_events')",
  "SELECT * FROM which_secret('s3://a', 's3')",
  "SELECT * FROM sql_auto_complete('S')",
  'SELECT * FROM checkpoint()',
  'SELECT * FROM repeat(1, 1000000000000)',
  "SELECT current_setting('temp_directory')",
  "SELECT getenv('HOME')",
  "SELECT getvariable('a')",
  'SELECT current_database()',
  'SELECT current_schemas(true)',
  'SELECT current_query()',
  'SELECT version()',
  'SELECT txid_current()',
  "SELECT nextval('s')",
  'SELECT pg_get_viewdef(1)',
  'SELECT pg_sleep(10)',
  'SELECT sleep_ms(10000)',
  "SELECT write_log('x')",
  'SELECT setseed(0.5)',
  "SELECT error('x')",
  'SELECT nosuchfunction(1)',
  "SELECT repeat('x', 4000000000)",
  "SELECT length(lpad('x', 2000000000, 'y'))",
  "SELECT rpad('x', 10 * 1000000000, 'y')",
  "SELECT format('{:>2000000000}', 'a')",
  "SELECT format('{:>{}}', 'a', 2000000000)",
  "SELECT printf('%*d', 2000000000, 1)",
  'SELECT printf(drive_id, 1) FROM drives',
  "SELECT replace(replace(drive_id, 'a', 'aaaaaaaaaa'), 'a', 'aaaaaaaaaa') FROM drives",
  "SELECT regexp_replace(drive_id, '', drive_id, 'g') FROM drives",
  'SELECT range(4000000000)',
  'SELECT generate_series(1, 4000000000)',
  "SELECT bitstring('01', 2000000000)",
  'SELECT list_resize([1], 4000000000)',
  'SELECT list_reduce([1, 2], lambda a, b: a + b)',
  `SELECT ${'a || '.repeat(20)} a FROM (SELECT ${'a || '.repeat(20)} a AS a FROM (SELECT topic AS a FROM topics))`,
];

const BAD_USAGE = [
  ['SELEC 1', /syntax error/],
  ['SELECT nosuch FROM drives', /nosuch.*Candidate/],
  ['SELECT drive_idd FROM drives', /"drive_id"/],
  ['SELECT * FROM drives WHERE', /syntax error/],
  ["SELECT CAST('x' AS INT)", /Could not convert/],
  ['SELECT sum(drive_id) FROM drives', /sum/],
  ['SELECT * FROM drives WHERE drive_id = ?', /parameter/],
  ['SELECT $1', /parameter/],
  ['SELECT $name', /parameter/],
  [`SELECT '${'x'.repeat(70_000)}'`, /longer/],
  ["SELECT 'a\0b'", /NUL/],
  [`SELECT ${'('.repeat(20_000)}1${')'.repeat(20_000)}`, /Parser Error/],
  [`SELECT ${'(SELECT '.repeat(3000)}1${')'.repeat(3000)}`, /Parser Error/],
  ['SELECT drive_id, count(*) FROM drives', /GROUP BY/],
  ['SELECT 1 FROM drives AT (VERSION => 1)', /time travel/],
] as const;

const ALLOWED = [
  'SELECT * FROM drives',
  'FROM drives',
  'TABLE drives',
  'VALUES (1, 2)',
  'DESCRIBE chunks',
  'SUMMARIZE chunks',
  'SELECT * FROM main.drives',
  'SELECT count(*) FROM Drives',
  'WITH chunks AS (SELECT * FROM chunks) SELECT count(*) FROM chunks',
  'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10) SELECT max(i) FROM n',
  'SELECT d.drive_id, c.object FROM drives d JOIN chunks c USING (tenant, drive_id)',
  'SELECT * FROM drives d ASOF JOIN chunks c ON d.end_ns >= c.start_ns',
  "SELECT * FROM (PIVOT drives ON state IN ('docked') USING count(*))",
  'SELECT topic, count(*) FROM (SELECT unnest(topics) AS topic FROM chunks) GROUP BY ALL HAVING count(*) > 0 ORDER BY 1',
  'SELECT t FROM chunks, unnest(topics) u(t)',
  'SELECT i FROM range(5) r(i)',
  "SELECT date_trunc('minute', start_time), avg(bytes_stored), quantile_cont(messages, 0.5) FROM chunks GROUP BY 1",
  'SELECT row_number() OVER w, lag(chunk_id) OVER w FROM chunks WINDOW w AS (PARTITION BY drive_id ORDER BY start_ns)',
  "SELECT labels->>'software', json_extract_string(labels, '$.software'), labels::JSON FROM drives",
  "SELECT [upper(x) FOR x IN topics], list_contains(topics, '/imu'), topics[1], len(topics) FROM chunks",
  "SELECT drive_id || '/' || chunk_id, format('{} {:>8}', drive_id, part), printf('%03d', part) FROM chunks",
  "SELECT replace(topic, '/', '.'), regexp_extract(topic, '[a-z]+'), topic LIKE '/i%' FROM topics",
  "SELECT * EXCLUDE (labels), COLUMNS('bytes_.*') FROM drives",
  'SELECT now(), current_date, random() < 2, md5(drive_id) FROM drives',
  'SELECT chunk_id FROM chunks USING SAMPLE 1',
  'SELECT CASE WHEN messages > 1 THEN 1 END, messages // 2, messages % 2, -messages FROM drives;',
];

const withPaths = (sql: string): string =>
  sql.replaceAll('$FILE', join(folder, 'secret.csv')).replaceAll('$DB', join(folder, 'catalog.duckdb'));

describe('the sandbox', () => {
  it('refuses everything that is not one SELECT over the views', async () => {
    const outcomes: string[] = [];
    for (const sql of REFUSED) outcomes.push(`${(await failureOf(withPaths(sql))).code}: ${sql}`);
    expect(outcomes).toEqual(REFUSED.map((sql) => `refused: ${sql}`));
  });

  it('explains what does not parse or bind, in one line and without a path', async () => {
    for (const [sql, text] of BAD_USAGE) {
      const { code, message } = await failureOf(sql);
      expect(`${code} ${message}`, sql.slice(0, 80)).toMatch(text);
      expect(code, sql.slice(0, 80)).toBe('bad-usage');
      expect(message).not.toContain('\n');
      expect(message).not.toContain(folder);
    }
  });

  it('names the view that is nearest to one that is none', async () => {
    expect((await failureOf('SELECT * FROM drivs')).message).toContain(
      '"drivs" is none of the views; the nearest is "drives"',
    );
  });

  it('runs what people ask of the views', async () => {
    for (const sql of ALLOWED) {
      const { columns } = await catalog.sandboxed(sql, CAPS).catch((error: unknown) => {
        throw new Error(sql, { cause: error });
      });
      expect(columns.length, sql).toBeGreaterThan(0);
    }
  });

  it('prices nothing, and judges what it is asked to price', async () => {
    expect(await catalog.estimate('SELECT * FROM chunks')).toEqual({ bytesProcessed: 0, usdPerTiB: null });
    for (const sql of REFUSED.slice(0, 20)) {
      await expect(catalog.estimate(withPaths(sql)), sql).rejects.toMatchObject({ code: 'refused' });
    }
  });

  it('gives values in the shapes of the port', async () => {
    const sql = `SELECT 9007199254740993 AS big, 7 AS at_ns, 12::HUGEINT AS huge, 1.5::DECIMAL(4, 2) AS dec, 'NaN'::DOUBLE AS nan,
      DATE '2020-01-02' AS day, TIMESTAMP '2020-01-02 03:04:05.123456' AS at, TIMESTAMP '1969-12-31 23:59:59' AS before,
      TIMESTAMPTZ '2020-01-01 00:00:00+01' AS zoned, {'a': [1, NULL]} AS struct, MAP {'k': 1} AS map, NULL AS none, true AS yes`;
    const { rows, columns } = await catalog.sandboxed(sql, CAPS);
    expect(columns[0]).toEqual({ name: 'big', type: 'BIGINT' });
    expect(rows).toEqual([
      {
        big: '9007199254740993',
        at_ns: '7',
        huge: 12,
        dec: '1.50',
        nan: 'NaN',
        day: '2020-01-02',
        at: '2020-01-02T03:04:05.123456Z',
        before: '1969-12-31T23:59:59Z',
        zoned: '2019-12-31T23:00:00Z',
        struct: { a: [1, null] },
        map: [{ key: 'k', value: 1 }],
        none: null,
        yes: true,
      },
    ]);
  });

  it('keeps columns of one name apart', async () => {
    const { columns, rows } = await catalog.sandboxed('SELECT 1 AS a, 2 AS a', CAPS);
    expect(new Set(columns.map((column) => column.name)).size).toBe(2);
    expect(Object.values(rows[0] ?? {})).toEqual([1, 2]);
  });

  it('cuts a result at its rows and at its bytes', async () => {
    const byRows = await catalog.sandboxed('SELECT i FROM range(1000000) r(i)', CAPS);
    expect([byRows.rows.length, byRows.truncated]).toEqual([100, true]);
    const exact = await catalog.sandboxed('SELECT i FROM range(100) r(i)', CAPS);
    expect([exact.rows.length, exact.truncated]).toEqual([100, false]);
    const byBytes = await catalog.sandboxed("SELECT lpad('', 100, 'x') FROM range(50)", { ...CAPS, bytesMax: 1000 });
    expect(byBytes.truncated).toBe(true);
    expect(byBytes.rows.length).toBeLessThan(10);
  });

  it('ends a query at its time', async () => {
    const caps = { ...CAPS, timeoutMs: 100 };
    const failure = await failureOf('SELECT count(*) FROM range(1000000000) a, range(1000000000) b', caps);
    expect(failure).toMatchObject({ code: 'limit-exceeded' });
    expect(failure.message).toContain('100 ms');
  });

  it('ends a query when its caller goes away, before and while it runs', async () => {
    const endless = 'SELECT count(*) FROM range(1000000000) a, range(1000000000) b';
    expect((await failureOf(endless, CAPS, AbortSignal.abort())).code).toBe('interrupted');
    expect((await failureOf(endless, CAPS, AbortSignal.timeout(50))).code).toBe('interrupted');
    expect((await catalog.sandboxed('SELECT 1', CAPS)).rows.length).toBe(1);
  });

  it('ends a query that wants too much memory, and goes on', async () => {
    for (const sql of [
      'SELECT len(list(i)) FROM range(1000000000) t(i)',
      'SELECT length(string_agg(i::VARCHAR)) FROM range(1000000000) t(i)',
      "WITH RECURSIVE t(s) AS (SELECT 'xxxxxxxxxxxxxxxx' UNION ALL SELECT s || s FROM t WHERE length(s) < 4e9) SELECT max(s) FROM t",
    ]) {
      expect((await failureOf(sql)).code, sql).toBe('limit-exceeded');
    }
    expect((await catalog.query('SELECT 1 FROM drives')).length).toBe(1);
  });

  it('appends while a slow query runs', async () => {
    const stop = new AbortController();
    const slow = failureOf('SELECT count(*) FROM range(1000000000) a, range(1000000000) b', CAPS, stop.signal);
    const drive = new DriveBuilder('drive-t');
    await catalog.append([drive.docked()]);
    expect(await catalog.query('SELECT drive_id FROM drives WHERE drive_id = ?', ['drive-t'])).toHaveLength(1);
    stop.abort();
    expect((await slow).code).toBe('interrupted');
  });
});
