/**
 * The whole way of a small urgent drive, from docking to landed: at a node that has nothing else to do, and at the same node
 * behind a backlog of bulk chunks of up to 64 MiB, and while it cuts a bulk drive. Landings are heard from the broker.
 */
import { randomFillSync, randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { MIB } from '@pitlane/base/bytes';
import { generatedDrive, LONG_DRIVE_S } from '../harness/generated-drive.ts';
import { type Spread, spreadOf } from '../harness/medians.ts';
import type { Bench } from '../harness/question.ts';
import type { Services } from '../harness/services.ts';
import type { DockEvent } from '../harness/staying-node.ts';
import { goalText, memoryText, type Row } from '../harness/table.ts';
import { DockingNode } from './docking-node.ts';

const GOAL = 3;
const WARM_UP = 2;
const IDLE = 12;
/** The log and the sidecar. */
const CHUNKS = 2;
const URGENT = 0;
const BULK = 99;
/** Slower than the cut, as links of garages are: whole chunks of 64 MiB wait in the spool when the cut has ended. */
const LINK_BYTES_PER_S = 50_000_000;

export async function dockedToLanded(bench: Bench, services: Services): Promise<Row[]> {
  const link = { PITLANE_LINK_BYTES_PER_SECOND: String(LINK_BYTES_PER_S) };
  const backlog = await besideBulk(bench, new DockingNode(bench, services, link), 'backlog');
  const cut = await besideBulk(bench, new DockingNode(bench, services), 'cut');
  const slowLink = `a link of ${LINK_BYTES_PER_S / 1e6} MB/s`;
  return [
    { ...rowOf(`behind the chunks of a bulk drive that wait for ${slowLink}`, backlog), ...goalOf(backlog) },
    rowOf('at a node that is cutting a bulk drive', cut),
  ];
}

interface Times {
  readonly idle: readonly number[];
  readonly beside: readonly number[];
  readonly memory: string;
}

/** Urgent drives one after another, until the bulk drive has its receipt; those count that began in the phase that is asked for. */
async function besideBulk(bench: Bench, opened: DockingNode, phase: 'cut' | 'backlog'): Promise<Times> {
  const bulk = await generatedDrive(bench, LONG_DRIVE_S);
  await using node = opened;
  const urgentMs = timerOf(bench, node);
  for (let at = 0; at < WARM_UP; at += 1) await urgentMs();
  const idle: number[] = [];
  for (let at = 0; at < IDLE; at += 1) idle.push(await urgentMs());
  let doing: 'cut' | 'backlog' | undefined = 'cut';
  const heard = ({ stages }: DockEvent): void => {
    if (stages && stages.chunk.totalKnown && stages.chunk.doneBytes >= stages.chunk.totalBytes) doing = 'backlog';
  };
  const bulkDone = node.dock(bulk.folder, BULK, heard).finally(() => (doing = undefined));
  const beside: number[] = [];
  while (doing !== undefined) {
    const counts = doing === phase;
    const tookMs = await urgentMs();
    if (counts) beside.push(tookMs);
  }
  await bulkDone;
  return { idle, beside, memory: `node ${memoryText(node.program.use())}` };
}

function timerOf(bench: Bench, node: DockingNode): () => Promise<number> {
  return async () => {
    // The broker remembers what landed at the node before.
    const driveId = `urgent-${randomUUID()}`;
    const folder = bench.scratch.folder(driveId);
    writeFileSync(join(folder, 'log.bin'), randomFillSync(new Uint8Array(MIB)));
    writeFileSync(join(folder, 'pitlane.drive.json'), JSON.stringify({ driveId }));
    const startedMs = performance.now();
    const docked = node.dock(folder, URGENT);
    await node.landed(driveId, CHUNKS);
    const tookMs = performance.now() - startedMs;
    await docked;
    bench.scratch.drop(folder);
    return tookMs;
  };
}

const ratioOf = ({ idle, beside }: Times): number => spreadOf(beside).median / spreadOf(idle).median;

const goalOf = (times: Times): { readonly goal: string } => ({ goal: goalText(`≤ ${GOAL}×`, ratioOf(times) <= GOAL) });

function rowOf(where: string, times: Times): Row {
  const { idle, beside, memory } = times;
  const text = ({ median, min, max }: Spread): string =>
    `${median.toFixed(0)} ms (${min.toFixed(0)}–${max.toFixed(0)})`;
  return {
    question: 'lanes',
    measured: `urgent drive of 1 MiB, docked to landed, ${where}, ${beside.length} times`,
    pitlane: text(spreadOf(beside)),
    against: `the same node idle, ${idle.length} times: ${text(spreadOf(idle))}`,
    ratio: `${ratioOf(times).toFixed(2)}× of its median`,
    goal: '–',
    memory,
  };
}
