/** What several indexers do on one dataset. Job ids that are made once are a rule of BigQuery that its stand-in does not keep. */
import { DriveBuilder } from '@pitlane/ports/catalog/contract-facts';
import { PitlaneError } from '@pitlane/base/errors';
import { beforeEach, describe, expect, it } from 'vitest';
import { BatchLeader, BATCHES } from './batch-leader.ts';
import { connect } from './connect.ts';
import type { BigQueryApi } from './api.ts';
import { DriveDays } from './drive-days.ts';
import { HandTimers } from './hand-timers.fixture.ts';
import { loadBatch } from './load-batch.ts';
import { MemoryBigQuery } from './memory-bigquery.fixture.ts';
import { COMMITTED, fullNames } from './names.ts';
import { ScriptedBigQuery } from './scripted-bigquery.fixture.ts';
import { SeqClock } from './seq-clock.ts';
import { LoadTurns, taken, type TurnTools } from './turns.ts';

const EVERY_MS = 60_000;
const drive = new DriveBuilder('drive-a');

describe('indexers on one dataset', () => {
  let timers: HandTimers;
  let bigQuery: MemoryBigQuery;
  let writers = 0;

  beforeEach(() => {
    timers = new HandTimers();
    bigQuery = new MemoryBigQuery(() => timers.nowMs());
  });

  const toolsOver = (api: BigQueryApi): TurnTools => {
    writers += 1;
    return { api, datasetId: 'd1', timers, seqs: new SeqClock(timers, writers) };
  };

  const indexer = (api: BigQueryApi, settings = {}) => {
    const tools = toolsOver(api);
    const turns = new LoadTurns(tools, EVERY_MS);
    const days = new DriveDays(api, 'd1', fullNames('p1', 'd1'));
    const load = (events: Parameters<typeof loadBatch>[1]) => loadBatch({ ...tools, days }, events);
    return new BatchLeader({ ...BATCHES, ...settings }, timers, tools.seqs, load, (hurry) => turns.take(hurry));
  };

  const minutes = async (count: number): Promise<void> => {
    for (let i = 0; i < count * 60; i += 1) await timers.turn(1000);
  };
  const commits = () => bigQuery.loads.filter(({ table }) => table === COMMITTED);
  const intervals = () => commits().map(({ atMs }) => Math.floor(atMs / EVERY_MS));
  const paths = () =>
    bigQuery
      .visible('preview_events')
      .map(({ path }) => String(path))
      .sort();

  it('load once an interval between them, and each has its turn', async () => {
    const indexers = [1, 2, 3].map(() => indexer(bigQuery.connect()));
    const done: string[] = [];
    const feed = async (one: BatchLeader, name: string): Promise<void> => {
      for (let i = 0; i < 3; i += 1) {
        await one.append([drive.preview(`${name}-${i}`)]);
        done.push(`${name}-${i}.mcap`);
      }
    };
    const feeding = indexers.map((one, i) => feed(one, `indexer-${i}`));
    await minutes(5);
    expect(new Set(done.slice(0, 4).map((name) => name.slice(0, 9))).size).toBeGreaterThan(1);
    await minutes(10);
    await Promise.all(feeding);
    expect(paths()).toEqual(done.sort());
    expect(commits().length).toBe(9);
    expect(new Set(intervals()).size).toBe(9);
    expect(Math.max(...intervals()) - Math.min(...intervals())).toBeLessThan(12);
  });

  it('go on at their pace when the clock of their machine is set back and forth by years', async () => {
    const one = indexer(bigQuery.connect());
    for (const [at, years] of [0, -10, 10].entries()) {
      timers.set(Date.UTC(2026 + years, 2, 18));
      const before = commits().length;
      const done = one.append([drive.preview(`set-${at}`)]);
      await minutes(3);
      await done;
      expect(commits().length).toBe(before + 1);
    }
    expect(paths()).toEqual(['set-0.mcap', 'set-1.mcap', 'set-2.mcap']);
  });

  it('take along what comes while they wait for their turn', async () => {
    const [first, second] = [indexer(bigQuery.connect()), indexer(bigQuery.connect())];
    const all = [first.append([drive.preview('a')])];
    await minutes(0.1);
    all.push(second.append([drive.preview('b')]));
    await minutes(0.5);
    all.push(second.append([drive.preview('c')]));
    await minutes(1);
    await Promise.all(all);
    expect(commits().length).toBe(2);
    expect(paths()).toEqual(['a.mcap', 'b.mcap', 'c.mcap']);
  });

  it.each([0, 1, 2, 3])('lose and double nothing when one dies after %i loads of its batch', async (uploadsMax) => {
    const dying = indexer(bigQuery.connect(uploadsMax));
    const living = indexer(bigQuery.connect());
    const events = [drive.docked(), drive.preview('r1')];
    const answered: string[] = [];
    void dying.append(events).then(() => answered.push('dying'));
    await minutes(0.1);
    // Only what was acknowledged is not delivered again.
    expect(answered).toEqual(uploadsMax === 3 ? ['dying'] : []);
    const again = uploadsMax === 3 ? [] : events;
    void living.append([...again, drive.preview('r2')]).then(() => answered.push('living'));
    await minutes(2);
    expect(answered).toContain('living');
    expect(paths()).toEqual(['r1.mcap', 'r2.mcap']);
    expect(bigQuery.visible('dock_events').length).toBe(1);
    expect(new Set(intervals()).size).toBe(intervals().length);
  });

  it('show twice, under two numbers, what one had committed when it died before it could say so', async () => {
    void indexer(bigQuery.connect(2, 1)).append([drive.preview('r1')]);
    await minutes(0.1);
    await Promise.all([indexer(bigQuery.connect()).append([drive.preview('r1')]), minutes(2)]);
    const seqs = bigQuery.visible('preview_events').map(({ seq }) => BigInt(String(seq)));
    expect(seqs.length).toBe(2);
    expect((seqs[1] ?? 0n) > (seqs[0] ?? 0n)).toBe(true);
  });

  it('take turns to come when much waits, so that a day has no more loads than intervals and 15', async () => {
    const hasty = indexer(bigQuery.connect(), { bytesMax: 1 });
    for (let i = 0; i < 16; i += 1) {
      void hasty.append([drive.preview(`r${i}`)]);
      await timers.turn(0);
      await timers.turn(0);
    }
    expect(commits().length).toBe(16);
    const late = hasty.append([drive.preview('late')]);
    await minutes(0.9);
    expect(commits().length).toBe(16);
    await minutes(0.2);
    await late;
    const patient = indexer(bigQuery.connect());
    const last = patient.append([drive.preview('patient')]);
    await minutes(15);
    expect(commits().length).toBe(17);
    await minutes(2);
    await last;
  });

  it('tell whoever waits when BigQuery stays away', async () => {
    const away = (): Promise<never> => Promise.reject(new PitlaneError('unavailable', 'away', { retryable: true }));
    const one = indexer({ ...bigQuery.connect(), insertJob: away });
    const failed = expect(one.append([drive.preview('a')])).rejects.toMatchObject({ code: 'unavailable' });
    await minutes(1);
    await failed;
    expect(bigQuery.loads).toEqual([]);
  });
});

