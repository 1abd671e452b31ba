#!/usr/bin/env node
/**
 * The production shape on this machine: two garages, two landers and two indexers as programs of their own, over Kafka and
 * the stand-ins for Google Cloud Storage and BigQuery. `npm run stack` starts the services around it, docks a drive at each
 * garage, says what landed and verifies it from a desk; `npm run stack -- PATH PATH` docks what is named instead.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
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
const receiptKey = path.join(work, 'indexer/keys/receipt.pub');
const tokenFile = path.join(work, 'token');
const token = randomBytes(24).toString('base64url');
const running = [];

const complaints = new Set();
/** Each only once: the client says the same of every topic and partition. */
function complain(text) {
  if (!complaints.has(text)) console.error(text);
  complaints.add(text);
}

/** Starts a program and waits until it says that it has started; gives what it said until then. */
async function start(name, home, more = {}) {
  const child = spawn(process.execPath, programOf(name), {
    env: { ...process.env, ...stores, PITLANE_HOME: home, PITLANE_HEALTH_PORT: '0', ...more },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  running.push(child);
  const lines = createInterface({ input: child.stdout });
  const said = new Map();
  await new Promise((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`${name} ended with code ${code}`)));
    lines.on('line', (line) => {
      const fields = JSON.parse(line);
      const { level, event, reason, said: words } = fields;
      said.set(event, fields);
      if (level !== 'info') complain(`${name}: ${event}: ${reason ?? words ?? ''}`);
      if (event === 'program.started') resolve();
    });
  });
  console.log(`${name} (process ${child.pid}) is ready`);
  return said;
}

/** Starts a garage and gives what docks at it: a drive is docked over HTTP, and its last event comes with its receipt. */
async function openGarage(garage) {
  const said = await start('garage', path.join(work, garage), {
    PITLANE_GARAGE: garage,
    PITLANE_PORT: '0',
    PITLANE_API_TOKEN_FILE: tokenFile,
    PITLANE_RECEIPT_KEY_FILE: receiptKey,
  });
  const { url } = said.get('api.opened');
  return async (disk) => {
    const answer = await fetch(`${url}/v1/garage/docks`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify({ path: disk }),
    });
    const last = JSON.parse((await answer.text()).trim().split('\n').at(-1));
    if (last.type !== 'done') throw new Error(`docking ${disk} at ${garage}: ${last.message ?? JSON.stringify(last)}`);
    for (const { driveId, bytesIn, bytesLanded, chunks, receiptId } of last.drives)
      console.log(
        `${garage}: ${driveId} is receipted: ${bytesIn} bytes in, ${bytesLanded} landed in ${chunks} chunks, receipt ${receiptId}`,
      );
  };
}

/** Runs the command at a desk that docks nothing; its output is shown. */
async function atDesk(...args) {
  const child = spawn(process.execPath, [...programOf('cli'), ...args, '--home', path.join(work, 'desk')], {
    env: { ...process.env, ...stores, PITLANE_RECEIPT_KEY_FILE: receiptKey },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new Error(`pitlane ${args[0]} ended with code ${code}`);
}

async function stack(paths) {
  await writeFile(tokenFile, token, { mode: 0o600 });
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
      const seed = String(i + 1);
      await atDesk('generate', '-o', disk, '--size', 'small', '--seed', seed, '--vehicle', `car-${seed}`);
    }
  }
  const docks = await Promise.all([openGarage('north'), openGarage('south')]);
  await Promise.all(disks.map((disk, i) => docks[i % docks.length](disk)));
  await atDesk('drives');
  await atDesk('verify');
  const key = await readFile(receiptKey, 'utf8');
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
