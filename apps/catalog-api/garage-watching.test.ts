import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fakeAction, fakeBay, fakeQueued, MARKS, NO_BACKLOG } from './fake-garage.fixture.ts';
import { AUTHORIZED, type FakeApi, fakeApi } from './fake-node.fixture.ts';

let api: FakeApi;
beforeEach(async () => {
  api = await fakeApi();
});
afterEach(() => api.node.close());

const host = '127.0.0.1:7420';
type Method = 'GET' | 'POST' | 'DELETE';
const ask = (method: Method, url: string, headers: Record<string, string> = {}, payload?: object) =>
  api.node.app.inject({ method, url, headers: { host, ...headers }, ...(payload && { payload }) });
const get = (url: string, headers: Record<string, string> = {}) => ask('GET', url, headers);

describe('a board', () => {
  it('is told of bays, queue, link and spool, nulls as nulls and nothing left out', async () => {
    expect((await get('/v1/garage/bays')).json()).toEqual({ bays: [fakeBay], next: null });
    expect((await get('/v1/garage/queue')).json()).toEqual({ queue: [fakeQueued], next: null });
    const spool = { usedPercent: 7, freeBytes: 93, totalBytes: 100, reservedBytes: 0, state: 'ok', ...MARKS };
    expect((await get('/v1/garage/spool')).json()).toEqual(spool);
    const backlog = { ...NO_BACKLOG, backlogBytes: 5, bytesPerSecond: 1, clearsInSeconds: 5 };
    expect((await get('/v1/garage/backlog')).json()).toEqual(backlog);
  });

  it('hears events with ids, and what it missed when it says what it has heard', async () => {
    api.dockEvents = [{ type: 'bays' }, { type: 'drive', driveId: 'd1' }];
    const answer = await get('/v1/garage/events');
    expect(answer.headers['content-type']).toContain('text/event-stream');
    expect(answer.body).toMatch(/^event: tick\ndata: \{"type":"tick","nowMs":\d{13}\}\n\nid: run-0\nevent: bays\n/);
    expect((await get('/v1/garage/events', { 'last-event-id': 'mine-' })).body).toContain(
      'id: mine-run-1\nevent: drive\n',
    );
  });

  it('documents every answer of it', async () => {
    const { paths } = (await get('/docs/json')).json() as {
      paths: Record<string, Record<string, { responses: object }>>;
    };
    for (const path of ['bays', 'queue', 'spool', 'backlog', 'actions']) {
      const { responses } = paths[`/v1/garage/${path}`]?.['get'] ?? { responses: {} };
      expect([path, JSON.stringify(responses).includes('"properties"')]).toEqual([path, true]);
    }
  });
});

describe('an action', () => {
  const url = '/v1/garage/actions';
  const act = (payload: object, headers: Record<string, string> = AUTHORIZED) => ask('POST', url, headers, payload);

  it('is asked for, listed and taken back', async () => {
    const asked = await act({ kind: 'hold', driveId: 'd1', note: 'until the morning' });
    expect([asked.statusCode, asked.json()]).toEqual([202, fakeAction]);
    expect((await get(`${url}?limit=7&cursor=action-3`)).json()).toEqual({
      actions: [fakeAction],
      next: '7 before action-3',
    });
    const undone = await ask('DELETE', `${url}/action-1`, AUTHORIZED);
    expect(undone.json()).toEqual({ ...fakeAction, state: 'undone', endedAt: '3' });
    expect((await ask('DELETE', `${url}/action-9`, AUTHORIZED)).json()).toMatchObject({
      code: 'not-found',
      status: 404,
    });
  });

  it('says what it would do, or why it cannot be done, and does nothing', async () => {
    const said = await act({ kind: 'release', driveId: 'd1', dryRun: true });
    expect([said.statusCode, said.json()]).toEqual([200, { text: 'would release' }]);
    const refused = await act({ kind: 'retire', driveId: 'd1', dryRun: true });
    expect(refused.json()).toMatchObject({ code: 'refused', detail: 'it has no receipt' });
  });

  it('is refused without token or session, and where it makes no sense', async () => {
    expect((await act({ kind: 'hold', driveId: 'd1' }, {})).statusCode).toBe(403);
    for (const wrong of [
      {},
      { kind: 'explode' },
      { kind: 'hold', driveId: '' },
      { kind: 'prioritise', driveId: 'd1', priority: 100 },
      { kind: 'prioritise', driveId: 'd1', priority: 0.5 },
      { kind: 'name-vehicle', driveId: 'd1', vehicleId: 'a/b' },
      { kind: 'name-vehicle', driveId: 'd1', vehicleId: '..' },
      { kind: 'hold', driveId: 'd1', tenant: '../x' },
      { kind: 'hold', driveId: 'd1', note: 'x'.repeat(501) },
      { kind: 'hold', driveId: 'd1', colour: 'red' },
    ]) {
      const answer = await act(wrong);
      expect([wrong, answer.statusCode, (answer.json() as { code: string }).code]).toEqual([wrong, 400, 'bad-usage']);
    }
  });
});

