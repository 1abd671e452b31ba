/** `npm start`: a drive is generated (or paths are taken), docked and carried through, and the console stays up. */
import type { Command } from 'commander';
import { type CommandContext, type CommonOptions, finish, type Run, wholeNumber } from '../command-context.ts';
import type { ExitCode } from '../exit-codes.ts';

interface StartFlags extends CommonOptions {
  readonly port?: string;
  readonly once?: boolean;
  readonly seed: number;
  readonly size: string;
}

const VEHICLE = 'car-01';

export function startCommand(program: Command, context: CommandContext): void {
  const command = program
    .command('start', { hidden: true })
    .argument('[paths...]', 'logs to dock; without any, a drive is generated')
    .description('generate a drive (or take paths), run the whole pipeline, and keep the console up')
    .option('--once', 'end when the pipeline is done')
    .option('--port <n>', 'port of the console (default 7420; 0 takes any)')
    .option('--seed <n>', 'of the generated drive', wholeNumber(0, Number.MAX_SAFE_INTEGER), 1)
    .option('--size <size>', 'of the generated drive: small, medium or large', 'medium');
  finish<StartFlags>(command, context, 'npm start -- /media/disk-1 --once', start);
}

async function start(run: Run<StartFlags>, paths: readonly string[]): Promise<ExitCode> {
  const { context, terminal, home, settings, json, options } = run;
  const { openStayingNode, untilStopped } = await import('../wiring/staying-node.ts');
  const { NodeClient } = await import('../node/node-client.ts');
  const { ingestPaths } = await import('../node/ingest-paths.ts');
  const { exitCodeOfIngest, printIngested } = await import('../output/ingest-report.ts');
  const docked = paths.length > 0 ? paths.map((path) => run.path(path)) : [await generated(run)];
  const node = await openStayingNode(home, settings);
  try {
    const ingested = await ingestPaths(
      new NodeClient(node.address, context.signal),
      { paths: docked },
      terminal,
      context.signal,
    );
    if (json) terminal.json(ingested.failures.length > 0 ? ingested : { drives: ingested.drives });
    else printIngested(ingested.drives, terminal, options.home);
    for (const { path, message } of ingested.failures) terminal.say(`pitlane: ${path}: ${message}`);
    if (options.once !== true && !context.signal.aborted) {
      terminal.say(`\nconsole: ${node.address.url}  (API documents: ${node.address.url}/docs; Ctrl-C stops)`);
      await untilStopped(context.signal);
    }
    return exitCodeOfIngest(ingested);
  } finally {
    await node.close();
  }
}

/** The drive of this seed and size, generated unless an earlier start has finished it. */
async function generated({ context, terminal, home, options }: Run<StartFlags>): Promise<string> {
  const { join } = await import('node:path');
  const { access, rm } = await import('node:fs/promises');
  const { generateWithProgress } = await import('../output/generating.ts');
  const { nameFromText } = await import('@pitlane/contracts/identity');
  const outDir = join(home, 'generated', `${VEHICLE}-${nameFromText(options.size)}-seed-${options.seed}`);
  const sidecar = join(outDir, 'pitlane.drive.json');
  if (
    await access(sidecar).then(
      () => true,
      () => false,
    )
  ) {
    terminal.say(`drive: ${outDir} (generated before)`);
    return outDir;
  }
  // A folder without its sidecar is what an interrupted start left of this very drive.
  await rm(outDir, { recursive: true, force: true });
  const drive = await generateWithProgress(
    { outDir, seed: options.seed, vehicleId: VEHICLE, size: options.size as 'medium' },
    context,
  );
  terminal.say(`drive: ${outDir}, ${drive.durationS} s of ${drive.vehicleId}, generated`);
  return outDir;
}
