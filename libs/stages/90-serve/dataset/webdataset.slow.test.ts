/** Shards as a training job reads them: by the `webdataset` of Python, which knows nothing of us. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { shardObjectName } from '@pitlane/contracts/dataset';
import { describe, expect, it } from 'vitest';
import { PythonReaders } from '../../../../test/support/python-readers.ts';
import { requirePython } from '../../../../test/support/requires.ts';
import { sampleDigests } from '../index.ts';
import { built, FRAMES, frozen, landedDrive, objectBytes, planFrom, scratchFolder } from './dataset.fixture.ts';

const python = requirePython();

describe.skipIf(python === undefined)('webdataset', () => {
  it('reads the same samples from our shards as we do, of frames and of windows', async () => {
    const windows = planFrom({ kind: 'windows', seconds: 1, topics: ['/wheel', { topic: '/lidar', missing: 'omit' }] });
    const files: string[] = [];
    const expected: Record<string, string>[] = [];
    for (const [i, plan] of [FRAMES, windows].entries()) {
      const drive = await landedDrive();
      const { snapshotId, samples } = await frozen(drive, plan, 2);
      await built(drive, snapshotId);
      const tar = objectBytes(drive, shardObjectName(drive.tenant, snapshotId, 'train', 0));
      const file = join(scratchFolder, `shard-${i}.tar`);
      await writeFile(file, tar);
      files.push(file);
      expected.push(Object.fromEntries(sampleDigests(tar)));
      expect(Object.keys(expected[i] as object)).toHaveLength(samples);
    }
    const read = await new PythonReaders(python as string).samplesOf(files);
    expect(read.map(({ digests }) => digests)).toEqual(expected);
  }, 120_000);
});
