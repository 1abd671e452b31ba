/** `pitlane reindex`: the catalog rebuilt from what lies in the store. */
import type { Command } from 'commander';
import { type CommandContext, Exit, finish } from '../command-context.ts';

export function reindexCommand(program: Command, context: CommandContext): void {
  const command = program.command('reindex').description('rebuild the catalog from what is stored, if it was lost');
  finish(command, context, 'pitlane reindex', async (run) => {
    const { terminal, home, settings, json } = run;
    const { withNode } = await import('../wiring/with-node.ts');
    const { followTask } = await import('../node/follow-task.ts');
    const answer = await withNode({ home, settings, signal: context.signal, shares: true }, (node) =>
      followTask<Readonly<Record<string, number>>>(node, 'reindex', {}, terminal),
    );
    if (json) terminal.json(answer);
    else {
      const { counted } = await import('@pitlane/base/units');
      const { drives = 0, manifests = 0, receipts = 0, resend = 0 } = answer;
      const from = `${counted(manifests, 'manifest')} and ${counted(receipts, 'receipt')}`;
      terminal.print(`the catalog is rebuilt: ${counted(drives, 'drive')} from ${from} in the store`);
      if (resend > 0) {
        terminal.say(
          `${counted(resend, 'manifest')} without a receipt, as objects are missing or wrong: ingest that drive again`,
        );
      }
    }
    return Exit.done;
  });
}
