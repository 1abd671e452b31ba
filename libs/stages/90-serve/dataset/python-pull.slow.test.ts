/** The Python package pulls what we pull: the same order, the same digests, the same state on the disk. */
import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { builtObjectName, shardObjectName } from '@pitlane/contracts/dataset';
import type { Sha256Hex } from '@pitlane/contracts/identity';
import { beforeAll, describe, expect, it } from 'vitest';
import { requirePython } from '../../../../test/support/requires.ts';
import { type PullJob, pullSamples, sampleDigests, type SampleSink } from '../index.ts';
import { built, frozen, landedDrive, objectBytes, scratchFolder } from './dataset.fixture.ts';
import { EpochOrder } from './pull/epoch-order.ts';
import { Rest, shareOf } from './pull/worlds.ts';

const python = requirePython();
const SCRIPT = fileURLToPath(new URL('../../../../test/support/python/pull_dataset.py', import.meta.url));
const CLIENT = fileURLToPath(new URL('../../../clients/python', import.meta.url));

interface InPython {
  readonly keys: string[];
  readonly digests: Record<string, string>;
  readonly places: [number, number][];
  readonly code?: string;
  readonly taken?: number;
}

function inPython(jobs: readonly object[]): InPython[] {
  const input = jobs.map((job) => `${JSON.stringify(job)}\n`).join('');
  const maxBuffer = 64 * 1024 * 1024;
  const { stdout, stderr, status } = spawnSync(python as string, [SCRIPT, CLIENT], {
    input,
    encoding: 'utf8',
    maxBuffer,
  });
  expect(status, stderr).toBe(0);
  return stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as InPython);
}

class Kept implements SampleSink {
  readonly keys: string[] = [];
  readonly digests: Record<string, string> = {};
  safe = 0;
  async begin(): Promise<void> {}
  async add(sample: readonly Uint8Array[]): Promise<void> {
    for (const [key, digest] of sampleDigests(Buffer.concat(sample))) {
      this.keys.push(key);
      this.digests[key] = digest;
    }
    this.safe += 1;
  }
  async finish(): Promise<void> {}
}

type Drive = Awaited<ReturnType<typeof landedDrive>>;

let drive: Drive;
let job: PullJob;
let root: string;

