/** The commands put together. What a command needs beyond its options is loaded when it runs: `--help` is at once. */
import { Command, CommanderError } from 'commander';
import type { CommandContext } from './command-context.ts';
import { actionCommand } from './commands/action.ts';
import { baysCommand } from './commands/bays.ts';
import { boardCommand } from './commands/board.ts';
import { completeCommand, completionCommand } from './commands/completion.ts';
import { pathOf, shownTree } from './command-tree.ts';
import { correctCommand } from './commands/correct.ts';
import { datasetCommand } from './commands/dataset.ts';
import { deadlettersCommand } from './commands/deadletters.ts';
import { deriveCommand } from './commands/derive.ts';
import { doctorCommand } from './commands/doctor.ts';
import { eventCommand } from './commands/event.ts';
import { exportCommand } from './commands/export.ts';
import { generateCommand } from './commands/generate.ts';
import { ingestCommand } from './commands/ingest.ts';
import {
  chunksCommand,
  clocksCommand,
  coverageCommand,
  drivesCommand,
  gapsCommand,
  recordingsCommand,
  topicsCommand,
} from './commands/lists.ts';
import { matrixCommand } from './commands/matrix.ts';
import { mapCommand } from './commands/map.ts';
import { orderCommand } from './commands/order.ts';
import { planCommand } from './commands/plan.ts';
import { profileCommand } from './commands/profile.ts';
import { pushCommand } from './commands/push.ts';
import { receiptCommand } from './commands/receipt.ts';
import { reindexCommand } from './commands/reindex.ts';
import { replayCommand } from './commands/replay.ts';
import { restoreCommand } from './commands/restore.ts';
import { retireCommand } from './commands/retire.ts';
import { signalsCommand } from './commands/signals.ts';
import { sqlCommand } from './commands/sql.ts';
import { startCommand } from './commands/start.ts';
import { upCommand } from './commands/up.ts';
import { verdictCommand } from './commands/verdict.ts';
import { verifyCommand } from './commands/verify.ts';
import { webhooksCommand } from './commands/webhooks.ts';
import { whyCommand } from './commands/why.ts';
import { Exit } from './exit-codes.ts';

const COMMANDS: readonly ((program: Command, context: CommandContext) => void)[] = [
  upCommand,
  startCommand,
  generateCommand,
  ingestCommand,
  pushCommand,
  baysCommand,
  boardCommand,
  actionCommand,
  verdictCommand,
  profileCommand,
  drivesCommand,
  recordingsCommand,
  topicsCommand,
  chunksCommand,
  coverageCommand,
  gapsCommand,
  clocksCommand,
  eventCommand,
  correctCommand,
  signalsCommand,
  deriveCommand,
  sqlCommand,
  exportCommand,
  replayCommand,
  matrixCommand,
  mapCommand,
  restoreCommand,
  verifyCommand,
  receiptCommand,
  whyCommand,
  retireCommand,
  reindexCommand,
  orderCommand,
  deadlettersCommand,
  datasetCommand,
  webhooksCommand,
  planCommand,
  doctorCommand,
  completionCommand,
  completeCommand,
];

const EXAMPLES = `
To begin with:
  $ npx pitlane generate -o drive-1       a realistic drive to try on
  $ npx pitlane ingest drive-1            take it in, and wait until all of it is stored
  $ npx pitlane drives                    what there is
  $ npx pitlane ingest --help             more of a command, with examples`;

const EXIT_CODES = `
Exit codes: 0 done and verified, 1 failed or found wrong, 2 wrong usage, 3 done, but some of the log
            could not be read, 4 safe but unfinished (run again to go on), 5 refused`;

/** All commands, ready to be run, or to be looked at. */
export function programOf(context: CommandContext): Command {
  const program = new Command('pitlane')
    .description(
      'Takes drive logs off test cars, compresses and stores them verified, and keeps a catalog of all that is in them.',
    )
    .option('--home <dir>', 'folder that holds all state (default: PITLANE_HOME, else .pitlane)')
    .addHelpText('after', `${EXAMPLES}\n${EXIT_CODES}`)
    .showHelpAfterError('(--help tells what there is)')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => context.terminal.print(text.trimEnd()),
      writeErr: (text) => context.terminal.say(text.trimEnd()),
    })
    .enablePositionalOptions();
  for (const add of COMMANDS) add(program, context);
  for (const command of shownTree(program)) {
    if (command !== program) command.showHelpAfterError(`(pitlane ${pathOf(command)} --help)`);
  }
  return program;
}

/** Runs one command line; what it came to stands in `context.exitCode`. */
export async function runProgram(args: readonly string[], context: CommandContext): Promise<void> {
  try {
    await programOf(context).parseAsync([...args], { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    const asked = ['commander.helpDisplayed', 'commander.version'].includes(error.code);
    context.exitCode = asked ? Exit.done : Exit.wrongUsage;
  }
}
