/**
 * Does memory stay bounded when several disks are docked at once, and one of them is made to hurt? Three drives and a folder
 * of hostile logs (bombs, lying sizes, endless channels) at one node, all at the same time, each until its receipt.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { mcapCases } from '../../test/adversarial/cases.ts';
import { generatedDrive } from '../harness/generated-drive.ts';
import { settle } from '../harness/pitlane.ts';
import type { Question } from '../harness/question.ts';
import { StayingNode } from '../harness/staying-node.ts';
import { goalText, memoryText, perSecondText, secondsText } from '../harness/table.ts';

const GOAL_BYTES = 500e6;
/** About 9 MB a second: different drives, so that no two docks share a recording. */
const DRIVES_S = [60, 75, 90];

export const bays: Question = {
  name: 'bays',
  asks: 'How much memory does a node take with four bays at once, one of them hostile?',
  async answer(bench) {
    const sources = [];
    for (const durationS of DRIVES_S) sources.push(await generatedDrive(bench, durationS));
    const hostile = bench.scratch.folder('hostile');
    for (const [at, one] of mcapCases.entries()) {
      mkdirSync(join(hostile, String(at)));
      writeFileSync(join(hostile, String(at), 'log.mcap'), one.bytes());
    }
    const home = bench.scratch.folder('home');
    settle();
    await using node = new StayingNode(bench.pitlane, home);
    const startedAt = performance.now();
    await Promise.all([...sources.map(({ folder }) => folder), hostile].map((folder) => node.dock(folder)));
    const ms = performance.now() - startedAt;
    const use = node.program.use();
    const bytes = sources.reduce((sum, source) => sum + source.bytes, 0);
    return [
      {
        question: 'bays',
        measured: `three drives, ${(bytes / 1e9).toFixed(2)} GB, and ${mcapCases.length} hostile logs, docked at once`,
        pitlane: `${secondsText(ms)}, ${perSecondText(bytes, ms)}, CPU ${secondsText(use.cpuMs)}`,
        against: '',
        ratio: '',
        goal: goalText('< 500 MB', use.proportionalBytesMax < GOAL_BYTES),
        memory: memoryText(use),
      },
    ];
  },
};
