/**
 * What does it cost to dock a drive that is in the store already? Reading and hashing remain, and a look at every object. The
 * same command, twice on one home; the first of each pair finds a fresh one.
 */
import { generatedDrive, LONG_DRIVE_S } from '../harness/generated-drive.ts';
import { ratioOf, spreadOf } from '../harness/medians.ts';
import { type IngestRun, settle } from '../harness/pitlane.ts';
import type { Question } from '../harness/question.ts';
import { goalText, memoryText, perSecondText, ratioText, secondsText } from '../harness/table.ts';

const GOAL = 5;

export const redock: Question = {
  name: 'redock',
  asks: 'How much faster is a drive docked that has landed before?',
  async answer(bench) {
    const source = await generatedDrive(bench, LONG_DRIVE_S);
    const [first, again]: [IngestRun[], IngestRun[]] = [[], []];
    for (let round = 0; round <= bench.pairs; round += 1) {
      bench.say(`redock ${round}/${bench.pairs}`);
      const home = bench.scratch.folder('home');
      for (const runs of [first, again]) {
        settle();
        const run = await bench.pitlane.ingest(home, [source.folder]);
        bench.say(`  ${secondsText(run.wallMs)}`);
        if (round > 0) runs.push(run);
      }
      bench.scratch.drop(home);
    }
    const ratio = ratioOf(wallMs(first), wallMs(again));
    const text = (runs: readonly IngestRun[]): string => {
      const { median } = spreadOf(wallMs(runs));
      return `${secondsText(median)}, ${perSecondText(source.bytes, median)}`;
    };
    return [
      {
        question: 'redock',
        measured: `a drive of ${(source.bytes / 1e9).toFixed(2)} GB that has landed, docked again`,
        pitlane: text(again),
        against: `the first time: ${text(first)}`,
        ratio: `${ratioText(ratio)} of its speed`,
        goal: goalText(`≥ ${GOAL}×`, ratio.median >= GOAL),
        memory: memoryText(again[0] as IngestRun),
      },
    ];
  },
};

const wallMs = (runs: readonly IngestRun[]): number[] => runs.map((run) => run.wallMs);
