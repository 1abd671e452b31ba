/** What every catalog must do with datasets: show what was frozen and built, and lead from a sample to the car's file and back. */
import { type CatalogEvent, ofNoDrive } from '@pitlane/contracts/catalog';
import type { ContractCase } from '../contract/index.ts';
import { chunkId, DriveBuilder, equal, hex, recordingId, timeText } from './contract-facts.ts';
import type { Catalog } from './index.ts';

const drive = new DriveBuilder('sampled');
const other = new DriveBuilder('sampled-too');
const snapshotId = hex('snapshot');
const nobody = ofNoDrive(drive.drive.tenant);

const dataset = (): CatalogEvent => ({
  type: 'dataset',
  drive: nobody,
  dataset: {
    snapshotId,
    name: 'braking',
    createdAt: '2026-03-01T08:00:00.000Z',
    object: 'datasets/acme/snapshot.ndjson',
    sql: 'SELECT drive_id FROM drives',
    plan: '{"kind":"frames"}',
    splitRule: '{"by":"drive"}',
    extractorVersion: 1,
    drives: 2,
    samples: 30,
    shards: 2,
  },
});

const shard = (number: number): CatalogEvent => ({
  type: 'shard',
  drive: nobody,
  shard: { snapshotId, split: 'train', shard: number, samples: 15, listObject: `list-${number}` },
});

const builtShard = (number: number, bytesStored = 1000): CatalogEvent => ({
  type: 'shard-built',
  drive: nobody,
  built: {
    snapshotId,
    split: 'train',
    shard: number,
    object: `train-${number}.tar`,
    sha256: hex('tar'),
    generation: '7',
    bytesStored,
    crc32c: '0badcafe',
  },
});

function run(
  of: DriveBuilder,
  number: number,
  topic: string,
  [firstSample, lastSample]: [number, number],
): CatalogEvent {
  const place = {
    object: `${topic}.mcap`,
    generation: '3',
    chunkId: chunkId(`${topic} 0`),
    recordingId: recordingId('r1'),
  };
  const source = { path: 'a.mcap', sourceStart: 100, sourceEnd: 900 };
  const samples = { firstSample, lastSample, messages: lastSample - firstSample + 1 };
  const times = { startTime: timeText(firstSample), endTime: timeText(lastSample) };
  const key = { snapshotId, split: 'train', shard: number, field: topic === '/cam' ? 0 : 1, topic };
  return { type: 'sample-run', drive: of.drive, run: { ...key, ...place, ...source, ...samples, ...times } };
}

/** A dataset of two shards, one of them built. */
export const frozen = (): CatalogEvent[] => [
  shard(0),
  shard(1),
  run(drive, 0, '/cam', [0, 9]),
  run(drive, 0, '/lidar', [0, 4]),
  run(drive, 0, '/lidar', [7, 9]),
  run(other, 0, '/cam', [10, 14]),
  run(other, 1, '/cam', [0, 14]),
  dataset(),
];

async function filled(catalog: Catalog, events: readonly CatalogEvent[]): Promise<void> {
  await catalog.wipe();
  await catalog.append(events);
  // What comes twice changes nothing.
  await catalog.append(events);
}

export const datasetCases: readonly ContractCase<Catalog>[] = [
  {
    name: 'shows a dataset with what is built of it, and its shards before they are built',
    async run(catalog) {
      await filled(catalog, [...frozen(), builtShard(1)]);
      const columns = 'name, created_at, drives, samples, shards, shards_built, bytes_stored, plan';
      const counts = { drives: 2, samples: 30, shards: 2, shards_built: 1, bytes_stored: 1000 };
      equal(
        await catalog.query(`SELECT ${columns} FROM datasets WHERE snapshot_id = ?`, [snapshotId]),
        [{ name: 'braking', created_at: '2026-03-01T08:00:00Z', ...counts, plan: '{"kind":"frames"}' }],
        'the dataset',
      );
      equal(
        await catalog.query('SELECT shard, name, state, samples, object, bytes_stored FROM shards ORDER BY shard'),
        [
          { shard: 0, name: 'braking', state: 'planned', samples: 15, object: null, bytes_stored: null },
          { shard: 1, name: 'braking', state: 'built', samples: 15, object: 'train-1.tar', bytes_stored: 1000 },
        ],
        'its shards',
      );
    },
  },
  {
    name: "leads from a sample to the car's file and its bytes by one query",
    async run(catalog) {
      await filled(catalog, frozen());
      const sql = `SELECT topic, drive_id, path, source_start, source_end FROM sample_runs
        WHERE snapshot_id = ? AND split = 'train' AND shard = 0 AND first_sample <= ? AND last_sample >= ? ORDER BY topic`;
      const source = { drive_id: 'sampled', path: 'a.mcap', source_start: 100, source_end: 900 };
      const both = ['/cam', '/lidar'].map((topic) => ({ topic, ...source }));
      equal(await catalog.query(sql, [snapshotId, 8, 8]), both, 'a sample with both');
      equal(await catalog.query(sql, [snapshotId, 5, 5]), [{ topic: '/cam', ...source }], 'a sample without a cloud');
    },
  },
  {
    name: 'leads from a stretch of a drive and a topic to every shard that has anything of it by one query',
    async run(catalog) {
      await filled(catalog, [...frozen(), builtShard(0), builtShard(1)]);
      const sql = `SELECT DISTINCT s.object FROM sample_runs r
        JOIN shards s ON s.tenant = r.tenant AND s.snapshot_id = r.snapshot_id AND s.split = r.split AND s.shard = r.shard
        WHERE r.drive_id = ? AND r.topic = ? AND r.end_ns >= CAST(? AS BIGINT) AND r.start_ns < CAST(? AS BIGINT) ORDER BY s.object`;
      const shardsOf = async (...asked: string[]): Promise<unknown[]> =>
        (await catalog.query(sql, asked)).map(({ object }) => object);
      const bothShards = ['train-0.tar', 'train-1.tar'];
      equal(await shardsOf('sampled-too', '/cam', timeText(11), timeText(12)), bothShards, 'shards of the other drive');
      equal(await shardsOf('sampled', '/lidar', timeText(5), timeText(6)), [], 'shards of a gap');
      equal(await shardsOf('sampled', '/lidar', timeText(9), timeText(20)), ['train-0.tar'], 'shards of the end');
    },
  },
];
