/**
 * Does a small urgent chunk wait behind bulk? One chunk of 1 MiB after another goes over the urgent lane of an idle stack,
 * then of the same stack while chunks of 64 MiB go over the bulk lane from the same garage. Timed from a sealed chunk's being
 * taken up to its landing's being heard of. Beside it the whole way from docking, at one node: see `docked-to-landed.ts`.
 */
import { MIB } from '@pitlane/base/bytes';
import { type Spread, spreadOf } from '../harness/medians.ts';
import type { Bench, Question } from '../harness/question.ts';
import { rowWithoutServices, type Services } from '../harness/services.ts';
import { goalText, memoryText, type Row } from '../harness/table.ts';
import { Cloud, type Garage } from '../link/cloud.ts';
import type { Shipped } from '../link/garage.ts';
import { dockedToLanded } from './docked-to-landed.ts';
import { renamed, type SealedChunk, writeSealedChunks } from '../link/sealed-chunks.ts';

const GOAL = 3;
const IDLE_CHUNKS = 20;
const BULK_CHUNKS = 40;
const BULK_BYTES = 64 * MIB;
const BULK_AT_ONCE = 4;

export const lanes: Question = {
  name: 'lanes',
  asks: 'How long does an urgent chunk take to land behind a backlog of bulk, against an idle stack?',
  answer,
};

async function answer(bench: Bench): Promise<readonly Row[]> {
  const { services } = bench;
  if (!services) return [rowWithoutServices('lanes')];
  return [await sealedToLanded(bench, services), ...(await dockedToLanded(bench, services))];
}

async function sealedToLanded(bench: Bench, services: Services): Promise<Row> {
  const folder = bench.scratch.folder('sealed');
  const small = writeSealedChunks(bench.scratch.folder('small'), 1, MIB);
  const bulk = writeSealedChunks(folder, 4, BULK_BYTES);
  await using cloud = await Cloud.open(bench, services);
  await using garage = await cloud.openGarage();
  const idle: number[] = [];
  for (let at = 0; at < IDLE_CHUNKS; at += 1) idle.push(await landedMs(cloud, garage, renamed(small, `idle ${at}`)));
  const backlog = Array.from({ length: BULK_CHUNKS / bulk.length }, (_, at) => renamed(bulk, `backlog ${at}`)).flat();
  garage.tell({ chunks: backlog, lane: 'bulk', transport: 'inline', atOnce: BULK_AT_ONCE });
  const behind = await landedBehind(cloud, garage, small, backlog.length);
  bench.scratch.drop(folder);
  const [alone, loaded] = [spreadOf(idle), spreadOf(behind)];
  const ratio = loaded.median / alone.median;
  return {
    question: 'lanes',
    measured: `urgent chunk of 1 MiB, sealed to landed, behind ${BULK_CHUNKS} bulk chunks of 64 MiB, ${behind.length} times`,
    pitlane: textOf(loaded),
    against: `idle stack, ${idle.length} times: ${textOf(alone)}`,
    ratio: `${ratio.toFixed(2)}× of its median`,
    goal: goalText(`≤ ${GOAL}×`, ratio <= GOAL),
    memory: `garage ${memoryText(garage.use())}, lander ${memoryText(cloud.lander.use())}`,
  };
}

async function landedMs(cloud: Cloud, garage: Garage, chunks: readonly SealedChunk[]): Promise<number> {
  return timeOf(cloud, await garage.ship({ chunks, lane: 'urgent', transport: 'inline', atOnce: 1 }));
}

/** As many urgent chunks as have landed by the time that the backlog is shipped. */
async function landedBehind(
  cloud: Cloud,
  garage: Garage,
  small: readonly SealedChunk[],
  backlog: number,
): Promise<number[]> {
  const times: number[] = [];
  for (;;) {
    const chunks = renamed(small, `behind ${times.length}`);
    garage.tell({ chunks, lane: 'urgent', transport: 'inline', atOnce: 1 });
    const first = await garage.next();
    if (first.length === backlog) {
      await garage.next();
      await cloud.landed(first.map(({ chunkId }) => chunkId));
      return times;
    }
    times.push(await timeOf(cloud, first));
  }
}

async function timeOf(cloud: Cloud, [shipped]: readonly Shipped[]): Promise<number> {
  if (!shipped) throw new RangeError('no chunk was shipped');
  const [landedAtMs = Number.NaN] = await cloud.landed([shipped.chunkId]);
  return landedAtMs - shipped.takenAtMs;
}

const textOf = ({ median, min, max }: Spread): string => `${median.toFixed(0)} ms (${min}–${max})`;
