/**
 * How long does a technician wait, and how much of the disk is read for it? `pitlane verdict` on one indexed MCAP file of
 * 4 GB, process start to its last word: topics, counts, times, and which topic fell silent. Against Python's `mcap`
 * reading the summary, which has topics, counts and times.
 */
import { join } from 'node:path';
import { memoryText, goalText, ratioText, type Row, secondsText } from '../harness/table.ts';
import { interleaved } from '../harness/interleaved.ts';
import { ratioOf, spreadOf } from '../harness/medians.ts';
import type { Bench, Question } from '../harness/question.ts';
import { type MeasuredRun, runMeasured } from '../harness/run-measured.ts';
import { LIDAR_SILENT_S, writeLongRecording } from './long-recording.ts';

/** What the silence leaves out is more than made up for. */
const FILE_BYTES = 4.25e9;
const GOAL_MS = 1000;
const GOAL_BYTES = 50e6;

/** Prints the bytes that it read. */
const SUMMARY_BY_PYTHON = `
import sys
from mcap.reader import make_reader
class Counting:
    def __init__(self, file): self.file, self.read_bytes = file, 0
    def read(self, size=-1):
        data = self.file.read(size)
        self.read_bytes += len(data)
        return data
    def seek(self, *where): return self.file.seek(*where)
    def tell(self): return self.file.tell()
    def seekable(self): return True
file = Counting(open(sys.argv[1], 'rb', buffering=0))
summary = make_reader(file).get_summary()
assert summary.statistics.message_count > 0 and len(summary.channels) > 0
print(file.read_bytes)
`;

export const inspecting: Question = {
  name: 'inspect',
  asks: 'How long until an indexed file of 4 GB is known and judged, and how much of it is read?',
  answer,
};

async function answer(bench: Bench): Promise<readonly Row[]> {
  const path = join(bench.scratch.folder('inspect'), 'long.mcap');
  bench.say('writing a recording of 4 GB');
  await writeLongRecording(path, FILE_BYTES);
  const ours = (): Promise<MeasuredRun> => bench.pitlane.run(['verdict', path, '--json']);
  const { python } = bench;
  const theirs = (): Promise<MeasuredRun> =>
    python === undefined
      ? runMeasured([process.execPath, '-e', '0'])
      : runMeasured([python, '-c', SUMMARY_BY_PYTHON, path]);
  const pairs = await interleaved(bench.pairs, ours, theirs);
  bench.scratch.drop(path);
  const [first] = pairs.ours as [MeasuredRun];
  const bytesRead = checkedBytes(first.stdout);
  const { median } = spreadOf(pairs.ours.map(({ wallMs }) => wallMs));
  const against = spreadOf(pairs.theirs.map(({ wallMs }) => wallMs)).median;
  const isMet = median < GOAL_MS && bytesRead < GOAL_BYTES;
  return [
    {
      question: 'inspect',
      measured: '`pitlane verdict` on an indexed MCAP of 4 GB: topics, counts, times, gaps',
      pitlane: `${secondsText(median)}, ${(bytesRead / 1e6).toFixed(1)} MB read`,
      against:
        python === undefined
          ? `\`node -e 0\`: ${secondsText(against)}`
          : `Python \`mcap\`, its summary alone: ${secondsText(against)}, ${(Number(pairs.theirs[0]?.stdout) / 1e6).toFixed(1)} MB read`,
      ratio: `${ratioText(
        ratioOf(
          pairs.ours.map(({ wallMs }) => wallMs),
          pairs.theirs.map(({ wallMs }) => wallMs),
        ),
      )} of its time`,
      goal: goalText('< 1 s and < 50 MB', isMet),
      memory: memoryText(first),
    },
  ];
}

/** A number counts only if the silence was found. */
function checkedBytes(stdout: string): number {
  const { verdicts } = JSON.parse(stdout) as {
    verdicts: readonly { bytesRead: number; findings: readonly { kind: string; seen: number }[] }[];
  };
  const [verdict] = verdicts;
  const gap = verdict?.findings.find(
    ({ kind, seen }) => kind === 'gap' && Math.abs(seen - LIDAR_SILENT_S * 1000) < 1000,
  );
  if (!verdict || !gap || verdict.findings.length !== 1)
    throw new Error(`the silence was not found: ${stdout.slice(0, 1000)}`);
  return verdict.bytesRead;
}