describe('a turn', () => {
  it('is asked of BigQuery as a job with a label, which a second one of that id does not change', async () => {
    const server = await ScriptedBigQuery.start();
    const timers = new HandTimers();
    const api = connect({ projectId: 'p1', location: 'US', endpoint: server.endpoint, requestRetriesMax: 0 });
    const tools = { api, datasetId: 'd1', timers, seqs: new SeqClock(timers, 1) };
    server.queryAnswersLost = 1;
    expect(await taken(tools, 'x', 'one')).toBe(true);
    expect(await taken(tools, 'x', 'two')).toBe(false);
    expect(server.queries.map(({ sql }) => sql)).toEqual(['SELECT 1']);
    await server.close();
  });

  it('is had by the one program that asked first, also when the answer to that was lost', async () => {
    const timers = new HandTimers();
    const bigQuery = new MemoryBigQuery(() => 0);
    const api = bigQuery.connect();
    let lost = 1;
    const losing: BigQueryApi = {
      ...api,
      async insertJob(jobId, configuration) {
        const job = await api.insertJob(jobId, configuration);
        if (lost-- > 0) throw new PitlaneError('unavailable', 'no answer', { retryable: true });
        return job;
      },
    };
    const tools = { datasetId: 'd1', timers, seqs: new SeqClock(timers, 1) };
    expect(await taken({ ...tools, api: losing }, 'x', 'one')).toBe(true);
    expect(await taken({ ...tools, api }, 'x', 'two')).toBe(false);
    expect(await taken({ ...tools, api }, 'y', 'two')).toBe(true);
    const hidden = (): Promise<never> => Promise.reject(new PitlaneError('refused', 'not your job'));
    expect(await taken({ ...tools, api: { ...api, jobOf: hidden } }, 'x', 'three')).toBe(false);
  });
});
