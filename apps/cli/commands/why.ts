/** `pitlane why`: where something stands between disk and catalog, or why it does not get on. */
import type { Command } from 'commander';
import { type CommandContext, Exit, finish } from '../command-context.ts';

export function whyCommand(program: Command, context: CommandContext): void {
  const command = program
    .command('why')
    .argument('<id>', 'a drive, recording, topic or chunk')
    .description('tell where something is, line by line from disk to catalog, or why it is not');
  finish(command, context, 'pitlane why DRIVE', async (run, [id = '']) => {
    const { terminal, home, settings, json } = run;
    const { withNode } = await import('../wiring/with-node.ts');
    const answer = await withNode({ home, settings, signal: context.signal }, (node) =>
      node.get<{ id: string; lines: readonly string[] }>(`/v1/why/${encodeURIComponent(id)}`),
    );
    if (json) terminal.json(answer);
    else {
      const { shown } = await import('../output/terminal.ts');
      terminal.print(answer.lines.map(shown).join('\n'));
    }
    return Exit.done;
  });
}
