import { afterEach, beforeEach, expect, it } from 'vitest';
import { AUTHORIZED, type FakeApi, fakeApi } from './fake-node.fixture.ts';

let api: FakeApi;
beforeEach(async () => {
  api = await fakeApi();
});
afterEach(() => api.node.close());

const headers = { host: '127.0.0.1', ...AUTHORIZED };
const get = (url: string) => api.node.app.inject({ method: 'GET', url, headers });
const post = (url: string, body: object) => api.node.app.inject({ method: 'POST', url, headers, payload: body });

it('tells how webhooks stand, sends them again, and tries them', async () => {
  const url = '/v1/garage/webhooks';
  expect((await get(`${url}?limit=5`)).json()).toEqual({
    receivers: [],
    deliveries: [{ eventId: 'e1', max: 5 }],
    next: null,
  });
  expect((await post(`${url}/replay`, {})).json()).toEqual({ replayed: 7 });
  expect((await post(`${url}/replay`, { ids: ['e1'] })).json()).toEqual({ replayed: 1 });
  expect((await post(`${url}/replay`, { ids: [] })).statusCode).toBe(400);
  expect((await post(`${url}/test`, {})).json()).toMatchObject({ results: [{ ok: true }] });
});
