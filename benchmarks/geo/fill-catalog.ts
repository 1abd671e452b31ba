/**
 * A catalog of so many chunks, each a minute with a track: a few thousand minutes are derived as the indexer does it, and
 * repeated in SQL straight into the event tables. Settling is the catalog's own. Beside it lie bare positions, to be scanned.
 */
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import type { Place } from '@pitlane/base/geo';
import { openDuckDbCatalog } from '@pitlane/catalog-duckdb';
import type { CatalogEvent } from '@pitlane/contracts/catalog';
import { type ChunkId, type DriveId, sha256Of } from '@pitlane/contracts/identity';
import { DEFAULT_TRACK_PLAN } from '@pitlane/contracts/trajectory';
import { trajectoriesDeriver } from '@pitlane/stages/87-derive';
import { minuteOf, randomFrom } from './ways.ts';

const TEMPLATES = 4000;
const CHUNKS_A_DRIVE = 100;
/** A fill of a few hundred megabytes. */
const CHUNKS_A_ROUND = 200_000;
const SECONDS_A_POSITION = 1;
export const MEMORY_BYTES = 512 * 1024 * 1024;
const START_NS = 1_735_689_600_000_000_000n;

export interface FilledCatalog {
  readonly file: string;
  readonly tempDir: string;
  /** A DuckDB file with the table `positions`. */
  readonly positions: string;
}

export async function fillCatalog(
  folder: string,
  chunks: number,
  seed: number,
  say: (text: string) => void,
): Promise<FilledCatalog> {
  const [file, positions, tempDir] = ['catalog.duckdb', 'positions.duckdb', 'spill'].map((name) =>
    join(folder, name),
  ) as [string, string, string];
  const templates = join(folder, 'templates.duckdb');
  await writeTemplates(templates, tempDir, seed);
  await (await openDuckDbCatalog({ file, tempDir })).close();
  for (let from = 0; from < chunks; from += CHUNKS_A_ROUND) {
    await fillRound({ file, positions, templates, tempDir }, from, Math.min(chunks, from + CHUNKS_A_ROUND));
    const catalog = await openDuckDbCatalog({ file, tempDir, memoryMaxBytes: 2 * MEMORY_BYTES, settleAtChunks: 0 });
    await catalog.append([]);
    await catalog.close();
    say(`  ${Math.min(chunks, from + CHUNKS_A_ROUND)} chunks are in the catalog`);
  }
  return { file, tempDir, positions };
}

/** Their derivations in a catalog of their own, and their places in a table beside it. */
async function writeTemplates(file: string, tempDir: string, seed: number): Promise<void> {
  const random = randomFrom(seed);
  const minutes = Array.from({ length: TEMPLATES }, () => minuteOf(random));
  const catalog = await openDuckDbCatalog({ file, tempDir });
  await catalog.append(minutes.map(derivedMinute));
  await catalog.close();
  const instance = await DuckDBInstance.create(file);
  const connection = await instance.connect();
  const rows = minutes.flatMap((places, k) =>
    places.flatMap(({ lngDeg, latDeg }, second) =>
      second % SECONDS_A_POSITION === 0 ? [`(${k},${second},${latDeg.toFixed(7)},${lngDeg.toFixed(7)})`] : [],
    ),
  );
  await connection.run('CREATE TABLE places (k INTEGER, second INTEGER, lat DOUBLE, lng DOUBLE)');
  for (let from = 0; from < rows.length; from += 5000) {
    await connection.run(`INSERT INTO places VALUES ${rows.slice(from, from + 5000).join(',')}`);
  }
  connection.closeSync();
  instance.closeSync();
}

function derivedMinute(places: readonly Place[], k: number): CatalogEvent {
  const drive = { tenant: 'default', driveId: `template-${k}` as DriveId, vehicleId: 'template' };
  const derivation = trajectoriesDeriver(DEFAULT_TRACK_PLAN).begin({
    drive,
    chunkId: sha256Of(`template ${k}`) as string as ChunkId,
  });
  const bytes = new Uint8Array();
  const channel = {
    id: 0,
    topic: '/gps/fix',
    schemaName: 'sensor_msgs/NavSatFix',
    messageEncoding: 'cdr',
    schemaEncoding: '',
    schemaData: bytes,
  };
  for (const [second, { lngDeg, latDeg }] of places.entries()) {
    const decoded = { latitude: latDeg, longitude: lngDeg, status: { status: 0 } };
    derivation.take({ channel, logTimeNs: START_NS + BigInt(second) * 1_000_000_000n, decoded });
  }
  return derivation.finish({ messages: places.length, undecoded: 0, faults: [] }).event;
}

interface Files {
  readonly file: string;
  readonly positions: string;
  readonly templates: string;
  readonly tempDir: string;
}

/** Shifts the times of a template to those of its chunk. */
const shifted = (column: string): string => `t.${column} - ${START_NS}::UBIGINT + c.start_u AS ${column}`;
const SPAN = [shifted('start_u'), shifted('end_u')].join(', ');

