import { PitlaneError } from '@pitlane/base/errors';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { AUTHORIZED, type FakeApi, fakeApi } from './fake-node.fixture.ts';

let api: FakeApi;
beforeEach(async () => {
  api = await fakeApi();
});
afterEach(() => api.node.close());

const PATH = '/v1/garage/uploads';
const ID = (number: number): string => number.toString(16).padStart(32, '0');
const ask = (method: string, path: string, headers: Record<string, string> = {}, body?: string): Promise<Response> =>
  fetch(`${api.node.url}${path}`, { method, headers, ...(body !== undefined && { body }) });

it('uploads are begun, gone on with and forgotten with the token alone, and asked after without it', async () => {
  const refused = [
    await ask('POST', PATH),
    await ask('PATCH', `${PATH}/${ID(1)}`),
    await ask('DELETE', `${PATH}/${ID(1)}`),
  ];
  expect(refused.map(({ status }) => status)).toEqual([403, 403, 403]);
  const taken = await ask('PATCH', `${PATH}/${ID(1)}`, { ...AUTHORIZED, 'content-type': 'application/any' }, 'bytes');
  expect([taken.status, taken.headers.get('tus-resumable'), taken.headers.get('x-content-type-options')]).toEqual([
    200,
    '1.0.0',
    'nosniff',
  ]);
  expect(await taken.text()).toBe('PATCH');
  expect((await ask('HEAD', `${PATH}/${ID(1)}`)).headers.get('tus-resumable')).toBe('1.0.0');
  expect((await ask('OPTIONS', PATH)).status).toBe(200);
  expect((await ask('OPTIONS', PATH, { origin: 'https://evil.example' })).status).toBe(403);
});

it('an upload that is not taken is answered with a problem, and its body is not waited for', async () => {
  api.refusing = new PitlaneError('disk-full', 'no room', { retryable: true });
  const answer = await ask('POST', PATH, AUTHORIZED, 'bytes');
  expect([answer.status, answer.headers.get('connection')]).toEqual([507, 'close']);
  expect(await answer.json()).toMatchObject({ code: 'disk-full', detail: 'no room', retryable: true });
  expect((await ask('HEAD', `${PATH}/..%2f..%2fetc`)).status).toBe(400);
});

it('uploads are listed page by page, and those of one car, drive or state alone', async () => {
  api.uploads = Array.from({ length: 5 }, (_, i) => ({
    id: ID(i),
    vehicleId: i < 3 ? 'car-1' : 'car-2',
    drive: `run-${i % 2}`,
    state: i === 4 ? 'done' : 'receiving',
  }));
  const list = async (query: string) =>
    (await (await ask('GET', `${PATH}?${query}`)).json()) as { uploads: { id: string }[]; next: string | null };
  const ids = async (query: string) => (await list(query)).uploads.map(({ id }) => Number.parseInt(id, 16));
  expect([await ids(''), await ids('vehicle=car-1&drive=run-0'), await ids('state=done')]).toEqual([
    [0, 1, 2, 3, 4],
    [0, 2],
    [4],
  ]);
  const { next } = await list('limit=2');
  expect([next, await ids(`limit=3&cursor=${next}`), (await list(`cursor=${next}`)).next]).toEqual([
    ID(1),
    [2, 3, 4],
    null,
  ]);
  expect(await (await ask('GET', `${PATH}/${ID(3)}`)).json()).toMatchObject({ id: ID(3) });
  expect((await ask('GET', `${PATH}/${ID(9)}`)).status).toBe(404);
});

it('the routes stand in the OpenAPI document', async () => {
  const { paths } = (await (await ask('GET', '/docs/json')).json()) as { paths: Record<string, object> };
  expect(Object.keys(paths[PATH] ?? {}).sort()).toEqual(['get', 'options', 'post']);
  expect(Object.keys(paths[`${PATH}/{id}`] ?? {}).sort()).toEqual(['delete', 'get', 'options', 'patch']);
});
