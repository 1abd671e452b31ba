/** `npm start`: a drive is generated (or paths are taken), docked and carried through, and the console stays up. */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { type Command, Option } from 'commander';
import { type CommandContext, type CommonOptions, Exit, finish, type Run, wholeNumber } from '../command-context.ts';
import type { ExitCode } from '../exit-codes.ts';
import type { IngestedDrive } from '../node/ingest-paths.ts';
import type { NodeClient as Client } from '../node/node-client.ts';
import type { VerifyAnswer } from './verify.ts';

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
    .option('--port <n>', 'port of the console (default 7420; 0 takes any free one)')
    .option('--seed <n>', 'of the generated drive', wholeNumber(0, Number.MAX_SAFE_INTEGER), 1)
    .addOption(
      new Option('--size <size>', 'of the generated drive').choices(['small', 'medium', 'large']).default('medium'),
    );
  finish<StartFlags>(command, context, 'npm start -- /media/disk-1 --once', start);
}

async function start(run: Run<StartFlags>, paths: readonly string[]): Promise<ExitCode> {
  const { context, terminal, home, settings, json, options } = run;
  const { openStayingNode, untilStopped } = await import('../wiring/staying-node.ts');
  const { NodeClient } = await import('../node/node-client.ts');
  const { ingestPaths } = await import('../node/ingest-paths.ts');
  const { exitCodeOfIngest, printIngested, sayFailures, sayNext } = await import('../output/ingest-report.ts');
  const docked = paths.length > 0 ? paths.map((path) => run.path(path)) : [await generated(run)];
  const node = await openStayingNode(home, settings);
  try {
    const client = new NodeClient(node.address, context.signal);
    const ingested = await ingestPaths(client, { paths: docked }, terminal, context.signal);
    if (json) terminal.json(ingested.failures.length > 0 ? ingested : { drives: ingested.drives });
    else printIngested(ingested.drives, terminal);
    sayFailures(ingested.failures, terminal);
    const sound = await verified(run, client, ingested.drives);
    if (!json) sayNext(ingested.drives, terminal, run);
    if (options.once !== true && !context.signal.aborted) {
      terminal.say(`\nconsole: ${node.address.url}  (API documents: ${node.address.url}/docs; Ctrl-C stops)`);
      await untilStopped(context.signal);
    }
    return sound ? exitCodeOfIngest(ingested) : Exit.failed;
  } finally {
    await node.close();
  }
}

/** Reads back what has landed: every object, every digest, the receipt. */
async function verified(
  { context, terminal }: Run<StartFlags>,
  node: Client,
  drives: readonly IngestedDrive[],
): Promise<boolean> {
  const { followTask } = await import('../node/follow-task.ts');
  const { counted } = await import('@pitlane/base/units');
  let sound = true;
  for (const { driveId, tenant } of context.signal.aborted ? [] : drives) {
    const answer = await followTask<VerifyAnswer>(node, 'verify', { driveId, tenant }, terminal);
    for (const { chunks, ok, faults } of answer.drives) {
      sound &&= ok;
      const read = `${counted(chunks, 'object')} read back and compared with catalog, digests and receipt`;
      terminal.say(ok ? `${terminal.green('verified')} ${driveId}: ${read}` : `${terminal.red('FAULTY')} ${driveId}`);
      for (const { fault } of faults) terminal.say(`  ${fault}`);
    }
  }
  return sound;
}

/** The drive of this seed and size, generated unless an earlier start has finished it. */
async function generated({ context, terminal, home, options }: Run<StartFlags>): Promise<string> {
  const { rm } = await import('node:fs/promises');
  const { generateWithProgress } = await import('../output/generating.ts');
  const { nameFromText } = await import('@pitlane/contracts/identity');
  const outDir = resolve(home, 'generated', `${VEHICLE}-${nameFromText(options.size)}-seed-${options.seed}`);
  const sidecar = resolve(outDir, 'pitlane.drive.json');
  if (existsSync(sidecar)) {
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
