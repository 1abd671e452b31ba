/** `pitlane reindex`: the catalog rebuilt from what lies in the store. */
import type { Command } from 'commander';
import { type CommandContext, Exit, finish } from '../command-context.ts';

export function reindexCommand(program: Command, context: CommandContext): void {
  const command = program.command('reindex').description('rebuild the catalog from the manifests in the store');
  finish(command, context, 'pitlane reindex', async (run) => {
    const { terminal, home, settings, json } = run;
    const { withNode } = await import('../wiring/with-node.ts');
    const { followTask } = await import('../node/follow-task.ts');
    const answer = await withNode({ home, settings, signal: context.signal, shares: true }, (node) =>
      followTask<Readonly<Record<string, number>>>(node, 'reindex', {}, terminal),
    );
    if (json) terminal.json(answer);
    else {
      const counts = Object.entries(answer).map(([name, count]) => `${count} ${name}`);
      terminal.print(`the catalog is rebuilt: ${counts.join(', ')}`);
    }
    return Exit.done;
  });
}
