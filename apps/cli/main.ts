/** The `pitlane` command: settings and signals in, one command run, its exit code out. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { clearHeapEarly } from '@pitlane/base/heap';
import type { SettingsSources } from '@pitlane/base/settings';
import type { CommandContext } from './command-context.ts';
import { Exit } from './exit-codes.ts';
import { coloursFrom, shown, Terminal } from './output/terminal.ts';
import { runProgram } from './program.ts';
import { CONFIG_FILE, readSettings } from './settings.ts';

clearHeapEarly();
const { env, stdout, stderr } = process;
const stop = new AbortController();
const terminal = new Terminal({ stdout, stderr, colours: coloursFrom(env) });

const context: CommandContext = {
  terminal,
  signal: stop.signal,
  cwd: process.cwd(),
  environment: env,
  program: [process.execPath, ...process.execArgv, process.argv[1] as string],
  settings: (given) =>
    readSettings({ environment: env, given, ...configFile() }, (text) => terminal.say(`pitlane: ${shown(text)}`)),
  exitCode: Exit.done,
};

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, onSignal);

await runProgram(process.argv.slice(2), context);
// A command is over when it says so: a keep-alive socket or an idle child of its node does not hold it up.
process.exit(context.exitCode);

/** The first signal drains, the second stops at once: what is done is safe either way. */
function onSignal(): void {
  if (stop.signal.aborted) {
    terminal.say('pitlane: stopped at once; what was under way is unfinished, run it again');
    process.exit(Exit.unfinished);
  }
  terminal.say('\npitlane: stopping when the work under way is safe; once more to stop at once');
  stop.abort();
}

function configFile(): Pick<SettingsSources, 'file'> {
  const name = join(process.cwd(), CONFIG_FILE);
  try {
    return { file: { name: CONFIG_FILE, json: readFileSync(name, 'utf8') } };
  } catch {
    return {};
  }
}
