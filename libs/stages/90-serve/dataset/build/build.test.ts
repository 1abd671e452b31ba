import { builtObjectName, shardIndexName, shardObjectName, type BuiltShard } from '@pitlane/contracts/dataset';
import { describe, expect, it } from 'vitest';
import { buildShards } from '../../index.ts';
import { built, depsOf, frozen, landedDrive, objectBytes } from '../dataset.fixture.ts';

type Drive = Awaited<ReturnType<typeof landedDrive>>;
type Id = Awaited<ReturnType<typeof frozen>>['snapshotId'];

const SPLIT = {
  by: 'drive',
  seed: 1,
  shares: [
    { split: 'train', weight: 2 },
    { split: 'val', weight: 1 },
  ],
} as const;

const shardObjects = (drive: Drive, id: Id): string[] =>
  [...drive.store.objects.keys()].filter((name) => name.includes(id) && !name.endsWith('snapshot.ndjson')).sort();

const contentOf = (drive: Drive, id: Id): Map<string, string> =>
  new Map(shardObjects(drive, id).map((name) => [name, Buffer.from(objectBytes(drive, name)).toString('hex')]));

describe('a build', () => {
  it('gives the same bytes by one worker and by three, whoever comes last naming all shards', async () => {
    const alone = await landedDrive(3);
    const { snapshotId } = await frozen(alone, undefined, 6, { split: SPLIT });
    expect(await built(alone, snapshotId)).toMatchObject({ shards: 2, missing: 0, known: 0 });
    const together = await landedDrive(3);
    expect((await frozen(together, undefined, 6, { split: SPLIT })).snapshotId).toBe(snapshotId);
    expect(await built(together, snapshotId, { worker: 2, workers: 3 })).toMatchObject({ built: 0, missing: 2 });
    expect(await built(together, snapshotId, { worker: 1, workers: 3 })).toMatchObject({ missing: 1 });
    expect(together.store.objects.has(builtObjectName(together.tenant, snapshotId))).toBe(false);
    expect(await built(together, snapshotId, { worker: 0, workers: 3 })).toMatchObject({ missing: 0 });
    expect(contentOf(together, snapshotId)).toEqual(contentOf(alone, snapshotId));
    expect(contentOf(alone, snapshotId).size).toBe(5);
  });

  it('passes over what stands, and goes on behind a tar whose index was not written', async () => {
    const drive = await landedDrive(2);
    const { snapshotId } = await frozen(drive);
    await built(drive, snapshotId);
    const before = contentOf(drive, snapshotId);
    expect(await built(drive, snapshotId)).toMatchObject({ built: 0, known: 1, bytes: 0 });
    await drive.store.remove(shardIndexName(drive.tenant, snapshotId, 'train', 0));
    await drive.store.remove(builtObjectName(drive.tenant, snapshotId));
    expect(await built(drive, snapshotId)).toMatchObject({
      mine: [{ split: 'train', shard: 0 }],
      built: 1,
      missing: 0,
    });
    expect(contentOf(drive, snapshotId)).toEqual(before);
  });

  it('says so where a shard holds other bytes, with an index or without', async () => {
    const drive = await landedDrive(2);
    const { snapshotId } = await frozen(drive);
    await built(drive, snapshotId);
    const name = shardObjectName(drive.tenant, snapshotId, 'train', 0);
    drive.store.replace(name, objectBytes(drive, name).subarray(0, 1000), {});
    await expect(built(drive, snapshotId)).rejects.toMatchObject({ code: 'checksum-mismatch' });
    await drive.store.remove(shardIndexName(drive.tenant, snapshotId, 'train', 0));
    await expect(built(drive, snapshotId)).rejects.toMatchObject({ code: 'checksum-mismatch' });
    await drive.store.remove(name);
    expect(await built(drive, snapshotId)).toMatchObject({ missing: 0 });
  });

  it('refuses a drive that was erased since, and another object in the place of one', async () => {
    const drive = await landedDrive(2);
    const { snapshotId } = await frozen(drive);
    const chunk = [...drive.store.objects.keys()].find((name) => name.endsWith('.mcap')) as string;
    const { bytes, info } = drive.store.objects.get(chunk) as { bytes: Uint8Array; info: { metadata: object } };
    await drive.store.remove(chunk);
    await expect(built(drive, snapshotId)).rejects.toMatchObject({
      code: 'not-found',
      message: expect.stringMatching(/erased or damaged since/),
    });
    drive.store.replace(chunk, bytes.slice().fill(1, 100, 200), {});
    await expect(built(drive, snapshotId)).rejects.toMatchObject({ code: 'checksum-mismatch' });
    drive.store.replace(chunk, bytes, { ...info.metadata });
    expect(await built(drive, snapshotId)).toMatchObject({ missing: 0 });
  });

  it('goes on after it was stopped at any write to the store', async () => {
    const whole = await landedDrive(2);
    const { snapshotId } = await frozen(whole, undefined, 4, { split: SPLIT });
    await built(whole, snapshotId);
    for (let stopAt = 0; stopAt < 5; stopAt += 1) {
      const drive = await landedDrive(2);
      await frozen(drive, undefined, 4, { split: SPLIT });
      let writes = 0;
      const put: typeof drive.store.put = (name, source, options) => {
        if (writes++ === stopAt) throw new Error('stopped');
        return drive.store.put(name, source, options);
      };
      const store = {
        ...depsOf(drive).store,
        traits: drive.store.traits,
        put,
        stat: drive.store.stat.bind(drive.store),
        read: drive.store.read.bind(drive.store),
        list: drive.store.list.bind(drive.store),
        remove: drive.store.remove.bind(drive.store),
      };
      const job = { tenant: drive.tenant, snapshotId, worker: 0, workers: 1 };
      await expect(buildShards(job, depsOf(drive, { store }))).rejects.toThrow('stopped');
      await built(drive, snapshotId);
      expect(contentOf(drive, snapshotId)).toEqual(contentOf(whole, snapshotId));
    }
  });

  it('names the shards in the order of the snapshot, with what each holds', async () => {
    const drive = await landedDrive(2);
    const { snapshotId, samples } = await frozen(drive, undefined, 4, { split: SPLIT });
    await built(drive, snapshotId);
    const lines = Buffer.from(objectBytes(drive, builtObjectName(drive.tenant, snapshotId)))
      .toString()
      .trim()
      .split('\n');
    const shards = lines.map((line) => JSON.parse(line) as BuiltShard);
    expect(shards.map(({ split, shard }) => `${split} ${shard}`)).toEqual(['train 0', 'val 0']);
    expect(shards.reduce((sum, shard) => sum + shard.samples, 0)).toBe(samples);
  });
});
