/** The `pitlane` command as people run it: the build, in a process of its own, with a home of its own. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { type MeasuredRun, runMeasured, type RunOptions } from './run-measured.ts';

export interface IngestedDrive {
  readonly driveId: string;
  readonly state: string;
  readonly chunks: number;
  readonly bytesIn: number;
  readonly bytesLanded: number;
  readonly timings: Readonly<Record<string, number>>;
}

export interface IngestRun extends MeasuredRun {
  readonly drives: readonly IngestedDrive[];
}

export class Pitlane {
  readonly root: string;
  readonly environment: NodeJS.ProcessEnv;

  /** @param root the project's folder. @param environment of the commands; settings of ours are taken out of it. */
  constructor(root: string, environment: NodeJS.ProcessEnv) {
    this.root = root;
    const kept = Object.entries(environment).filter(([name]) => !name.startsWith('PITLANE_'));
    this.environment = Object.fromEntries(kept);
  }

  async run(args: readonly string[], options: RunOptions = {}): Promise<MeasuredRun> {
    const command = [process.execPath, '--max-semi-space-size=2', join(this.root, 'apps/cli/bin/pitlane.js'), ...args];
    return runMeasured(command, { environment: this.environment, ...options });
  }

  /** Docks paths into a home and waits for the receipts, process start to `sync`; throws unless all are receipted. */
  async ingest(home: string, paths: readonly string[], exitCodes: readonly number[] = [0]): Promise<IngestRun> {
    const run = await this.run(['ingest', ...paths, '--home', home, '--json'], { durable: true, exitCodes });
    const { drives } = JSON.parse(run.stdout) as { drives: readonly IngestedDrive[] };
    const open = drives.filter(({ state }) => state !== 'receipted');
    if (drives.length === 0 || open.length > 0) throw new Error(`not receipted: ${run.stdout.slice(0, 2000)}`);
    return { ...run, drives };
  }
}

/** Writes out what earlier runs left in memory, so that nobody pays for it later. */
export function settle(): void {
  spawnSync('sync');
}
