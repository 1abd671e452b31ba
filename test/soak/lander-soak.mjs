#!/usr/bin/env node
/**
 * Keeps 64 chunks of 64 MiB growing at one lander, frame by frame in turn and round after round, and looks at its resident
 * memory every second: `lander-soak.mjs [--minutes N]`. Says peak and slope, and exits with 1 when memory is not flat. See README.md.
 */
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Pitlane } from '../../benchmarks/harness/pitlane.ts';
import { residentBytes } from '../../benchmarks/harness/process-tree.ts';
import { Scratch } from '../../benchmarks/harness/scratch.ts';
import { servicesFrom } from '../../benchmarks/harness/services.ts';
import { CHUNKS, landInterleaved } from '../../benchmarks/lander-memory/interleaved-chunks.ts';
import { Cloud } from '../../benchmarks/link/cloud.ts';
import { openFrames } from '../../benchmarks/link/opened.ts';
import { slopePerSecond } from './slope.ts';

const PEAK_BYTES_MAX = 400e6;
/** Less than this is noise of the collector; more would be another 100 MB in an hour and a half. */
const SLOPE_BYTES_PER_MINUTE_MAX = 1e6;
/** The heap grows to its working size at first: the slope is taken after this part of the time. */
const WARM_UP_PART = 0.25;
/** The brokers look at their retention every five minutes, and keep about two rounds. */
const RETENTION = { 'retention.bytes': String(1024 ** 3), 'segment.bytes': String(128 * 1024 ** 2) };

const { values } = parseArgs({ options: { minutes: { type: 'string', default: '30' } } });
const durationMs = Number(values.minutes) * 60_000;
if (!(durationMs > 0)) throw new RangeError(`--minutes is ${values.minutes}: give a number above 0`);
const root = fileURLToPath(new URL('../..', import.meta.url));
const services = servicesFrom(process.env, root);
if (!services) {
  console.error('lander-soak: no broker is running: start one around it, as test/soak/README.md says');
  process.exit(2);
}

const scratch = new Scratch();
process.on('exit', () => scratch.close());
const topics = openFrames(services.kafka, '', RETENTION);
await topics.ensureTopics();
await topics.close();
const cloud = await Cloud.open({ scratch, pitlane: new Pitlane(root, process.env) }, services);
const startedAt = performance.now();
const samples = [];
const sampling = setInterval(() => {
  samples.push({ atS: (performance.now() - startedAt) / 1000, bytes: residentBytes(cloud.lander.pid) });
}, 1000);
let rounds = 0;
await landInterleaved(cloud, services, (done) => {
  rounds = done;
  console.error(`${((performance.now() - startedAt) / 60_000).toFixed(1)} min: ${done} rounds of ${CHUNKS} chunks`);
  return performance.now() - startedAt >= durationMs;
});
clearInterval(sampling);
await cloud[Symbol.asyncDispose]();

const lastS = samples.at(-1)?.atS ?? 0;
const settled = samples.filter(({ atS }) => atS >= lastS * WARM_UP_PART);
const peakBytes = Math.max(...samples.map(({ bytes }) => bytes));
const perMinute = slopePerSecond(settled) * 60;
const isFlat = peakBytes < PEAK_BYTES_MAX && perMinute < SLOPE_BYTES_PER_MINUTE_MAX;
const megabytes = (bytes) => (bytes / 1e6).toFixed(2);
console.log(
  `lander-soak: ${(lastS / 60).toFixed(1)} minutes, ${rounds} rounds of ${CHUNKS} chunks of 64 MiB: peak ` +
    `${megabytes(peakBytes)} MB, slope ${megabytes(perMinute)} MB a minute: ${isFlat ? 'flat' : 'NOT FLAT'}`,
);
process.exitCode = isFlat ? 0 : 1;
