/** What every command gets, and how each is run: settings first, then its work, then an exit code. */
import { resolve } from 'node:path';
import { isPitlaneError, messageOf, PitlaneError } from '@pitlane/base/errors';
import { globsFromText } from '@pitlane/contracts/topic-filter';
import { InvalidArgumentError, type Command } from 'commander';
import { type ExitCode, Exit, exitCodeOf } from './exit-codes.ts';
import { shown, type Terminal } from './output/terminal.ts';
import type { Settings } from './settings.ts';

export interface CommonOptions {
  readonly home?: string;
  readonly json?: boolean;
}

export interface CommandContext {
  readonly terminal: Terminal;
  /** Aborts at the first SIGINT or SIGTERM. */
  readonly signal: AbortSignal;
  readonly cwd: string;
  /** For programs that a command starts: each is given what was named of it. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** With what this program was started: the words of a command line. */
  readonly program: readonly string[];
  /** Throws `bad-settings`. @param given what the command line said. */
  settings(given: Readonly<Record<string, string | undefined>>): Settings;
  exitCode: ExitCode;
}

export interface Run<Options extends CommonOptions> {
  readonly context: CommandContext;
  readonly terminal: Terminal;
  readonly options: Options;
  readonly json: boolean;
  /** Absolute. */
  readonly home: string;
  readonly settings: Settings;
  /** Absolute, from the working directory. */
  path(text: string): string;
}

/** Adds `--home`, `--json` and an example, and runs `work` when the command is given. */
export function finish<Options extends CommonOptions>(
  command: Command,
  context: CommandContext,
  example: string,
  work: (run: Run<Options>, args: readonly string[]) => Promise<ExitCode>,
): void {
  command
    .option('--home <dir>', 'folder that holds all state (default: PITLANE_HOME, else .pitlane)')
    .option('--json', 'print the result as JSON')
    .addHelpText('after', exampleText(example))
    .action(async () => {
      const options = command.optsWithGlobals<Options & { port?: string }>();
      const json = options.json === true;
      try {
        const settings = context.settings({ home: options.home, port: options.port });
        const path = (text: string): string => resolve(context.cwd, text);
        const run = { context, terminal: context.terminal, options, json, settings, home: path(settings.home), path };
        context.exitCode = await work(run, command.args);
      } catch (error) {
        context.exitCode = tell(error, json, context);
      }
    });
}

function tell(error: unknown, json: boolean, { terminal, signal }: CommandContext): ExitCode {
  const told = signal.aborted && !isPitlaneError(error) ? stopped() : error;
  const code = isPitlaneError(told) ? told.code : 'internal';
  const details = isPitlaneError(told) ? told.details : {};
  const message = messageOf(told);
  if (json) terminal.json({ error: { code, message, details } });
  terminal.say(`pitlane: ${message.split('\n').map(shown).join('\n')}`);
  return exitCodeOf(told);
}

const stopped = (): PitlaneError =>
  new PitlaneError('interrupted', 'stopped: what is done is safe, run the same command again to go on');

/** A command that only holds others. */
export const commandGroup = (program: Command, name: string, description: string, example: string): Command =>
  program.command(name).description(description).addHelpText('after', exampleText(example));

function exampleText(example: string): string {
  const lines = example.split('\n').map((line) => `  $ ${line.replace(/^pitlane /, 'npx pitlane ')}`);
  return `\n${lines.length > 1 ? 'Examples' : 'Example'}:\n${lines.join('\n')}`;
}

/** An option that is a whole number in [min, max]. */
export const wholeNumber =
  (min: number, max: number) =>
  (text: string): number => {
    const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
    if (value >= min && value <= max) return value;
    throw new InvalidArgumentError(`expected a whole number from ${min} to ${max}`);
  };

/** An option that is globs with commas between them; one without any would mean every topic, and nobody writes that. */
export const globList = (text: string): readonly string[] => {
  const globs = globsFromText(text);
  if (globs.length > 0) return globs;
  throw new InvalidArgumentError('expected globs of topics with commas between them');
};

/** An option that is a number above 0. */
export const positiveNumber = (text: string): number => {
  const value = /^\d{1,12}(\.\d{1,9})?$/.test(text) ? Number(text) : Number.NaN;
  if (value > 0) return value;
  throw new InvalidArgumentError('expected a number above 0');
};

export { Exit };
