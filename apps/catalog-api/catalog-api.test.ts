import type { FastifyInstance } from 'fastify';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { silentLog } from '@pitlane/base/telemetry';
import { CATALOG_SCHEMA_VERSION, VIEWS } from '@pitlane/contracts/catalog';
import { openHttpNode } from './assemble.ts';
import { AUTHORIZED, type FakeApi, fakeApi } from './fake-node.fixture.ts';
import { LISTS, viewOf } from './lists.ts';

let api: FakeApi;
beforeEach(async () => {
  api = await fakeApi();
});
afterEach(() => api.node.close());

const LONGER_THAN_THE_TEST_MS = 600_000;
const host = '127.0.0.1:7420';
const get = (url: string, headers: Record<string, string> = {}) =>
  api.node.app.inject({ method: 'GET', url, headers: { host, ...headers } });
const post = (url: string, payload: object, headers: Record<string, string> = AUTHORIZED) =>
  api.node.app.inject({ method: 'POST', url, payload, headers: { host, ...headers } });
const linesOf = (body: string): unknown[] =>
  body
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as unknown);

describe('the guard', () => {
  it('lets a loopback reader in without a token, by any loopback name', async () => {
    for (const name of ['127.0.0.1:1', 'localhost', '[::1]:7420']) {
      expect((await get('/v1/drives', { host: name })).statusCode).toBe(200);
    }
  });

  it('refuses other hosts, other origins and cross-site requests', async () => {
    const answers = await Promise.all([
      get('/v1/drives', { host: 'rebound.example' }),
      get('/v1/drives', { host: '127.0.0.1.example.com' }),
      get('/v1/drives', { origin: 'https://evil.example' }),
      get('/v1/drives', { origin: 'null' }),
      get('/v1/drives', { 'sec-fetch-site': 'cross-site' }),
    ]);
    expect(answers.map(({ statusCode }) => statusCode)).toEqual([403, 403, 403, 403, 403]);
  });

  it('lets pages of its own origin read', async () => {
    expect((await get('/v1/drives', { origin: `http://${host}`, 'sec-fetch-site': 'same-origin' })).statusCode).toBe(
      200,
    );
  });

  it('wants the token for whatever is no reading, and refuses a wrong one even for reading', async () => {
    expect((await post('/v1/retire', { driveId: 'd1' }, {})).statusCode).toBe(403);
    expect((await post('/v1/sql', { sql: 'SELECT 1' }, {})).statusCode).toBe(200);
    expect((await post('/v1/sql', { sql: 'SELECT 1' }, { authorization: 'Bearer no' })).statusCode).toBe(403);
    expect((await get('/healthz', { authorization: 'Bearer no' })).statusCode).toBe(403);
    expect((await post('/v1/sql', { sql: 'SELECT 1' })).statusCode).toBe(200);
  });
});

describe('beyond loopback', () => {
  const open = (token?: string) =>
    openHttpNode({ port: 0, host: '0.0.0.0', plugins: [], documents: true, log: silentLog, ...(token && { token }) });

  it('does not open without a token', async () => {
    await expect(open()).rejects.toThrow(/beyond loopback.*set PITLANE_API_TOKEN_FILE/);
  });

  it('wants it for reading too, by any name of the machine', async () => {
    const { app, close } = await open('a token of the test');
    const headers = { host: 'catalog.fleet:7420' };
    const ask = (more: object) => app.inject({ method: 'GET', url: '/docs/json', headers: { ...headers, ...more } });
    const answers = [await ask({}), await ask({ authorization: 'Bearer a token of the test' })];
    await close();
    expect(answers.map(({ statusCode }) => statusCode)).toEqual([403, 200]);
  });
});

// Shorter than a connection is kept.
it('closes as soon as what is under way is answered, though clients keep theirs', { timeout: 30_000 }, async () => {
  let answer = (): void => {};
  let begun = (): void => {};
  const asked = new Promise<void>((resolve) => (begun = resolve));
  const slow = async (app: FastifyInstance): Promise<void> => {
    app.get('/slow', async () => {
      begun();
      await new Promise<void>((resolve) => (answer = resolve));
      return 'whole';
    });
  };
  const node = await openHttpNode({ port: 0, plugins: [slow], documents: false, log: silentLog });
  const answered = fetch(`${node.url}/slow`);
  await asked;
  const closed = node.close(LONGER_THAN_THE_TEST_MS);
  answer();
  expect(await (await answered).text()).toBe('whole');
  await closed;
});

