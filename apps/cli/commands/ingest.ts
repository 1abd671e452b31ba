/** `pitlane ingest`: docks paths and waits until they are receipted. */
import type { Command } from 'commander';
import { counted } from '@pitlane/base/units';
import type { NodeClient } from '../node/node-client.ts';
import type { Terminal } from '../output/terminal.ts';
import {
  type CommandContext,
  type CommonOptions,
  finish,
  globList,
  positiveNumber,
  wholeNumber,
} from '../command-context.ts';

export interface IngestFlags extends CommonOptions {
  readonly vehicle?: string;
  readonly tenant?: string;
  readonly priority?: number;
  readonly topics?: readonly string[];
  readonly exclude?: readonly string[];
  readonly timeout?: number;
}

const EXAMPLE = `pitlane ingest /media/disk-1 --vehicle car-01
pitlane ingest run-1.mcap run-2.bag --json
pitlane ingest /media/disk-1 --exclude '/cabin/*,/driver/audio'`;

/** What a node of its own has not derived when the command ends, the next one does. */
async function waitForDerivations(node: NodeClient, timeout: number | undefined, terminal: Terminal): Promise<void> {
  const { followTask } = await import('../node/follow-task.ts');
  const asked = timeout === undefined ? {} : { timeoutMs: Math.ceil(timeout * 1000) };
  const { waiting } = await followTask<{ readonly waiting: number }>(node, 'derive', asked, terminal);
  if (waiting > 0)
    terminal.say(`the signals of ${counted(waiting, 'chunk')} are not read yet: "pitlane derive" goes on`);
}

export function ingestCommand(program: Command, context: CommandContext): void {
  const command = program
    .command('ingest')
    .argument('<paths...>', 'files or folders with logs; each folder with a pitlane.drive.json is a drive')
    .description('take logs in, and wait until all of them are stored, in the catalog, and signed for with a receipt')
    .option('--vehicle <id>', 'the car (default: as pitlane.drive.json has it)')
    .option('--tenant <name>', 'whose data (default: as the settings have it)')
    .option('--priority <n>', '0 goes first, 99 last', wholeNumber(0, 99))
    .option('--topics <globs>', 'only these topics leave the garage, such as "/imu,/lidar/*"', globList)
    .option('--exclude <globs>', 'these topics stay on the disk alone, such as "/cabin/*"', globList)
    .option(
      '--timeout <s>',
      'stop after so many seconds; what is done is kept, and run again it goes on',
      positiveNumber,
    );
  finish<IngestFlags>(command, context, EXAMPLE, async (run, paths) => {
    const { terminal, home, settings, json, options } = run;
    const { withNode } = await import('../wiring/with-node.ts');
    const { ingestPaths } = await import('../node/ingest-paths.ts');
    const { exitCodeOfIngest, printIngested, sayFailures, sayNext } = await import('../output/ingest-report.ts');
    const { vehicle, tenant, priority, topics, exclude, timeout } = options;
    const asked = {
      paths: paths.map((path) => run.path(path)),
      ...(vehicle !== undefined && { vehicleId: vehicle }),
      ...(tenant !== undefined && { tenant }),
      ...(priority !== undefined && { priority }),
      ...(topics && { topics }),
      ...(exclude && { exclude }),
      ...(timeout !== undefined && { timeoutMs: timeout * 1000 }),
    };
    const asking = { home, settings, signal: context.signal, shares: true, makes: true, docks: true };
    const ingested = await withNode(asking, async (node, leaving) => {
      const outcome = await ingestPaths(node, asked, terminal, context.signal);
      leaving.now = outcome.failures.some(({ code }) => code === 'interrupted');
      if (!leaving.now) await waitForDerivations(node, timeout, terminal);
      return outcome;
    });
    if (json) terminal.json(ingested.failures.length > 0 ? ingested : { drives: ingested.drives });
    else printIngested(ingested.drives, terminal);
    sayFailures(ingested.failures, terminal);
    if (!json) sayNext(ingested.drives, terminal, run);
    return exitCodeOfIngest(ingested);
  });
}
