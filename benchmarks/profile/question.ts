/**
 * Where does each second of an ingest go? The same command as in `ingest`, with a sampler in every process and thread of it; the
 * sampling itself costs some time, so that shares are shown and no throughput. `program` is native code and system calls that no
 * function of ours waits in.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { generatedDrive, LONG_DRIVE_S } from '../harness/generated-drive.ts';
import { settle } from '../harness/pitlane.ts';
import type { Question } from '../harness/question.ts';
import { EMPTY_ROW, type Row, secondsText } from '../harness/table.ts';

const SAMPLER = join(dirname(fileURLToPath(import.meta.url)), 'sampler.cjs');
/** What took less is not shown. */
const SHARE_MIN = 0.03;
const BUSY_MIN_MS = 200;

interface Thread {
  readonly script: string;
  readonly threadId: number;
  readonly wallMs: number;
  /** By room, milliseconds. */
  readonly totals: Readonly<Record<string, number>>;
}

export const profile: Question = {
  name: 'profile',
  asks: 'Where does each second of an ingest go?',
  async answer(bench) {
    const source = await generatedDrive(bench, LONG_DRIVE_S);
    const folder = bench.scratch.folder('profile');
    const home = bench.scratch.folder('home');
    settle();
    const environment = { NODE_OPTIONS: `--require ${SAMPLER}`, PROFILE_FOLDER: folder };
    const { wallMs } = await bench.pitlane.run(['ingest', source.folder, '--home', home, '--json'], {
      durable: true,
      environment: { ...bench.pitlane.environment, ...environment },
    });
    bench.scratch.drop(home);
    return readdirSync(folder)
      .map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')) as Thread)
      .map((thread) => ({ thread, busyMs: busyMsOf(thread) }))
      .filter(({ busyMs }) => busyMs >= BUSY_MIN_MS)
      .sort((a, b) => b.busyMs - a.busyMs)
      .map(({ thread, busyMs }) => rowOf(thread, busyMs, wallMs));
  },
};

const busyMsOf = ({ totals }: Thread): number =>
  Object.entries(totals).reduce((sum, [room, ms]) => (room === 'idle' ? sum : sum + ms), 0);

function rowOf({ script, threadId, totals }: Thread, busyMs: number, wallMs: number): Row {
  const shares = Object.entries(totals)
    .filter(([room, ms]) => room !== 'idle' && ms / busyMs >= SHARE_MIN)
    .sort(([, a], [, b]) => b - a)
    .map(([room, ms]) => `${room} ${Math.round((100 * ms) / busyMs)} %`);
  return {
    ...EMPTY_ROW,
    question: 'profile',
    measured: `${script}${threadId === 0 ? '' : ', a thread'}: busy ${secondsText(busyMs)} of ${secondsText(wallMs)}`,
    pitlane: shares.join(', '),
  };
}