async function fillRound(files: Files, from: number, to: number): Promise<void> {
  const instance = await DuckDBInstance.create(files.file, {
    memory_limit: '2GiB',
    threads: '2',
    temp_directory: files.tempDir,
  });
  const connection = await instance.connect();
  const run = (sql: string) => connection.run(sql);
  await run(`ATTACH '${files.templates}' AS tpl (READ_ONLY)`);
  await run(`ATTACH '${files.positions}' AS pos`);
  // Drives follow one another, forty vehicles side by side; which minute of the town a chunk is follows from its number.
  await run(`CREATE TEMP TABLE c AS SELECT *, 'car-' || lpad((drive % 40)::VARCHAR, 2, '0') || '-' || drive AS drive_id,
      'car-' || lpad((drive % 40)::VARCHAR, 2, '0') AS vehicle_id, sha256('recording ' || drive) AS recording_id,
      sha256('chunk ' || i) AS chunk_id, md5_number('chunk ' || i) AS chunk_u, md5_number('recording ' || drive) AS recording_u,
      ${START_NS}::UBIGINT + ((drive // 40) * 28800 + ordinal * 60)::UBIGINT * 1000000000 AS start_u
    FROM (SELECT i, i // ${CHUNKS_A_DRIVE} AS drive, i % ${CHUNKS_A_DRIVE} AS ordinal, i * 8 AS seq0, (hash(i) % ${TEMPLATES})::INTEGER AS k
      FROM range(${from}, ${to}) t(i))`);
  const log = `'default' AS tenant, drive_id, vehicle_id, recording_id`;
  const place = `chunk_id, 'log' AS kind, ordinal, start_u AS window_u, 0 AS part, ordinal * 1000 AS source_start, ordinal * 1000 + 1000 AS source_end`;
  const span = 'start_u, start_u + 59000000000 AS end_u';
  await run(`INSERT INTO event.chunk_events BY NAME SELECT seq0 AS seq, ${log}, ${place}, '' AS topic_group, ['/gps/fix', '/lidar/top'] AS topics, ${span},
      660 AS messages, 90000000 AS bytes_raw, 50000000 AS bytes_stored, 'v1/' || chunk_id || '.mcap' AS object, '1' AS generation,
      substr(chunk_id, 1, 8) AS crc32c, sha256(chunk_id) AS sha256, recording_u, chunk_u FROM c`);
  await run(`INSERT INTO event.chunk_channel_events BY NAME SELECT seq0 AS seq, ${log}, ${place}, channel, topic, 60 AS messages, 1000000 AS bytes, ${span},
      sha256(chunk_id || topic) AS leaf FROM c, (VALUES (0, '/gps/fix'), (1, '/lidar/top')) v(channel, topic)`);
  await run(`INSERT INTO event.preview_events BY NAME SELECT min(seq0) + 1 AS seq, ${log}, 'dock' AS dock_id, 'a.mcap' AS path, 'mcap' AS format,
      1000000 AS bytes, 66000 AS messages, min(start_u) AS start_u, max(start_u) AS end_u, '[]' AS topics FROM c GROUP BY ALL`);
  await run(
    `INSERT INTO event.state_events BY NAME SELECT min(seq0) + 2 AS seq, ${log}, 5 AS rank FROM c GROUP BY ALL`,
  );
  await run(
    `CREATE TEMP TABLE number AS SELECT chunk_id, (row_number() OVER (ORDER BY seq) - 1)::INTEGER AS k FROM tpl.event.track_events`,
  );
  const template = (table: string): string => `tpl.event.${table} t JOIN number n USING (chunk_id) JOIN c USING (k)`;
  const own = 'c.seq0 + 3 AS seq, c.drive_id, c.vehicle_id, c.chunk_id, c.chunk_u';
  const others = '* EXCLUDE (seq, drive_id, vehicle_id, chunk_id, chunk_u, start_u, end_u)';
  await run(
    `INSERT INTO event.track_events BY NAME SELECT t.${others}, ${own}, ${SPAN} FROM ${template('track_events')}`,
  );
  await run(`INSERT INTO event.track_cell_events BY NAME SELECT t.* EXCLUDE (seq, drive_id, vehicle_id, chunk_id, chunk_u, start_u, end_u, track_start_u), ${own}, ${SPAN},
      ${shifted('track_start_u')} FROM ${template('track_cell_events')}`);
  await run('CREATE TABLE IF NOT EXISTS pos.positions (chunk INTEGER, second USMALLINT, lat DOUBLE, lng DOUBLE)');
  await run(
    'INSERT INTO pos.positions SELECT c.i, p.second, p.lat, p.lng FROM tpl.places p JOIN c USING (k) ORDER BY c.i, p.second',
  );
  await run('CHECKPOINT');
  await run('CHECKPOINT pos');
  connection.closeSync();
  instance.closeSync();
}
