/**
 * Loaded into every process and thread of a profiled command (`NODE_OPTIONS=--require`): samples its stack and adds up where
 * the time goes, by room of the house. What is summed is written every second, since a chunker ends by SIGKILL.
 */
const { writeFileSync } = require('node:fs');
const { Session } = require('node:inspector');
const path = require('node:path');
const { threadId } = require('node:worker_threads');

const SAMPLE_EVERY_US = 1000;
const WRITE_EVERY_MS = 1000;
const folder = process.env.PROFILE_FOLDER;

/** The first that a stack, from its top down, has a place in. */
const ROOMS = [
  [/compressor-zstd|zstd-napi/, 'zstd'],
  [/crypto\/hash|node:crypto|contracts\/(dist\/)?identity/, 'SHA-256'],
  [/crc32/, 'CRC-32'],
  [/formats\//, 'reading and writing records'],
  [/40-chunk/, 'cutting'],
  [/30-stage|stage\.worker/, 'staging'],
  [/spool-files|object-store-files|drive-source-files|node:(internal\/)?fs/, 'files'],
  [/duckdb/, 'catalog'],
  [/better-sqlite3|-sqlite\//, 'journal and log'],
  [/dlopen|node:internal\/modules|node:internal\/(process|bootstrap)/, 'loading programs'],
];

const session = new Session();
session.connect();
const totals = {};
const startedAt = performance.now();

function roomOf(node, parents) {
  const { functionName } = node.callFrame;
  if (functionName.startsWith('(')) return functionName.slice(1, -1);
  for (let at = node; at; at = parents.get(at.id)) {
    const { url, functionName: name } = at.callFrame;
    const found = ROOMS.find(([pattern]) => pattern.test(url) || (url === '' && pattern.test(name)));
    if (found) return found[1];
  }
  return 'the rest';
}

function add({ nodes, samples, timeDeltas }) {
  const parents = new Map();
  for (const node of nodes) for (const child of node.children ?? []) parents.set(child, node);
  const rooms = new Map(nodes.map((node) => [node.id, roomOf(node, parents)]));
  for (const [at, id] of samples.entries())
    totals[rooms.get(id)] = (totals[rooms.get(id)] ?? 0) + timeDeltas[at] / 1000;
}

function turn() {
  session.post('Profiler.stop', (error, done) => {
    if (!error) add(done.profile);
    const script = path.basename(process.argv[1] ?? 'eval');
    const wallMs = performance.now() - startedAt;
    writeFileSync(
      path.join(folder, `${process.pid}-${threadId}.json`),
      JSON.stringify({ script, threadId, wallMs, totals }),
    );
  });
  session.post('Profiler.start');
}

if (folder) {
  session.post('Profiler.enable');
  session.post('Profiler.setSamplingInterval', { interval: SAMPLE_EVERY_US });
  session.post('Profiler.start');
  setInterval(turn, WRITE_EVERY_MS).unref();
  process.on('exit', turn);
}
