import { describe, expect, expectTypeOf, it } from 'vitest';
import { PitlaneClient } from './index.ts';

function clientWith(answers: readonly (() => Response | Promise<Response>)[]) {
  const asked: { url: string; method: string; body: string | undefined }[] = [];
  const left = [...answers];
  const client = new PitlaneClient({
    url: 'http://node',
    token: 't',
    firstWaitMs: 0,
    async fetch(input, init) {
      asked.push({ url: String(input), method: String(init?.method), body: init?.body as string | undefined });
      return (left.shift() ?? (() => Response.error()))();
    },
  });
  return { client, asked };
}

describe('any route', () => {
  it('is asked with what its path, query and body take', async () => {
    const { client, asked } = clientWith([
      () => Response.json({ driveId: 'a b', receipts: [] }),
      () => Response.json({ orderId: 'o' }),
    ]);
    const receipt = await client.get('/v1/drives/{driveId}/receipt', {
      path: { driveId: 'a b' },
      query: { tenant: 'acme' },
    });
    expectTypeOf(receipt.receipts[0]?.receipt).toEqualTypeOf<string | undefined>();
    const order = await client.post('/v1/garage/orders', { body: { vehicleId: '47', topics: ['/imu'] } });
    expectTypeOf(order.orderId).toEqualTypeOf<string>();
    expect(asked).toEqual([
      { url: 'http://node/v1/drives/a%20b/receipt?tenant=acme', method: 'GET', body: undefined },
      { url: 'http://node/v1/garage/orders', method: 'POST', body: '{"vehicleId":"47","topics":["/imu"]}' },
    ]);
  });

  it('does not take what it does not know', () => {
    const { client } = clientWith([]);
    const wrong = (): unknown[] => [
      // @ts-expect-error There is no such path.
      client.get('/v1/drivs', {}),
      // @ts-expect-error The drive is missing.
      client.get('/v1/drives/{driveId}/receipt', {}),
      // @ts-expect-error There is no such filter.
      client.get('/v1/drives', { query: { vehicel: '47' } }),
      // @ts-expect-error A body must say whose data.
      client.post('/v1/garage/orders', { body: {} }),
    ];
    expect(wrong).toBeTypeOf('function');
  });

  it('is asked again when the node was away, unless that could change something twice', async () => {
    const away = (): never => {
      throw new TypeError('fetch failed');
    };
    const reading = clientWith([away, () => Response.json({ drives: [], next: null })]);
    expect(await reading.client.get('/v1/drives', {})).toEqual({ drives: [], next: null });
    expect(reading.asked.length).toBe(2);
    const changing = clientWith([away, away]);
    const order = changing.client.post('/v1/garage/orders', { body: { vehicleId: '47' } });
    await expect(order).rejects.toMatchObject({ code: 'unavailable' });
    expect(changing.asked.length).toBe(1);
  });
});
