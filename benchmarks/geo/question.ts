/**
 * How long does "who passed here, northbound, slower than 30 km/h, with lidar landed" take over a catalog of a million chunks
 * (`--full`: ten million), each with a track of a minute in one town? The question is asked as the API asks it, of
 * a catalog with 512 MB; against it DuckDB scans bare positions, one a second, for the same box. Places are drawn from
 * the seed, another one for each pair.
 */
import { DuckDBInstance } from '@duckdb/node-api';
import { areaFromBox, placeFrom } from '@pitlane/base/geo';
import { openDuckDbCatalog } from '@pitlane/catalog-duckdb';
import { findPasses, headingFromText } from '@pitlane/stages/90-serve/maps';
import { interleaved } from '../harness/interleaved.ts';
import { ratioOf, spreadOf } from '../harness/medians.ts';
import type { Bench, Question } from '../harness/question.ts';
import { EMPTY_ROW, goalText, ratioText, type Row } from '../harness/table.ts';
import { fillCatalog, MEMORY_BYTES } from './fill-catalog.ts';
import { crossing, randomFrom } from './ways.ts';

export const geo: Question = {
  name: 'geo',
  asks: 'How long does it take to find all passes over a crossing?',
  answer,
};

const CHUNKS = 1_000_000;
const HALF_SIDE_M = 30;
/** Answered after one another, for one number. */
const PLACES_A_ROUND = 5;

async function answer(bench: Bench): Promise<readonly Row[]> {
  const chunks = bench.full ? 10 * CHUNKS : CHUNKS;
  const folder = bench.scratch.folder('geo');
  const { file, tempDir, positions } = await fillCatalog(folder, chunks, bench.seed, (text) => bench.say(text));
  const catalog = await openDuckDbCatalog({ file, tempDir, memoryMaxBytes: MEMORY_BYTES });
  const instance = await DuckDBInstance.create(positions, {
    memory_limit: '512MiB',
    threads: '2',
    access_mode: 'READ_ONLY',
  });
  const connection = await instance.connect();
  const boxesOf = (round: number) => {
    const random = randomFrom(bench.seed * 1000 + round);
    return Array.from({ length: PLACES_A_ROUND }, () => boxAround(random));
  };
  let [passes, scanned] = [0, 0];
  const pairs = await interleaved(
    bench.pairs,
    async (round) =>
      timed(boxesOf(round), async (box) => {
        const asked = {
          area: areaFromBox(box),
          heading: headingFromText('north'),
          speedBelowMps: 30 / 3.6,
          with: ['/lidar/*'],
        };
        passes += (await findPasses(catalog, asked, 100)).length;
      }),
    async (round) =>
      timed(boxesOf(round), async ({ westDeg, southDeg, eastDeg, northDeg }) => {
        const rows = await connection.runAndReadAll(`SELECT DISTINCT chunk FROM positions
          WHERE lat BETWEEN ${southDeg} AND ${northDeg} AND lng BETWEEN ${westDeg} AND ${eastDeg}`);
        scanned += rows.currentRowCount;
      }),
  );
  connection.closeSync();
  instance.closeSync();
  await catalog.close();
  bench.scratch.drop(folder);
  const [ours, theirs] = [spreadOf(pairs.ours), spreadOf(pairs.theirs)];
  const faster = ratioOf(pairs.theirs, pairs.ours);
  const met = ours.median < 200 && faster.median >= 20;
  return [
    {
      ...EMPTY_ROW,
      question: 'geo',
      measured: `passes over a box of 60 m, ${chunks.toLocaleString('en')} chunks with a track each`,
      pitlane: `${ours.median.toFixed(0)} ms (${ours.min.toFixed(0)}–${ours.max.toFixed(0)}), ${passes} passes`,
      against: `positions scanned for the box: ${theirs.median.toFixed(0)} ms, ${scanned} chunks`,
      ratio: `${ratioText(faster, 1)} faster`,
      goal: goalText('under 200 ms and ≥ 20×, of ten million', met),
    },
  ];
}

function boxAround(random: () => number) {
  const centre = crossing(random);
  const [west, east, south, north] = [270, 90, 180, 0].map((heading) => placeFrom(centre, heading, HALF_SIDE_M));
  return {
    westDeg: west?.lngDeg ?? 0,
    eastDeg: east?.lngDeg ?? 0,
    southDeg: south?.latDeg ?? 0,
    northDeg: north?.latDeg ?? 0,
  };
}

/** @returns the mean of one, in milliseconds. */
async function timed<Item>(items: readonly Item[], work: (item: Item) => Promise<void>): Promise<number> {
  const began = performance.now();
  for (const item of items) await work(item);
  return (performance.now() - began) / items.length;
}
