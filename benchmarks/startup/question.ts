/**
 * How long does a person wait? For `pitlane --help`, against Node starting on nothing; and from `npm start` in a fresh
 * home to the first drive with its receipt, the generating of that drive included.
 */
import { goalText, memoryText, ratioText, type Row, secondsText } from '../harness/table.ts';
import { interleaved } from '../harness/interleaved.ts';
import { ratioOf, spreadOf } from '../harness/medians.ts';
import { settle } from '../harness/pitlane.ts';
import type { Bench, Question } from '../harness/question.ts';
import { runMeasured } from '../harness/run-measured.ts';

const HELP_GOAL_MS = 300;
const FIRST_DRIVE_GOAL_MS = 60_000;

export const startup: Question = {
  name: 'startup',
  asks: 'How long until help is on the screen, and until the first drive is receipted?',
  answer: async (bench) => [await help(bench), await firstDrive(bench)],
};

async function help(bench: Bench): Promise<Row> {
  const { ours, theirs } = await interleaved(
    bench.pairs,
    () => bench.pitlane.run(['--help']),
    () => runMeasured([process.execPath, '-e', '0']),
  );
  const ms = ours.map((run) => run.wallMs);
  const bareMs = theirs.map((run) => run.wallMs);
  const { median } = spreadOf(ms);
  return {
    question: 'startup',
    measured: '`pitlane --help`',
    pitlane: secondsText(median),
    against: `\`node -e 0\`: ${secondsText(spreadOf(bareMs).median)}`,
    ratio: `${ratioText(ratioOf(ms, bareMs))} of its time`,
    goal: goalText('< 0.3 s', median < HELP_GOAL_MS),
    memory: '',
  };
}

async function firstDrive(bench: Bench): Promise<Row> {
  const home = bench.scratch.folder('first-home');
  settle();
  const { root: cwd, environment } = bench.pitlane;
  const command = ['npm', 'start', '--silent', '--', '--once', '--port', '0', '--home', home, '--json'];
  const run = await runMeasured(command, { cwd, environment });
  const { drives } = JSON.parse(run.stdout) as { drives: readonly { state: string; bytesIn: number }[] };
  if (drives[0]?.state !== 'receipted') throw new Error(`npm start receipted nothing: ${run.stdout.slice(0, 1000)}`);
  bench.scratch.drop(home);
  return {
    question: 'startup',
    measured: `\`npm start -- --once\` in a fresh home, generating ${(drives[0].bytesIn / 1e6).toFixed(0)} MB included`,
    pitlane: secondsText(run.wallMs),
    against: '',
    ratio: '',
    goal: goalText('< 60 s', run.wallMs < FIRST_DRIVE_GOAL_MS),
    memory: memoryText(run),
  };
}
