/**
 * How far an epoch has been pulled, on disk: one small JSON a rank, replaced by rename, so that it is always whole.
 *
 * Names: `<file>.e<epoch>.<generation>.<rank>-of-<world>.json`. A generation is a phase: while the number of ranks stays,
 * each rank goes on by its own file. When it changes, every new rank reads the files of all old ones and begins the next
 * generation with what was left; all come to the same, because they read the same.
 */
import { readdir, readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { messageOf, PitlaneError } from '@pitlane/base/errors';
import { canonicalJson } from '@pitlane/contracts/identity';
import type { EpochOf } from './epoch-order.ts';
import type { Phase } from './worlds.ts';
import { replaceFile } from './replace-file.ts';

export interface RankOf {
  readonly rank: number;
  readonly world: number;
}

interface StateFile extends EpochOf, RankOf {
  readonly stateVersion: 1;
  /** The generations before. */
  readonly phases: readonly Phase[];
  /** How many this rank has taken in this generation. */
  readonly taken: number;
}

export interface PullState {
  readonly phases: readonly Phase[];
  readonly taken: number;
  save(taken: number): Promise<void>;
}

/** Without a file: from the start, and nothing is kept. */
export const unkept: PullState = { phases: [], taken: 0, save: async () => {} };

/** Throws `refused` where the state is of another order, `not-found` where that of an old rank is missing. */
export async function openPullState(file: string, epoch: EpochOf, { rank, world }: RankOf): Promise<PullState> {
  const states = await readStates(file, epoch);
  const generation = states.reduce((most, { phases }) => Math.max(most, phases.length), 0);
  const newest = states.filter(({ phases }) => phases.length === generation);
  const worlds = [...new Set(newest.map((state) => state.world))];
  if (worlds.length > 1) {
    const text = `the states at ${file} are of ${worlds.join(' and ')} ranks at once`;
    throw new PitlaneError('refused', `${text}: keep those that were used last`);
  }
  const [before = world] = worlds;
  const own = before === world ? newest.find((state) => state.rank === rank) : undefined;
  const phases =
    before === world ? (newest[0]?.phases ?? []) : [...(newest[0]?.phases ?? []), phaseOf(file, newest, before)];
  const path = join(dirname(file), `${basename(file)}.e${epoch.epoch}.${phases.length}.${rank}-of-${world}.json`);
  const save = (taken: number): Promise<void> => {
    const state: StateFile = { stateVersion: 1, ...epoch, phases, rank, world, taken };
    return replaceFile(path, `${canonicalJson(state)}\n`);
  };
  if (!own) await save(0); // a rank that has taken nothing yet says so, or the next world would miss it
  return { phases, taken: own?.taken ?? 0, save };
}

function phaseOf(file: string, states: readonly StateFile[], world: number): Phase {
  const taken = Array.from({ length: world }, (_, rank) => states.find((state) => state.rank === rank)?.taken);
  const missing = [...taken.keys()].filter((rank) => taken[rank] === undefined);
  if (missing.length > 0) {
    const text = `the number of ranks changes, and at ${file} the states of ranks ${missing.join(', ')} of ${world} are missing`;
    throw new PitlaneError('not-found', `${text}: bring the files of all ranks together first`);
  }
  return { world, taken: taken as number[] };
}

async function readStates(file: string, epoch: EpochOf): Promise<StateFile[]> {
  const prefix = `${basename(file)}.e${epoch.epoch}.`;
  const names = await readdir(dirname(file)).catch((cause: unknown) => {
    throw new PitlaneError('not-found', `there is no folder ${dirname(file)} for the state: make it first`, { cause });
  });
  const states: StateFile[] = [];
  for (const name of names.sort()) {
    if (!name.startsWith(prefix) || !/^\d+\.\d+-of-\d+\.json$/.test(name.slice(prefix.length))) continue;
    const path = join(dirname(file), name);
    let state: StateFile;
    try {
      state = JSON.parse(await readFile(path, 'utf8')) as StateFile;
    } catch (cause) {
      throw new PitlaneError(
        'corrupt-input',
        `${path} is no state: ${messageOf(cause)}; remove it, or take another file`,
      );
    }
    refuseOther(path, state, epoch);
    states.push(state);
  }
  return states;
}

function refuseOther(path: string, state: StateFile, epoch: EpochOf): void {
  for (const name of ['snapshotId', 'split', 'seed', 'epoch', 'streams'] as const) {
    if (state[name] === epoch[name]) continue;
    const text = `${path} is of ${name} ${String(state[name])}, and ${String(epoch[name])} is asked for`;
    throw new PitlaneError('refused', `${text}: pull with the same, or begin with another --resume`);
  }
  if (state.stateVersion !== 1)
    throw new PitlaneError('refused', `${path} is of another version: begin with another file`);
}
