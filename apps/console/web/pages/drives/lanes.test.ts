import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Drive } from './drive-rows.ts';
import { type CoverageRun, DRIVES_SHOWN, lanesFrom, piecesFrom } from './lanes.ts';

const drive = (driveId: string, startS: number, lengthS: number, changes: Partial<Drive> = {}): Drive => ({
  driveId,
  vehicleId: 'car-1',
  tenant: 'default',
  state: 'indexed',
  startTime: `${startS}000000000`,
  endTime: `${startS + lengthS}000000000`,
  recordings: 1,
  chunks: 1,
  messages: 1,
  bytesIn: 1,
  bytesLanded: 1,
  bytesLost: 0,
  receiptId: null,
  ...changes,
});
const run = (startS: number, endS: number, state = 'indexed', reason: string | null = null): CoverageRun => ({
  tenant: 'default',
  driveId: 'a',
  topic: '/imu',
  startTime: `${startS}000000000`,
  endTime: `${endS}000000000`,
  state,
  reason,
});

describe('the lanes of vehicles', () => {
  it('stand oldest first, as long as they took, and none too thin to press', () => {
    const [lane] = lanesFrom([drive('c', 9000, 3600), drive('b', 5000, 1), drive('a', 1000, 1800)]);
    expect(lane?.blocks.map((block) => block.drive.driveId)).toEqual(['a', 'b', 'c']);
    const [a, b, c] = lane?.blocks.map(({ width }) => width) ?? [];
    expect((c ?? 0) / (a ?? 1)).toBeCloseTo(2, 5);
    expect(b).toBeGreaterThan(0.03);
  });

  it('fill the lane and never lie over one another, whatever the drives say of their times', () => {
    const anyDrive = fc.record({ startS: fc.nat(1e9), lengthS: fc.nat(1e5), isTimeless: fc.boolean() });
    fc.assert(
      fc.property(fc.array(anyDrive, { minLength: 1, maxLength: 30 }), (drives) => {
        const given = drives.map(({ startS, lengthS, isTimeless }, at) =>
          drive(`d${at}`, startS, lengthS, isTimeless ? { startTime: null, endTime: null } : {}),
        );
        const [lane] = lanesFrom(given);
        const blocks = lane?.blocks ?? [];
        expect(blocks.length + (lane?.olderDrives ?? 0)).toBe(given.length);
        expect(blocks.length).toBeLessThanOrEqual(DRIVES_SHOWN);
        let end = -1e-9;
        for (const { left, width } of blocks) {
          expect(left).toBeGreaterThanOrEqual(end);
          end = left + width;
        }
        expect(end).toBeCloseTo(1, 6);
      }),
    );
  });

  it('are one a vehicle', () => {
    const lanes = lanesFrom([drive('a', 1, 1), drive('b', 2, 1, { vehicleId: 'car-2' }), drive('c', 3, 1)]);
    expect(lanes.map(({ vehicleId, blocks }) => [vehicleId, blocks.length])).toEqual([
      ['car-1', 2],
      ['car-2', 1],
    ]);
  });
});

describe('the lanes of topics', () => {
  const blocks = lanesFrom([drive('a', 1000, 1000)])[0]?.blocks ?? [];
  const looksOf = (runs: CoverageRun[]) =>
    piecesFrom(blocks, runs)
      .get('/imu')
      ?.map(({ look }) => look);

  it('join what touches, tell losses apart, and show silence between', () => {
    expect(looksOf([run(1000, 1300), run(1301, 1400), run(1400, 1500, 'lost', 'truncated'), run(1800, 2000)])).toEqual([
      'there',
      'lost',
      'missing',
      'there',
    ]);
    expect(looksOf([run(1000, 1500, 'on-dock'), run(1500, 2000, 'in-flight')])).toEqual(['dock', 'flight']);
  });

  it('keep the reason and the place of each piece', () => {
    const [piece] = piecesFrom(blocks, [run(1500, 1750, 'lost', 'truncated')]).get('/imu') ?? [];
    expect(piece).toMatchObject({ reason: 'truncated', left: 0.5, width: 0.25, startNs: 1_500_000_000_000n });
  });

  it('are those of their tenant', () => {
    expect(looksOf([{ ...run(1000, 1300), tenant: 'another' }])).toEqual([]);
  });

  it('stay within their drive, and say nothing of runs without times', () => {
    expect(looksOf([{ ...run(0, 0), startTime: null }])).toEqual([]);
    const [piece] = piecesFrom(blocks, [run(500, 9000)]).get('/imu') ?? [];
    expect([piece?.left, piece?.width]).toEqual([0, 1]);
  });
});