describe.skipIf(python === undefined)('the Python package', () => {
  beforeAll(async () => {
    drive = await landedDrive(5);
    const { snapshotId } = await frozen(drive, undefined, 3);
    await built(drive, snapshotId);
    job = { tenant: drive.tenant, snapshotId, split: 'train', seed: 5, epoch: 0, streams: 2, rank: 0, world: 1 };
    root = await mkdtemp(join(scratchFolder, 'bucket-'));
    for (const name of [
      builtObjectName(drive.tenant, snapshotId),
      shardObjectName(drive.tenant, snapshotId, 'train', 0),
    ]) {
      await mkdir(dirname(join(root, name)), { recursive: true });
      await writeFile(join(root, name), objectBytes(drive, name));
    }
  });

  const ours = async (more: Partial<PullJob> = {}): Promise<Kept> => {
    const sink = new Kept();
    await pullSamples({ ...job, ...more }, sink, { store: drive.store });
    return sink;
  };
  const asked = ({ rank, world, resume, samplesMax, ...more }: Partial<PullJob>): object => {
    const { seed, epoch, split, streams } = { ...job, ...more };
    const order = { seed, epoch, split, streams, rank: rank ?? 0, world_size: world ?? 1 };
    return {
      ...order,
      ...(resume !== undefined && { resume }),
      ...(samplesMax !== undefined && { samples: samplesMax }),
    };
  };
  const theirs = (more: Partial<PullJob> = {}, failAt?: number): InPython => {
    const { snapshotId, tenant } = job;
    const [found] = inPython([{ kind: 'pull', root, snapshotId, tenant, asked: asked(more), failAt }]);
    return found as InPython;
  };

  it('has the order of an epoch as we have it, whatever was taken before by whom', () => {
    const drawn = fc.record({
      of: fc.record({
        snapshotId: fc.constant('ab'.repeat(32) as Sha256Hex),
        split: fc.constantFrom('train', 'val'),
        seed: fc.nat(),
        epoch: fc.nat(1000),
        streams: fc.integer({ min: 1, max: 16 }),
      }),
      samples: fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 10 }),
      shares: fc.array(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 6 }), {
        maxLength: 3,
      }),
      world: fc.integer({ min: 1, max: 6 }),
    });
    const cases = fc.sample(drawn, { numRuns: 120, seed: 4 }).map(({ of, samples, shares, world }) => {
      const order = new EpochOrder(of, samples);
      const phases: { world: number; taken: number[] }[] = [];
      for (const shared of shares) {
        const left = new Rest(order.total, phases).length;
        const taken = shared.map((share, rank) => Math.round(share * shareOf(left, rank, shared.length)));
        phases.push({ world: shared.length, taken });
      }
      const rest = new Rest(order.total, phases);
      const rank = world - 1;
      const places = Array.from({ length: shareOf(rest.length, rank, world) }, (_, nth) => {
        const { shard, sample } = order.at(rest.positionOf(rank + nth * world));
        return [shard, sample];
      });
      const { snapshotId, ...named } = of;
      return {
        job: { kind: 'order', of: { snapshot_id: snapshotId, ...named }, samples, phases, rank, world },
        places,
      };
    });
    const found = inPython(cases.map(({ job: one }) => one));
    expect(found.map(({ places }) => places)).toEqual(cases.map(({ places }) => places));
  });

  it('gives the same samples with the same digests in the same order to every rank', async () => {
    for (const world of [1, 3]) {
      for (let rank = 0; rank < world; rank += 1) {
        const { keys, digests } = await ours({ rank, world, epoch: 2 });
        expect(theirs({ rank, world, epoch: 2 })).toMatchObject({ keys, digests, taken: keys.length, left: 0 });
        expect(keys.length).toBeGreaterThan(10);
      }
    }
  });

  it('goes on where we stopped and lets us go on where it stopped, by the same files, when the world changes too', async () => {
    const whole = await ours();
    const resume = join(root, 'state');
    const keys = [
      ...(await ours({ resume, samplesMax: 3 })).keys,
      ...theirs({ resume, samplesMax: 5 }).keys,
      ...(await ours({ resume, samplesMax: 1 })).keys,
    ];
    expect(keys).toEqual(whole.keys.slice(0, 9));
    const dealt = [
      ...theirs({ resume, world: 2, rank: 0, samplesMax: 4 }).keys,
      ...(await ours({ resume, world: 2, rank: 1, samplesMax: 7 })).keys,
    ];
    const last = [
      ...theirs({ resume, world: 3, rank: 0 }).keys,
      ...(await ours({ resume, world: 3, rank: 1 })).keys,
      ...theirs({ resume, world: 3, rank: 2 }).keys,
    ];
    expect([...keys, ...dealt, ...last].sort()).toEqual([...whole.keys].sort());
  });

  it('gives a sample again whose reader failed at it, and says what is wrong with a state or a shard', async () => {
    const whole = await ours();
    const resume = join(root, 'failing');
    expect(theirs({ resume }, 6).keys).toEqual(whole.keys.slice(0, 6));
    expect(theirs({ resume }).keys).toEqual(whole.keys.slice(6));
    expect(theirs({ resume, seed: 99 })).toMatchObject({ code: 'refused', keys: [] });
    expect(theirs({ split: 'val' })).toMatchObject({ keys: [], taken: 0 });
    await writeFile(`${resume}.e0.0.0-of-1.json`, '');
    expect(theirs({ resume })).toMatchObject({ code: 'corrupt-input' });
    const name = shardObjectName(drive.tenant, job.snapshotId, 'train', 0);
    const damaged = Uint8Array.from(objectBytes(drive, name));
    damaged[700] = (damaged[700] as number) ^ 1;
    await writeFile(join(root, name), damaged);
    expect(theirs()).toMatchObject({ code: 'checksum-mismatch', keys: [] });
    await rm(join(root, name));
    expect(theirs()).toMatchObject({ code: 'not-found', keys: [] });
    await rm(join(root, builtObjectName(drive.tenant, job.snapshotId)));
    expect(theirs()).toMatchObject({ code: 'not-found', message: expect.stringMatching(/not all built/) });
  });
});
