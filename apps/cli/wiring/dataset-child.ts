/** Freezing and building a dataset, in the process of a task. */
import { systemClock } from '@pitlane/base/time';
import { counted } from '@pitlane/base/units';
import { decoderOf } from '@pitlane/formats/decode';
import { type BuildDeps, buildShards, type DrivePlan, freezeDataset } from '@pitlane/stages/90-serve';
import type { NodeQuestions } from './node-questions.ts';
import type { TaskJob } from './task-protocol.ts';

type TaskOf<Kind extends TaskJob['task']['kind']> = Extract<TaskJob['task'], { kind: Kind }>;
type Deps = Pick<BuildDeps, 'store' | 'signal' | 'decompressors' | 'crc32'>;
type Tell = { readonly tell: (text: string) => void };

export function freezeInTask(
  task: TaskOf<'freeze'>,
  deps: Deps & Tell & { readonly node: NodeQuestions },
): Promise<object> {
  const { store, signal, node, tell } = deps;
  let [drives, samples] = [0, 0];
  const onDrive = (driveId: string, found: number): void => {
    drives += 1;
    samples += found;
    tell(`freezing  ${drives} of ${counted(task.drives, 'drive')}, ${counted(samples, 'sample')}, last ${driveId}`);
  };
  const now = (): string => new Date(systemClock.nowMs()).toISOString();
  return freezeDataset(task.job, drivePlans(task.drives, node), { store, signal, now, onDrive });
}

async function* drivePlans(count: number, node: NodeQuestions): AsyncGenerator<DrivePlan> {
  for (let at = 0; at < count; at += 1) yield await node.ask<DrivePlan>({ what: 'drive', at });
}

export function buildDataset({ job, scratchFolder }: TaskOf<'build'>, { tell, ...deps }: Deps & Tell): Promise<object> {
  const onShard = (done: number, all: number): void => tell(`${done} of ${counted(all, 'shard')}`);
  return buildShards(job, { ...deps, decoderOf, scratchFolder, onShard });
}
