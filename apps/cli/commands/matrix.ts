/** `pitlane matrix`: one program over many slices of drives, with its verdict on each. */
import type { Command } from 'commander';
import { type CommandContext, commandGroup, finish, wholeNumber } from '../command-context.ts';
import type { MatrixFlags } from '../matrix/run-matrix.ts';
import type { JobFlags } from '../matrix/run-one-job.ts';

export function matrixCommand(program: Command, context: CommandContext): void {
  const example = 'pitlane matrix run brake.yaml --workers 8';
  const about = 'run a program over many slices of drives, and keep its verdict on each';
  const matrix = commandGroup(program, 'matrix', about, example);
  const run = matrix
    .command('run')
    .argument('[file]', 'a YAML file: which slices, which program')
    .description('replay each slice of a scenario to its program, many side by side, and tell how many passed')
    .option('--workers <n>', 'slices at a time (default: one less than the processors)', wholeNumber(1, 256))
    .option('--continue <run>', 'go on with a run that was stopped, or whose jobs ran elsewhere')
    .option('--repeat <run>', 'the same slices to the same program again; tells what differs')
    .option('--plan-only', 'write the jobs and run none: for the job system of a cluster')
    .option('--tenant <name>', 'whose run it is (default: as the settings have it)');
  finish<MatrixFlags>(
    run,
    context,
    'pitlane matrix run brake.yaml --workers 8\npitlane matrix run --repeat RUN',
    async (asked, [file]) => {
      const { runMatrix } = await import('../matrix/run-matrix.ts');
      return runMatrix(asked, file);
    },
  );
  const job = matrix
    .command('job')
    .argument('<file>', 'a job, as a run writes it')
    .description('run one job, without a node and without a catalog, given the store that it names')
    .option('-o, --out <file>', 'where its result goes (default: stdout)');
  finish<JobFlags>(job, context, 'pitlane matrix job 000001.json -o results/000001.json', async (asked, [file]) => {
    const { runOneJob } = await import('../matrix/run-one-job.ts');
    return runOneJob(asked, file as string);
  });
}
