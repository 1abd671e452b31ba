import { PitlaneError } from '@pitlane/base/errors';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { connect } from './connect.ts';
import { BELOW_THE_VIEWS, VIEW_NAMES } from './names.ts';
import { estimatedBytes, runSandboxed, type Sandbox } from './sandbox.ts';
import { checkText } from './sandbox-gate.ts';
import { ScriptedBigQuery } from './scripted-bigquery.fixture.ts';

const codeOf = (sql: string): string => {
  try {
    checkText(sql, BELOW_THE_VIEWS);
    return 'allowed';
  } catch (error) {
    return String((error as { code?: string }).code);
  }
};

describe('the text of a person', () => {
  it.each([
    'SELECT * FROM drives',
    '-- how many; of all\nSELECT COUNT(*) FROM chunks;',
    'WITH t AS (SELECT topic FROM topics) SELECT EXTRACT(YEAR FROM d.start_time), SAFE.PARSE_JSON(labels) FROM drives d, t',
    'SELECT \'a ; b\', x FROM `drives`, UNNEST(garages) AS x WHERE topic = "#"',
  ])('may be %s', (sql) => expect(codeOf(sql)).toBe('allowed'));

  it.each([
    'DELETE FROM drives WHERE TRUE',
    'SELECT 1; DROP TABLE chunk_events',
    'SELECT * FROM chunk_events',
    'SELECT * FROM `p1.d1.Chunk_Events`',
    'SELECT * FROM `chunk\\x5fevents`',
    'SELECT * FROM `chunk_*`',
    'SELECT * FROM d1.INFORMATION_SCHEMA.TABLES',
    "SELECT * FROM EXTERNAL_QUERY('c', 'SELECT 1')",
    'SELECT SESSION_USER()',
    'SELECT @@project_id',
    'SELECT other.f(1)',
    'SELECT `p.d.f`(1)',
    'SELECT * FROM ML.PREDICT(MODEL m, TABLE drives)',
    'EXPORT DATA OPTIONS (uri = "gs://b/*") AS SELECT 1',
    'CREATE TEMP FUNCTION f() AS (1); SELECT f()',
    'BEGIN SELECT 1; END',
    'SELECT * FROM catalog_migrations',
  ])('may not be %s', (sql) => expect(codeOf(sql)).toBe('refused'));

  it('is explained when it holds a parameter or is too long', () => {
    expect(codeOf('SELECT ?')).toBe('bad-usage');
    expect(codeOf(`SELECT 1 -- ${'x'.repeat(70_000)}`)).toBe('bad-usage');
  });
});

describe('the dry run', () => {
  let server: ScriptedBigQuery;
  let sandbox: Sandbox;
  const caps = { rowsMax: 10, timeoutMs: 5000, bytesMax: 1000 };
  const table = (datasetId: string, tableId: string, projectId = 'p1') => ({ projectId, datasetId, tableId });

  beforeEach(async () => {
    server = await ScriptedBigQuery.start();
    const api = connect({ projectId: 'p1', location: 'US', endpoint: server.endpoint, requestRetriesMax: 0 });
    sandbox = { api, datasetId: 'd1', belowTheViews: BELOW_THE_VIEWS, viewNames: VIEW_NAMES, bytesBilledMax: 1234 };
  });

  afterEach(() => server.close());

  it('lets a SELECT over this dataset run, with caps on time and bytes billed', async () => {
    const referencedTables = [table('d1', 'drives'), table('d1', 'dock_events')];
    server.statistics = { query: { statementType: 'SELECT', referencedTables } };
    expect((await runSandboxed(sandbox, 'SELECT 1 AS a', caps)).rows).toEqual([{ a: 1 }]);
    expect(server.queries.map(({ dryRun }) => dryRun)).toEqual([true, false]);
    expect(server.queries[1]?.configuration).toMatchObject({
      jobTimeoutMs: '5000',
      query: { maximumBytesBilled: '1234', defaultDataset: { projectId: 'p1', datasetId: 'd1' } },
    });
  });

  it('ends everything else before it runs', async () => {
    for (const query of [
      { statementType: 'SCRIPT' },
      { statementType: 'SELECT', referencedTables: [table('d2', 'drives')] },
      { statementType: 'SELECT', referencedTables: [table('d1', 'drives', 'p2')] },
      { statementType: 'SELECT', referencedTables: [table('d1', 'salaries')] },
      { statementType: 'SELECT', referencedRoutines: [{ routineId: 'f' }] },
    ]) {
      server.statistics = { query };
      await expect(runSandboxed(sandbox, 'SELECT 1 AS a', caps)).rejects.toMatchObject({ code: 'refused' });
    }
    expect(server.queries.every(({ dryRun }) => dryRun)).toBe(true);
  });

  it('names the view that is nearest to a table that is not there', async () => {
    const text = 'BigQuery: Not found: Table p1:d1.drivs was not found in location US (check the names)';
    const insertJob = (): never => {
      throw new PitlaneError('not-found', text);
    };
    const missing = { ...sandbox, api: { ...sandbox.api, insertJob } };
    const refused = { code: 'refused', message: expect.stringContaining('; the nearest is "drives"') };
    await expect(estimatedBytes(missing, 'SELECT * FROM drivs')).rejects.toMatchObject(refused);
  });

  it('says how many bytes would be read', async () => {
    server.statistics = { query: { statementType: 'SELECT', totalBytesProcessed: '5000000000' } };
    expect(await estimatedBytes(sandbox, 'SELECT 1')).toBe(5_000_000_000);
    expect(server.queries.map(({ dryRun }) => dryRun)).toEqual([true]);
    server.statistics = { query: { statementType: 'SELECT' } };
    await expect(estimatedBytes(sandbox, 'SELECT 1')).rejects.toMatchObject({ code: 'unavailable' });
    server.statistics = { query: { statementType: 'SCRIPT', totalBytesProcessed: '1' } };
    await expect(estimatedBytes(sandbox, 'SELECT 1')).rejects.toMatchObject({ code: 'refused' });
  });

  it('is not asked when the caller has given up', async () => {
    const stopped = runSandboxed(sandbox, 'SELECT 1', caps, AbortSignal.abort());
    await expect(stopped).rejects.toMatchObject({ code: 'interrupted' });
    expect(server.queries).toEqual([]);
  });
});
