import { execFileSync } from 'node:child_process';
import { PitlaneError } from '@pitlane/base/errors';
import type { Command } from 'commander';
import { beforeAll, describe, expect, it } from 'vitest';
import type { CommandContext } from './command-context.ts';
import { pathOf, shownCommands, shownTree } from './command-tree.ts';
import { Exit } from './exit-codes.ts';
import { Terminal } from './output/terminal.ts';
import { programOf, runProgram } from './program.ts';

/** A terminal that remembers, and a context in which no command gets further than its settings. */
function contextThatStops(): { context: CommandContext; text: () => string } {
  let text = '';
  const stream = { write: (more: string) => ((text += more), true) } as unknown as NodeJS.WriteStream;
  const context: CommandContext = {
    terminal: new Terminal({ stdout: stream, stderr: stream, colours: 'never' }),
    signal: new AbortController().signal,
    cwd: '/',
    environment: {},
    program: ['pitlane'],
    settings() {
      throw new PitlaneError('interrupted', 'its words were understood');
    },
    exitCode: Exit.done,
  };
  return { context, text: () => text };
}

function helpOf(command: Command): string {
  let text = '';
  command.configureOutput({ writeOut: (more) => (text += more) });
  command.outputHelp();
  return text;
}

/** The example lines of a command's help, without the prompt and what is said behind them. */
const examplesOf = (command: Command): string[] =>
  helpOf(command)
    .split('\n')
    .flatMap((line) => /^ {2}\$ (.*)$/.exec(line)?.[1] ?? [])
    .map((line) => line.replace(/ {2,}#? ?\S.*$/, ''));

/** What a shell makes of a line: the words of every `npx pitlane` and `npm start` in it. */
function callsIn(line: string): string[][] {
  const stubs = `npx() { printf '%s\\0' "$@" >&3; printf '\\n\\0' >&3; }; npm() { shift 2; npx pitlane start "$@"; }
    source() { :; }; export -f npx`;
  const quiet = `command_not_found_handle() { :; }`;
  const script = `${stubs}; ${quiet}; exec 3>&1 >/dev/null; ${line}`;
  const out = execFileSync('bash', ['-c', script], { encoding: 'utf8', input: '' });
  return out
    .split('\n\0')
    .filter((call) => call !== '')
    .map((call) => call.split('\0').slice(1, -1));
}

let commands: Command[];
beforeAll(() => {
  commands = [...shownTree(programOf(contextThatStops().context))];
});

const named = (some: readonly Command[]): string[] => some.map(pathOf);

describe('every command and subcommand', () => {
  it('is walked through', () => {
    expect(named(commands)).toEqual(expect.arrayContaining(['', 'ingest', 'dataset pull', 'map export', 'completion']));
    expect(commands.length).toBeGreaterThan(50);
  });

  it('has a line on what it does, and help with an example', () => {
    expect(named(commands.filter((command) => command.description() === ''))).toEqual([]);
    expect(named(commands.filter((command) => examplesOf(command).length === 0))).toEqual([]);
  });

  it('says something of each of its options and arguments', () => {
    const silent = commands.flatMap((command) => [
      ...command.options
        .filter(({ description }) => description === '')
        .map(({ flags }) => `${pathOf(command)} ${flags}`),
      ...command.registeredArguments
        .filter(({ description }) => description === '')
        .map((argument) => `${pathOf(command)} ${argument.name()}`),
    ]);
    expect(silent).toEqual([]);
  });

  it('gives its result with --json, unless it only holds others', () => {
    const leaves = commands.filter((command) => shownCommands(command).length === 0);
    const without = leaves.filter((command) => !command.options.some(({ long }) => long === '--json'));
    expect(leaves.length).toBeGreaterThan(40);
    expect(named(without)).toEqual([]);
  });
});

it('every example is understood: the options are there, and the arguments fit', async () => {
  const misunderstood: string[] = [];
  let calls = 0;
  for (const line of new Set(commands.flatMap(examplesOf))) {
    for (const words of callsIn(line)) {
      calls += 1;
      const { context, text } = contextThatStops();
      await runProgram(words, context);
      const isHelp = words.includes('--help') && context.exitCode === Exit.done;
      if (context.exitCode !== Exit.unfinished && !isHelp) misunderstood.push(`${line}\n${text()}`);
    }
  }
  expect(misunderstood).toEqual([]);
  expect(calls).toBeGreaterThan(70);
});

describe('a mistake', () => {
  it.each([
    [['ingst'], 'Did you mean ingest?'],
    [['dataset', 'biuld', 'x'], 'Did you mean build?'],
    [['drives', '--vehicel', 'x'], 'Did you mean --vehicle?'],
    [['export', 'd', '-o', 'x', '--format', 'mcp'], 'Allowed choices are mcap, ndjson'],
    [['dataset', 'build'], 'pitlane dataset build --help'],
  ])('%j is answered with "%s"', async (words, answer) => {
    const { context, text } = contextThatStops();
    await runProgram(words, context);
    expect(context.exitCode).toBe(Exit.wrongUsage);
    expect(text()).toContain(answer);
  });
});