describe('a session', () => {
  const origin = `http://${host}`;

  async function cookieOf(): Promise<string> {
    const { code, expiresAt } = (await ask('POST', '/v1/session/codes', AUTHORIZED)).json() as Record<string, string>;
    expect(expiresAt).toMatch(/^\d{19}$/);
    const opened = await ask('POST', '/v1/session', { origin }, { code });
    expect([opened.statusCode, opened.body]).toEqual([204, '']);
    return String(opened.headers['set-cookie']).split(';')[0] as string;
  }

  it('lets a page act that brings a code, until it is ended', async () => {
    expect((await get('/v1/session')).json()).toEqual({ mayAct: false, expiresAt: null });
    const cookie = await cookieOf();
    expect((await get('/v1/session', { cookie })).json()).toEqual({
      mayAct: true,
      expiresAt: expect.stringMatching(/^\d{19}$/),
    });
    const hold = { kind: 'hold', driveId: 'd1' };
    expect((await ask('POST', '/v1/garage/actions', { cookie, origin }, hold)).statusCode).toBe(202);
    const elsewhere = { cookie, origin: 'http://127.0.0.1:9999' };
    expect((await ask('POST', '/v1/garage/actions', elsewhere, hold)).statusCode).toBe(403);
    expect((await ask('POST', '/v1/retire', { cookie, origin }, { driveId: 'd1' })).statusCode).toBe(403);
    const ended = await ask('DELETE', '/v1/session', { cookie, origin });
    expect([ended.statusCode, String(ended.headers['set-cookie'])]).toEqual([204, expect.stringMatching(/Max-Age=0/)]);
    expect((await ask('POST', '/v1/garage/actions', { cookie, origin }, hold)).statusCode).toBe(403);
  });

  it('is what a token is too, and is not opened by what is no code', async () => {
    expect((await get('/v1/session', AUTHORIZED)).json()).toEqual({ mayAct: true, expiresAt: null });
    expect((await get('/v1/session', { authorization: 'Basic eDp5' })).json()).toMatchObject({ mayAct: false });
    for (const code of ['x', 'x'.repeat(128)]) {
      const answer = await ask('POST', '/v1/session', { origin }, { code });
      expect([answer.statusCode, answer.headers['set-cookie']]).toEqual([403, undefined]);
    }
    for (const body of [{}, { code: '' }, { code: 'x', path: '/' }]) {
      expect((await ask('POST', '/v1/session', { origin }, body)).statusCode).toBe(400);
    }
    expect((await ask('POST', '/v1/session/codes', { origin })).statusCode).toBe(403);
  });

  it('leaves its code in no log', async () => {
    const { code } = (await ask('POST', '/v1/session/codes', AUTHORIZED)).json() as { code: string };
    await ask('POST', '/v1/session', { origin }, { code });
    await ask('POST', '/v1/session', { origin }, { code });
    expect(JSON.stringify(api.events)).not.toContain(code);
  });
});
