/** What pages ask of a real node, over a drive that went the whole way. */
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { generateDrive } from '@pitlane/generator';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readNodeFile } from '../../apps/cli/node/node-file.ts';
import { NodeUnderTest, scratchFolder } from '../support/node-under-test.ts';

const IMU = '/imu/data';

let scratch: Awaited<ReturnType<typeof scratchFolder>>;
let node: NodeUnderTest;
let url: string;
let token: string;
let drive: string;

beforeAll(async () => {
  scratch = await scratchFolder();
  const outDir = path.join(scratch.path, 'drive');
  await generateDrive({ outDir, seed: 12, durationS: 15, vehicleId: 'car-1', size: 'small' });
  const home = path.join(scratch.path, 'home');
  node = await NodeUnderTest.open(home, { PITLANE_PORT: '0' });
  ({ driveId: drive } = await node.dockOne(outDir));
  await node.derived();
  ({ url, token } = (await readNodeFile(home)) as { url: string; token: string });
});
afterAll(async () => {
  await node.close();
  await scratch[Symbol.asyncDispose]();
});

interface Counted {
  readonly topic: string;
  readonly messages: number;
}
interface Drive {
  readonly startTime: string;
  readonly endTime: string;
  readonly messages: number;
  readonly bytesLanded: number;
}
interface Estimate {
  readonly messages: number;
  readonly bytesStored: number;
  readonly requests: number;
  readonly secondsAt: { readonly bytesPerS: number } | null;
}

async function ask<Body extends object>(asked: string, init: RequestInit = {}): Promise<Body> {
  const answer = await fetch(`${url}${asked}`, init);
  const body = (await answer.json()) as Body & { detail?: string };
  expect([asked, answer.status, body.detail]).toEqual([asked, 200, undefined]);
  return body;
}
const verified = (chunkId: string): Promise<{ ok: boolean; faults: string[]; checkedAt: string }> =>
  ask(`/v1/chunks/${chunkId}/verify?drive=${drive}`, { method: 'POST', headers: { authorization: `Bearer ${token}` } });
const sum = (numbers: readonly number[]): number => numbers.reduce((all, one) => all + one, 0);

