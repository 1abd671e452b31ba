/** `pitlane dataset`: frozen selections of samples, and the shards that are built of them for training. */
import type { Command } from 'commander';
import { counted, textFromBytes } from '@pitlane/base/units';
import {
  type CommandContext,
  commandGroup,
  type CommonOptions,
  Exit,
  finish,
  wholeNumber,
} from '../command-context.ts';
import { addPull } from './dataset-pull.ts';

interface CreateFlags extends CommonOptions {
  readonly sql: string;
  readonly plan: string;
  readonly split?: string;
  readonly seed?: number;
  readonly tenant?: string;
}

interface Created {
  readonly snapshotId: string;
  readonly drives: number;
  readonly samples: number;
  readonly shards: number;
  readonly known: boolean;
  readonly splits: Readonly<Record<string, { drives: number; samples: number; shards: number }>>;
  readonly dropped: Readonly<Record<string, number>>;
}

interface BuildFlags extends CommonOptions {
  readonly workers?: number;
  readonly worker?: number;
  readonly tenant?: string;
}

interface Built {
  readonly built: number;
  readonly known: number;
  readonly bytes: number;
  readonly shards: number;
  readonly missing: number;
}

const SEED_MAX = 2 ** 31 - 1;
const WORKERS_MAX = 10_000;

export function datasetCommand(program: Command, context: CommandContext): void {
  const example = `pitlane dataset create braking --plan plan.json --sql 'SELECT drive_id FROM drives'
pitlane dataset build braking
pitlane dataset pull braking -o shards`;
  const about = 'frozen selections of samples, and shards of them for training';
  const group = commandGroup(program, 'dataset', about, example);
  addCreate(group, context);
  addBuild(group, context);
  addPull(group, context);
  addList(group, context);
}

function addCreate(group: Command, context: CommandContext): void {
  const command = group
    .command('create')
    .argument('<name>', 'what to call it: a-z 0-9 . _ -')
    .description('freeze which samples a dataset has: a snapshot that gives the same shards for ever')
    .requiredOption('--sql <select>', 'a SELECT that gives drive_id, and if wanted tenant, start_ns and end_ns')
    .requiredOption('--plan <file>', 'the sampling plan, JSON: what one sample is made of')
    .option(
      '--split <rule>',
      'train, val and test by drive or by place: drive=80/10/10, place=80/10/10 (default: all train)',
    )
    .option('--seed <n>', 'which drives or places go to which split (default 0)', wholeNumber(0, SEED_MAX))
    .option('--tenant <name>', 'whose drives, where the rows do not say it');
  const example = `pitlane dataset create braking --plan plan.json --split drive=80/10/10 --sql 'SELECT drive_id, start_ns, end_ns FROM findings WHERE kind = "gap"'`;
  finish<CreateFlags>(command, context, example.replaceAll('"gap"', "'\\''gap'\\''"), async (run, [name]) => {
    const { options, terminal, home, settings, json } = run;
    const { readPlan } = await import('../planning/read-sampling-plan.ts');
    const { withNode } = await import('../wiring/with-node.ts');
    const { followTask } = await import('../node/follow-task.ts');
    const { sql, split, seed, tenant } = options;
    const plan = await readPlan(run.path(options.plan));
    const body = { name, sql, plan, planName: options.plan, split, seed, tenant };
    const created = await withNode({ home, settings, signal: context.signal, shares: true }, (node) =>
      followTask<Created>(node, 'dataset-create', body, terminal),
    );
    if (json) terminal.json(created);
    else for (const line of createdLines(name as string, created)) terminal.print(line);
    return Exit.done;
  });
}

function* createdLines(name: string, created: Created): Generator<string> {
  const { snapshotId, known, splits, dropped } = created;
  const told = ({ samples, drives, shards }: { samples: number; drives: number; shards: number }): string =>
    `${counted(samples, 'sample')} of ${counted(drives, 'drive')}, ${counted(shards, 'shard')}`;
  yield `${snapshotId}${known ? ' (it was there already)' : ''}`;
  yield `${name}: ${told(created)}`;
  for (const [split, of] of Object.entries(splits)) yield `  ${split}: ${told(of)}`;
  for (const [topic, times] of Object.entries(dropped)) yield `  dropped: ${times} for want of ${topic}`;
  yield `next: pitlane dataset build ${snapshotId.slice(0, 12)}`;
}

function addBuild(group: Command, context: CommandContext): void {
  const command = group
    .command('build')
    .argument('<dataset>', 'its id, the first 8 digits or more of it, or its name')
    .description('build the shards: WebDataset tars of about 64 MiB, the same bytes by any number of workers')
    .option('--workers <n>', 'build every n-th shard', wholeNumber(1, WORKERS_MAX))
    .option('--worker <k>', 'from this one on, from 0', wholeNumber(0, WORKERS_MAX - 1))
    .option('--tenant <name>', 'whose dataset, where several have one of this name');
  const example = 'pitlane dataset build braking\npitlane dataset build braking --workers 4 --worker 0';
  finish<BuildFlags>(command, context, example, async (run, [dataset]) => {
    const { options, terminal, home, settings, json } = run;
    const { withNode } = await import('../wiring/with-node.ts');
    const { followTask } = await import('../node/follow-task.ts');
    const { workers, worker, tenant } = options;
    const body = { dataset, workers, worker, tenant };
    const result = await withNode({ home, settings, signal: context.signal, shares: true }, (node) =>
      followTask<Built>(node, 'dataset-build', body, terminal),
    );
    const { built, known, bytes, shards, missing } = result;
    if (json) terminal.json(result);
    else {
      const stood = known > 0 ? `, ${known} stood already` : '';
      terminal.print(`${counted(built, 'shard')} built (${textFromBytes(bytes)})${stood}`);
      const state =
        missing > 0 ? `${missing} of ${shards} are still to be built by other workers` : `all ${shards} are there`;
      terminal.print(`${state}${missing > 0 ? '' : `: pitlane dataset pull ${dataset} -o DIR`}`);
    }
    return Exit.done;
  });
}

function addList(group: Command, context: CommandContext): void {
  const command = group
    .command('list')
    .description('the datasets, and how far each is built')
    .option('--tenant <name>', 'only of this tenant')
    .option('--limit <n>', 'so many rows at most (default 100)', wholeNumber(1, 2000))
    .option('--cursor <text>', 'the next page: what the page before gave as "next"');
  type ListFlags = CommonOptions & { readonly tenant?: string; readonly limit?: number; readonly cursor?: string };
  finish<ListFlags>(command, context, 'pitlane dataset list', async ({ terminal, home, settings, json, options }) => {
    const { withNode } = await import('../wiring/with-node.ts');
    const { tenant, limit, cursor } = options;
    const answer = await withNode({ home, settings, signal: context.signal }, (node) =>
      node.get<{ datasets: readonly Readonly<Record<string, unknown>>[]; next: string | null }>('/v1/datasets', {
        tenant,
        limit,
        cursor,
      }),
    );
    if (json) terminal.json(answer);
    else {
      const { listText } = await import('../output/list-tables.ts');
      terminal.print(listText('datasets', answer.datasets, terminal));
      const next = answer.next === null ? '' : `; more: --cursor ${answer.next}`;
      terminal.say(`${counted(answer.datasets.length, 'dataset')}${next}`);
    }
    return Exit.done;
  });
}