describe('lists', () => {
  it('gives rows in camelCase, times as nanoseconds in text, objects as addresses', async () => {
    api.rows = [
      [
        {
          chunk_id: 'c1',
          start_ns: '1532402927647951000',
          end_ns: null,
          start_time: '2018-07-24T03:28:47.647951Z',
          bytes_raw: 7,
          object: 'v1/aa/c1.mcap',
          key_0: 'default',
        },
      ],
    ];
    const answer = await get('/v1/chunks');
    expect(answer.json()).toEqual({
      chunks: [
        {
          chunkId: 'c1',
          startTime: '1532402927647951000',
          endTime: null,
          bytesRaw: 7,
          object: 'file:///store/v1/aa/c1.mcap',
        },
      ],
      next: null,
    });
  });

  it('turns the clock of the garage into nanoseconds and labels into an object', async () => {
    api.rows = [[{ drive_id: 'd', docked_at: '2026-11-22T20:08:13.492Z', labels: '{"map":"a"}', receipt_id: null }]];
    expect((await get('/v1/drives')).json().drives).toEqual([
      { driveId: 'd', dockedAt: '1795378093492000000', labels: { map: 'a' }, receiptId: null },
    ]);
  });

  it('hands every filter over as a parameter, never as SQL', async () => {
    const hostile = "x' OR 1=1 --";
    await get(
      `/v1/chunks?drive=${encodeURIComponent(hostile)}&topic=%2Fimu&start=2018-07-24T03:28:47Z&end=18446744073709551615`,
    );
    const [query] = api.queries;
    expect(query?.sql).not.toContain(hostile);
    expect(query?.parameters).toEqual([hostile, '/imu', '1532402927000000000', '9223372036854775807']);
  });

  it('goes on behind the last row of a page, and says where a list ends', async () => {
    const rows = ['a', 'b', 'c'].map((id) => ({ tenant: 't', drive_id: id, key_0: 't', key_1: id }));
    api.rows = [rows];
    const first = (await get('/v1/drives?limit=2')).json() as { drives: unknown[]; next: string };
    expect(first.drives).toHaveLength(2);
    expect((await get(`/v1/drives?limit=2&cursor=${first.next}`)).json().next).toBeNull();
    expect(api.queries[1]?.sql).toContain('(tenant > ? OR (tenant = ? AND drive_id > ?))');
    expect(api.queries[1]?.parameters).toEqual(['t', 't', 'b']);
  });

  it('refuses a cursor that is none or belongs to another list', async () => {
    api.rows = [['a', 'b'].map((id) => ({ drive_id: id, key_0: 't', key_1: id }))];
    const { next } = (await get('/v1/drives?limit=1')).json() as { next: string };
    for (const cursor of ['x', next.slice(3), Buffer.from('["drives",{}]').toString('base64url')]) {
      expect((await get(`/v1/drives?cursor=${cursor}`)).json()).toMatchObject({ status: 400, code: 'bad-usage' });
    }
    expect((await get(`/v1/topics?cursor=${next}`)).statusCode).toBe(400);
  });

  it('refuses limits beyond 2000, filters that it has not, and times that are none', async () => {
    for (const query of ['limit=2001', 'limit=0', 'limit=x', 'colour=red', 'start=yesterday', 'drive=']) {
      const answer = await get(`/v1/drives?${query}`);
      expect([query, answer.statusCode]).toEqual([query, 400]);
      expect(answer.headers['content-type']).toContain('application/problem+json');
    }
  });

  it('order every list by what makes its rows unique, with a filter by drive', () => {
    expect(LISTS.length).toBeGreaterThan(6);
    for (const list of LISTS) {
      const isOfDrives = VIEWS.find(({ name }) => name === viewOf(list))?.columns.some(
        ({ name }) => name === 'drive_id',
      );
      expect(list.order[0]).toBe('tenant');
      if (!isOfDrives) continue;
      expect(list.order[1]).toBe('drive_id');
      expect(list.filters['drive']).toBeDefined();
    }
  });
});

describe('errors', () => {
  it('are problem documents with our code', async () => {
    const answer = await post('/v1/sql', { sql: 'DROP TABLE drives' });
    expect(answer.statusCode).toBe(403);
    expect(answer.json()).toMatchObject({ code: 'refused', status: 403, detail: 'only SELECT' });
    expect((await get('/v1/nothing')).json()).toMatchObject({ code: 'not-found', status: 404 });
    expect((await post('/v1/sql', { sql: 7, x: 1 })).json()).toMatchObject({ code: 'bad-usage', status: 400 });
    expect((await post('/v1/retire', { driveId: 'd1' })).json()).toMatchObject({ code: 'refused', status: 403 });
  });

  it('tell the outside nothing of what went wrong inside, and the log all of it', async () => {
    const answer = await post('/v1/sql', { sql: 'boom' });
    expect(answer.statusCode).toBe(500);
    expect(answer.body).not.toContain('stack');
    expect(JSON.stringify(api.events)).toContain('a stack that nobody outside may see');
  });
});

