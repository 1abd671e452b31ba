/**
 * The whole way of a small urgent drive, from docking to landed: at a node that has nothing else to do, and at the same node
 * while it takes in a bulk drive whose chunks are up to 64 MiB. Landings are heard from the broker.
 */
import { randomFillSync } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { MIB } from '@pitlane/base/bytes';
import { generatedDrive, LONG_DRIVE_S } from '../harness/generated-drive.ts';
import { spreadOf } from '../harness/medians.ts';
import type { Bench } from '../harness/question.ts';
import type { Services } from '../harness/services.ts';
import { goalText, memoryText, type Row } from '../harness/table.ts';
import { DockingNode } from './docking-node.ts';

const GOAL = 3;
const WARM_UP = 2;
const IDLE = 12;
/** The log and the sidecar. */
const CHUNKS = 2;
const URGENT = 0;
const BULK = 99;

export async function dockedToLanded(bench: Bench, services: Services): Promise<Row> {
  const bulk = await generatedDrive(bench, LONG_DRIVE_S);
  await using node = new DockingNode(bench, services);
  let drives = 0;
  const urgentMs = async (): Promise<number> => {
    drives += 1;
    const driveId = `urgent-${process.pid}-${drives}`;
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
  for (let at = 0; at < WARM_UP; at += 1) await urgentMs();
  const idle: number[] = [];
  for (let at = 0; at < IDLE; at += 1) idle.push(await urgentMs());
  let isDone = false;
  const bulkDone = node.dock(bulk.folder, BULK).finally(() => (isDone = true));
  const beside: number[] = [];
  while (!isDone) beside.push(await urgentMs());
  await bulkDone;
  const [alone, loaded] = [spreadOf(idle), spreadOf(beside)];
  const text = ({ median, min, max }: typeof alone): string =>
    `${median.toFixed(0)} ms (${min.toFixed(0)}–${max.toFixed(0)})`;
  const ratio = loaded.median / alone.median;
  return {
    question: 'lanes',
    measured: `urgent drive of 1 MiB, docked to landed, beside a bulk drive of ${(bulk.bytes / 1e9).toFixed(1)} GB at the same node, ${beside.length} times`,
    pitlane: text(loaded),
    against: `idle node, ${IDLE} times: ${text(alone)}`,
    ratio: `${ratio.toFixed(2)}× of its median`,
    goal: goalText(`≤ ${GOAL}×`, ratio <= GOAL),
    memory: `node ${memoryText(node.program.use())}`,
  };
}
