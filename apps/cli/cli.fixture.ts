/** Runs command lines in this process against a home of their own, and takes down what they print. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CommandContext } from './command-context.ts';
import { Exit } from './exit-codes.ts';
import { Terminal } from './output/terminal.ts';
import { runProgram } from './program.ts';
import { readSettings } from './settings.ts';

export interface Outcome {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
  json<T>(): T;
}

export interface Shell extends AsyncDisposable {
  readonly home: string;
  run(...args: string[]): Promise<Outcome>;
  /** With Ctrl-C when the signal aborts. */
  runUntil(signal: AbortSignal, ...args: string[]): Promise<Outcome>;
}

/** A stream that only remembers. */
function recorder(): { stream: NodeJS.WriteStream; text: () => string } {
  let text = '';
  const stream = { write: (more: string) => ((text += more), true) } as unknown as NodeJS.WriteStream;
  return { stream, text: () => text };
}

export async function openShell(environment: Record<string, string> = {}): Promise<Shell> {
  const home = await mkdtemp(join(tmpdir(), 'pitlane-cli-'));
  const never = new AbortController().signal;
  const shell: Shell = {
    home,
    run: (...args) => shell.runUntil(never, ...args),
    async runUntil(signal, ...args) {
      const [stdout, stderr] = [recorder(), recorder()];
      const terminal = new Terminal({ stdout: stdout.stream, stderr: stderr.stream, colours: 'never' });
      const context: CommandContext = {
        terminal,
        signal,
        cwd: home,
        environment: { PATH: process.env['PATH'] },
        program: ['pitlane'],
        settings: (given) =>
          readSettings({ environment: { PITLANE_HOME: home, ...environment }, given }, (text) => terminal.say(text)),
        exitCode: Exit.done,
      };
      await runProgram(args, context);
      const [out, err] = [stdout.text(), stderr.text()];
      return { exitCode: context.exitCode, stdout: out, stderr: err, json: <T>() => JSON.parse(out) as T };
    },
    [Symbol.asyncDispose]: () => rm(home, { recursive: true, force: true }),
  };
  return shell;
}
