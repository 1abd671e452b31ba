import { splitRuleFromText } from '@pitlane/contracts/dataset';
import { CELL_RESOLUTION, REGION_RESOLUTION } from '@pitlane/contracts/trajectory';
import { cellToChildren, cellToParent, gridDisk, latLngToCell } from 'h3-js';
import { describe, expect, it } from 'vitest';
import { BASE, FRAMES, jobOf, landedDrive, SECOND } from '../dataset.fixture.ts';
import { readList, readSnapshot } from '../read-snapshot.ts';
import { freezeDataset } from './freeze.ts';
import { PlaceSplits } from './place-runs.ts';
import { planDrive } from './plan-drive.ts';

const RULE = splitRuleFromText('place=1/1', 2);

/** Cells of regions around a town: well within a split, and at a border between two. */
function cellsByPlace(tenant: string): { train: string; val: string; border: string } {
  const splits = new PlaceSplits(RULE, tenant);
  const middle = cellToParent(latLngToCell(48.1, 11.5, CELL_RESOLUTION), REGION_RESOLUTION);
  const cells = gridDisk(middle, 3).flatMap((region) => cellToChildren(region, CELL_RESOLUTION));
  const one = (split: string | null): string => cells.find((cell) => splits.ofCell(cell) === split) ?? '';
  return { train: one('train'), val: one('val'), border: one(null) };
}

const byPlace = async (drive: Awaited<ReturnType<typeof landedDrive>>) =>
  freezeDataset(
    jobOf(drive, FRAMES, { split: RULE }),
    (async function* () {
      yield await planDrive(drive.catalog, { tenant: drive.tenant, driveId: drive.driveId, spans: [] }, FRAMES, RULE);
    })(),
    { store: drive.store, now: () => '' },
  );

describe('a dataset split by place', () => {
  it('parts one drive by where it was, and drops what is at a border, or nowhere that is known', async () => {
    const drive = await landedDrive(10);
    const { train, val, border } = cellsByPlace(drive.tenant);
    expect([train, val, border]).not.toContain('');
    const visit = (cell: string, fromS: number, toS: number): void => {
      const at = (seconds: number): string => String(BASE + BigInt(seconds) * SECOND);
      const row = { cell: String(BigInt(`0x${cell}`)), start_ns: at(fromS), end_ns: at(toS) };
      drive.row('trajectory_cells', row);
    };
    visit(train, 0, 2);
    visit(border, 2, 5);
    visit(val, 5, 8);
    const frozen = await byPlace(drive);
    // Frames come every 100 ms with a cloud 40 ms behind each; nine have no cloud.
    expect(frozen.dropped).toEqual({
      '/lidar': 9,
      'a place away from another split': 22,
      'a place that is known': 20,
    });
    expect(frozen.splits).toEqual({
      train: { drives: 1, samples: 20, shards: 1 },
      val: { drives: 1, samples: 29, shards: 1 },
    });
    const { shards, drives } = await readSnapshot(drive.store, drive.tenant, frozen.snapshotId);
    expect(drives).toMatchObject([{ split: null, samples: 49, dropped: 51 }]);
    for (const line of shards) {
      const { samples } = await readList(drive.store, drive.tenant, line);
      const seconds = samples.map(({ time }) => Number(BigInt(time) - BASE) / 1e9);
      const [from, to] = line.split === 'train' ? [0, 2] : [5, 8];
      expect(seconds.every((at) => at >= from && at < to)).toBe(true);
    }
    expect(await byPlace(drive)).toEqual({ ...frozen, known: true });
  });

  it('says that it wants tracks where there are none', async () => {
    const drive = await landedDrive(1);
    drive.rows('trajectory_cells');
    await expect(byPlace(drive)).rejects.toMatchObject({
      code: 'not-found',
      message: expect.stringMatching(/for want of a place that is known.*tracks/),
    });
  });
});
