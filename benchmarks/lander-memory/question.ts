/**
 * Does the lander's memory stay bounded when many chunks grow at once? 64 chunks of 64 MiB are written frame by frame in
 * turn, so that the lander has all of them open until the last turn; its resident memory is sampled from outside. It is run
 * once; `test/soak` keeps the same up for half an hour.
 */
import type { Bench, Question } from '../harness/question.ts';
import { rowWithoutServices } from '../harness/services.ts';
import { goalText, memoryText, perSecondText, type Row, secondsText } from '../harness/table.ts';
import { Cloud } from '../link/cloud.ts';
import { CHUNKS, landInterleaved } from './interleaved-chunks.ts';

const GOAL_BYTES = 400e6;

export const landerMemory: Question = {
  name: 'lander-memory',
  asks: 'How much memory does the lander take while many chunks grow at once?',
  answer,
};

async function answer(bench: Bench): Promise<readonly Row[]> {
  const { services } = bench;
  if (!services) return [rowWithoutServices('lander-memory')];
  await using cloud = await Cloud.open(bench, services);
  const before = cloud.lander.use();
  const startedAt = performance.now();
  await landInterleaved(cloud, services, (rounds) => rounds === 1);
  const wallMs = performance.now() - startedAt;
  const use = cloud.lander.use();
  const rate = perSecondText(CHUNKS * 64 * 2 ** 20, wallMs);
  return [
    {
      question: 'lander-memory',
      measured: `lander, ${CHUNKS} chunks of 64 MiB written frame by frame in turn`,
      pitlane: `${secondsText(wallMs)}, ${rate}, CPU of the lander ${secondsText(use.cpuMs - before.cpuMs)}`,
      against: '',
      ratio: '',
      goal: goalText('RSS < 400 MB', use.residentBytesMax < GOAL_BYTES),
      memory: memoryText(use),
    },
  ];
}
