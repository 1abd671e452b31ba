/**
 * What does a chunk's way from the garage into the store cost? Sealed chunks of 64 MiB, four at once, go over one broker and
 * the lander as it is built into a sink that checks and discards, from the first one taken up to the last landing heard of.
 * The bound is what one would get if producing, consuming and uploading followed each other, each at the speed that it has
 * alone. Then the same chunks inline against claim check.
 */
import { fileURLToPath } from 'node:url';
import { MIB } from '@pitlane/base/bytes';
import { frameTopic } from '@pitlane/contracts/frame';
import { LogTopic } from '@pitlane/contracts/records';
import type { Transport } from '@pitlane/stages/70-ship';
import { interleaved } from '../harness/interleaved.ts';
import { ratioOf, spreadOf } from '../harness/medians.ts';
import type { Bench, Question } from '../harness/question.ts';
import { runMeasured } from '../harness/run-measured.ts';
import { rowWithoutServices, type Services, topicBytes } from '../harness/services.ts';
import { goalText, megabytesText, memoryText, ratioText, type Row, secondsText } from '../harness/table.ts';
import type { TreeUse } from '../harness/tree-sampler.ts';
import { Cloud } from '../link/cloud.ts';
import { renamed, type SealedChunk, writeSealedChunks } from '../link/sealed-chunks.ts';
import { producedByUs } from '../produce/question.ts';

const CHUNKS = 12;
const CHUNK_BYTES = 64 * MIB;
const AT_ONCE = 4;
const BYTES = CHUNKS * CHUNK_BYTES;
const GOAL = 0.8;
const programOf = (name: string): string => fileURLToPath(new URL(`${name}.ts`, import.meta.url));

/** Bytes in a millisecond. */
interface Alone {
  readonly produce: number;
  readonly consume: number;
  readonly upload: number;
}

interface Carried {
  readonly bytesPerMs: number;
  /** From shipped to landed, the median of the chunks. */
  readonly landingMs: number;
  readonly brokerBytes: number;
  readonly garage: TreeUse;
  readonly lander: TreeUse;
}

export const transport: Question = {
  name: 'transport',
  asks: 'How fast is the whole way from garage to landed, against its parts, and inline against claim check?',
  answer,
};

async function answer(bench: Bench): Promise<readonly Row[]> {
  const { services } = bench;
  if (!services) return [rowWithoutServices('transport')];
  const folder = bench.scratch.folder('sealed');
  const chunks = writeSealedChunks(folder, CHUNKS, CHUNK_BYTES);
  const carry = (way: Transport, round: number) => carried(bench, services, chunks, way, round);
  const whole = await interleaved(
    bench.pairs,
    (round) => carry('inline', round),
    (round) => measuredAlone(bench, services, folder, round),
  );
  const ways = await interleaved(
    bench.pairs,
    (round) => carry('inline', bench.pairs + 1 + round),
    (round) => carry('claim-check', round),
  );
  bench.scratch.drop(folder);
  return [wholeRow(whole.ours, whole.theirs), waysRow(ways.ours, ways.theirs)];
}

async function carried(
  bench: Bench,
  services: Services,
  sealed: readonly SealedChunk[],
  way: Transport,
  round: number,
): Promise<Carried> {
  await using cloud = await Cloud.open(bench, services);
  await using garage = await cloud.openGarage();
  const chunks = renamed(sealed, `${way} ${round}`);
  const topic = way === 'inline' ? frameTopic('bulk') : LogTopic.chunks;
  const before = { garage: garage.use(), lander: cloud.lander.use(), broker: topicBytes(services, topic) };
  const shipped = await garage.ship({ chunks, lane: 'bulk', transport: way, atOnce: AT_ONCE });
  const landedAtMs = await cloud.landed(shipped.map(({ chunkId }) => chunkId));
  const ms = Math.max(...landedAtMs) - Math.min(...shipped.map(({ takenAtMs }) => takenAtMs));
  const run: Carried = {
    bytesPerMs: BYTES / ms,
    landingMs: spreadOf(shipped.map(({ shippedAtMs }, at) => (landedAtMs[at] as number) - shippedAtMs)).median,
    brokerBytes: topicBytes(services, topic) - before.broker,
    garage: since(before.garage, garage.use()),
    lander: since(before.lander, cloud.lander.use()),
  };
  bench.say(`  ${way}: ${textOf([run])}`);
  return run;
}

