import { PitlaneError } from '@pitlane/base/errors';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Health, openHealth } from './health.ts';

let health: Health;
let ready: () => Promise<void>;

beforeEach(async () => {
  ready = async () => {};
  health = await openHealth({
    port: 0,
    host: '127.0.0.1',
    ready: () => ready(),
    metrics: async () => ({ pitlane_claims_waiting: 3, pitlane_landed_total: 7 }),
  });
});
afterEach(() => health.close());

const ask = (path: string): Promise<Response> => fetch(`http://127.0.0.1:${health.port}${path}`);

describe('the health of a program', () => {
  it('says that the process answers, whether it is ready or not', async () => {
    ready = () => Promise.reject(new Error('away'));
    expect(await (await ask('/healthz')).json()).toEqual({ status: 'ok', pid: process.pid });
  });

  it('is ready while its work can go on, and says in plain words why it is not', async () => {
    expect((await ask('/readyz')).status).toBe(200);
    ready = () => Promise.reject(new PitlaneError('unavailable', 'the brokers are away'));
    const refused = await ask('/readyz');
    expect([refused.status, await refused.json()]).toEqual([
      503,
      { status: 'not ready', reason: 'the brokers are away' },
    ]);
  });

  it('keeps to itself what an unforeseen error says, which may hold a secret', async () => {
    ready = () => Promise.reject(new Error('password is 1234'));
    expect(JSON.stringify(await (await ask('/readyz')).json())).not.toContain('1234');
  });

  it('is not ready any more once it drains', async () => {
    health.drain();
    expect((await ask('/readyz')).status).toBe(503);
  });

  it('gives its counters to Prometheus', async () => {
    const text = await (await ask('/metrics')).text();
    expect(text).toContain('# TYPE pitlane_claims_waiting gauge\npitlane_claims_waiting 3\n');
    expect(text).toContain('# TYPE pitlane_landed_total counter\npitlane_landed_total 7\n');
    expect(text).toMatch(/^process_resident_memory_bytes \d+$/m);
  });

  it('says that its port is taken', async () => {
    const taken = openHealth({ port: health.port, host: '127.0.0.1', ready, metrics: async () => ({}) });
    await expect(taken).rejects.toMatchObject({ code: 'busy' });
  });
});
