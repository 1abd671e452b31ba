import type { Sha256Hex } from '../identity/index.ts';
import { describe, expect, it } from 'vitest';
import { describeGolden } from '../golden.fixture.ts';
import {
  builtObjectName,
  fieldsOf,
  listObjectName,
  sampleKey,
  sampleKeyFrom,
  samplingPlanFromText,
  shardIndexName,
  shardObjectName,
  snapshotFromName,
  snapshotObjectName,
  splitOfDrive,
  splitOfRegion,
  splitRuleFromText,
} from './index.ts';

interface Named {
  readonly tenant: string;
  readonly id: Sha256Hex;
  readonly split: string;
  readonly shard: number;
}

const namesOf = ({ tenant, id, split, shard }: Named) => ({
  snapshot: snapshotObjectName(tenant, id),
  list: listObjectName(tenant, id),
  shard: shardObjectName(tenant, id, split, shard),
  index: shardIndexName(tenant, id, split, shard),
  built: builtObjectName(tenant, id),
  key: sampleKey(id, split, shard, 7),
});

describeGolden('stored datasets', {
  file: new URL('./golden/dataset.json', import.meta.url),
  raise: 'raise SNAPSHOT_VERSION (libs/contracts/dataset), or take the change back',
  makers: {
    names: namesOf,
    plans: (plan: object) => samplingPlanFromText(JSON.stringify(plan), 'plan.json'),
    splits: ({ rule, seed, drives }: { rule: string; seed: number; drives: string[] }) =>
      drives.map((drive) => splitOfDrive(splitRuleFromText(rule, seed), 'default', drive)),
    places: ({ rule, seed, regions }: { rule: string; seed: number; regions: string[] }) =>
      regions.map((region) => splitOfRegion(splitRuleFromText(rule, seed), 'default', region)),
  },
});

describe('a sampling plan', () => {
  it('has all of its faults told together, each with its place', () => {
    const plan = {
      samplingPlanVersion: 2,
      kind: 'frames',
      camera: 3,
      as: 'json',
      with: [
        { topic: '/a', toleranceMs: 0.5, missing: 'maybe', more: 1 },
        'x',
        { topic: '/b', toleranceMs: 1, as: 'A b' },
      ],
    };
    const faults = [
      'samplingPlanVersion is 2',
      'camera is 3',
      'as is "json"',
      'with[0].more',
      'with[0].toleranceMs is 0.5',
      'with[0].missing is "maybe"',
      'with[1] is "x"',
      'with[2].as is "A b"',
    ];
    expect(() => samplingPlanFromText(JSON.stringify(plan), 'plan.json')).toThrow(/^plan\.json is no sampling plan:/);
    for (const fault of faults)
      expect(() => samplingPlanFromText(JSON.stringify(plan), 'p')).toThrow(
        expect.objectContaining({ message: expect.stringContaining(fault) }),
      );
  });

  it.each([
    '{',
    '[]',
    'null',
    '{"kind":"windows"}',
    '{"kind":"windows","seconds":-1,"topics":["/a"]}',
    `"${'x'.repeat(70_000)}"`,
    '{"kind":"windows","seconds":1,"topics":["/a b","/a_b"]}',
  ])('is refused where it is %.40s', (text) => {
    expect(() => samplingPlanFromText(text, 'p')).toThrow(expect.objectContaining({ code: 'corrupt-input' }));
  });

  it('numbers its fields in the order in which they stand', () => {
    const plan = samplingPlanFromText(
      '{"kind":"frames","camera":"/c","with":[{"topic":"/Lidar/Top","toleranceMs":9}]}',
      'p',
    );
    expect(fieldsOf(plan).map(({ topic, as }) => [topic, as])).toEqual([
      ['/c', ''],
      ['/Lidar/Top', 'lidar_top'],
    ]);
  });
});

describe('a split', () => {
  it('comes near to its weights over many drives, and keeps each drive where it is', () => {
    const rule = splitRuleFromText('drive=80/10/10', 4);
    const drives = Array.from({ length: 3000 }, (_, i) => splitOfDrive(rule, 'default', `drive-${i}`));
    const share = (split: string): number => drives.filter((one) => one === split).length / drives.length;
    expect([share('train'), share('val'), share('test')].map((value) => Math.round(value * 20) / 20)).toEqual([
      0.8, 0.1, 0.1,
    ]);
    expect(splitOfDrive(splitRuleFromText('drive=100', 4), 'default', 'x')).toBe('train');
    expect(splitOfDrive(splitRuleFromText('drive=0/1', 4), 'default', 'x')).toBe('val');
  });

  it('by place comes near to its weights over many regions, and leaves each where it is, whoever drove there', () => {
    const rule = splitRuleFromText('place=80/10/10', 4);
    const regions = Array.from({ length: 3000 }, (_, i) => splitOfRegion(rule, 'default', `87${i.toString(16)}`));
    const share = (split: string): number => regions.filter((one) => one === split).length / regions.length;
    expect([share('train'), share('val'), share('test')].map((value) => Math.round(value * 20) / 20)).toEqual([
      0.8, 0.1, 0.1,
    ]);
    expect(splitOfRegion(rule, 'default', '870')).toBe(regions[0]);
  });

  it('is told of where it is no rule', () => {
    for (const text of ['', 'drive', 'drive=', 'drive=0/0', 'drive=1/2/3/4', 'place=-1', 'frame=80/20'])
      expect(() => splitRuleFromText(text, 0), text).toThrow(expect.objectContaining({ code: 'bad-usage' }));
  });
});

describe('a sample key', () => {
  it('is read back, with its sample or without, and nothing else is', () => {
    const id = 'ab'.repeat(32) as Sha256Hex;
    expect(sampleKeyFrom(sampleKey(id, 'val', 12, 345))).toEqual({
      snapshot: 'abababab',
      split: 'val',
      shard: 12,
      sample: 345,
    });
    expect(sampleKeyFrom('abababab-val-000012')).toMatchObject({ shard: 12, sample: undefined });
    for (const text of ['', 'abababab-val', 'xbababab-val-000012', id]) expect(sampleKeyFrom(text)).toBeUndefined();
  });

  it('has its snapshot found by name alone', () => {
    const id = 'ab'.repeat(32) as Sha256Hex;
    expect(snapshotFromName(snapshotObjectName('t', id))).toEqual({ tenant: 't', snapshotId: id });
    expect(snapshotFromName(listObjectName('t', id))).toBeUndefined();
  });
});
