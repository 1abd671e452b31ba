/** `pitlane matrix job FILE`: one job without a node and without a catalog. */
import { readFile, rename, writeFile } from 'node:fs/promises';
import { PitlaneError } from '@pitlane/base/errors';
import type { CommonOptions, Run } from '../command-context.ts';
import { Exit, type ExitCode } from '../exit-codes.ts';
import { jobFrom } from './job-file.ts';
import { runJobs } from './job-pool.ts';

export interface JobFlags extends CommonOptions {
  readonly out?: string;
}

export async function runOneJob(run: Run<JobFlags>, file: string): Promise<ExitCode> {
  const text = await readFile(run.path(file), 'utf8').catch((cause: unknown) => {
    throw new PitlaneError('not-found', `there is no job ${file}`, { cause });
  });
  const job = jobFrom(text, file);
  let code: ExitCode = Exit.failed;
  const { environment, signal } = run.context;
  await runJobs([job], { workers: 1, environment, signal }, async (result) => {
    if (run.options.out === undefined) run.terminal.json(result);
    else {
      const out = run.path(run.options.out);
      await writeFile(`${out}.part`, `${JSON.stringify(result)}\n`);
      await rename(`${out}.part`, out);
    }
    if (result.verdict === 'pass') code = Exit.done;
  });
  return code;
}
