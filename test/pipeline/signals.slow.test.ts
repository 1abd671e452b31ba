/** Signals of a generated drive: asked for in one statement, brought back by a rebuild, read anew by another mapping. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { timeNsFromText } from '@pitlane/base/time';
import { generateDrive } from '@pitlane/generator';
import { asyncBufferFromFile, parquetReadObjects } from 'hyparquet';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { NodeUnderTest, scratchFolder } from '../support/node-under-test.ts';

const SECONDS = 30;
/** The drives of both vehicles are wet. */
const WET_SEED = 1;

/** As it stands in the README. */
const HARD_BRAKING_IN_RAIN_BY_NIGHT = `
  SELECT drive_id, time, speed_mps, acceleration_mps2
  FROM vehicle_states
  WHERE acceleration_mps2 < -2.5 AND rain > 0.2 AND light_lux < 50
  ORDER BY drive_id, time`;

const CHASSIS_DBC = `BO_ 176 WheelSpeeds: 8 ESP
 SG_ FrontLeft : 0|16@1- (0.01,0) [0|320] "km/h" VCU
BO_ 416 Brake: 8 ESP
 SG_ Pressure : 0|16@1- (0.1,0) [0|250] "bar" VCU
 SG_ Pedal : 16|1@1+ (1,0) [0|1] "" VCU
`;
const MAPPING = {
  mappingVersion: 1,
  vehicleType: 'street car',
  vehicles: ['car-*'],
  topics: [
    {
      topic: '/can/chassis',
      schema: 'can_msgs/*',
      dbc: 'chassis.dbc',
      signals: [
        { signal: 'wheel_front_left_mps', field: 'WheelSpeeds.FrontLeft', scale: 0.2777777777777778, unit: 'm/s' },
        { signal: 'brake_bar', field: 'Brake.Pressure', rateHz: 20 },
        { signal: 'brake_pedal', field: 'Brake.Pedal', words: { '0': 'free', '1': 'pressed' } },
      ],
    },
  ],
};

describe('a node', () => {
  let scratch: Awaited<ReturnType<typeof scratchFolder>>;
  let node: NodeUnderTest;
  let night: string;
  let day: string;

  beforeAll(async () => {
    scratch = await scratchFolder();
    const of = async (vehicleId: string, seed: number, start: string): Promise<string> => {
      const outDir = path.join(scratch.path, vehicleId);
      const startTimeNs = timeNsFromText(start);
      await generateDrive({ outDir, seed, vehicleId, size: 'small', durationS: SECONDS, startTimeNs });
      return outDir;
    };
    node = await NodeUnderTest.open(path.join(scratch.path, 'home'));
    night = (await node.dockOne(await of('car-1', WET_SEED, '2026-03-18T23:10:00Z'))).driveId;
    day = (await node.dockOne(await of('car-2', WET_SEED, '2026-03-18T12:10:00Z'))).driveId;
    await node.derived();
  }, 240_000);

  afterAll(async () => {
    await node.close();
    await scratch[Symbol.asyncDispose]();
  });

  const signalsOf = (driveId: string) =>
    node.rows(`SELECT topic, signal, COUNT(*) AS n, MIN(value) AS least, MAX(value) AS most, MIN(text) AS word FROM signals
      WHERE drive_id = '${driveId}' GROUP BY topic, signal ORDER BY topic, signal`);

  it('finds hard braking in rain by night in one statement', async () => {
    const rows = await node.rows(HARD_BRAKING_IN_RAIN_BY_NIGHT);
    expect(rows.length).toBeGreaterThan(0);
    expect(new Set(rows.map(({ drive_id: id }) => id))).toEqual(new Set([night]));
    for (const { acceleration_mps2: braking } of rows) expect(braking).toBeLessThan(-2.5);
    const braking = `SELECT COUNT(*) AS n FROM vehicle_states WHERE drive_id = '${day}' AND acceleration_mps2 < -2.5 AND rain > 0.2`;
    expect(await node.number(braking)).toBeGreaterThan(0);
  });

  it('has the state of the vehicle every 100 ms, and the list of samples over HTTP', async () => {
    const states = await node.number(
      `SELECT COUNT(*) AS n FROM vehicle_states WHERE drive_id = '${night}' AND speed_mps IS NOT NULL`,
    );
    expect(states).toBeGreaterThanOrEqual(SECONDS * 10 - 1);
    const samples = await node.list('signals', { drive: night, signal: 'gear' });
    expect(samples.length).toBe(100);
    expect(samples[0]).toMatchObject({
      signal: 'gear',
      text: 'P',
      value: null,
      time: expect.stringMatching(/^\d{19}$/),
    });
  });

  it('lays the same samples beside the chunks as Parquet', async () => {
    const objects = await node.rows(
      `SELECT object FROM derivations WHERE drive_id = '${night}' AND object IS NOT NULL`,
    );
    let rows = 0;
    for (const { object } of objects) {
      const file = await asyncBufferFromFile(path.join(node.home, 'objects', object as string));
      rows += (await parquetReadObjects({ file })).length;
    }
    expect(rows).toBe(await node.number(`SELECT COUNT(*) AS n FROM signals WHERE drive_id = '${night}'`));
  });

  it('brings all of it back when the catalog is rebuilt', async () => {
    const before = await signalsOf(night);
    const bucket = await node.bucket();
    await node.reindex();
    await node.derived();
    expect(await signalsOf(night)).toEqual(before);
    expect(await node.bucket()).toEqual(bucket);
  });

  it('reads a drive anew by the mapping of its vehicle, with a DBC, and leaves the other as it is', async () => {
    const [before, other] = [await signalsOf(night), await signalsOf(day)];
    const folder = path.join(node.home, 'mappings');
    await mkdir(folder);
    await writeFile(path.join(folder, 'chassis.dbc'), CHASSIS_DBC);
    await writeFile(path.join(folder, 'street-car.json'), JSON.stringify(MAPPING));
    await writeFile(path.join(folder, 'wrong.json'), '{"mappingVersion": 1}');
    expect(await node.task('derive', { driveId: night })).toMatchObject({ waiting: 0 });
    const after = await signalsOf(night);
    const bus = after.filter(({ topic }) => topic === '/can/chassis');
    expect(bus.map(({ signal }) => signal)).toEqual(['brake_bar', 'brake_pedal', 'wheel_front_left_mps']);
    expect(bus[1]).toMatchObject({ word: 'free' });
    const speed = before.find(({ topic, signal }) => topic === '/vehicle/state' && signal === 'speed_mps');
    expect(Number(bus[2]?.['most'])).toBeCloseTo(Number(speed?.['most']), 0);
    expect(after.filter(({ topic }) => topic !== '/can/chassis')).toEqual(before);
    expect(await signalsOf(day)).toEqual(other);
    expect(await readFile(path.join(node.home, 'node.log'), 'utf8').catch(() => '')).not.toContain('deriving.failed');
  });
});