describe('an estimate', () => {
  it('says what a SELECT would read and cost, and refuses what would be refused', async () => {
    const answer = await post('/v1/sql/estimate', { sql: 'SELECT 1' });
    expect(answer.json()).toEqual({ bytesProcessed: 2 ** 39, usdPerTiB: 6.25, usd: 3.125 });
    expect((await post('/v1/sql/estimate', { sql: 'DROP TABLE drives' })).statusCode).toBe(403);
  });
});

describe('docking', () => {
  it('streams events as lines until the last one', async () => {
    api.dockEvents = [{ type: 'progress' }, { type: 'done', drives: [] }];
    const answer = await post('/v1/garage/docks', { path: '/media/disk', priority: 3 });
    expect(answer.headers['content-type']).toBe('application/x-ndjson');
    expect(linesOf(answer.body)).toEqual(api.dockEvents);
    expect(api.docked).toEqual([{ path: '/media/disk', priority: 3 }]);
  });

  it('refuses relative paths, and names that cannot stand in an object name', async () => {
    for (const body of [
      { path: 'disk' },
      { path: '/d', vehicleId: 'a/b' },
      { path: '/d', tenant: '..' },
      { path: '/d', priority: 100 },
      { path: '/d', topics: [] },
      { path: '/d', exclude: [''] },
      { path: '/d', exclude: ['x'.repeat(1025)] },
    ]) {
      expect((await post('/v1/garage/docks', body)).statusCode).toBe(400);
    }
    expect(api.docked).toEqual([]);
  });
});

it('ends a task that fails on its way with a failed line', async () => {
  const answer = await post('/v1/tasks/export', { driveId: 'd', out: '/tmp/x.mcap' });
  expect(linesOf(answer.body)).toMatchObject([{ type: 'progress' }, { type: 'failed', code: 'not-found' }]);
  expect((await post('/v1/tasks/export', { driveId: 'd', out: 'x.mcap' })).statusCode).toBe(400);
});

it('refuses to export what comes before a start that is not given', async () => {
  const asked = { driveId: 'd', out: '/tmp/x.mcap', primer: 'last' };
  const told = await post('/v1/tasks/export', asked);
  expect(told.json()).toMatchObject({ code: 'bad-usage', detail: expect.stringContaining('--start') });
  expect((await post('/v1/tasks/export', { ...asked, start: '0' })).statusCode).toBe(200);
});

it('gives a receipt as it lies in the store, with the key that checks it', async () => {
  api.rows = [[{ tenant: 'default' }], [{ object: 'v1/r.json' }]];
  expect((await get('/v1/drives/d1/receipt')).json()).toMatchObject({
    receipt: '{"receiptId":"r1"}',
    publicKeyPem: 'PEM',
  });
  expect((await get('/v1/drives/d1/receipt')).statusCode).toBe(404);
});

it('gives older receipts too where the newest covers only its own docking, and names what stands in none', async () => {
  const recording = (id: string) => ({ recording_id: id, path: `${id}.mcap`, bytes: 7 });
  api.rows = [
    [{ tenant: 'acme' }],
    [
      { object: 'newest', recording_ids: ['b'] },
      { object: 'not needed', recording_ids: ['b'] },
      { object: 'oldest', recording_ids: ['a', 'b'] },
    ],
    [recording('a'), recording('b'), recording('c')],
  ];
  const { object, receipts, uncovered } = (await get('/v1/drives/d1/receipt')).json() as {
    object: string;
    receipts: { object: string; recordings: { recordingId: string }[] }[];
    uncovered: unknown;
  };
  expect(object).toBe('newest');
  expect(receipts.map((one) => [one.object, one.recordings.map(({ recordingId }) => recordingId)])).toEqual([
    ['newest', ['b']],
    ['oldest', ['a', 'b']],
  ]);
  expect(uncovered).toEqual([{ recordingId: 'c', path: 'c.mcap', bytes: 7 }]);
});

