import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { shardObjectName } from '@pitlane/contracts/dataset';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FolderSink, type PullJob, pullSamples, sampleDigests, type SampleSink } from '../../index.ts';
import { built, frozen, landedDrive, objectBytes } from '../dataset.fixture.ts';

type Drive = Awaited<ReturnType<typeof landedDrive>>;

let drive: Drive;
let job: PullJob;
let folder: string;
let all: Map<string, string>;

beforeAll(async () => {
  drive = await landedDrive(5);
  folder = await mkdtemp(join(tmpdir(), 'pitlane-pull-'));
  const { snapshotId } = await frozen(drive, undefined, 3);
  await built(drive, snapshotId);
  job = { tenant: drive.tenant, snapshotId, split: 'train', seed: 5, epoch: 0, streams: 2, rank: 0, world: 1 };
  all = sampleDigests(objectBytes(drive, shardObjectName(drive.tenant, snapshotId, 'train', 0)));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Keeps the keys of what it takes, and may fail at one. */
class Kept implements SampleSink {
  readonly keys: string[] = [];
  readonly digests = new Map<string, string>();
  failAt = Infinity;
  safe = 0;
  async begin(): Promise<void> {}
  async add(sample: readonly Uint8Array[]): Promise<void> {
    if (this.safe >= this.failAt) throw new Error('the reader went away');
    for (const [key, digest] of sampleDigests(Buffer.concat(sample))) {
      this.keys.push(key);
      this.digests.set(key, digest);
    }
    this.safe += 1;
  }
  async finish(): Promise<void> {}
}

async function pulled(more: Partial<PullJob> = {}, failAt = Infinity): Promise<Kept> {
  const sink = new Kept();
  sink.failAt = failAt;
  const pulling = pullSamples({ ...job, ...more }, sink, { store: drive.store });
  if (failAt === Infinity) await pulling;
  else await pulling.catch(() => {});
  return sink;
}

let states = 0;
const stateFile = (): string => join(folder, `state-${(states += 1)}`);

describe('a pull', () => {
  it('gives every sample once, with its bytes, in an order that the seed and epoch make', async () => {
    const first = await pulled();
    expect(first.digests).toEqual(all);
    expect(first.keys).toHaveLength(all.size);
    expect((await pulled()).keys).toEqual(first.keys);
    expect((await pulled({ epoch: 1 })).keys).not.toEqual(first.keys);
    expect((await pulled({ seed: 6 })).keys).not.toEqual(first.keys);
  });

  it('deals one order out to the ranks, so that taking turns gives it back', async () => {
    const whole = await pulled();
    const ranks = await Promise.all([0, 1, 2].map((rank) => pulled({ rank, world: 3 })));
    const dealt = whole.keys.map((_, position) => ranks[position % 3]?.keys[Math.floor(position / 3)]);
    expect(dealt).toEqual(whole.keys);
  });

  it('goes on exactly where it stopped, with the same world', async () => {
    const whole = await pulled();
    const resume = stateFile();
    const keys: string[] = [];
    for (const samplesMax of [3, 1, 10, undefined]) keys.push(...(await pulled({ resume, samplesMax })).keys);
    expect(keys).toEqual(whole.keys);
  });

  it('gives no sample twice and none not, through worlds that change and readers that go away', async () => {
    const worldArb = fc
      .integer({ min: 1, max: 5 })
      .chain((world) =>
        fc.record({ world: fc.constant(world), stops: fc.array(fc.nat(20), { minLength: world, maxLength: world }) }),
      );
    await fc.assert(
      fc.asyncProperty(fc.array(worldArb, { minLength: 1, maxLength: 4 }), async (worlds) => {
        const resume = stateFile();
        const keys: string[] = [];
        for (const { world, stops } of [...worlds, { world: 2, stops: [Infinity, Infinity] }])
          for (const [rank, stop] of stops.entries()) keys.push(...(await pulled({ resume, world, rank }, stop)).keys);
        expect(keys.sort()).toEqual([...all.keys()].sort());
      }),
      { numRuns: 12, seed: 2 },
    );
  });

  it('takes the reader at its word for how many it has used', async () => {
    const whole = await pulled();
    const resume = stateFile();
    await pulled({ resume, samplesMax: 10 });
    expect((await pulled({ resume, taken: 7 })).keys).toEqual(whole.keys.slice(7));
    await expect(pulled({ resume, taken: 10_000 })).rejects.toMatchObject({ code: 'bad-usage' });
  });

  it('refuses a state of another order, and a change of the world without the states of all ranks', async () => {
    const resume = stateFile();
    for (const rank of [0, 1]) await pulled({ resume, world: 2, rank, samplesMax: 3 });
    await expect(pulled({ resume, world: 2, seed: 99 })).rejects.toMatchObject({ code: 'refused' });
    const [, second] = (await readdir(folder)).filter((name) => name.startsWith(`${resume.split('/').at(-1)}.`)).sort();
    await rm(join(folder, second as string));
    await expect(pulled({ resume, world: 3 })).rejects.toMatchObject({ code: 'not-found' });
    await writeFile(join(folder, second as string), 'no state');
    await expect(pulled({ resume, world: 3 })).rejects.toMatchObject({ code: 'corrupt-input' });
  });

  it('gives nothing of a shard that is damaged, cut short or gone', async () => {
    const name = shardObjectName(drive.tenant, job.snapshotId, 'train', 0);
    const { bytes, info } = drive.store.objects.get(name) as {
      bytes: Uint8Array;
      info: { metadata: Record<string, string> };
    };
    const changed = Uint8Array.from(bytes);
    changed[700] = (changed[700] as number) ^ 1;
    for (const [content, code] of [
      [changed, 'checksum-mismatch'],
      [bytes.subarray(0, 9000), 'checksum-mismatch'],
    ] as const) {
      drive.store.replace(name, content, {});
      const sink = new Kept();
      await expect(pullSamples(job, sink, { store: drive.store })).rejects.toMatchObject({ code });
      expect(sink.keys).toEqual([]);
    }
    await drive.store.remove(name);
    await expect(pulled()).rejects.toMatchObject({ code: 'not-found', message: expect.stringMatching(/erased/) });
    drive.store.replace(name, bytes, info.metadata);
  });

  it('into a folder gives whole tars, the same when it is stopped before its state is written', async () => {
    const out = await mkdtemp(join(folder, 'out-'));
    const pull = async (more: Partial<PullJob>): Promise<void> => {
      const sink = new FolderSink(out, job);
      await pullSamples({ ...job, ...more }, sink, { store: drive.store });
      await sink.close();
    };
    const resume = stateFile();
    await pull({ resume, samplesMax: 8 });
    await pull({ resume });
    const names = (await readdir(out)).sort();
    expect(names).toEqual(['train-e0-r0of1-g0-000000000.tar', 'train-e0-r0of1-g0-000000008.tar']);
    const before = await readFile(join(out, names[1] as string));
    await pull({ resume, taken: 8 });
    expect(Buffer.compare(await readFile(join(out, names[1] as string)), before)).toBe(0);
    const digests = new Map<string, string>();
    for (const name of names)
      for (const [key, digest] of sampleDigests(await readFile(join(out, name)))) digests.set(key, digest);
    expect(digests).toEqual(all);
  });
});
