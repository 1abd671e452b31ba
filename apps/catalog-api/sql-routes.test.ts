import { parquetReadObjects } from 'hyparquet';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AUTHORIZED, type FakeApi, fakeApi } from './fake-node.fixture.ts';

let api: FakeApi;
beforeEach(async () => {
  api = await fakeApi();
});
afterEach(() => api.node.close());

const ask = (sql: string, accept?: string) =>
  api.node.app.inject({
    method: 'POST',
    url: '/v1/sql',
    payload: { sql },
    headers: { host: '127.0.0.1:7420', ...AUTHORIZED, ...(accept !== undefined && { accept }) },
  });

describe('SQL', () => {
  it.each([undefined, '*/*', 'application/json', 'text/html, */*;q=0.8'])(
    'is answered in JSON to %s',
    async (accept) => {
      const answer = await ask('SELECT 1 AS n', accept);
      expect(answer.headers['content-type']).toMatch('application/json');
      expect(answer.json()).toEqual({ columns: [{ name: 'n', type: 'BIGINT' }], rows: [{ n: 1 }], truncated: false });
    },
  );

  it('is answered as CSV to whom that is asked of, with what was cut off beside it', async () => {
    const answer = await ask('SELECT 1 AS n', 'text/csv; charset=utf-8');
    expect(answer.headers).toMatchObject({
      'content-type': 'text/csv; charset=utf-8; header=present',
      'content-disposition': 'attachment; filename="rows.csv"',
      'pitlane-sql-rows': '1',
      'pitlane-sql-truncated': 'false',
    });
    expect(answer.body).toBe('n\r\n1\r\n');
  });

  it('is answered as Parquet likewise', async () => {
    const { headers, rawPayload } = await ask('SELECT 1 AS n', 'application/vnd.apache.parquet, text/csv');
    expect(headers['content-type']).toBe('application/vnd.apache.parquet');
    const file = rawPayload.buffer.slice(rawPayload.byteOffset, rawPayload.byteOffset + rawPayload.byteLength);
    expect(await parquetReadObjects({ file: file as ArrayBuffer })).toEqual([{ n: 1n }]);
  });

  it('is refused as a problem, whatever was asked for', async () => {
    const answer = await ask('DROP TABLE drives', 'text/csv');
    expect(answer.statusCode).toBe(403);
    expect(answer.headers['content-type']).toMatch('application/problem+json');
  });

  it('has its place again when it is answered', async () => {
    for (let times = 0; times < 10; times += 1) {
      const accept = ['text/csv', 'application/vnd.apache.parquet', 'application/json'][times % 3];
      expect((await ask('SELECT 1 AS n', accept)).statusCode).toBe(200);
    }
  });
});
