/** `pitlane up`: a node that stays, with its APIs and the console. */
import type { Command } from 'commander';
import { type CommandContext, type CommonOptions, Exit, finish } from '../command-context.ts';

interface UpFlags extends CommonOptions {
  readonly port?: string;
}

export function upCommand(program: Command, context: CommandContext): void {
  const command = program
    .command('up')
    .description('keep the whole pipeline running with its console and API, until Ctrl-C')
    .option('--port <n>', 'port of the console and the API (default 7420; 0 takes any free one)');
  finish<UpFlags>(command, context, 'pitlane up --port 7420', async (run) => {
    const { terminal, home, settings, json } = run;
    const { openStayingNode, untilStopped } = await import('../wiring/staying-node.ts');
    const node = await openStayingNode(home, settings);
    if (json) terminal.json({ url: node.address.url, port: node.address.port, pid: node.address.pid, home });
    else terminal.print(`console and API: ${node.address.url}  (API documents: ${node.address.url}/docs)`);
    terminal.say(`home: ${home}; Ctrl-C stops`);
    await untilStopped(context.signal);
    await node.close();
    return Exit.done;
  });
}