describe('the explorer over a drive that landed', () => {
  it('tells its story without a gap in it', async () => {
    type Story = { sentences: { kind: string; text: string }[] };
    const { sentences } = await ask<Story>(`/v1/drives/${drive}/story`);
    const kinds = sentences.map(({ kind }) => kind);
    for (const kind of ['recorded', 'docked', 'verdict', 'landed', 'derived', 'receipted'])
      expect(kinds).toContain(kind);
    const row = await ask<Drive>(`/v1/drives/${drive}`);
    expect(row).toMatchObject({ receiptState: 'whole', recordingsWithoutReceipt: 0, supersededRecordings: 0 });
    const landed = sentences.find(({ kind }) => kind === 'landed');
    expect(landed?.text).toContain(`${row.messages.toLocaleString('en-US')} messages`);
  });

  it('counts as many messages in its rates as its topics have', async () => {
    const { topics } = await ask<{ topics: Counted[] }>(`/v1/topics?drive=${drive}`);
    const rates = await ask<{ topics: { topic: string; messages: number[] }[] }>(
      `/v1/drives/${drive}/rates?buckets=50`,
    );
    expect(rates.topics).toHaveLength(topics.length);
    for (const { topic, messages } of topics) {
      const counted = rates.topics.find((one) => one.topic === topic);
      expect([topic, sum(counted?.messages ?? [])]).toEqual([topic, expect.closeTo(messages, 0)]);
    }
  });

  it('estimates slices as they turn out, and then at the rate that was measured', async () => {
    const { startTime, endTime } = await ask<Drive>(`/v1/drives/${drive}`);
    const middle = String((BigInt(startTime) + BigInt(endTime)) / 2n);
    const selection = `drive=${drive}&topics=${encodeURIComponent(IMU)}&start=${middle}`;
    const estimate = await ask<Estimate>(`/v1/slice/estimate?${selection}`);
    const lines = (await (await fetch(`${url}/v1/slice?${selection}&format=ndjson`)).text()).trim().split('\n');
    expect(Math.abs(estimate.messages - (lines.length - 1))).toBeLessThan(lines.length * 0.05 + 5);
    expect(estimate).toMatchObject({ missing: [], missingMore: 0 });
    const out = path.join(scratch.path, 'slice.mcap');
    const asked = { driveId: drive, topics: [IMU], start: middle, out };
    const { requests } = await node.task<{ requests: number }>('export', asked);
    expect(estimate.requests).toBeGreaterThanOrEqual(requests / 2);
    expect(estimate.requests).toBeLessThanOrEqual(requests * 2);
    const whole = await ask<Estimate>(`/v1/slice/estimate?drive=${drive}`);
    const { bytesLanded, messages } = await ask<Drive>(`/v1/drives/${drive}`);
    expect(whole.messages).toBe(messages);
    expect(whole.bytesStored).toBeLessThanOrEqual(bytesLanded);
    await (await fetch(`${url}/v1/slice?drive=${drive}`)).arrayBuffer();
    const { secondsAt, bytesStored } = await ask<Estimate>(`/v1/slice/estimate?drive=${drive}`);
    expect(secondsAt).toMatchObject({
      isMeasured: true,
      seconds: expect.closeTo(bytesStored / (secondsAt?.bytesPerS ?? 0), 3),
    });
  });

  it('draws its way, forward in time and at the speed of a car', async () => {
    type Track = { source: string; segments: { points: [number, number, string, number | null][] }[] };
    const { segments, source } = await ask<Track>(`/v1/drives/${drive}/track?points=50`);
    expect([source, segments.length]).toEqual(['gnss', 1]);
    const points = segments[0]?.points ?? [];
    expect(points.length).toBeLessThanOrEqual(50);
    const times = points.map(([, , time]) => BigInt(time));
    expect(times).toEqual(times.toSorted((a, b) => (a < b ? -1 : 1)));
    for (const [, , , speedMps] of points.slice(1)) expect(speedMps).toBeLessThan(60);
  });

  it('verifies a chunk anew, and says what is wrong when its object was damaged', async () => {
    const { chunks } = await ask<{ chunks: [{ chunkId: string }] }>(
      `/v1/chunks?drive=${drive}&topic=${encodeURIComponent(IMU)}`,
    );
    const [{ chunkId }] = chunks;
    type Detail = { object: string; sources: [{ path: string }]; receiptIds: string[] };
    const detail = await ask<Detail>(`/v1/chunks/${chunkId}?drive=${drive}`);
    expect(detail.sources[0].path).toMatch(/\.mcap$/);
    expect(detail.receiptIds).toHaveLength(1);
    expect(await verified(chunkId)).toEqual({ ok: true, faults: [], checkedAt: expect.stringMatching(/^\d{19}$/) });
    const file = fileURLToPath(detail.object);
    const bytes = await readFile(file);
    const damaged = Buffer.from(bytes);
    damaged.writeUInt8(damaged.readUInt8(bytes.length >> 1) ^ 0xff, bytes.length >> 1);
    await writeFile(file, damaged);
    const { ok, faults } = await verified(chunkId);
    expect([ok, faults.length > 0]).toEqual([false, true]);
    await writeFile(file, bytes);
    expect((await verified(chunkId)).ok).toBe(true);
    const refused = await fetch(`${url}/v1/chunks/${chunkId}/verify`, { method: 'POST' });
    expect(refused.status).toBe(403);
  });

  it('shows the day, the garage and the year', async () => {
    const { days } = await ask<{ days: object[] }>('/v1/fleet/days');
    expect(days).toMatchObject([{ garage: 'garage', drives: 1 }]);
    const { garages } = await ask<{ garages: object[] }>('/v1/fleet/garages');
    expect(garages).toMatchObject([{ waitingRecordings: 0, oldestS: null, lagP50S: expect.any(Number) }]);
    const { startTime } = await ask<Drive>(`/v1/drives/${drive}`);
    const year = new Date(Number(BigInt(startTime) / 1_000_000n)).getUTCFullYear();
    const calendar = await ask<{ days: [{ seconds: { indexed: number } }] }>(`/v1/fleet/calendar?year=${year}`);
    expect(calendar.days[0].seconds.indexed).toBeGreaterThan(10);
  });
});
