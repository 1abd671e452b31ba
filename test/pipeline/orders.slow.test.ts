/**
 * Standing orders and events over a whole node: what they mean goes first, and everything lands as it would without them.
 * Order is counted in the claims that the garage made, never in time.
 */
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type ChunkClaim, LogTopic } from '@pitlane/contracts/records';
import type { ManifestLine } from '@pitlane/contracts/manifest';
import { openSqliteLog } from '@pitlane/message-log-sqlite';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { chunkObjects, NodeUnderTest, scratchFolder } from '../support/node-under-test.ts';
import { smallLog, START_NS } from '../support/small-log.ts';

const MINUTES = 12;
/** Beyond 8 KiB a message, so that each topic travels alone. */
const THICK = { payloadBytes: 8500, seconds: MINUTES * 60, hz: 1 };
const WINDOW_NS = 60_000_000_000n;
/** Chunks on their way at once: so many of the bulk may have begun before the last of what is wanted has ended. */
const SHIPS_AT_ONCE = 8;

let scratch: Awaited<ReturnType<typeof scratchFolder>>;
let folder: string;

beforeAll(async () => {
  scratch = await scratchFolder();
  folder = path.join(scratch.path, 'disk');
  await mkdir(folder);
  await writeFile(path.join(folder, 'a-camera.mcap'), smallLog({ ...THICK, topics: ['/camera'], seed: 1 }));
  await writeFile(
    path.join(folder, 'b-lidar.mcap'),
    smallLog({ ...THICK, topics: ['/lidar/top', '/lidar/rear'], seed: 2 }),
  );
  await sidecar({});
});
afterAll(() => scratch[Symbol.asyncDispose]());

const sidecar = (more: object): Promise<void> =>
  writeFile(
    path.join(folder, 'pitlane.drive.json'),
    JSON.stringify({ vehicleId: 'car-47', driveId: 'drive-1', ...more }),
  );

let homes = 0;
const newHome = (): string => path.join(scratch.path, `home-${(homes += 1)}`);

/** What was claimed, in order. */
async function claimsOf({ home }: NodeUnderTest, count: number): Promise<ChunkClaim['chunk'][]> {
  const log = openSqliteLog({ file: path.join(home, 'log.sqlite') });
  const stop = new AbortController();
  const claims: ChunkClaim['chunk'][] = [];
  const reading = log.consume(LogTopic.chunks, 'test', { batchMax: 100, signal: stop.signal }, async (batch) => {
    for (const { value } of batch) claims.push((JSON.parse(value) as ChunkClaim).chunk);
  });
  await vi.waitFor(() => expect(claims.length).toBe(count), { timeout: 20_000 });
  stop.abort();
  await reading;
  await log.close();
  return claims;
}

/** That what is wanted was begun before the rest, as far as the order of ending can tell. */
function expectFirst(claims: readonly ChunkClaim['chunk'][], isWanted: (chunk: ChunkClaim['chunk']) => boolean): void {
  const wanted = claims.map(isWanted);
  const last = wanted.lastIndexOf(true);
  expect(last).toBeGreaterThanOrEqual(0);
  expect(wanted.slice(0, last).filter((one) => !one).length).toBeLessThan(SHIPS_AT_ONCE);
  expect(wanted.slice(last + 1).length).toBeGreaterThan(SHIPS_AT_ONCE);
}

const windowOfChunk = ({ windowStart }: ChunkClaim['chunk']): bigint =>
  windowStart === null ? -1n : BigInt(windowStart) / WINDOW_NS;

describe('what is ordered of a car', () => {
  it('goes first of a drive that comes after a restart, and the objects are those of any other docking', async () => {
    const plain = await NodeUnderTest.open(newHome());
    await plain.dockOne(folder);
    const objects = chunkObjects(await plain.bucket());
    await plain.close();

    const home = newHome();
    const before = await NodeUnderTest.open(home);
    const start = START_NS + 5n * WINDOW_NS;
    const asked = { start: String(start), end: String(start + 30_000_000_000n), note: 'for the bridge' };
    const order = await before.addOrder({ vehicleId: 'car-47', topics: ['/lidar/*'], ...asked });
    expect(order).toMatchObject({ state: 'waiting', priority: 20 });
    await before.close();

    const node = await NodeUnderTest.open(home);
    try {
      const drive = await node.dockOne(folder);
      expect(drive).toMatchObject({ state: 'receipted', chunks: objects.length, loss: [] });
      expect(chunkObjects(await node.bucket())).toEqual(objects);
      const claims = await claimsOf(node, objects.length);
      const window = start / WINDOW_NS;
      const isWanted = (chunk: ChunkClaim['chunk']): boolean =>
        chunk.group.startsWith('/lidar/') && windowOfChunk(chunk) === window;
      expectFirst(claims, isWanted);
      const count = claims.filter(isWanted).length;
      expect(await node.orders()).toMatchObject([
        { orderId: order.orderId, state: 'served', chunks: count, drives: [{ driveId: 'drive-1', state: 'landed' }] },
      ]);
      const chunk = claims.find(isWanted);
      expect((await node.why(chunk?.chunkId ?? '')).join('\n')).toContain(
        `for standing ${order.orderId} (for the bridge)`,
      );
      expect((await node.why(order.orderId)).join('\n')).toContain('in drive-1');
      expect(await node.verify('drive-1')).toMatchObject([{ ok: true }]);
      expect(await node.addOrder({ vehicleId: 'car-47', topics: ['/camera'] })).toMatchObject({
        state: 'served',
        chunks: claims.filter(({ channels }) => channels.some(({ topic }) => topic === '/camera')).length,
        text: expect.stringMatching(/^already landed: /) as string,
      });
      await node.removeOrder(order.orderId);
      expect((await node.orders()).length).toBe(1);
    } finally {
      await node.close();
    }
  });
});

describe('what happened on the way', () => {
  it('goes before bulk with what is around it, of all recordings, and stands in the manifest', async () => {
    const events = [{ time: String(START_NS + 6n * WINDOW_NS), kind: 'incident', note: 'cut in' }];
    await sidecar({ events });
    const node = await NodeUnderTest.open(newHome());
    try {
      const drive = await node.dockOne(folder);
      const claims = await claimsOf(node, drive.chunks);
      const at = START_NS / WINDOW_NS + 6n;
      // 30 s before to 10 s after a time in mid-window, and the windows beside.
      expectFirst(claims, (chunk) => [at - 1n, at, at + 1n].includes(windowOfChunk(chunk)));
      const objects = path.join(node.home, 'objects');
      const names = (await readdir(objects, { recursive: true })).filter((name) => /manifest.*json$/.test(name));
      const [manifest] = await Promise.all(names.map((name) => readFile(path.join(objects, name), 'utf8')));
      const [head] = (manifest ?? '')
        .split('\n')
        .map((line) => (line === '' ? undefined : (JSON.parse(line) as ManifestLine)));
      expect(head).toMatchObject({ type: 'manifest', events });
    } finally {
      await node.close();
    }
  });
});
