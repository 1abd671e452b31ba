import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { connect } from './connect.ts';
import { HandTimers } from './hand-timers.fixture.ts';
import { type Load, loadJobId, loadRows } from './load-rows.ts';
import { ScriptedBigQuery } from './scripted-bigquery.fixture.ts';

const load: Load = {
  target: { datasetId: 'd1', table: 'dock_events' },
  batch: 7n,
  ndjson: '{"seq":"1"}\n{"seq":"2"}\n',
};
const rows = ['{"seq":"1"}', '{"seq":"2"}'];

describe('a load', () => {
  let server: ScriptedBigQuery;
  let timers: HandTimers;
  const run = (one = load) =>
    loadRows(
      connect({ projectId: 'p1', location: 'US', endpoint: server.endpoint, requestRetriesMax: 0 }),
      one,
      timers,
    );
  const landed = () => server.lines.get('dock_events');

  beforeEach(async () => {
    server = await ScriptedBigQuery.start();
    timers = new HandTimers();
  });

  afterEach(() => server.close());

  it('brings its rows, and waits until the job has ended', async () => {
    expect((await run()).status).toEqual({ state: 'DONE' });
    expect(landed()).toEqual(rows);
    expect(server.jobIds).toEqual([loadJobId(load, 0)]);
  });

  it('brings its rows once when it is asked for twice', async () => {
    await run();
    await run();
    expect(landed()).toEqual(rows);
  });

  it('brings its rows once when the answer is lost after the job was made', async () => {
    server.faults.push('answer-lost');
    await run();
    expect(landed()).toEqual(rows);
    expect(server.jobIds).toEqual([loadJobId(load, 0), loadJobId(load, 0)]);
  });

  it('keeps its id while BigQuery is away, and changes it only after a job that failed', async () => {
    server.faults.push({ status: 503 }, { status: 503 }, { failed: 'backendError' }, { failed: 'jobBackendError' });
    await run();
    expect(landed()).toEqual(rows);
    expect(server.jobIds).toEqual([0, 1, 2].map((failures) => loadJobId(load, failures)));
  });

  it('finds the failed job of its id, and goes on with the next, when the answer to that was lost', async () => {
    server.faults.push({ failed: 'backendError' }, { status: 503 });
    await run();
    await run({ ...load });
    expect(landed()).toEqual(rows);
  });

  it('gives up when a job fails for a reason that stays, or when BigQuery stays away', async () => {
    server.faults.push({ failed: 'invalid' });
    await expect(run()).rejects.toMatchObject({ code: 'bad-usage', retryable: false });
    server.faults.push(...Array.from({ length: 6 }, () => ({ status: 503 })));
    await expect(run()).rejects.toMatchObject({ code: 'unavailable', retryable: true });
    expect(landed()).toBeUndefined();
  });

  it('has an id of the characters that BigQuery takes, which follows from table, batch and rows', () => {
    const id = loadJobId(load, 0);
    expect(id).toMatch(/^[\w-]{1,1024}$/);
    expect(loadJobId({ ...load }, 0)).toBe(id);
    const others = [
      { ...load, batch: 8n },
      { ...load, ndjson: '{}\n' },
      { ...load, target: { datasetId: 'd1', table: 'x' } },
    ];
    expect(new Set([id, ...others.map((other) => loadJobId(other, 0)), loadJobId(load, 1)]).size).toBe(5);
  });
});
