import { describe, expect, it } from 'vitest';
import { TABLE_NAMES } from '@pitlane/contracts/catalog';
import { compactionStatements, compactQuietDays, quietDaysSql } from './compact.ts';
import type { BigQueryApi } from './api.ts';
import { HandTimers } from './hand-timers.fixture.ts';
import { MemoryBigQuery } from './memory-bigquery.fixture.ts';
import { fullNames } from './names.ts';
import { batchAt, SeqClock } from './seq-clock.ts';

const DAY_MS = 86_400_000;
const NOW_MS = Date.UTC(2026, 2, 20, 12);
const full = fullNames('p1', 'd1');
const words = (sql: string): string => sql.replace(/\s+/g, ' ');

describe('the SQL of a compaction', () => {
  const statements = compactionStatements(full, '2026-03-18', NOW_MS).map(words);
  const merges = statements.filter((sql) => sql.startsWith('MERGE'));
  const sweeps = statements.filter((sql) => sql.startsWith('DELETE'));

  it('names one day as a literal wherever it reads or changes an event table', () => {
    expect(merges.length).toBeGreaterThan(5);
    expect(merges.length + sweeps.length).toBe(statements.length);
    for (const sql of merges) expect(sql.match(/partition_day = DATE '2026-03-18'/g)?.length).toBe(2);
    for (const sql of sweeps) expect(sql).toContain("WHERE partition_day = DATE '2026-03-18' AND");
    expect(statements.filter((sql) => /_events`(?! AS t| WHERE)/.test(sql))).toEqual([]);
  });

  it('takes out only what is older than a committed row of its key, or was never committed for two days', () => {
    for (const sql of merges) {
      expect(sql).toContain('AND batch IN (SELECT batch FROM `p1.d1.committed_batches`)');
      expect(sql).toMatch(/AND t\.seq < n\.newest_seq WHEN MATCHED THEN DELETE$/);
    }
    const before = batchAt(NOW_MS - 2 * DAY_MS);
    for (const sql of sweeps) expect(sql).toContain(`AND batch < ${before} AND batch NOT IN (SELECT batch FROM`);
  });

  it('leaves states, chunk sets and notes alone, where not only the newest counts', () => {
    expect(
      merges.filter((sql) => /state_events|chunk_set_events|annotation_events|correction_events/.test(sql)),
    ).toEqual([]);
  });

  it('takes a day, and no SQL, from its caller', () => {
    for (const day of ["2026-03-18' OR TRUE", '2026-13-01', '']) {
      expect(() => compactionStatements(full, day, NOW_MS)).toThrow('is no day');
    }
  });

  it('looks for days that have been quiet since yesterday, in all tables', () => {
    const sql = words(quietDaysSql(full, NOW_MS));
    expect(sql.match(/WHERE partition_day >= DATE/g)?.length).toBe(TABLE_NAMES.length);
    expect(sql).toContain(`MAX(batch) < ${batchAt(NOW_MS - DAY_MS)} AND MAX(batch) >= ${batchAt(NOW_MS - 4 * DAY_MS)}`);
  });
});

describe('the compaction of quiet days', () => {
  const timers = new HandTimers(NOW_MS);
  const bigQuery = new MemoryBigQuery(() => NOW_MS);

  /** A program that notes its SQL and finds one quiet day. */
  function program() {
    const sent: string[] = [];
    const api: BigQueryApi = {
      ...bigQuery.connect(),
      insertJob(jobId, configuration) {
        const { query } = configuration['query'] as { query: string };
        if (query !== 'SELECT 1') sent.push(query);
        return bigQuery.connect().insertJob(jobId, configuration);
      },
      resultsOf: async () => ({
        schema: { fields: [{ name: 'day', type: 'STRING' }] },
        rows: sent.length === 1 ? [{ f: [{ v: '2026-03-18' }] }] : [],
      }),
    };
    return { sent, tools: { api, datasetId: 'd1', full, timers, seqs: new SeqClock(timers, 1) } };
  }

  it('is done by one program a day', async () => {
    const { signal } = new AbortController();
    const [first, second] = [program(), program()];
    expect(await compactQuietDays(first.tools, signal)).toEqual(['2026-03-18']);
    expect(first.sent.slice(1)).toEqual(compactionStatements(full, '2026-03-18', NOW_MS));
    expect(await compactQuietDays(second.tools, signal)).toEqual([]);
    expect(second.sent).toEqual([]);
    await timers.turn(DAY_MS);
    expect(await compactQuietDays(second.tools, signal)).toEqual(['2026-03-18']);
  });

  it('ends when it is told to', async () => {
    await timers.turn(DAY_MS);
    const { sent, tools } = program();
    await expect(compactQuietDays(tools, AbortSignal.abort())).rejects.toMatchObject({ code: 'interrupted' });
    expect(sent).toEqual([]);
  });
});
