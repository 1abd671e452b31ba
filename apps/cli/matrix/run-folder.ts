/**
 * A run on disk, below `HOME/matrix/RUN`: `run.json`, written last of what was planned, `jobs/N.json`, and a result for each
 * job that has ended. A run that was killed goes on from there; results may as well come from a cluster.
 */
import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PitlaneError } from '@pitlane/base/errors';
import { isRunId, type MatrixResult, type MatrixRun } from '@pitlane/contracts/matrix';
import { jobFrom, type MatrixJob } from './job-file.ts';

const nameOf = (job: number): string => `${String(job).padStart(6, '0')}.json`;

export class RunFolder {
  readonly path: string;

  constructor(home: string, runId: string) {
    if (!isRunId(runId)) throw new PitlaneError('bad-usage', `"${runId}" is no id of a run`);
    this.path = join(home, 'matrix', runId);
  }

  async make(): Promise<void> {
    for (const inside of ['jobs', 'results']) await mkdir(join(this.path, inside), { recursive: true });
  }

  async readRun(): Promise<MatrixRun> {
    const text = await readFile(join(this.path, 'run.json'), 'utf8').catch((cause: unknown) => {
      throw new PitlaneError('not-found', `there is no run in ${this.path} to go on with`, { cause });
    });
    return JSON.parse(text) as MatrixRun;
  }

  writeRun(run: MatrixRun): Promise<void> {
    return writeWhole(join(this.path, 'run.json'), run);
  }

  writeJob(job: MatrixJob): Promise<void> {
    return writeWhole(join(this.path, 'jobs', nameOf(job.job)), job);
  }

  writeResult(result: MatrixResult): Promise<void> {
    return writeWhole(join(this.path, 'results', nameOf(result.job)), result);
  }

  /** In order of their numbers. */
  async results(): Promise<MatrixResult[]> {
    const results: MatrixResult[] = [];
    for (const name of await jsonFiles(join(this.path, 'results'))) {
      const file = join(this.path, 'results', name);
      const result = JSON.parse(await readFile(file, 'utf8')) as MatrixResult;
      if (result.type !== 'matrix-result' || nameOf(result.job) !== name) {
        throw new PitlaneError('corrupt-input', `${file} is no result of that job: take it away, and go on again`);
      }
      results.push(result);
    }
    return results;
  }

  /** Jobs that have no result yet, one after another. */
  async *open(): AsyncGenerator<MatrixJob> {
    const done = new Set(await jsonFiles(join(this.path, 'results')));
    for (const name of await jsonFiles(join(this.path, 'jobs'))) {
      const file = join(this.path, 'jobs', name);
      if (!done.has(name)) yield jobFrom(await readFile(file, 'utf8'), file);
    }
  }

  async countJobs(): Promise<number> {
    return (await jsonFiles(join(this.path, 'jobs'))).length;
  }
}

const jsonFiles = async (folder: string): Promise<string[]> =>
  (await readdir(folder)).filter((name) => /^\d+\.json$/.test(name)).sort();

/** Under another name until it is whole. */
async function writeWhole(path: string, value: object): Promise<void> {
  await writeFile(`${path}.part`, `${JSON.stringify(value)}\n`);
  await rename(`${path}.part`, path);
}
