/**
 * `pitlane dataset pull`: shards for training, in an order of the epoch, dealt out to ranks. It reads the store directly:
 * a node, or the catalog, is asked only which dataset a name means.
 */
import { type Command, Option } from 'commander';
import { PitlaneError } from '@pitlane/base/errors';
import type { FoundDataset } from '@pitlane/catalog-api';
import type { HashThreads } from '@pitlane/stages/90-serve/dataset/pull';
import type { OpenSink } from '../output/sample-sinks.ts';
import { type CommandContext, type CommonOptions, Exit, finish, type Run, wholeNumber } from '../command-context.ts';

interface PullFlags extends CommonOptions {
  readonly out: string;
  readonly rank?: number;
  readonly worldSize?: number;
  readonly epoch?: number;
  readonly seed?: number;
  readonly split?: string;
  readonly resume?: string;
  readonly taken?: number;
  readonly samples?: number;
  readonly streams?: number;
  readonly tenant?: string;
}

const NUMBER_MAX = 2 ** 31 - 1;
const WORLD_MAX = 65_536;
const STREAMS_MAX = 64;
/** So many shards are in memory at once, and one more. */
const STREAMS_DEFAULT = 4;

export function addPull(group: Command, context: CommandContext): void {
  const command = group
    .command('pull')
    .argument('<dataset>', 'its id, the first 8 digits or more of it, or its name')
    .description('fetch the samples of an epoch in its order: the share of one rank, from where it stopped')
    .requiredOption('-o, --out <dir>', 'a folder for tars, or - for one tar on stdout')
    .addOption(new Option('--split <name>', 'which part (default train)').choices(['train', 'val', 'test']))
    .option('--rank <r>', 'this rank, from 0 (default 0)', wholeNumber(0, WORLD_MAX - 1))
    .option('--world-size <w>', 'of so many (default 1)', wholeNumber(1, WORLD_MAX))
    .option('--epoch <e>', 'each epoch has an order of its own (default 0)', wholeNumber(0, NUMBER_MAX))
    .option('--seed <s>', 'and each seed others (default 0)', wholeNumber(0, NUMBER_MAX))
    .option('--resume <file>', 'keep there how far each rank is, and go on from there; the world may have changed')
    .option(
      '--taken <n>',
      'samples that this rank has really used, where its reader knows better',
      wholeNumber(0, 1e12),
    )
    .option('--samples <n>', 'stop after so many', wholeNumber(1, 1e12))
    .option(
      '--streams <n>',
      `shards that are mixed; best a multiple of the world size (default ${STREAMS_DEFAULT})`,
      wholeNumber(1, STREAMS_MAX),
    )
    .option('--tenant <name>', 'whose dataset; with a whole id, no catalog is asked then');
  const example =
    'pitlane dataset pull braking -o shards\npitlane dataset pull braking -o - --rank 0 --world-size 4 --streams 8 --epoch 3 --resume state | train';
  finish<PullFlags>(command, context, example, (run, [dataset]) => pull(run, dataset as string));
}

async function pull(run: Run<PullFlags>, dataset: string): Promise<typeof Exit.done | typeof Exit.unfinished> {
  const { options, terminal, json, context } = run;
  const {
    rank = 0,
    worldSize: world = 1,
    epoch = 0,
    seed = 0,
    split = 'train',
    samples,
    streams = STREAMS_DEFAULT,
  } = options;
  if (rank >= world)
    throw new PitlaneError('bad-usage', `--rank ${rank} is none of ${world}: they are numbered from 0`);
  if (options.out === '-' && json)
    throw new PitlaneError('bad-usage', '-o - takes stdout for the tar: leave --json out');
  const { HashThreads, pullSamples } = await import('@pitlane/stages/90-serve/dataset/pull');
  const { readingStoreOf } = await import('../wiring/reading-store-of.ts');
  const { openSink } = await import('../output/sample-sinks.ts');
  const { PullProgressView } = await import('../output/pull-progress.ts');
  const found = await meant(run, dataset);
  const resume = options.resume === undefined ? undefined : run.path(options.resume);
  const order = { split, seed, epoch, streams, rank, world, resume, taken: options.taken, samplesMax: samples };
  const job = { tenant: found.tenant, snapshotId: found.snapshotId, ...order };
  const store = await readingStoreOf(run.home, run.settings, context.signal);
  const sink = await openSink(options.out === '-' ? undefined : run.path(options.out), job);
  const hashes = new HashThreads();
  const view = new PullProgressView(terminal);
  const onProgress = view.show.bind(view);
  const result = await pullInto(sink, hashes, () =>
    pullSamples(job, sink.sink, { store, hashes, signal: context.signal, onProgress }),
  ).finally(() => view.clear());
  if (json) terminal.json({ ...result, snapshotId: job.snapshotId, split, rank, world, epoch, seed });
  else {
    const { counted, textFromBytes } = await import('@pitlane/base/units');
    const left = result.left > 0 ? `${result.left} left of this rank's share` : 'the share of this rank is through';
    terminal.say(`${counted(result.samples, 'sample')}, ${textFromBytes(result.bytes)}; ${left}`);
  }
  return context.signal.aborted ? Exit.unfinished : Exit.done;
}

async function pullInto<Result>(sink: OpenSink, hashes: HashThreads, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    throw sink.errorFrom(error);
  } finally {
    await sink.close();
    await hashes.close();
  }
}

async function meant({ options, home, settings, context }: Run<PullFlags>, dataset: string) {
  const { tenant } = options;
  if (tenant !== undefined && /^[0-9a-f]{64}$/.test(dataset)) {
    return { tenant, snapshotId: dataset as FoundDataset['snapshotId'] };
  }
  const { withNode } = await import('../wiring/with-node.ts');
  return withNode({ home, settings, signal: context.signal }, (node) =>
    node.get<FoundDataset>(`/v1/datasets/${encodeURIComponent(dataset)}`, { tenant }),
  );
}
