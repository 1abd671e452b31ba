import { describe, expect, it } from 'vitest';
import { builtText, commandsFor, type Dataset, lineageSql, prettyJson, shardHref, splitWords } from './dataset-rows.ts';

const rule = (by: string, seed = 0) =>
  JSON.stringify({
    by,
    seed,
    shares: [
      { split: 'train', weight: 80 },
      { split: 'test', weight: 20 },
    ],
  });
const dataset: Dataset = {
  tenant: 'default',
  snapshotId: 'ab'.repeat(32),
  name: 'braking',
  sql: "SELECT drive_id FROM drives WHERE vehicle_id = 'it''s'",
  plan: '{"kind":"windows"}',
  splitRule: rule('drive', 7),
  drives: 2,
  samples: 10,
  shards: 3,
  shardsBuilt: 2,
  bytesStored: 1,
};

describe('datasets', () => {
  it('are called built only when all shards are', () => {
    const of = (shardsBuilt: number, shards = 1000) => builtText({ shards, shardsBuilt });
    expect([of(0), of(999), of(1000), of(0, 0)]).toEqual(['not built yet', '99 % built', 'built', 'empty']);
  });

  it('say their split as the command takes it', () => {
    expect(splitWords(rule('drive'))).toBe('drive=80/0/20');
    expect([splitWords('{'), splitWords('{}'), splitWords('null')]).toEqual([undefined, undefined, undefined]);
  });

  it('give the commands that build, fetch and make them, as one word each', () => {
    const texts = commandsFor({ ...dataset, tenant: 'a b' }).map(({ text }) => text);
    expect(texts[0]).toBe("npx pitlane dataset build abababababab --tenant 'a b'");
    expect(texts[1]).toContain('pull abababababab -o shards --split train');
    expect(texts[2]).toContain(
      "--split drive=80/0/20 --seed 7 --tenant 'a b' --sql 'SELECT drive_id FROM drives WHERE",
    );
    expect(texts[2]).toContain(`'\\''it'\\'''\\''s'\\''`);
  });

  it('have a file for each shard that is built', () => {
    const shard = {
      snapshotId: dataset.snapshotId,
      name: 'braking',
      split: 'val',
      shard: 7,
      samples: 1,
      bytesStored: 1,
      sha256: null,
      object: null,
    };
    expect(shardHref('a b', { ...shard, state: 'built' })).toBe(
      `/v1/datasets/${dataset.snapshotId}/files/val-000007.tar?tenant=a+b`,
    );
    expect(shardHref('a b', { ...shard, state: 'planned' })).toBeUndefined();
  });

  it('show plans as people read them', () => {
    expect(prettyJson(dataset.plan)).toBe('{\n  "kind": "windows"\n}');
    expect(prettyJson('no JSON')).toBe('no JSON');
  });

  it('are found by drive, topic and day, and not by nothing', () => {
    expect(lineageSql({})).toBeUndefined();
    expect(lineageSql({ day: 'tomorrow' })).toBeUndefined();
    const sql = lineageSql({ drive: "d'1", topic: '/imu', day: '2026-03-12' });
    expect(sql).toContain("r.drive_id = 'd' || CHR(39) || '1' AND r.topic = '/imu'");
    expect(sql).toContain('r.end_ns >= 1773273600000000000 AND r.start_ns < 1773360000000000000');
  });
});
