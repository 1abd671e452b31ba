#!/usr/bin/env node
/**
 * The production shape on this machine: two landers, two indexers and two garages as processes of their own, over Kafka and
 * the stand-ins for Google Cloud Storage and BigQuery. `npm run stack` starts the services around it, docks a drive at each
 * garage, says what landed and verifies it; `npm run stack -- PATH PATH` docks what is named instead.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
/** The build, as in production; tests run the sources as they stand. */
const programOf = (app) =>
  process.env.PITLANE_TEST_SOURCES === '1'
    ? ['--conditions=@pitlane/source', '--import', 'tsx', path.join(root, 'apps', app, 'main.ts')]
    : [path.join(root, 'apps', app, 'dist/main.js')];
const BUCKET = 'pitlane-stack';

const { PITLANE_TEST_KAFKA: kafka, PITLANE_TEST_GCS: gcs, PITLANE_TEST_BIGQUERY: bigquery } = process.env;
if (!kafka || !gcs || !bigquery) {
  console.error('stack: the services are not running: npm run stack starts them');
  process.exit(2);
}

const stores = {
  PITLANE_OBJECT_STORE: `gs://${BUCKET}`,
  PITLANE_GCS_ENDPOINT: gcs,
  PITLANE_MESSAGE_LOG: `kafka://${kafka}`,
  PITLANE_KAFKA_REPLICATION: '1',
  PITLANE_CATALOG: 'bigquery://p1.pitlane_stack',
  PITLANE_BIGQUERY_ENDPOINT: bigquery,
  PITLANE_BIGQUERY_LOAD_SECONDS: '1',
  PITLANE_CLOUD_PROGRAMS: 'elsewhere',
};
const work = await mkdtemp(path.join(tmpdir(), 'pitlane-stack-'));
const running = [];

/** Starts a program of the cloud and waits until it says that it has started. */
async function start(name, home) {
  const child = spawn(process.execPath, programOf(name), {
    env: { ...process.env, ...stores, PITLANE_HOME: home, PITLANE_HEALTH_PORT: '0' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  running.push(child);
  const lines = createInterface({ input: child.stdout });
  await new Promise((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`${name} ended with code ${code}`)));
    lines.on('line', (line) => {
      const { level, event, reason } = JSON.parse(line);
      if (level !== 'info') console.error(`${name}: ${event} ${reason ?? ''}`);
      if (event === 'program.started') resolve();
    });
  });
  console.log(`${name} (process ${child.pid}) is ready`);
}

/** Runs the command at a garage; its output is shown. */
async function atGarage(garage, ...args) {
  const child = spawn(process.execPath, [...programOf('cli'), ...args, '--home', path.join(work, garage)], {
    env: {
      ...process.env,
      ...stores,
      PITLANE_GARAGE: garage,
      PITLANE_RECEIPT_KEY_FILE: path.join(work, 'indexer/keys/receipt.pub'),
    },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new Error(`pitlane ${args[0]} at ${garage} ended with code ${code}`);
}

async function stack(paths) {
  await fetch(`${gcs}/storage/v1/b?project=p1`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name: BUCKET }),
  });
  // One indexer makes the signing key and the dataset; the others find them.
  await start('indexer', path.join(work, 'indexer'));
  await Promise.all([
    start('indexer', path.join(work, 'indexer')),
    start('lander', path.join(work, 'lander-1')),
    start('lander', path.join(work, 'lander-2')),
  ]);
  const disks = paths.length > 0 ? paths : [path.join(work, 'disk-1'), path.join(work, 'disk-2')];
  if (paths.length === 0) {
    for (const [i, disk] of disks.entries()) {
      await mkdir(disk);
      await atGarage(
        'north',
        'generate',
        '-o',
        disk,
        '--size',
        'small',
        '--seed',
        String(i + 1),
        '--vehicle',
        `car-${i + 1}`,
      );
    }
  }
  await Promise.all(disks.map((disk, i) => atGarage(i % 2 === 0 ? 'north' : 'south', 'ingest', disk)));
  await atGarage('north', 'drives');
  await atGarage('north', 'verify');
  const key = await readFile(path.join(work, 'indexer/keys/receipt.pub'), 'utf8');
  console.log(`receipts are signed with\n${key}`);
}

let exitCode = 0;
try {
  await stack(process.argv.slice(2).map((name) => path.resolve(name)));
  console.log('stack: every drive is receipted and verified');
} catch (error) {
  console.error(`stack: ${error.message}`);
  exitCode = 1;
} finally {
  for (const child of running) child.kill('SIGTERM');
  await Promise.all(running.map((child) => child.exitCode ?? once(child, 'exit')));
  await rm(work, { recursive: true, force: true });
}
process.exitCode = exitCode;
