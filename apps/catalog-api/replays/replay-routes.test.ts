import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { silentLog } from '@pitlane/base/telemetry';
import type { Catalog, SqlParameter } from '@pitlane/ports/catalog';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type GivenMessage, LandedDrive } from '../../../test/support/landed-drive.ts';
import { catalogApi, type HttpNode, openHttpNode, Replays } from '../assemble.ts';

const SECOND = 1_000_000_000n;
const START = 1_767_225_600n * SECOND;
const CHANNELS = [
  { topic: '/imu', messageEncoding: 'json' },
  { topic: '/map', messageEncoding: 'json', metadata: { latching: '1' } },
];

const at = (channel: number, ms: number): GivenMessage => ({
  channel,
  logTimeNs: START + BigInt(ms) * 1_000_000n,
  sequence: ms,
  data: Buffer.from(`{"ms":${ms}}`),
});
/** Ten seconds of /imu, ten a second, and one map. */
const MESSAGES = [at(1, 5), ...Array.from({ length: 100 }, (_, i) => at(0, i * 100 + 10))];

let folder: string;
let node: HttpNode;
let replays: Replays;
let drive: LandedDrive;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pitlane-replays-'));
  drive = new LandedDrive({ chunkMessages: 20 });
  drive.row('coverage', { topic: '/gps', start_ns: null, end_ns: null, state: 'in-flight', reason: null });
  await drive.add({ path: 'a.mcap', channels: CHANNELS, messages: MESSAGES });
  for (const [name, { bytes }] of drive.store.objects) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), bytes);
  }
  const query = async (sql: string, parameters: readonly SqlParameter[] = []) =>
    sql.includes('SELECT DISTINCT tenant') ? [{ tenant: drive.tenant }] : drive.catalog.query(sql, parameters);
  const catalog = { query } as Catalog;
  replays = new Replays({ catalog, storeSpec: { kind: 'file', root: folder }, atOnceMax: 1 });
  const program = { facts: { version: '0' }, log: silentLog, ready: async () => 1, metrics: () => ({}) };
  const texts = { tenant: 'default', receiptKeyPem: '', objectUrl: (name: string) => name, why: async () => [] };
  const plugins = [catalogApi({ program, catalog: { catalog, store: drive.store, replays, ...texts } })];
  node = await openHttpNode({ port: 0, plugins, documents: false, log: silentLog });
});
afterAll(async () => {
  replays.close();
  await node.close();
  await rm(folder, { recursive: true, force: true });
});

type Line = Record<string, unknown> & { topic?: string; logTime?: string; replay?: Record<string, unknown> };

const asked = (query: string): string => `${node.url}/v1/replay?drive=${drive.driveId}&${query}`;
async function linesOf(query: string): Promise<{ headers: Headers; lines: Line[] }> {
  const answer = await fetch(asked(query));
  const lines = (await answer.text()).trim().split('\n');
  return { headers: answer.headers, lines: lines.map((line) => JSON.parse(line) as Line) };
}
const told = ({ topic, logTime }: Line): string => `${topic} ${(BigInt(logTime ?? 0) - START) / 1_000_000n}`;

describe('/v1/replay', { timeout: 60_000 }, () => {
  it('gives the messages in their order, at last how it went and what is missing, and the same digest each time', async () => {
    const { headers, lines } = await linesOf('speed=max&digest=true');
    expect(lines.slice(0, -1).map(told)).toEqual([
      '/map 5',
      ...MESSAGES.slice(1).map(({ sequence }) => `/imu ${sequence}`),
    ]);
    expect(lines[1]).toMatchObject({ topic: '/imu', encoding: 'json', message: { ms: 10 } });
    expect(lines.at(-1)?.replay).toMatchObject({
      messages: MESSAGES.length,
      playedNs: String(9_905n * 1_000_000n),
      digest: expect.stringMatching(/^[0-9a-f]{64}$/),
      missing: [{ topic: '/gps', state: 'in-flight' }],
    });
    expect(headers.get('pitlane-replay-missing')).toBe('1');
    const again = await linesOf('speed=max&digest=true');
    expect(again.lines.at(-1)?.replay?.['digest']).toBe(lines.at(-1)?.replay?.['digest']);
  });

  it('keeps time at the speed that is asked for', async () => {
    const { lines } = await linesOf('speed=20&topics=/imu');
    const { wallMs = 0, rate = 0 } = (lines.at(-1)?.replay ?? {}) as { wallMs?: number; rate?: number };
    expect(rate).toBeGreaterThan(0);
    expect(wallMs).toBeGreaterThanOrEqual(490);
    expect(rate).toBeLessThan(20.5);
  });

  it('sends the state of before a start first, ticks of a clock, and says that it jumped over a silence', async () => {
    const start = START + 8n * SECOND;
    const { lines } = await linesOf(`speed=max&topics=/imu&start=${start}&primer=state&clock=1`);
    expect(lines.slice(0, 4).map(told)).toEqual(['/map 5', '/imu 8010', '/imu 8110', '/imu 8210']);
    expect(lines.filter(({ topic }) => topic === '/clock').map(told)).toEqual(['/clock 9000']);
    const gaps = await linesOf('speed=1000&topics=/imu&gapMax=0.00005');
    expect(gaps.lines[1]).toEqual({ jump: { reason: 'gap', toTime: String(START + 110_000_000n) } });
  });

  it('does not begin where it is to be whole, or where what is asked for makes no sense', async () => {
    for (const [query, status] of [
      ['missing=fail', 503],
      ['speed=0', 400],
      ['speed=fast', 400],
      ['loop=true&digest=true', 400],
      ['topics=/nothing', 404],
      ['primer=last', 400],
      ['sped=2', 400],
    ] as const)
      expect([query, (await fetch(asked(query))).status]).toEqual([query, status]);
  });

  it('plays as many at once as it may, and ends one when its reader goes', async () => {
    const gone = new AbortController();
    const looping = await fetch(asked('loop=true&speed=1'), { signal: gone.signal });
    await looping.body?.getReader().read();
    expect((await fetch(asked('speed=max'))).status).toBe(503);
    gone.abort();
    await expect.poll(async () => (await fetch(asked('speed=max'))).status).toBe(200);
  });

  it('answers with what is wrong where an object is gone', async () => {
    const [first] = drive.facts;
    await rm(join(folder, first?.object ?? ''));
    // Whoever was let go of before may still hold the only place for a moment.
    await expect.poll(async () => (await fetch(asked('speed=max'))).status).toBe(404);
    const answer = await fetch(asked('speed=max'));
    expect([answer.status, await answer.json()]).toMatchObject([404, { code: 'not-found' }]);
  });
});