describe('a drive named without its tenant', () => {
  it('is that of the only tenant that has it', async () => {
    api.rows = [[{ tenant: 'acme' }], [{ object: 'v1/r.json' }]];
    expect((await get('/v1/drives/d1/receipt')).statusCode).toBe(200);
    expect(api.queries[1]?.parameters).toEqual(['acme', 'd1']);
  });

  it('is refused where several tenants have one, and they are named', async () => {
    api.rows = [[{ tenant: 'acme' }, { tenant: 'default' }]];
    const told = (await post('/v1/retire', { driveId: 'd1' })).json();
    expect(told).toMatchObject({ code: 'bad-usage', detail: expect.stringContaining('(acme, default): name one') });
  });

  it('is not said to be missing where the catalog is lost', async () => {
    api.objects = [{ name: 'v1/t=default/x' }];
    const told = (await get('/v1/drives/d1/receipt')).json();
    expect(told).toMatchObject({ code: 'not-found', detail: expect.stringContaining('run `pitlane reindex`') });
    expect((await get('/v1/catalog')).json()).toEqual({
      schemaVersion: CATALOG_SCHEMA_VERSION,
      fault: told.detail,
    });
    api.rows = [[{ 1: 1 }]];
    expect((await get('/v1/catalog')).json()).toMatchObject({ fault: null });
  });
});

it('documents every list, and counts what it answered', async () => {
  const { paths } = (await get('/docs/json')).json() as { paths: Record<string, unknown> };
  for (const { name, path = name } of LISTS) expect(paths).toHaveProperty([`/v1/${path}`]);
  await get('/v1/drives');
  expect((await get('/metrics')).body).toContain(
    'pitlane_http_requests_total{method="GET",route="/v1/drives",status="200"} 1',
  );
});

it('counts what the garage has yet to send', async () => {
  expect((await get('/metrics')).body).toContain('pitlane_garage_chunks_on_their_way 3');
});

describe('a program that serves the catalog alone', () => {
  beforeEach(async () => {
    await api.node.close();
    api = await fakeApi(
      ['garage', 'actions', 'orders', 'webhooks', 'uploads', 'tasks', 'deadLetters'],
      'a garage docks',
    );
  });

  it('answers lists, SQL, why and its health', async () => {
    for (const url of ['/v1/drives', '/v1/coverage', '/v1/why/d1', '/v1/node', '/readyz', '/metrics', '/docs/json']) {
      expect([url, (await get(url)).statusCode]).toEqual([url, 200]);
    }
    expect((await post('/v1/sql', { sql: 'SELECT 1' })).statusCode).toBe(200);
  });

  it('has no route of a garage, and says so', async () => {
    const asked = [
      await post('/v1/garage/docks', { path: '/media/disk' }),
      await post('/v1/retire', { driveId: 'd1' }),
      await post('/v1/tasks/verify', {}),
      await get('/v1/deadletters'),
    ];
    for (const answer of asked) {
      expect(answer.json()).toMatchObject({ code: 'not-found', detail: expect.stringMatching(/; a garage docks$/) });
    }
    const { paths } = (await get('/docs/json')).json() as { paths: Record<string, unknown> };
    expect(Object.keys(paths).filter((path) => /v1\/garage|retire|tasks|deadletters/.test(path))).toEqual([]);
  });
});

it('takes standing orders, lists them, and takes them back', async () => {
  const url = '/v1/garage/orders';
  expect((await get(url)).json()).toEqual({ orders: [{ orderId: 'order-1', state: 'waiting' }], next: null });
  const order = { vehicleId: '47', topics: ['/lidar/*'], start: '5', priority: 0, note: 'for the bridge' };
  expect((await post(url, order)).json()).toEqual({ orderId: 'order-2', ...order });
  for (const wrong of [
    {},
    { vehicleId: '' },
    { vehicleId: '47', priority: 100 },
    { vehicleId: '47', priority: 0.5 },
    { vehicleId: '47', topics: [''] },
    { vehicleId: '47', note: 'x'.repeat(501) },
    { vehicleId: '47', since: '5' },
  ]) {
    const answer = await post(url, wrong);
    expect([wrong, answer.statusCode, (answer.json() as { code: string }).code]).toEqual([wrong, 400, 'bad-usage']);
  }
  const remove = (id: string, headers = AUTHORIZED) =>
    api.node.app.inject({ method: 'DELETE', url: `${url}/${id}`, headers: { host: '127.0.0.1', ...headers } });
  expect((await remove('order-1')).json()).toEqual({ orderId: 'order-1' });
  expect((await remove('order-9')).json()).toMatchObject({ status: 404, code: 'not-found' });
  expect((await remove('order-1', {} as typeof AUTHORIZED)).statusCode).toBe(403);
});

it('lists what was set aside, and asks for it again by ids', async () => {
  expect((await get('/v1/deadletters?limit=7')).json()).toEqual({
    deadletters: [{ id: 'bulk/0/1', limit: 7 }],
    next: null,
  });
  const asked = await post('/v1/deadletters/replay', { ids: ['bulk/0/1'] });
  expect(asked.json()).toEqual({ asked: ['bulk/0/1'], unknown: [] });
  expect((await post('/v1/deadletters/replay', { ids: [] })).statusCode).toBe(400);
});