async function measuredAlone(bench: Bench, services: Services, folder: string, round: number): Promise<Alone> {
  const prefix = `alone${round}-`;
  const { bytesPerMs: produce, bytes } = await producedByUs(bench, services, prefix, 1);
  const frames = Math.floor(bytes / (768 * 1024));
  const consume = await rateOf([programOf('drain-frames'), services.kafka, prefix, String(frames)]);
  await using cloud = await Cloud.open(bench, services);
  const upload = await rateOf([programOf('upload-chunks'), cloud.endpoint, folder]);
  bench.say(`  alone: ${[produce, consume, upload].map(rateText).join(', ')}`);
  return { produce, consume, upload };
}

async function rateOf(args: readonly string[]): Promise<number> {
  const { stdout } = await runMeasured([process.execPath, '--import', 'tsx', ...args]);
  const { ms, bytes } = JSON.parse(stdout) as { ms: number; bytes: number };
  return bytes / ms;
}

function wholeRow(whole: readonly Carried[], alone: readonly Alone[]): Row {
  const bounds = alone.map(({ produce, consume, upload }) => 1 / (1 / produce + 1 / consume + 1 / upload));
  const ratio = ratioOf(
    whole.map(({ bytesPerMs }) => bytesPerMs),
    bounds,
  );
  const part = (name: keyof Alone): string => `${name} ${rateText(medianOf(alone.map((one) => one[name])))}`;
  return {
    question: 'transport',
    measured: `garage to landed, inline, ${CHUNKS} chunks of 64 MiB, ${AT_ONCE} at once`,
    pitlane: rateText(medianOf(whole.map(({ bytesPerMs }) => bytesPerMs))),
    against: `one after another: ${rateText(medianOf(bounds))} (${part('produce')}, ${part('consume')}, ${part('upload')})`,
    ratio: `${ratioText(ratio)} of it`,
    goal: goalText(`≥ ${GOAL}×`, ratio.median >= GOAL),
    memory: memoryOf(whole),
  };
}

function waysRow(inline: readonly Carried[], claimCheck: readonly Carried[]): Row {
  const ratio = ratioOf(
    inline.map(({ bytesPerMs }) => bytesPerMs),
    claimCheck.map(({ bytesPerMs }) => bytesPerMs),
  );
  return {
    question: 'transport',
    measured: `inline against claim check, the same ${CHUNKS} chunks of 64 MiB`,
    pitlane: `inline: ${textOf(inline)}`,
    against: `claim check: ${textOf(claimCheck)}; ${memoryOf(claimCheck)}`,
    ratio: `${ratioText(ratio)} of its throughput`,
    goal: '',
    memory: memoryOf(inline),
  };
}

function textOf(runs: readonly Carried[]): string {
  const cpu = (who: 'garage' | 'lander'): string =>
    `${((medianOf(runs.map((run) => run[who].cpuMs)) * MIB) / BYTES).toFixed(1)} ms/MiB`;
  return [
    rateText(medianOf(runs.map(({ bytesPerMs }) => bytesPerMs))),
    `broker disk ${(medianOf(runs.map(({ brokerBytes }) => brokerBytes)) / 1e6).toFixed(2)} MB`,
    `shipped to landed ${secondsText(medianOf(runs.map(({ landingMs }) => landingMs)))}`,
    `CPU garage ${cpu('garage')}, lander ${cpu('lander')}`,
  ].join(', ');
}

function memoryOf(runs: readonly Carried[]): string {
  const [{ garage, lander }] = runs as readonly [Carried];
  return `garage ${memoryText(garage)}, lander ${memoryText(lander)}`;
}

const medianOf = (values: readonly number[]): number => spreadOf(values).median;
const rateText = (bytesPerMs: number): string => `${megabytesText(bytesPerMs * 1000)}/s`;
const since = (before: TreeUse, now: TreeUse): TreeUse => ({ ...now, cpuMs: now.cpuMs - before.cpuMs });
